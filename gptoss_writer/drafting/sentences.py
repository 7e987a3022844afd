"""Where the sentences of Markdown end, with nothing left open: places at which it can be cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from gptoss_writer.text import ends_with_sentence, sentence_spans

_FENCE = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")
_NOT_PROSE = re.compile(r"[ \t>]*(?:$|#{1,6}(?:\s|$)|\|)")
_ITEM = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+")
_PAIRED = re.compile(r"`+|\*+|(?<!\w)_+|_+(?!\w)|[\"“”()\[\]]")
_OPENERS = {"”": "“", ")": "(", "]": "["}


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Give the (start, end) offsets of paragraphs and list items, without their markers.

    Headings, tables and code are none.
    """
    fenced = ""
    start: int | None = None
    offset = 0
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        is_break = bool(fenced) or fence is not None or _NOT_PROSE.match(line) is not None
        item = None if is_break else _ITEM.match(line)
        if start is not None and (is_break or item):
            yield start, offset - 1
            start = None
        if fence and not fenced:
            fenced = fence[1]
        elif fence and fence[1].startswith(fenced):
            fenced = ""
        if not is_break and start is None:
            start = offset + (item.end() if item else 0)
        offset += len(line) + 1
    if start is not None:
        yield start, len(text)


def sentence_ends(text: str, start: int, stop: int) -> Iterator[int]:
    """Give the offsets behind the sentences of a paragraph at which no pair of marks is open."""
    paragraph = text[start:stop]
    unpaired: Counter[str] = Counter()
    position = 0
    for _, end in sentence_spans(paragraph):
        _tally(paragraph[position:end], unpaired)
        position = end
        if not any(unpaired.values()) and ends_with_sentence(paragraph[max(0, end - 200) : end]):
            yield start + end


def _tally(piece: str, unpaired: Counter[str]) -> None:
    for match in _PAIRED.finditer(piece):
        mark = match[0]
        if mark in _OPENERS:
            unpaired[_OPENERS[mark]] -= 1
        elif mark in _OPENERS.values():
            unpaired[mark] += 1
        elif mark[0] in "*_":
            is_free = piece[match.start() - 1 : match.start()].isspace()
            if is_free and piece[match.end() : match.end() + 1].isspace():
                continue
            # `***` is both; each of them opens and closes in turn.
            for length in (1, 2):
                unpaired[mark[0] * length] ^= len(mark) & length
        else:
            unpaired[mark] ^= 1
