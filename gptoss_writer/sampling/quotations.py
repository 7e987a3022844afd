"""Verbatim quotations: inside double quotation marks only what a source says may be written.

Up to three words are free (scare quotes). From the fourth on, the whole quotation must be a
contiguous piece of a source, after folding of marks, dashes and spaces; case counts. It begins and
ends with whole words; a comma or full stop of the sentence may stand before the closing mark.

A model that wants other words than the source's must not get around the rule by gluing them on,
as in "Worms do noturning" or "no,more": where three whole words of a source stand, only the source
goes on, and behind a comma or the like a free word has no more letters. So a scare quote of three
words cannot be those of a source with another ending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gptoss_writer.sampling.characters import QUOTATION_MARKS
from gptoss_writer.sampling.quotable import LONG_DASHES, NEVER_QUOTED, TYPED_DASH, Quotable

FREE_WORDS = 3
_BEFORE_OPENER = frozenset(" \n([—–-*'‘/")
# What closes each mark that may open; the first is what we would write ourselves.
_CLOSERS = {'"': '"”', "“": '”"', "„": '“”"', "«": "»"}
_FREE_WORD_CHARACTERS = 40
_FREE_MARKS = 1
_COMPLETING = frozenset(",;!?")


class Outside(NamedTuple):
    """No quotation is open; `before` is the last character, a newline at the beginning."""

    before: str = "\n"


class Inside(NamedTuple):
    """A quotation is open.

    `places` are the offsets into the sources, behind the text so far; none: the text is not in
    any. `closers` may close it. `words` have begun. `length` counts the characters of the last
    token, `in_word` tells whether it has a letter or digit. `is_complete`: a mark came behind
    this word, so that no letters follow but those of a source. `closing`: a comma or full stop of
    the sentence was written, only the mark may follow.
    """

    places: frozenset[int]
    closers: str = '"'
    words: int = 0
    length: int = 0
    in_word: bool = False
    before: str = ""
    is_complete: bool = False
    closing: bool = False


QuotationState = Outside | Inside


@dataclass(frozen=True)
class Quotations:
    """The rule, for a set of sources."""

    quotable: Quotable

    @classmethod
    def of(cls, texts: Iterable[str]) -> Quotations:
        """Make the rule from the texts that may be quoted."""
        return cls(Quotable.of(texts))

    def step(self, state: QuotationState, character: str) -> QuotationState | None:
        """Give the state behind one more character; None where it must not come."""
        if isinstance(state, Inside):
            return self._inside(state, character)
        if character not in QUOTATION_MARKS:
            # `"one"two` could be read as another quotation that opens.
            is_glued = character.isalnum() and state.before in QUOTATION_MARKS
            return None if is_glued else Outside(character)
        if character in _CLOSERS and state.before in _BEFORE_OPENER:
            return Inside(self.quotable.starts, _CLOSERS[character])
        return None

    def _inside(self, state: Inside, character: str) -> QuotationState | None:
        if character in QUOTATION_MARKS:
            closes = character in state.closers and self.may_close(state)
            return Outside(character) if closes else None
        if state.closing or character in NEVER_QUOTED:
            return None
        if character.isspace():
            return self._space(state, character)
        places = self._match(state.places, character)
        if not places and (character in "[]" or _is_bracketed(state.before, character)):
            return None
        is_alnum = character.isalnum()
        words = state.words + (is_alnum and not state.in_word)
        if not places and words > FREE_WORDS:
            is_mark = character in ",." and state.words > FREE_WORDS and self._is_word_end(state)
            return state._replace(closing=True, before=character) if is_mark else None
        if not places and not self._is_free(state, character):
            return None
        return Inside(
            places,
            state.closers,
            words,
            state.length + 1,
            in_word=state.in_word or is_alnum,
            before=character,
            is_complete=state.is_complete or self._completes(state, character),
        )

    def _completes(self, state: Inside, character: str) -> bool:
        """Tell whether no letters but a source's may follow this character."""
        if not state.in_word or character.isalnum():
            return False
        is_mark = character in _COMPLETING and not state.before.isdigit()  # "1,000" goes on
        return is_mark or self._is_source_so_far(state)

    def _is_free(self, state: Inside, character: str) -> bool:
        """Tell whether a character may come that no source has here."""
        if character.isalnum() and (state.is_complete or self._is_source_so_far(state)):
            return False
        return _is_short(state, is_alnum=character.isalnum())

    def _is_source_so_far(self, state: Inside) -> bool:
        """Tell whether the free words are whole words of a source, all of them."""
        return state.words == FREE_WORDS and state.in_word and self._ends_in_source(state)

    def _ends_in_source(self, state: Inside) -> bool:
        return not state.places.isdisjoint(self.quotable.ends)

    def _space(self, state: Inside, character: str) -> Inside | None:
        if character != " " or state.before in ("", " "):
            return None
        places = self._match(state.places, " ")
        is_full = state.words >= FREE_WORDS or not state.in_word or state.before == "["
        if not places and is_full:
            return None
        return Inside(places, state.closers, state.words, 0, in_word=False, before=" ")

    def _match(self, places: frozenset[int], character: str) -> frozenset[int]:
        folded = " " if character == " " else self.quotable.letters.get(character)
        if folded is None or not places:
            return frozenset()
        text = self.quotable.text
        found = {place + len(folded) for place in places if text.startswith(folded, place)}
        if character in LONG_DASHES:  # stands for the hyphens of a typewriter as well
            hyphens = filter(None, (TYPED_DASH.match(text, place) for place in places))
            found.update(match.end() for match in hyphens)
        return frozenset(found)

    def _is_word_end(self, state: Inside) -> bool:
        if state.before in ("", " ", "[") or not state.words:
            return False
        return state.words <= FREE_WORDS or self._ends_in_source(state)

    def may_close(self, state: QuotationState) -> bool:
        """Tell whether the closing mark may come now; False where no quotation is open."""
        return isinstance(state, Inside) and self._is_word_end(state)

    def is_narrow(self, state: QuotationState) -> bool:
        """Tell whether only what goes on in the sources may come, or marks and the closing one."""
        if not isinstance(state, Inside):
            return False
        if state.words == FREE_WORDS:
            return state.before == " " or self._is_source_so_far(state)
        return state.words > FREE_WORDS

    def completions(self, beginning: bytes) -> Iterator[str]:
        """Give the characters of the sources whose UTF-8 begins with these bytes."""
        return (
            character
            for character in self.quotable.letters
            if not character.isascii() and character.encode().startswith(beginning)
        )


def _is_bracketed(before: str, character: str) -> bool:
    """Tell whether this goes on behind a square bracket as only a source may.

    Inside brackets nothing is free, and what follows them cannot make a link of them.
    """
    return before == "[" or (before == "]" and character in "([:")


def _is_short(state: Inside, *, is_alnum: bool) -> bool:
    """Tell whether a free word, or the marks before it, may go on."""
    limit = _FREE_WORD_CHARACTERS if is_alnum or state.in_word else _FREE_MARKS
    return state.length < limit
