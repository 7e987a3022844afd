"""The end of a growing text as it wraps: finished lines never move, so that nothing flickers."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells

_KEPT_LINES = 8


class Tail:
    """Wraps a text that grows at its end, for a terminal `width` cells wide."""

    def __init__(self, width: int) -> None:
        self.width = max(1, width)
        self._taken = 0
        self._lines: list[str] = []
        self._line = ""
        self._word = ""

    def show(self, text: str) -> None:
        """Take in what the whole text so far has gained since the last call."""
        new, self._taken = text[self._taken :], len(text)
        *words, self._word = (self._word + new).replace("\n", " ").replace("\t", " ").split(" ")
        for word in words:
            self._lines, self._line = self._with(word)
            del self._lines[:-_KEPT_LINES]

    def last(self, number: int) -> list[str]:
        """Give the last `number` lines, the word being written included."""
        lines, line = self._with(self._word)
        return [line for line in (*lines, line) if line][-number:]

    def _with(self, word: str) -> tuple[list[str], str]:
        if not word:
            return self._lines, self._line
        joined = f"{self._line} {word}" if self._line else word
        if cell_len(joined) <= self.width:
            return self._lines, joined
        *full, rest = chop_cells(word, self.width)
        return [*self._lines, *([self._line] if self._line else []), *full], rest
