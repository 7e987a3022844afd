"""The events of the journal, and each as one line of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gptoss_writer.workspace.fields import Fields
from gptoss_writer.workspace.layout import is_section_id


@dataclass(frozen=True, slots=True)
class Accepted:
    """From now on attempt `attempt` is the section's text.

    `sha256` is that of the attempt's text, `replaces` that of the section's file at this moment
    ("" where there was none): the file is written next, and until then it still holds that.
    """

    section: str
    attempt: int
    sha256: str
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The section's readable file holds its accepted text: what differs now is a person's."""

    section: str


@dataclass(frozen=True, slots=True)
class Assembled:
    """An article with these bytes is about to be written, or was taken over into its sections.

    `head` is a hash of what stands before the sections, and `parts` names in order what follows:
    see `article_parts`. Both are empty where the bytes are no base for later edits.
    """

    sha256: str
    head: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Began:
    """What is accepted from here to the next of these is one change, made by `command`."""

    command: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The section is kept from any change from now on; or, where not `is_on`, no longer."""

    section: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Undone:
    """A change was taken back, in one step, which is a change too.

    `sections` are "ID@ATTEMPT", with attempt 0 for no text at all; `locked` and `unlocked` name
    the sections whose lock goes back to that.
    """

    sections: tuple[str, ...]
    locked: tuple[str, ...] = ()
    unlocked: tuple[str, ...] = ()


JournalEvent = Accepted | Written | Assembled | Began | Lock | Undone


def encode(event: JournalEvent) -> bytes:
    """Write an event as one line, without the newline."""
    value: dict[str, object]
    match event:
        case Accepted():
            value = {
                "event": "accepted",
                "section": event.section,
                "attempt": event.attempt,
                "sha256": event.sha256,
                "replaces": event.replaces,
            }
        case Written():
            value = {"event": "written", "section": event.section}
        case Assembled():
            value = {"event": "assembled", "sha256": event.sha256}
            if event.parts:
                value |= {"head": event.head, "parts": event.parts}
        case Began():
            value = {"event": "began", "command": event.command}
        case Lock():
            value = {"event": "lock" if event.is_on else "unlock", "section": event.section}
        case Undone():
            value = {
                "event": "undone",
                "sections": event.sections,
                "locked": event.locked,
                "unlocked": event.unlocked,
            }
    return json.dumps(value).encode("ascii")


def decode(line: bytes) -> JournalEvent:
    """Read an event from one line; `ValueError` where it is none."""
    fields = Fields.parse(line)
    event: JournalEvent
    match fields.text("event"):
        case "accepted":
            event = Accepted(
                section=_section(fields),
                attempt=fields.whole("attempt"),
                sha256=fields.text("sha256"),
                replaces=fields.text("replaces"),
            )
        case "written":
            event = Written(section=_section(fields))
        case "assembled":
            has_parts = fields.has("parts")
            event = Assembled(
                sha256=fields.text("sha256"),
                head=fields.text("head") if has_parts else "",
                parts=fields.texts("parts") if has_parts else (),
            )
        case "began":
            event = Began(command=fields.text("command"))
        case "lock" | "unlock" as name:
            event = Lock(section=_section(fields), is_on=name == "lock")
        case "undone":
            event = Undone(
                sections=fields.texts("sections"),
                locked=fields.texts("locked"),
                unlocked=fields.texts("unlocked"),
            )
        case other:
            raise ValueError(f'the event "{other}" is not known')
    fields.finish()
    return event


def _section(fields: Fields) -> str:
    section_id = fields.text("section")
    if not is_section_id(section_id):
        raise ValueError(f"{section_id!r} cannot be the id of a section")
    return section_id
