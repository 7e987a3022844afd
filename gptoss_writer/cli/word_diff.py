"""Two texts compared word by word, as prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from gptoss_writer.text import count_words

Op = Literal["same", "removed", "added"]

_TOKEN = re.compile(r"\n\s*|(?:\w+(?:['’\-]\w+)*|[^\w\s])[^\S\n]*|[^\S\n]+")
_WEIGHTY = re.compile(r"\w|\n")
_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stands in both, in the first only, or in the second only."""

    op: Op
    text: str


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Cut both texts into what is the same and what is not, in reading order.

    The kind of newline and the number of spaces between words count for nothing. What a reader
    sees as one change is one: words that stand alone between two changes go with them only where
    they are punctuation or blanks.
    """
    old, new = _tokens(before), _tokens(after)
    matcher = SequenceMatcher(
        None, [_key(token) for token in old], [_key(token) for token in new], autojunk=False
    )
    return tuple(_pieces(_spans(matcher.get_opcodes(), new), old, new))


def count_changed(pieces: tuple[Piece, ...], op: Op) -> int:
    """Count the words of the pieces of one kind."""
    return sum(count_words(piece.text) for piece in pieces if piece.op == op)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))


def _key(token: str) -> str:
    if token.startswith(_BREAK):
        return _BREAK * min(2, token.count(_BREAK))
    return token.rstrip() or " "


@dataclass(slots=True)
class _Span:
    is_same: bool
    start: int
    end: int
    first: int
    last: int


def _spans(codes: Sequence[tuple[str, int, int, int, int]], new: list[str]) -> list[_Span]:
    """Join changes with nothing but punctuation and blanks between them."""
    spans: list[_Span] = []
    for number, (tag, start, end, first, last) in enumerate(codes):
        is_same = tag == "equal"
        is_between = 0 < number < len(codes) - 1
        is_thin = is_same and is_between and not _WEIGHTY.search("".join(new[first:last]))
        if spans and not spans[-1].is_same and (is_thin or not is_same):
            spans[-1].end, spans[-1].last = end, last
        else:
            spans.append(_Span(is_same, start, end, first, last))
    return spans


def _pieces(spans: list[_Span], old: list[str], new: list[str]) -> Iterator[Piece]:
    for span in spans:
        removed, added = "".join(old[span.start : span.end]), "".join(new[span.first : span.last])
        if span.is_same:
            # The longer of both, so that the blank before what went is not lost.
            pairs = zip(old[span.start : span.end], new[span.first : span.last], strict=True)
            yield Piece("same", "".join(max(pair, key=len) for pair in pairs))
            continue
        if removed:
            yield Piece("removed", removed)
        if added:
            yield Piece("added", added)
