"""Lines of styled pieces: cleaned, broken to a width, and coloured only where that is welcome."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from gptoss_writer.cli.terminal import clean, is_capable, wants_color

Style = Literal["", "bold", "dim", "red", "green", "yellow", "cyan"]
Piece = tuple[str, Style]
Line = tuple[Piece, ...]

_CODES: dict[Style, str] = {
    "bold": "\x1b[1m",
    "dim": "\x1b[2m",
    "red": "\x1b[31m",
    "green": "\x1b[32m",
    "yellow": "\x1b[33m",
    "cyan": "\x1b[36m",
}
_RESET = "\x1b[0m"
_USUAL_WIDTH, _NARROWEST = 80, 30


def paint(lines: Iterable[Line]) -> str:
    """Give lines as text for stdout. What the pieces hold is cleaned; only colours are escapes."""
    is_colored = wants_color(sys.stdout)
    return "".join(_painted(line, is_colored=is_colored) + "\n" for line in lines)


def _painted(line: Line, *, is_colored: bool) -> str:
    pieces = []
    for text, style in line:
        plain = clean(text)
        code = _CODES.get(style, "") if is_colored else ""
        pieces.append(f"{code}{plain}{_RESET}" if code and plain.strip() else plain)
    return "".join(pieces).rstrip()


def table_width() -> int:
    """Give the columns there are for a table on stdout; 80 where nobody knows."""
    if is_capable(sys.stdout) or os.environ.get("COLUMNS"):
        return max(_NARROWEST, shutil.get_terminal_size((_USUAL_WIDTH, 24)).columns)
    return _USUAL_WIDTH


def line_width() -> int | None:
    """Give the columns at which lines are broken; None where a program reads them."""
    return table_width() if is_capable(sys.stdout) else None


def can_draw() -> bool:
    """Tell whether stdout can show more than ASCII."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return encoding.lower().startswith("utf")


def columns(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fitted(text: str, width: int) -> str:
    """Bring a text onto one line of exactly so many columns, cut with "…" where it is longer."""
    line = " ".join(clean(text).split())
    if columns(line) > width:
        kept = ""
        for character in line:
            if columns(kept + character) >= width:
                break
            kept += character
        line = kept.rstrip() + "…"
    return line + " " * (width - columns(line))


def broken(line: Line, width: int | None, indent: int) -> Iterator[Line]:
    """Break a line between words; what follows is indented. None for a width leaves it whole."""
    if width is None:
        yield line
        return
    current: list[Piece] = []
    used = 0
    is_fresh = False  # nothing stands behind the indent yet
    for text, style in line:
        for word in _words(text):
            size = columns(word)
            if used + size > width and current and not is_fresh and word.strip():
                yield tuple(current)
                current, used, is_fresh = [(" " * indent, "")], indent, True
            if not is_fresh or word.strip():
                current.append((word, style))
                used += size
                is_fresh = False
    yield tuple(current)


def _words(text: str) -> Iterator[str]:
    """Cut a text into words and the spaces between them."""
    word = ""
    is_space = False
    for character in text:
        if word and character.isspace() != is_space:
            yield word
            word = ""
        is_space = character.isspace()
        word += character
    if word:
        yield word
