"""Finds the text between double quotation marks, however the marks are mixed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gptoss_writer.grounding.prose import Block

_MARK = re.compile('["“”„‟«»＂]')
_STRAIGHT = frozenset('"＂')
_OPENING = frozenset("“„‟«")
_BEFORE_OPENER = frozenset("([{<—–-/|'‘*_:~>…")


@dataclass(frozen=True, slots=True)
class QuotedText:
    """Text between quotation marks.

    `low` and `high` are its place in the block's text, without the marks; `start` and `end` in
    the original; the marks stand directly before and behind. Not `is_closed`: it runs to the end
    of its paragraph.
    """

    block: Block
    low: int
    high: int
    start: int
    end: int
    is_closed: bool = True

    @property
    def text(self) -> str:
        """The words between the marks, without markup."""
        return self.block.text.text[self.low : self.high]


@dataclass(slots=True)
class _Scan:
    """The marks that are open, innermost last, and the pairs that stand in none of them."""

    opened: list[int] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)


def quoted_texts(block: Block) -> tuple[QuotedText, ...]:
    """Find the quotations of a block, the outermost of nested ones, in order.

    A straight mark opens where a quotation can open: before a visible character, and not behind
    a letter, a digit or an end mark; so apostrophes are none and inches are none. Marks in code
    are characters. A mark that is never closed quotes the rest of its paragraph.
    """
    text = block.text.text
    scan = _Scan()
    marks = [mark.start() for mark in _MARK.finditer(text) if not block.is_code(*mark.span())]
    for number, at in enumerate(marks):
        following = marks[number + 1] if number + 1 < len(marks) else None
        if scan.opened and _closes(text, at, following):
            begin = scan.opened.pop()
            while scan.pairs and scan.pairs[-1][0] > begin:
                scan.pairs.pop()
            scan.pairs.append((begin, at))
        elif _can_open(text, at):
            scan.opened.append(at)
    found = [_quoted(block, begin + 1, end) for begin, end in scan.pairs]
    if scan.opened:
        found.append(_quoted(block, scan.opened[0] + 1, len(text.rstrip()), is_closed=False))
    return tuple(sorted(filter(None, found), key=lambda item: item.low))


def _quoted(block: Block, low: int, high: int, *, is_closed: bool = True) -> QuotedText | None:
    content = block.text.text[low:high]
    if not content.strip():
        return None
    low += len(content) - len(content.lstrip())
    high -= len(content) - len(content.rstrip())
    return QuotedText(block, low, high, *block.text.span(low, high), is_closed)


def _can_open(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if text[at] in _OPENING:
        return after != ""
    if not after.strip():
        return False
    is_free = not before.strip() or before in _BEFORE_OPENER or before in _OPENING
    if text[at] in _STRAIGHT:
        return is_free or before in _STRAIGHT
    return is_free and after.isalnum()


def _closes(text: str, at: int, following: int | None) -> bool:
    """Tell whether a mark inside a quotation closes it; else it opens another one inside."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] in _OPENING:
        # German closes with the mark that English opens with.
        return bool(before.strip()) and not after.isalnum()
    if text[at] not in _STRAIGHT:
        return True
    if after.isalnum():
        return before.strip() != "" and before not in _BEFORE_OPENER and not before.isalnum()
    return not _is_inch(text, at, following)


def _is_inch(text: str, at: int, following: int | None) -> bool:
    """Tell whether a mark behind a digit means inches: another one closes the quotation."""
    if not text[at - 1 : at].isdigit() or following is None:
        return False
    goes_on = text[at + 1 : at + 2] in {" ", "-"} and text[at + 2 : at + 3].islower()
    before, after = text[following - 1 : following], text[following + 1 : following + 2]
    is_closer = bool(before.strip()) and not before.isdigit() and not after.isalnum()
    return goes_on and is_closer and text[following] not in _OPENING
