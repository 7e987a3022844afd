"""The journal: which attempt of a section counts, and which articles were ours; append-only.

What one command accepts is one change: a line that names the command goes before its first event.
Taking a change back is an event too, so it survives a crash as any other and can be taken back.

A line counts once it is whole. A crash can leave the beginning of one; every line is a flat JSON
object, so such a piece opens a brace and never closes it. Pieces like that, and the zero bytes a
file system may leave after a power cut, never counted and are passed over: at the end of the file
and also inside it, since the next run starts a new line behind them. Anything else that is not an
event is damage, and is reported with its line: passing over it could lose what was accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.journal_events import (
    Accepted,
    Began,
    JournalEvent,
    Lock,
    decode,
    encode,
)
from gptoss_writer.workspace.journal_state import JournalState, JournalSum
from gptoss_writer.workspace.storage import Storage


class Journal:
    """Reads and extends `journal.jsonl`; `command` is what makes the present change."""

    def __init__(self, storage: Storage, path: Path) -> None:
        self._storage = storage
        self._path = path
        self._cached: tuple[tuple[int, int, int], JournalState] | None = None
        self.command = ""
        self._is_named = False

    def state(self) -> JournalState:
        """Add up all events; `WorkspaceError` naming the line where one is damaged."""
        signature = self._storage.signature(self._path)
        if self._cached is None or self._cached[0] != signature:
            events = _events(self._storage.read(self._path) or b"", self._path)
            self._cached = (signature, _add_up(events, self._path))
        return self._cached[1]

    def state_before(self, section_id: str, number: int) -> JournalState | None:
        """Add up what came before an attempt was first accepted; None where it never was."""
        total = JournalSum()
        for _, event in _events(self._storage.read(self._path) or b"", self._path):
            if isinstance(event, Accepted) and (event.section, event.attempt) == (
                section_id,
                number,
            ):
                return total.state()
            total.add(event)
        return None

    def pieces(self) -> tuple[int, ...]:
        """Give the numbers of the lines that a crash left unfinished; they never counted."""
        lines = (self._storage.read(self._path) or b"").split(b"\n")
        return tuple(
            number for number, line in enumerate(lines, start=1) if line and _is_torn(line)
        )

    def drop_pieces(self) -> int:
        """Take out the lines that a crash left unfinished, and give their number."""
        lines = (self._storage.read(self._path) or b"").split(b"\n")
        whole = [line for line in lines if line and not _is_torn(line)]
        dropped = len([line for line in lines if line]) - len(whole)
        if dropped:
            self._storage.replace_file(self._path, b"".join(line + b"\n" for line in whole))
        return dropped

    def drop_damaged(self, aside: Path) -> int:
        """Take out the lines that are no events, or name what never was, and give their number.

        The journal as it was goes to `aside` first.
        """
        data = self._storage.read(self._path) or b""
        kept: list[bytes] = []
        total, dropped = JournalSum(), 0
        for line in data.split(b"\n"):
            if _is_torn(line):
                continue
            try:
                total.add(decode(line))
            except ValueError:
                dropped += 1
            else:
                kept.append(line)
        if dropped:
            self._storage.replace_file(aside, data)
            self._storage.replace_file(self._path, b"".join(line + b"\n" for line in kept))
        return dropped

    def begin(self, command: str) -> None:
        """Let what is accepted from now on be a change of its own; nothing is written yet."""
        self.command, self._is_named = command, False

    def append(self, event: JournalEvent) -> None:
        """Make an event count."""
        if isinstance(event, Accepted | Lock) and not self._is_named:
            self._storage.append_line(self._path, encode(Began(self.command)))
            self._is_named = True
        self._storage.append_line(self._path, encode(event))


def _events(data: bytes, path: Path) -> Iterator[tuple[int, JournalEvent]]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        if _is_torn(line):
            continue
        try:
            yield number, decode(line)
        except ValueError as error:
            raise _damaged(path, number, error) from error


def _damaged(path: Path, line: int, error: ValueError) -> WorkspaceError:
    return WorkspaceError(
        f"{path}, line {line}, is damaged: {error}.",
        "Mend or remove that line and run the same command again; all texts are safe in history/.",
    )


def _is_torn(line: bytes) -> bool:
    rest = line.strip(b"\0 \r\t")
    return not rest or (rest.startswith(b"{") and b"}" not in rest)


def _add_up(events: Iterator[tuple[int, JournalEvent]], path: Path) -> JournalState:
    total = JournalSum()
    for number, event in events:
        try:
            total.add(event)
        except ValueError as error:
            raise _damaged(path, number, error) from error
    return total.state()
