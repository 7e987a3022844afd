"""Changes to the text of an outline file that leave everything else as it was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gptoss_writer.outline.source import Source, Span


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the text between two offsets."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Editor:
    """Makes edits of a text by lines and columns, which count from 1."""

    source: Source

    def replace(self, span: Span, text: str) -> Edit:
        """Replace a piece of one line."""
        start = self._offset(span.line) + span.column - 1
        return Edit(start, start + span.width, text)

    def insert(self, line: int, column: int, text: str) -> Edit:
        """Insert text within a line."""
        start = self._offset(line) + column - 1
        return Edit(start, start, text)

    def insert_lines(self, after: int, lines: Iterable[str]) -> Edit:
        """Insert lines behind a line; 0 is the beginning of the file."""
        start = self._offset(after + 1)
        text = "".join(f"{line}\n" for line in lines)
        if start > len(self.source.text):  # behind a last line that has no end
            return Edit(len(self.source.text), len(self.source.text), f"\n{text[:-1]}")
        return Edit(start, start, text)

    def remove_lines(self, first: int, last: int) -> Edit:
        """Remove whole lines, both ends included."""
        text = self.source.text
        start = self._offset(first)
        return Edit(start, min(self._offset(last + 1), len(text)), "")

    def line_end_of_block(self, first: int, column: int) -> int:
        """Give the last line of what begins on a line: all that is indented to a column or deeper.

        Blank lines and comments at its end do not belong to it.
        """
        last = first
        for number in range(first + 1, len(self.source.lines) + 1):
            line = self.source.line(number)
            if not line.strip():
                continue
            if len(line) - len(line.lstrip()) < column - 1:
                break
            if not line.lstrip().startswith("#"):
                last = number
        return last

    def lines_taken(self, edit: Edit) -> range:
        """Give the lines that an edit takes something from; none where it only inserts."""
        if edit.end == edit.start:
            return range(0)
        text = self.source.text
        return range(text.count("\n", 0, edit.start) + 1, text.count("\n", 0, edit.end - 1) + 2)

    def _offset(self, line: int) -> int:
        return sum(len(text) + 1 for text in self.source.lines[: line - 1])


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits that do not overlap; of two that do, the later one is left out."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position:
            continue
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join((*pieces, text[position:]))
