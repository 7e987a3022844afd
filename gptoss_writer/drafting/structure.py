"""Markdown structure: no part of a section's text may reach beyond the section.

CommonMark decides what is a heading, a fence or HTML; we only edit the lines it points at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gptoss_writer.text import code_spans, reads_as_title

# Inline Markdown is left out: it cannot reach beyond its paragraph, and parsing thousands of
# brackets takes markdown-it minutes.
_BLOCKS = MarkdownIt("commonmark").disable(["inline", "text_join"])
# Only what decides between code, autolinks and raw HTML.
_HTML = MarkdownIt("commonmark").disable(["emphasis", "link", "image", "entity"])

_DEEPEST = 16
"""Containers inside containers beyond this are noise; markdown-it itself stops at 20."""

_CONTAINERS = re.compile(r"^(?:[^\S\n]|>|[-+*](?=\s|$)|\d{1,9}[.)](?=\s|$))+")
_ATX = re.compile(r"^([\s>\-+*\d.)]*?)#{1,2}(?=[ \t]|$)")
_FENCE_LINE = re.compile(r"^[\s>\-+*\d.)]*(?:`{3,}[^`]*|~{3,}.*)$")
_WRAPPERS = frozenset({"", "markdown", "md", "text", "txt", "plaintext"})
_WRAPPED = re.compile(
    r"(`{3,}|~{3,})[ \t]*(?:markdown|md)[ \t]*\n(.*)\n\1", re.DOTALL | re.IGNORECASE
)

_AUTOLINK = (
    r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>`\\]*>"
    r"|<[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*>"
)
_LESS_THAN = re.compile(
    rf"(\\*)(?:(?P<br><br[ \t]*/?>)|(?P<link>{_AUTOLINK})|<(?=[A-Za-z/!?]))", re.IGNORECASE
)


def unwrap(text: str) -> str:
    """Take a text out of the one code fence that holds all of it."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        return wrapped[2]
    if not text.startswith(("```", "~~~")):
        return text
    tokens = _BLOCKS.parse(text + "\n")
    first = tokens[0]
    if len(tokens) > 1 or first.info.strip().lower() not in _WRAPPERS or not _is_closed(first):
        return text
    return first.content.rstrip("\n")


def mend_structure(text: str) -> str:
    """Demote H1 and H2 to H3, drop rules and broken fences, escape raw HTML; one round of it.

    Taking away a fence or a container can bring new structure to light, so the caller repeats
    this until nothing changes.
    """
    tokens = _BLOCKS.parse(text + "\n")
    lines = text.split("\n")
    if any(token.level >= _DEEPEST for token in tokens):
        return "\n".join(_CONTAINERS.sub("", line) for line in lines)
    for number, token in enumerate(tokens):
        if token.map is None:
            continue
        if token.type == "heading_open":
            _mend_heading(lines, token, tokens[number + 1].content)
        elif token.type == "hr":
            _blank(lines, token.map)
        elif token.type == "fence":
            _mend_fence(lines, token)
        elif token.type in ("inline", "html_block"):
            start, end = token.map
            lines[start:end] = _escape_html("\n".join(lines[start:end])).split("\n")
    return _without_html("\n".join(lines))


def drop_fences(text: str) -> str:
    """Remove every line that looks like a code fence."""
    return "\n".join(line for line in text.split("\n") if not _FENCE_LINE.match(line))


def _mend_heading(lines: list[str], token: Token, content: str) -> None:
    start, end = token.map or [0, 0]
    if not content.strip():
        _blank(lines, (start, end))
    elif token.tag in ("h1", "h2") and token.markup.startswith("#"):
        lines[start] = _ATX.sub(r"\1###", lines[start], count=1)
    elif token.tag in ("h1", "h2"):
        lines[end - 1] = ""
        if end - start == 2 and token.level == 0 and reads_as_title(lines[start]):  # noqa: PLR2004 - a line and its underline
            lines[start] = f"### {lines[start].strip()}"


def _mend_fence(lines: list[str], token: Token) -> None:
    start, end = token.map or [0, 0]
    if not token.content.strip():
        _blank(lines, (start, end))
    elif not _is_closed(token):
        lines[start] = ""


def _is_closed(fence: Token) -> bool:
    start, end = fence.map or [0, 0]
    return end - start == fence.content.count("\n") + 2


def _blank(lines: list[str], span: Sequence[int]) -> None:
    start, end = span
    lines[start:end] = [""] * (end - start)


def _escape_html(paragraph: str) -> str:
    """Escape what would open raw HTML, outside inline code; a line break tag becomes a space."""
    if "<" not in paragraph:
        return paragraph
    last_close = paragraph.rfind(">")
    pieces = []
    position = 0
    for start, end in [*code_spans(paragraph), (len(paragraph), len(paragraph))]:
        pieces += [_escape_piece(paragraph[position:start], last_close - position)]
        pieces += [paragraph[start:end]]
        position = end
    return "".join(pieces)


def _escape_piece(piece: str, last_close: int) -> str:
    def escaped(match: re.Match[str]) -> str:
        backslashes = match[1]
        if len(backslashes) % 2 or match["link"]:
            return match[0]
        if match["br"]:
            return f"{backslashes} "
        follows_word = match.start() > 0 and piece[match.start() - 1].isalnum()
        is_comparison = follows_word and not backslashes and last_close < match.end()
        return match[0] if is_comparison else f"{backslashes}\\<"

    return _LESS_THAN.sub(escaped, piece)


def _without_html(text: str) -> str:
    """Make sure that no raw HTML is left: where the careful way missed some, escape it all."""
    if "<" not in text:
        return text
    tokens = _HTML.parse(text + "\n")
    children = (child for token in tokens for child in token.children or ())
    if not any(token.type.startswith("html") for token in (*tokens, *children)):
        return text
    lines = text.split("\n")
    code = {
        number
        for token in tokens
        if token.map and token.type in ("fence", "code_block")
        for number in range(*token.map)
    }
    return "\n".join(
        line if number in code else line.replace("<", "&lt;") for number, line in enumerate(lines)
    )
