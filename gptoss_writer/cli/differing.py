"""Two texts of a section found, compared, and shown as one text with marks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gptoss_writer.cli.attempts import find_attempt, known_number
from gptoss_writer.cli.desk import Desk, read_desk
from gptoss_writer.cli.painting import Line, Piece, Style, broken, line_width, paint
from gptoss_writer.cli.scorecard_text import plural
from gptoss_writer.cli.terminal import Terminal, wants_color
from gptoss_writer.cli.word_diff import Op, compare, count_changed
from gptoss_writer.cli.word_diff import Piece as TextPiece
from gptoss_writer.errors import UsageError

SCHEMA_VERSION = 1
_MOST = 2
_STYLES: dict[Op, Style] = {"same": "", "removed": "red", "added": "green"}
_MARKS: dict[Op, tuple[str, str]] = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
_BREAK = "¶"


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two texts; `number` is None for an edit that is in the file only."""

    number: int | None
    text: str

    @property
    def name(self) -> str:
        return "your edit" if self.number is None else f"@{self.number}"


def compare_attempts(
    path: Path,
    name: str,
    attempts: Sequence[str],
    workspace: Path | None,
    terminal: Terminal,
    *,
    as_json: bool,
) -> int:
    """Print what is otherwise in the second text than in the first."""
    desk = read_desk(path, workspace, name=name)
    section_id, number = find_attempt(desk, name)
    numbers = [] if number is None else [number]
    numbers += [known_number(desk, section_id, attempt) for attempt in attempts]
    if len(numbers) > _MOST:
        raise UsageError(
            f"diff compares two attempts, and {len(numbers)} were named.", "Name two, as in @2 @3."
        )
    sides = _sides(desk, section_id, numbers)
    if sides is None:
        if as_json:
            terminal.json(_json(desk, section_id, None, ()))
        terminal.say(f'Section "{section_id}" has one attempt only: there is nothing to compare.')
        return 0
    before, after = sides
    pieces = compare(before.text, after.text)
    if as_json:
        terminal.json(_json(desk, section_id, sides, pieces))
        return 0
    terminal.painted(paint(_shown(pieces)))
    terminal.say(_summary(section_id, before, after, pieces))
    return 0


def _sides(desk: Desk, section_id: str, numbers: list[int]) -> tuple[_Side, _Side] | None:
    """Give what is compared: what was named, else the present text with what stood before it."""
    if len(numbers) == _MOST:
        return _attempt(desk, section_id, numbers[0]), _attempt(desk, section_id, numbers[1])
    edited, accepted = desk.draft.edited_text(section_id), desk.draft.accepted(section_id)
    known = [record.number for record in desk.draft.attempts(section_id)]
    if edited is not None:
        present = _Side(None, edited)
    elif accepted is not None:
        present = _Side(accepted.number, accepted.text)
    elif known:
        present = _attempt(desk, section_id, known[-1])
    else:
        raise UsageError(
            f'There is no attempt at section "{section_id}" yet.',
            f"Write it with:\n{desk.command('generate')}",
        )
    if numbers:
        return _attempt(desk, section_id, numbers[0]), present
    if edited is not None:
        return (_Side(accepted.number, accepted.text) if accepted else _Side(0, "")), present
    parent = accepted.record.parent if accepted else 0
    others = [number for number in known if number != present.number]
    if parent or others:
        return _attempt(desk, section_id, parent or others[-1]), present
    return None


def _attempt(desk: Desk, section_id: str, number: int) -> _Side:
    return _Side(number, desk.draft.attempt(section_id, number).text)


def _shown(pieces: tuple[TextPiece, ...]) -> Iterator[Line]:
    """Give the two texts as one; marks stand where there are no colours."""
    is_colored, width = wants_color(sys.stdout), line_width()
    line: list[Piece] = []
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        style, (start, end) = _STYLES[piece.op], ("", "")
        if piece.op != "same" and not is_colored:
            start, end = _MARKS[piece.op]
        was_break = False
        for number, text in enumerate(piece.text.split("\n")):
            if number and piece.op != "same" and not was_break:
                line.append((f"{start}{_BREAK}{end}", style))
            was_break = number > 0 and not text.strip()
            if number and piece.op != "removed":
                yield from broken(tuple(line), width, 0)
                line = []
            core = text.rstrip()
            if core:
                line += [(f"{start}{core}{end}", style)]
            line.append((text[len(core) :], ""))
        if is_colored and piece.op == "removed" and following and following.op == "added":
            line.append(("" if piece.text[-1:].isspace() else " ", ""))  # marks keep them apart
    yield from broken(tuple(line), width, 0)


def _summary(section_id: str, before: _Side, after: _Side, pieces: tuple[TextPiece, ...]) -> str:
    added, removed = count_changed(pieces, "added"), count_changed(pieces, "removed")
    between = f"{section_id}, {before.name} to {after.name}"
    if any(piece.op != "same" for piece in pieces):
        return f"{between}: {plural(added, 'word')} added, {plural(removed, 'word')} removed."
    if before.text != after.text:
        return f"{between}: only spaces or newlines differ."
    return f"{between}: the texts are the same."


def _json(
    desk: Desk,
    section_id: str,
    sides: tuple[_Side, _Side] | None,
    pieces: tuple[TextPiece, ...],
) -> dict[str, object]:
    """Give what `diff --json` prints; `to` is null for an edit that is in the file only."""
    before, after = sides or (None, None)
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(desk.draft.path),
        "section": section_id,
        "from": before.number if before else None,
        "to": after.number if after else None,
        "identical": bool(before and after and before.text == after.text),
        "added_words": count_changed(pieces, "added"),
        "removed_words": count_changed(pieces, "removed"),
        "pieces": [asdict(piece) for piece in pieces],
    }
