"""Diagnostics of an outline as plain text: in full, on one line, and as GitHub reads them."""

from __future__ import annotations

import textwrap
import unicodedata

from gptoss_writer.errors import Diagnostic
from gptoss_writer.text import is_control

_WINDOW = 96
_LEAST_WINDOW = 20
_ELLIPSIS = "…"


def format_diagnostic(diagnostic: Diagnostic, width: int | None = None) -> str:
    """Write a diagnostic as plain text: code and message, place, source lines, caret, help.

    Words are broken at `width` columns, and a source line is cut to it around the caret; without
    a width words stay on one line, and source is cut at 96 characters. Control characters are
    shown as U+FFFD, tabs as one space. There is no newline at the end.
    """
    lines = [f"{diagnostic.code} {_kind(diagnostic)}{_visible(diagnostic.message)}"]
    lines[:] = _wrapped(lines[0], width)
    gutter = " " * len(str(diagnostic.line))
    lines.append(f"{gutter}--> {_visible(diagnostic.where)}")
    if diagnostic.line:
        room = _WINDOW if width is None else max(_LEAST_WINDOW, width - len(gutter) - 4)
        shown, padding, carets = _marked(diagnostic, room)
        lines.append(f"{gutter} |")
        if diagnostic.before:
            above = _visible(diagnostic.before[:room]) + _ELLIPSIS * (len(diagnostic.before) > room)
            lines.append(f"{diagnostic.line - 1:>{len(gutter)}} | {above}".rstrip())
        lines += [
            f"{diagnostic.line} | {shown}".rstrip(),
            f"{gutter} | {' ' * padding}{'^' * carets}",
            f"{gutter} |",
        ]
    if diagnostic.hint:
        lines += _wrapped(f"help: {_visible(diagnostic.hint)}", width)
    return "\n".join(lines)


def format_concise(diagnostic: Diagnostic) -> str:
    """Write a diagnostic on one line, as compilers do: place, code, message."""
    return (
        f"{_visible(diagnostic.where)}: {diagnostic.code} {_kind(diagnostic)}"
        f"{_visible(diagnostic.message)}"
    )


def format_github(diagnostic: Diagnostic) -> str:
    """Write a diagnostic as a workflow command, which GitHub shows beside the line."""
    level = "notice" if diagnostic.severity == "note" else diagnostic.severity
    values = {"file": diagnostic.file}
    if diagnostic.line:
        values |= {
            "line": str(diagnostic.line),
            "col": str(diagnostic.column),
            "endColumn": str(diagnostic.column + diagnostic.width),
        }
    values["title"] = diagnostic.code
    listed = ",".join(f"{key}={_escaped(value, _IN_VALUES)}" for key, value in values.items())
    stop = "" if diagnostic.message.endswith(("?", "!", ".")) else "."
    words = f"{diagnostic.message}{stop} {diagnostic.hint}".rstrip()
    return f"::{level} {listed}::{_escaped(words, _IN_TEXT)}"


_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_VALUES = _IN_TEXT | {":": "%3A", ",": "%2C"}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)


def _kind(diagnostic: Diagnostic) -> str:
    return "" if diagnostic.severity == "error" else f"{diagnostic.severity}: "


def _wrapped(line: str, width: int | None) -> list[str]:
    if width is None:
        return [line]
    return textwrap.wrap(
        line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _marked(diagnostic: Diagnostic, room: int) -> tuple[str, int, int]:
    """Give the source line as shown, the columns before the caret, and the number of carets."""
    source = diagnostic.source
    at = min(max(diagnostic.column - 1, 0), len(source))
    end = min(at + max(diagnostic.width, 1), max(len(source), at + 1))
    left, right = _window(len(source), at, end, room)
    head = _ELLIPSIS if left else ""
    tail = _ELLIPSIS if right < len(source) else ""
    before = head + _visible(source[left:at])
    marked = _visible(source[at : min(end, right)])
    after = _visible(source[min(end, right) : right]) + tail
    return before + marked + after, _columns(before), max(1, _columns(marked))


def _window(length: int, at: int, end: int, room: int) -> tuple[int, int]:
    if length <= room:
        return 0, length
    spare = max(0, room - min(end - at, room // 2))
    left = max(0, min(at - spare // 2, length - room))
    return left, min(length, left + room)


def _visible(text: str) -> str:
    return "".join(
        " " if character in "\t\n" else "\ufffd" if is_control(character) else character
        for character in text
    )


def _columns(text: str) -> int:
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
