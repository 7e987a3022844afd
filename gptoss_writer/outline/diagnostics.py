"""Diagnostics of an outline as plain text, and the meaning of each code."""

from __future__ import annotations

import unicodedata

from gptoss_writer.errors import Diagnostic
from gptoss_writer.text import is_control

CODES = {
    "OL001": "the file does not exist",
    "OL002": "the path is not a regular file",
    "OL003": "the system refused to read the file",
    "OL004": "the file is too large",
    "OL005": "the file is empty",
    "OL006": "the file is not UTF-8",
    "OL007": "the file begins with a byte order mark",
    "OL008": "a control character stands in the text",
    "OL010": "the text is not valid YAML",
    "OL011": "a tab is used where YAML wants spaces",
    "OL012": "a quotation mark or bracket is not closed",
    "OL013": "YAML anchors and aliases are not used in outlines",
    "OL014": "YAML tags are not used in outlines",
    "OL015": "a key is given twice",
    "OL016": "values are nested too deeply",
    "OL017": "the file holds more than one YAML document",
    "OL018": "the file is not a mapping of keys to values",
    "OL019": "the file holds too many values",
    "OL020": "a key is not plain text",
    "OL030": "no sections were found in a Markdown outline",
    "OL031": "a line of a Markdown outline was not understood",
    "OL032": "a quotation mark in a Markdown outline is not closed",
    "OL033": "a Markdown outline says the same thing twice",
    "OL101": "a key is not known",
    "OL102": "a key is missing",
    "OL103": "a value is of the wrong kind",
    "OL104": "a value is not a number, or not true or false",
    "OL105": "a number is out of range",
    "OL106": "a text is empty or too long",
    "OL107": "two sections have the same id",
    "OL108": "a section other than the first is the introduction",
    "OL109": "an id has characters that ids cannot have",
    "OL110": "a list is empty, or has too few or too many items",
    "OL111": "a value is not among the allowed ones",
    "OL199": "a value is not valid",
}
"""Every code with its meaning: OL0 for reading and syntax, OL1 for validation."""

_WINDOW = 96
_ELLIPSIS = "…"


def format_diagnostic(diagnostic: Diagnostic) -> str:
    """Write a diagnostic as plain text: code and message, place, source line, caret, help.

    A source line longer than 96 characters is cut around the caret. Control characters are
    shown as U+FFFD, tabs as one space. There is no newline at the end.
    """
    kind = "warning: " if diagnostic.severity == "warning" else ""
    lines = [f"{diagnostic.code} {kind}{_visible(diagnostic.message)}"]
    gutter = " " * len(str(diagnostic.line))
    lines.append(f"{gutter}--> {_visible(diagnostic.where)}")
    if diagnostic.line:
        shown, padding, carets = _marked(diagnostic)
        lines += [
            f"{gutter} |",
            f"{diagnostic.line} | {shown}".rstrip(),
            f"{gutter} | {' ' * padding}{'^' * carets}",
            f"{gutter} |",
        ]
    if diagnostic.hint:
        lines.append(f"help: {_visible(diagnostic.hint)}")
    return "\n".join(lines)


def _marked(diagnostic: Diagnostic) -> tuple[str, int, int]:
    """Give the source line as shown, the columns before the caret, and the number of carets."""
    source = diagnostic.source
    at = min(max(diagnostic.column - 1, 0), len(source))
    end = min(at + max(diagnostic.width, 1), max(len(source), at + 1))
    left, right = _window(len(source), at, end)
    head = _ELLIPSIS if left else ""
    tail = _ELLIPSIS if right < len(source) else ""
    before = head + _visible(source[left:at])
    marked = _visible(source[at : min(end, right)])
    after = _visible(source[min(end, right) : right]) + tail
    return before + marked + after, _columns(before), max(1, _columns(marked))


def _window(length: int, at: int, end: int) -> tuple[int, int]:
    if length <= _WINDOW:
        return 0, length
    room = max(0, _WINDOW - min(end - at, _WINDOW // 2))
    left = max(0, min(at - room // 2, length - _WINDOW))
    return left, min(length, left + _WINDOW)


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
