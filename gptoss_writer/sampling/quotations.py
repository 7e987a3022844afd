"""Verbatim quotations: inside double quotation marks only what a source says may be written.

Up to three words are free (scare quotes). From the fourth on, the whole quotation must be a
contiguous piece of a source, after folding of marks, dashes and spaces; case counts. It ends at a
word's end; a comma or full stop of the sentence may stand before the closing mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gptoss_writer.text import fold

FREE_WORDS = 3
_MARKS = frozenset('"“”„‟«»＂')
_BEFORE_OPENER = frozenset(" \n([—–-*'‘/")
# What closes each mark that may open; the first is what we would write ourselves.
_CLOSERS = {'"': '"”', "“": '”"', "„": '“”"', "«": "»"}
_FREE_WORD_CHARACTERS = 40
# Inside a quotation these would be markup, or would make its end ambiguous. Sources are cut there.
_NEVER_INSIDE = frozenset("\n*_`<>[]{}#|\\~【】")
_CUTS = re.compile(r'["*_`<>\[\]{}#|\\~【】]')


class Outside(NamedTuple):
    """No quotation is open; `before` is the last character, a newline at the beginning."""

    before: str = "\n"


class Inside(NamedTuple):
    """A quotation is open.

    `places` are the offsets into the sources, behind the text so far; none: the text is not in
    any. `closers` may close it. `words` have begun. `length` counts the characters of the last
    token, `in_word` tells whether it has a letter or digit. `closing`: a comma or full stop of
    the sentence was written, only the mark may follow.
    """

    places: frozenset[int]
    closers: str = '"'
    words: int = 0
    length: int = 0
    in_word: bool = False
    before: str = ""
    closing: bool = False


QuotationState = Outside | Inside


@dataclass(frozen=True)
class Quotations:
    """The rule, for a set of sources."""

    sources: str

    @classmethod
    def of(cls, texts: Iterable[str]) -> Quotations:
        """Make the rule from the texts that may be quoted.

        A source is cut at double quotation marks, since a mark in the article always ends the
        quotation, and at characters of Markdown, which could end anything else.
        """
        pieces = (piece.strip() for text in texts for piece in _CUTS.split(fold(text)))
        return cls("\n" + "\n".join(dict.fromkeys(filter(None, pieces))) + "\n")

    def step(self, state: QuotationState, character: str) -> QuotationState | None:
        """Give the state behind one more character; None where it must not come."""
        if isinstance(state, Inside):
            return self._inside(state, character)
        if character not in _MARKS:
            return Outside(character)
        if character in _CLOSERS and state.before in _BEFORE_OPENER:
            return Inside(_word_starts(self.sources), _CLOSERS[character])
        return None

    def _inside(self, state: Inside, character: str) -> QuotationState | None:
        if character in _MARKS:
            closes = character in state.closers and self.may_close(state)
            return Outside(character) if closes else None
        if state.closing or character in _NEVER_INSIDE:
            return None
        if character.isspace():
            return self._space(state, character)
        places = self._match(state.places, character)
        is_long = state.words > FREE_WORDS
        if is_long and not places and character in ",." and self._is_word_end(state):
            return state._replace(closing=True, before=character)
        begins = character.isalnum() and not state.in_word
        words = state.words + begins
        if words > FREE_WORDS and not places:
            return None
        if not places and state.length >= _FREE_WORD_CHARACTERS:
            return None
        return Inside(
            places,
            state.closers,
            words,
            state.length + 1,
            in_word=state.in_word or character.isalnum(),
            before=character,
        )

    def _space(self, state: Inside, character: str) -> Inside | None:
        if character != " " or state.before in ("", " "):
            return None
        places = self._match(state.places, " ")
        if not places and state.words >= FREE_WORDS:
            return None
        return Inside(places, state.closers, state.words, 0, in_word=False, before=" ")

    def _match(self, places: frozenset[int], character: str) -> frozenset[int]:
        folded = _fold_character(character)
        if not folded:
            return frozenset()
        return frozenset(
            place + len(folded) for place in places if self.sources.startswith(folded, place)
        )

    def _is_word_end(self, state: Inside) -> bool:
        if state.before in ("", " ") or not state.words:
            return False
        return state.words <= FREE_WORDS or any(map(self._ends_word, state.places))

    def _ends_word(self, place: int) -> bool:
        """Tell whether no word of the sources goes on at a place: "didn" ends none in "didn't"."""
        after = self.sources[place]
        goes_on = after in "'-" and self.sources[place + 1].isalnum()
        return not after.isalnum() and not goes_on

    def may_close(self, state: QuotationState) -> bool:
        """Tell whether the closing mark may come now; False where no quotation is open."""
        return isinstance(state, Inside) and (state.closing or self._is_word_end(state))


@lru_cache(maxsize=64)
def _word_starts(sources: str) -> frozenset[int]:
    """Give every offset at which a word begins."""
    return frozenset(
        index
        for index in range(1, len(sources))
        if not sources[index].isspace() and not _joins(sources[index - 1], sources[index])
    )


def _joins(before: str, character: str) -> bool:
    return before.isalnum() and character.isalnum()


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    return " " if character.isspace() else fold(character)
