"""The journal: which attempt of a section counts, and which articles were ours; append-only.

A line counts once it is whole. A crash can leave the beginning of one; every line is a flat JSON
object, so such a piece opens a brace and never closes it. Pieces like that, and the zero bytes a
file system may leave after a power cut, never counted and are passed over: at the end of the file
and also inside it, since the next run starts a new line behind them. Anything else that is not an
event is damage, and is reported with its line: passing over it could lose what was accepted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.fields import Fields
from gptoss_writer.workspace.layout import is_section_id
from gptoss_writer.workspace.storage import Storage


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
    """An article with these bytes is about to be written."""

    sha256: str


JournalEvent = Accepted | Written | Assembled


@dataclass(frozen=True, slots=True)
class JournalState:
    """What the events add up to.

    `accepted` has the last acceptance per section; `unwritten` the sections whose file was not
    yet written after it; `highest` the highest attempt ever accepted per section; `assembled` the
    hashes of all articles that we wrote.
    """

    accepted: dict[str, Accepted] = field(default_factory=dict)
    unwritten: frozenset[str] = frozenset()
    highest: dict[str, int] = field(default_factory=dict)
    assembled: frozenset[str] = frozenset()


class Journal:
    """Reads and extends `journal.jsonl`."""

    def __init__(self, storage: Storage, path: Path) -> None:
        self._storage = storage
        self._path = path
        self._cached: tuple[tuple[int, int, int], JournalState] | None = None

    def state(self) -> JournalState:
        """Add up all events; `WorkspaceError` naming the line where one is damaged."""
        signature = self._storage.signature(self._path)
        if self._cached is None or self._cached[0] != signature:
            state = _add_up(_events(self._storage.read(self._path) or b"", self._path))
            self._cached = (signature, state)
        return self._cached[1]

    def append(self, event: JournalEvent) -> None:
        """Make an event count."""
        self._storage.append_line(self._path, encode(event))


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
            event = Assembled(sha256=fields.text("sha256"))
        case other:
            raise ValueError(f'the event "{other}" is not known')
    fields.finish()
    return event


def _section(fields: Fields) -> str:
    section_id = fields.text("section")
    if not is_section_id(section_id):
        raise ValueError(f"{section_id!r} cannot be the id of a section")
    return section_id


def _events(data: bytes, path: Path) -> Iterator[JournalEvent]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        if _is_torn(line):
            continue
        try:
            yield decode(line)
        except ValueError as error:
            raise WorkspaceError(
                f"{path}, line {number}, is damaged: {error}.",
                "Mend or remove that line and run the same command again; all texts are safe "
                "in history/.",
            ) from error


def _is_torn(line: bytes) -> bool:
    rest = line.strip(b"\0 \r\t")
    return not rest or (rest.startswith(b"{") and b"}" not in rest)


def _add_up(events: Iterator[JournalEvent]) -> JournalState:
    state = JournalState()
    unwritten: set[str] = set()
    assembled: set[str] = set()
    for event in events:
        match event:
            case Accepted(section=section, attempt=attempt):
                state.accepted[section] = event
                state.highest[section] = max(attempt, state.highest.get(section, 0))
                unwritten.add(section)
            case Written(section=section):
                unwritten.discard(section)
            case Assembled(sha256=sha256):
                assembled.add(sha256)
    return replace(state, unwritten=frozenset(unwritten), assembled=frozenset(assembled))
