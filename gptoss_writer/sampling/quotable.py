"""What may be quoted: the sources, folded, with the places where a quotation may begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gptoss_writer.sampling.characters import (
    NEVER_WRITTEN,
    QUOTATION_MARKS,
    is_writable_in_quotation,
)
from gptoss_writer.text import fold, pair_inner_marks

BREAK = "\n"
"""Stands between pieces that do not follow each other, and at both ends."""

NEVER_QUOTED = QUOTATION_MARKS | frozenset("*`")
"""A mark always ends the quotation, and the others would be markup."""

LONG_DASHES = "–—―"
TYPED_DASH = re.compile("-{2,}")

# Folding makes one dash of all; what stands between long ones are words of their own.
_LONG_DASH = re.compile("[—―]|-{2,}")
_SEPARATOR = "\ue000"
# A quotation inside a source, once its marks are paired; they are written as single ones.
_OPENING, _CLOSING = "\ue001", "\ue002"
_AS_WRITTEN = str.maketrans({_SEPARATOR: None, _OPENING: "'", _CLOSING: "'"})
_PAIR = re.compile(rf"{_OPENING}([^{_OPENING}{_CLOSING}]*){_CLOSING}")
# These may be written for their plain forms, whatever the source has.
_ALIKE = "‘’‚‛‹›´′‐‒–—―−…"
# Of a number or a name as much as its letters and digits: "$5", "50%", "C++", "-3".
_SENSE = frozenset("%‰°$€£¥#+&@=")
_INNER_MARK = re.compile(r'(?<!\d)"')
_SIGNED = re.compile(r"-(?=\d)")
# Brackets with these behind them could be read as a link.
_LINK = re.compile(r"\][(\[:]")


@dataclass(frozen=True)
class Quotable:
    """The sources in one text.

    `starts` are the offsets where a word begins, `ends` those behind which no word goes on; words
    are what stands between spaces, so "000" begins none in "1,000". `letters` are the characters
    that may be written, with what they fold to; at every offset one of them goes on.
    """

    text: str
    starts: frozenset[int]
    ends: frozenset[int]
    letters: Mapping[str, str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Quotable:
        """Bring sources into the form in which they are followed.

        A quotation inside a source is quoted with single marks, and whole or by itself, so that no
        inner mark is left open. A source is cut where it has a character that cannot be written,
        and where a mark may mean inches; a word that has one in the middle ("snake_case") goes as a
        whole, lest half of it is quoted.
        """
        sources = list(texts)
        pieces = dict.fromkeys(piece for source in sources for piece in _pieces(source))
        text, starts, ends = BREAK, set[int](), set[int]()
        for piece in pieces:
            low, words, inside = len(text), piece.translate(_AS_WRITTEN), _inside(piece)
            own_starts = set(_starts(piece)) - inside
            own_ends = {len(words) - offset for offset in _starts(piece[::-1])} - inside
            starts.update(low + offset for offset in own_starts)
            ends.update(low + offset for offset in own_ends)
            text += words + BREAK
        written = {character for source in sources for character in source} | set(text)
        letters = {
            character: folded
            for character in sorted(written.union(_ALIKE) - NEVER_QUOTED)
            if is_writable_in_quotation(character)
            and (folded := fold(character))
            and " " not in folded
        }
        return cls(text, frozenset(starts), frozenset(ends), letters)


def _pieces(source: str) -> Iterator[str]:
    """Give the pieces of a source that can be quoted, with separators around long dashes.

    What a source quotes is a piece of its own besides.
    """
    plain = re.sub(f"[{_SEPARATOR}{_OPENING}{_CLOSING}]", "\ufffd", source)
    paired = pair_inner_marks(plain, _OPENING, _CLOSING)
    folded = fold(_LONG_DASH.sub(rf"{_SEPARATOR}\g<0>{_SEPARATOR}", paired))
    folded = _INNER_MARK.sub("'", folded)
    for part in " ".join(map(_quotable_word, folded.split(" "))).split(BREAK):
        for piece in (part, *_PAIR.findall(part)):
            words = piece.strip(f" {_SEPARATOR}")
            if any(map(str.isalnum, words)):
                yield words


def _inside(piece: str) -> set[int]:
    """Give the offsets between the marks of inner quotations, separators not counted."""
    spans = (pair.span(1) for pair in _PAIR.finditer(piece.replace(_SEPARATOR, "")))
    return {offset for start, end in spans for offset in range(start, end + 1)}


def _quotable_word(word: str) -> str:
    """Put breaks into a word, or one in its place."""
    if NEVER_WRITTEN.search(word) or _LINK.search(word):
        return BREAK
    if all(map(_can_be_quoted, word)):
        return word
    marked = "".join(c if _can_be_quoted(c) else BREAK for c in word)
    is_whole = not re.search(rf"[^\W_]{BREAK}+[^\W_]", marked)
    return marked if is_whole else BREAK


def _can_be_quoted(character: str) -> bool:
    if character in (_SEPARATOR, _OPENING, _CLOSING):
        return True
    return is_writable_in_quotation(character) and character not in NEVER_QUOTED


def _starts(piece: str) -> Iterator[int]:
    """Give the offsets at which nothing of the word has come yet, separators not counted.

    Read backwards, these are the offsets behind which nothing of the word is left.
    """
    has_begun = False
    offset = 0
    for index, character in enumerate(piece):
        if character == _SEPARATOR:
            has_begun = False
            continue
        if character == " ":
            has_begun = False
        elif not has_begun:
            yield offset
            has_begun = (
                character.isalnum()
                or character in _SENSE
                or _SIGNED.match(piece, index) is not None
            )
        offset += 1
