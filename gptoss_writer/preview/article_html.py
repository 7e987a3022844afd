"""A Markdown article as inert HTML, with its marks drawn in.

The edges of the marks travel through the Markdown parser as characters that no text may hold:
from the private use area, and overwritten in the text first. The HTML has no attribute whose
value is an address: links and pictures are shown as words, so that the page loads nothing and
leads nowhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from gptoss_writer.grounding.article import without_comments
from gptoss_writer.grounding.findings import Lines
from gptoss_writer.preview.marks import Segment
from gptoss_writer.text import is_control

_DIGITS = "\ue110\ue111\ue112\ue113\ue114\ue115\ue116\ue117\ue118\ue119"
_EDGE = "\ue100"
_FIGURES = 6
_NONE = 10**_FIGURES - 1
_RESERVED = re.compile(r"[\ue100-\ue11f]")
_EDGES = re.compile(f"{_EDGE}([{_DIGITS}]{{{_FIGURES}}})")
_TO_DIGITS = str.maketrans("0123456789", _DIGITS)
_FROM_DIGITS = str.maketrans(_DIGITS, "0123456789")
_REPLACED = "\ufffd"

Frame = Callable[[Segment, bool], tuple[str, str]]
"""Gives the HTML before and behind a piece of a segment; the flag tells of its first piece."""


class ArticleRenderer:
    """Renders stretches of one article."""

    def __init__(self, text: str, segments: Sequence[Segment], frame: Frame) -> None:
        visible = "".join(_REPLACED if _is_hidden(character) else character for character in text)
        self._text = without_comments(_RESERVED.sub(_REPLACED, visible))
        self._segments = segments
        self._starts = [segment.start for segment in segments]
        # As in the counting of words, an indented line is text, and HTML is what it says.
        parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
        self._parser = parser.enable(["table", "strikethrough"]).disable("code")
        self._painter = _Painter(segments, frame)
        renderer = self._parser.renderer
        if isinstance(renderer, _Renderer):
            renderer.painter = self._painter

    def read_references(self, start: int, end: int) -> None:
        """Learn the targets of links, which may stand in any section of the article."""
        self._parser.parse(self._text[start:end], self._painter.environment)

    def render(self, start: int, end: int) -> str:
        """Give a stretch of the article as HTML; everything in it is escaped."""
        self._painter.lines = Lines.of(self._text[start:end])
        self._painter.offset = start
        source = self._with_edges(start, end)
        return str(self._parser.render(source, self._painter.environment))

    def _with_edges(self, start: int, end: int) -> str:
        pieces = []
        position = start
        first = max(0, bisect_right(self._starts, start) - 1)
        for index in range(first, len(self._segments)):
            segment = self._segments[index]
            if segment.start >= end:
                break
            if segment.end <= start:
                continue
            begin, stop = max(segment.start, start), min(segment.end, end)
            pieces += [self._text[position:begin], _edge(index), self._text[begin:stop]]
            position = stop
            following = self._starts[index + 1 : index + 2]
            if following != [segment.end]:
                pieces.append(_edge(_NONE))
        return "".join((*pieces, self._text[position:end]))


def _edge(index: int) -> str:
    return _EDGE + f"{index:0{_FIGURES}}".translate(_TO_DIGITS)


def _is_hidden(character: str) -> bool:
    return character != "\r" and is_control(character)


@dataclass
class _Painter:
    """Knows in which segment the text is that is being rendered."""

    segments: Sequence[Segment]
    frame: Frame
    current: int = _NONE
    begun: set[int] = field(default_factory=set)
    lines: Lines = field(default_factory=lambda: Lines.of(""))
    offset: int = 0
    environment: MutableMapping[str, Any] = field(default_factory=dict)

    def enter_block(self, line: int) -> None:
        """Begin a block: only a segment that began before it can be open."""
        start = self.offset + self.lines.starts[min(line, len(self.lines.starts) - 1)]
        is_open = (
            self.current != _NONE
            and self.segments[self.current].start < start < self.segments[self.current].end
        )
        if not is_open:
            self.current = _NONE

    def paint(self, text: str) -> str:
        """Give a text with edges in it as HTML."""
        pieces = []
        position = 0
        for edge in _EDGES.finditer(text):
            pieces.append(self._piece(text[position : edge.start()]))
            self.current = int(edge[1].translate(_FROM_DIGITS))
            position = edge.end()
        return "".join((*pieces, self._piece(text[position:])))

    def _piece(self, text: str) -> str:
        if not text:
            return ""
        if self.current >= len(self.segments):
            return escape(text)
        before, behind = self.frame(self.segments[self.current], self.current not in self.begun)
        self.begun.add(self.current)
        return f"{before}{escape(text)}{behind}"


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Join text over the ends of lines, so that a mark is in one piece wherever it can be."""
    joined: list[Token] = []
    for token in tokens:
        if token.type not in {"text", "softbreak"}:
            joined.append(token)
            continue
        content = "\n" if token.type == "softbreak" else token.content
        if not joined or joined[-1].type != "text":
            joined.append(Token("text", "", 0))
        joined[-1].content += content
    return joined


class _Renderer(RendererHTML):
    """Renders tokens without any attribute that came with the text."""

    painter: _Painter

    def render(
        self, tokens: Sequence[Token], options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Render the blocks of a text."""
        pieces = []
        for index, token in enumerate(tokens):
            if token.map:
                self.painter.enter_block(token.map[0])
            if token.type == "inline":
                pieces.append(self.renderInline(_joined(token.children or []), options, env))
            elif token.type in self.rules:
                pieces.append(self.rules[token.type](tokens, index, options, env))
            else:
                token.attrs = {
                    name: value for name, value in token.attrs.items() if name == "start"
                }
                pieces.append(self.renderToken(tokens, index, options, env))
        return "".join(pieces)

    def text(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """Render plain text."""
        return self.painter.paint(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """Render code in a line."""
        return f"<code>{self.painter.paint(tokens[idx].content)}</code>"

    def fence(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """Render a code block; what it says of its language does not count."""
        return f"<pre><code>{self.painter.paint(tokens[idx].content)}</code></pre>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """Render a link as words that show where it leads."""
        target = _EDGES.sub("", str(tokens[idx].attrGet("href") or ""))
        return f'<span class="link" title="{escape(target)}">'

    def link_close(self, *_: object) -> str:
        """Render the end of a link."""
        return "</span>"

    def image(
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,
        env: MutableMapping[str, Any],
    ) -> str:
        """Render a picture as the words that stand for it."""
        words = self.renderInlineAsText(tokens[idx].children or [], options, env)
        return f'<span class="picture">{self.painter.paint(words)}</span>'
