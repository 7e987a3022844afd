"""A document as Markdown: the same document gives the same bytes."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from gptoss_writer.assembly.document import Document
from gptoss_writer.assembly.front_matter import render_front_matter
from gptoss_writer.text import code_spans, strip_controls

_CLOSING_MARKS = re.compile(r"(?:^|(?<=\s))(#+)$")
# What Markdown would take out of a title's text: escapes, entities, HTML and autolinks, links.
# Emphasis and inline code stay Markdown: a writer who types them in a title means them.
_TAKEN = re.compile(
    r"(?P<slashes>\\+)(?P<tick>`?)"
    r"|&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)"
    r"|<(?=[A-Za-z/!?])"
    r"|\["
)
_PUNCTUATION = frozenset(string.punctuation)
_CLOSED_BY = {"<": ">", "[": "]"}


def to_markdown(document: Document) -> str:
    """Write a document: front matter, H1, and an H2 with its text for every section.

    Blocks are one blank line apart and the text ends with one newline. Every heading is one
    CommonMark heading whose text is the title.
    """
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    yield render_front_matter(document.front_matter)
    yield heading(1, document.title)
    for block in document.blocks:
        if block.heading is not None:
            yield heading(2, block.heading)
        yield block.text


def heading(level: int, title: str) -> str:
    """Give the ATX heading line for a title, with as few backslashes as keep its text whole."""
    line = " ".join(strip_controls(title).split())
    code = {offset for start, end in code_spans(line) for offset in range(start, end)}

    def escaped(match: re.Match[str]) -> str:
        return match[0] if match.start() in code else _escape(match)

    text = _CLOSING_MARKS.sub(r"\\\1", _TAKEN.sub(escaped, line))
    return f"{'#' * level} {text}"


def _escape(match: re.Match[str]) -> str:
    slashes, line = match["slashes"], match.string
    if slashes:
        before_mark = line[match.end("slashes") :][:1] in _PUNCTUATION
        # An odd backslash keeps a backtick from opening code, and must go on doing so.
        tick = "\\`" if match["tick"] and len(slashes) % 2 else match["tick"]
        return "\\" * (2 * len(slashes) - (not before_mark)) + tick
    closer = _CLOSED_BY.get(match[0])
    is_harmless = closer is not None and closer not in line[match.end() :]
    return match[0] if is_harmless else f"\\{match[0]}"
