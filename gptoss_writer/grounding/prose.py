"""Markdown as a reader sees it: paragraphs without markup, whose characters know their offset."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gptoss_writer.grounding.article import Line, lines, without_comments
from gptoss_writer.grounding.comparison import comparable_form
from gptoss_writer.grounding.mapped import Mapped, MappedText
from gptoss_writer.text import code_spans, reads_as_title, sentence_spans

Kind = Literal["paragraph", "item", "heading", "cell"]

_FENCE = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)")
_HEADING_END = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_PREFIX = re.compile(r"[ \t]*(?:>[ \t]*)*")
_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|$)")
_REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:\s*\S+")
_CELL = re.compile(r"(?:\\\||[^|])+")
_RULED_CELL = re.compile(r"\s*:?-+:?\s*")
_LABEL = re.compile(r"\s*(\*\*|__)(?=\S)(?P<label>[^*\n]{1,120}?)(?::\1|\1:)")

_MARKUP = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<target>\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\))"
    r"|(?P<opening>!?\[(?=(?:[^\[\]\\\n]|\\.)*\]\())"
    r"|(?P<footnote>\[\^[^\]\s]{1,40}\])"
    r"|(?P<url><?\bhttps?://[^\s<>\"”]+>?)"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>)"
    r"|(?P<stars>\*+)"
    r"|(?P<underscores>(?<![^\W_])_+|_+(?![^\W_]))"
    r"|(?P<citation>【[^【】\n]{0,80}】)"
    r"|(?P<invisible>[\u00ad\u200b\u2060\ufeff])"
    r"|(?P<margin>(?<=\n)[ \t]*(?:>[ \t]*)+)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block: its place in the block's text and in the original."""

    low: int
    high: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading or table cell, without its markup.

    `code` are stretches of `text.text` that are inline code or addresses. `label_end` is the
    place behind a bold label, as in "**Cost:** it is free", in `text.text`.
    """

    kind: Kind
    text: Mapped
    code: tuple[tuple[int, int], ...] = ()
    label_end: int = 0

    @cached_property
    def comparable(self) -> Mapped:
        """The text in the form in which quotations are compared."""
        return comparable_form(self.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the block, in order."""
        return tuple(
            Sentence(low, high, *self.text.span(low, high), self.text.text[low:high])
            for low, high in sentence_spans(self.text.text)
        )

    def is_code(self, low: int, high: int) -> bool:
        """Tell whether a stretch of the text touches code or an address."""
        return any(self._code_places[low:high])

    @cached_property
    def _code_places(self) -> bytearray:
        places = bytearray(len(self.text.text))
        for start, end in self.code:
            places[start:end] = b"\1" * (end - start)
        return places


def blocks(text: str, start: int = 0, end: int | None = None) -> tuple[Block, ...]:
    """Read a stretch of Markdown as blocks; code fences and comments are left out."""
    end = len(text) if end is None else end
    visible = without_comments(text[:end])
    found = []
    for kind, low, high in _cut(visible, start, end):
        block = _block(visible, kind, low, high)
        if block.text.text.strip():
            found.append(block)
    return tuple(found)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[Kind, int, int]]:
    """Cut Markdown into blocks: their kind, and the (start, end) of their source."""
    cutter = _Cutter(text)
    for line in lines(text, start, end):
        yield from cutter.line(line)
    yield from cutter.paragraph()


@dataclass(slots=True)
class _Cutter:
    """The code fence and the paragraph that are open while lines are read."""

    text: str
    fenced: str = ""
    kind: Kind = "paragraph"
    begin: int | None = None
    stop: int = 0

    def paragraph(self) -> Iterator[tuple[Kind, int, int]]:
        """Give out the open paragraph, if there is one."""
        if self.begin is not None:
            yield self.kind, self.begin, self.stop
        self.begin = None

    def line(self, line: Line) -> Iterator[tuple[Kind, int, int]]:
        """Take the next line and give out the blocks that end with it."""
        fence = _FENCE.match(line.text)
        if self.fenced:
            is_bare = fence and not line.text[fence.end() :].strip()
            if fence and is_bare and fence[1].startswith(self.fenced):
                self.fenced = ""
            return
        content = _PREFIX.sub("", line.text, count=1)
        heading = _HEADING.match(line.text)
        if self._is_underline(line):
            self.kind = "heading"
            yield from self.paragraph()
        elif fence:
            yield from self.paragraph()
            self.fenced = fence[1]
        elif heading:
            yield from self.paragraph()
            yield "heading", line.start + heading.end(), line.start + len(line.text)
        elif content.startswith("|"):
            yield from self.paragraph()
            yield from _cells(line)
        elif not content or _RULE.match(line.text) or _REFERENCE.match(line.text):
            yield from self.paragraph()
        else:
            yield from self._prose(line, content)

    def _is_underline(self, line: Line) -> bool:
        if self.begin is None or self.kind != "paragraph" or not _UNDERLINE.match(line.text):
            return False
        return reads_as_title(self.text[self.begin : self.stop])

    def _prose(self, line: Line, content: str) -> Iterator[tuple[Kind, int, int]]:
        marker = _MARKER.match(content)
        if marker:
            yield from self.paragraph()
        end = line.start + len(line.text)
        if self.begin is None:
            self.kind = "item" if marker else "paragraph"
            self.begin = end - len(content) + (marker.end() if marker else 0)
        self.stop = end


def _cells(line: Line) -> Iterator[tuple[Kind, int, int]]:
    for cell in _CELL.finditer(line.text):
        if not _RULED_CELL.fullmatch(cell[0]):
            yield "cell", line.start + cell.start(), line.start + cell.end()


def _block(text: str, kind: Kind, start: int, end: int) -> Block:
    source = text[start:end]
    if kind == "heading":
        source = _HEADING_END.sub("", source)
    collected = MappedText()
    code: list[tuple[int, int]] = []
    position = 0
    length = 0
    label = _LABEL.match(source)
    label_end = 0
    for low, high in (*code_spans(source), (len(source), len(source))):
        for begin, stop, plain, is_code in _visible(source, position, low):
            _add(collected, plain, start + begin, start + stop)
            if is_code:
                code.append((length, length + len(plain)))
            length += len(plain)
            if label and stop <= label.end():
                label_end = length
        if low < high:
            inner = source[low:high].strip("`")
            skipped = source.index(inner, low) - low if inner else 0
            _add(collected, inner, start + low + skipped, start + low + skipped + len(inner))
            code.append((length, length + len(inner)))
            length += len(inner)
        position = high
    return Block(kind, collected.done(), tuple(code), label_end)


def _add(collected: MappedText, plain: str, start: int, stop: int) -> None:
    """Add a piece; one of another length than its source has all its characters from there."""
    if len(plain) == stop - start:
        collected.add(plain, range(start, stop), None)
        collected.ends += range(start + 1, stop + 1)
    else:
        collected.add(plain, (start,) * len(plain), stop)


def _visible(source: str, start: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
    """Give the visible pieces of a stretch: (start, end, what is seen, whether it is code)."""
    position = start
    for markup in _MARKUP.finditer(source, start, end):
        if markup.lastgroup == "stars" and _stands_free(source, *markup.span()):
            continue
        if position < markup.start():
            yield position, markup.start(), source[position : markup.start()], False
        position = markup.end()
        if markup.lastgroup == "escape":
            yield markup.start(), markup.end(), markup[0][1], False
        elif markup.lastgroup == "entity":
            yield markup.start(), markup.end(), html.unescape(markup[0]), False
        elif markup.lastgroup == "url":
            yield markup.start(), markup.end(), markup[0], True
        elif markup.lastgroup in {"tag", "margin"}:
            yield markup.start(), markup.end(), " ", False
    if position < end:
        yield position, end, source[position:end], False


def _stands_free(source: str, start: int, end: int) -> bool:
    """Tell whether stars have space on both sides, as in 5 * 3."""
    before, after = source[start - 1 : start], source[end : end + 1]
    return not before.strip() and not after.strip()
