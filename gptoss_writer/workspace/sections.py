"""The readable section files: who wrote what stands in them, and putting accepted text there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from gptoss_writer.draft import Attempt
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.text import count_words
from gptoss_writer.workspace.history import History
from gptoss_writer.workspace.journal import Journal
from gptoss_writer.workspace.journal_events import Accepted, Written
from gptoss_writer.workspace.layout import Layout, digest, section_of
from gptoss_writer.workspace.storage import Storage


class Standing(Enum):
    """How a section's file stands to what was accepted."""

    EMPTY = auto()
    """No file, and nothing accepted."""
    SETTLED = auto()
    """The file holds the accepted text, and the journal says that it was written."""
    UNCONFIRMED = auto()
    """The file holds the accepted text; a crash kept the journal from saying so."""
    UNWRITTEN = auto()
    """The accepted text is not in the file yet, or the file is gone."""
    PUT_BACK = auto()
    """A person put the text of another attempt there."""
    EDITED = auto()
    """A person wrote what is there; no attempt has it."""
    WITHDRAWN = auto()
    """The section has no text any more, and the file still holds the one that was taken back."""

    @property
    def is_by_hand(self) -> bool:
        """Tell whether a person changed the file since it was written."""
        return self in (Standing.PUT_BACK, Standing.EDITED)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one section: its file (None where there is none) and what that means.

    `match` is the attempt that has the text of the file, None where none has it.
    """

    section_id: str
    path: Path | None
    content: bytes | None
    standing: Standing
    match: int | None = None

    @property
    def text(self) -> str:
        """What the file holds; a look was refused where that is not UTF-8."""
        return (self.content or b"").decode("utf-8")


class SectionFiles:
    """Looks at `sections/`, and writes accepted text there. Writing needs the lock."""

    def __init__(
        self, storage: Storage, layout: Layout, journal: Journal, history: History
    ) -> None:
        self._storage = storage
        self._layout = layout
        self._journal = journal
        self._history = history

    def begin(self, command: str) -> None:
        """Let what is accepted from now on be a change of its own, made by `command`."""
        self._journal.begin(command)

    def paths(self) -> dict[str, Path]:
        """Find the file of each section that has one; `WorkspaceError` where one has two."""
        found: dict[str, Path] = {}
        for name in self._storage.names(self._layout.sections):
            section_id = section_of(name)
            if section_id is None:
                continue
            if section_id in found:
                raise WorkspaceError(
                    f'Two files hold the section "{section_id}": {found[section_id].name} and '
                    f"{name} in {self._layout.sections}.",
                    "Keep the one you want, move the other out, and run the same command again.",
                )
            found[section_id] = self._layout.sections / name
        return found

    def look(self, section_id: str, path: Path | None) -> Look:
        """See how a section stands; `WorkspaceError` where a person's text is not UTF-8."""
        content = self._storage.read(path) if path else None
        accepted = self._journal.state().accepted.get(section_id)
        is_unwritten = section_id in self._journal.state().unwritten
        if content is None:
            standing = Standing.UNWRITTEN if accepted else Standing.EMPTY
            return Look(section_id, path, None, standing)
        sha256 = digest(content)
        if accepted and sha256 == accepted.sha256:
            standing = Standing.UNCONFIRMED if is_unwritten else Standing.SETTLED
            return Look(section_id, path, content, standing, accepted.attempt)
        if accepted and is_unwritten and sha256 == accepted.replaces:
            return Look(section_id, path, content, Standing.UNWRITTEN)
        if is_unwritten and sha256 == self._journal.state().withdrawn.get(section_id):
            return Look(section_id, path, content, Standing.WITHDRAWN)
        match = self._history.number_of(section_id, sha256)
        if match is None:
            _refuse_not_text(content, path)
        return Look(
            section_id, path, content, Standing.PUT_BACK if match else Standing.EDITED, match
        )

    def next_number(self, section_id: str) -> int:
        """Give the number of a section's next attempt; numbers that ever counted stay taken."""
        last = max(self._history.numbers(section_id), default=0)
        return max(last, self._journal.state().highest.get(section_id, 0)) + 1

    def save(self, attempt: Attempt) -> int:
        """Save an attempt as a child of the accepted one, behind all others; give its number."""
        section_id = attempt.section_id
        accepted = self._journal.state().accepted.get(section_id)
        parent = accepted.attempt if accepted else 0
        return self._history.save(attempt, self.next_number(section_id), parent).number

    def save_edit(self, section_id: str, text: str) -> int:
        """Save a person's text as an attempt of origin `hand`, byte for byte; give its number.

        It rests on the same outline as the text it was made from, so it takes its fingerprint.
        """
        accepted = self._journal.state().accepted.get(section_id)
        parent = self._history.record(section_id, accepted.attempt) if accepted else None
        attempt = Attempt(
            section_id=section_id,
            text=text,
            words=count_words(text),
            origin="hand",
            verdict="good",
            fingerprint=parent.fingerprint if parent else "",
            made_from=parent.made_from if parent else {},
        )
        return self.save(attempt)

    def accept(self, look: Look, place: int, number: int) -> None:
        """Make attempt `number` the section's text, and write it to the file at `place`.

        The journal's line makes it count; a crash behind that is finished by `settle`.
        """
        record = self._history.record(look.section_id, number)
        self._history.content(record)
        replaces = "" if look.content is None else digest(look.content)
        self._journal.append(Accepted(look.section_id, number, record.sha256, replaces))
        self.settle(look, place)

    def settle(self, look: Look, place: int) -> None:
        """Bring the file of a section to its place, and its accepted text into it."""
        path = self._layout.section_file(place, look.section_id)
        if look.path and look.path != path:
            self._storage.rename(look.path, path)
        state = self._journal.state()
        accepted = state.accepted.get(look.section_id)
        if accepted is None:
            self._withdraw(look, path)
            return
        if look.content is None or digest(look.content) != accepted.sha256:
            record = self._history.record(look.section_id, accepted.attempt)
            self._storage.replace_file(path, self._history.content(record))
        if look.section_id in state.unwritten:
            self._journal.append(Written(look.section_id))

    def _withdraw(self, look: Look, path: Path) -> None:
        """Remove the file of a text that was taken back; the history has it."""
        if look.section_id not in self._journal.state().unwritten:
            return
        if look.standing is Standing.WITHDRAWN:
            self._storage.remove(path)
        self._journal.append(Written(look.section_id))


def _refuse_not_text(content: bytes, path: Path | None) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WorkspaceError(
            f"{path} is not UTF-8 text: byte 0x{content[error.start]:02X} at offset "
            f"{error.start}, line {line}.",
            "Save it as UTF-8 and run the same command again; nothing was changed.",
        ) from error
