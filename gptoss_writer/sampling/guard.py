"""The rules of a section together, over bytes: well-formed prose, verbatim quotations, the budget.

The state is one immutable value. A piece is stepped through character by character; bytes that do
not yet make a character wait, and may only be ones that some acceptable character begins with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.characters import (
    NEVER_WRITTEN,
    NEVER_WRITTEN_CHARACTERS,
    QUOTATION_MARKS,
    completions,
    decode,
)
from gptoss_writer.sampling.interface import Ending, Mark, Verdict, Walk
from gptoss_writer.sampling.prose import Prose, ProseRule
from gptoss_writer.sampling.quotations import Inside, Outside, Quotations, QuotationState
from gptoss_writer.text import ends_with_sentence, sentence_spans

_TAIL_CHARACTERS = 200
_SENTENCE_MARKS = frozenset('.!?…"”»)*')
_MAY_END = frozenset(" \n.!?…\"'”’“»›)*")
_ENDS = ".…"
_HARMLESS = len("assistantfinal")
_WORD = re.compile(r" ?[A-Za-z]+\Z")
_BEGINS_ANEW = frozenset('"“„«*`#-(')


def _is_never_an_aside(_line: str) -> bool:
    return False


class GuardState(NamedTuple):
    """All that a guard knows of the text so far.

    `tail` are the last characters, `waiting` the bytes of one that is not whole. `sentences` have
    ended. `is_fresh`: an end was refused here, so what comes must begin something new.
    """

    prose: Prose = Prose()
    quotation: QuotationState = Outside()
    tail: str = ""
    waiting: bytes = b""
    sentences: int = 0
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class GuardRules:
    """What a guard enforces.

    `is_aside` tells of a whole line whether it is no part of the section, but its title again or
    a remark about it ("Word count: 150"); the text neither begins nor ends with one.
    """

    quotations: Quotations
    budget: BudgetRule
    prose: ProseRule
    is_aside: Callable[[str], bool] = _is_never_an_aside


class SectionGuard:
    """A `Constraint` for the text of one section."""

    def __init__(self, rules: GuardRules) -> None:
        self.rules = rules
        self._state = GuardState()
        # The engine accepts a piece and then advances by it; the work is done once.
        self._end = (GuardState(), False)
        self._last: tuple[GuardState, bytes, GuardState | None, Verdict] | None = None

    @property
    def words(self) -> int:
        """How many words the text has."""
        return self._state.prose.words

    @property
    def is_sentence_end(self) -> bool:
        """Tell whether a sentence can end here, with nothing left open."""
        if self._end[0] is not self._state:
            self._end = (self._state, self._is_sentence_end(self._state))
        return self._end[1]

    @property
    def is_in_band(self) -> bool:
        """Tell whether the text has as many words as it may have at its end."""
        budget = self.rules.budget
        return budget.floor <= self.words <= budget.ceiling

    @property
    def is_narrow(self) -> bool:
        """Tell whether so little may come here that it is best enumerated."""
        return self.rules.quotations.is_narrow(self._state.quotation)

    def accepts(self, piece: bytes) -> Verdict:
        """Say whether these bytes may come next."""
        return self._try(piece)[1]

    def advance(self, piece: bytes) -> None:
        """Take the bytes in; `ValueError` where they were not acceptable."""
        state, verdict = self._try(piece)
        if state is None:
            raise ValueError(f"the piece {piece!r} is not acceptable: {verdict.name}")
        self._state = state

    def _try(self, piece: bytes) -> tuple[GuardState | None, Verdict]:
        if self._last is None or self._last[0] is not self._state or self._last[1] != piece:
            self._last = (self._state, piece, *self._step(self._state, piece))
        return self._last[2], self._last[3]

    def allowed(self, walk: Walk) -> Iterable[int]:
        """Enumerate the tokens that may come next."""
        return walk(lambda prefix: self._step(self._state, prefix)[1] is Verdict.ACCEPT)

    def mark(self) -> Mark:
        """Give the state."""
        return self._state

    def rollback(self, mark: Mark) -> None:
        """Go back to the state of a mark."""
        if not isinstance(mark, GuardState):
            raise TypeError("a guard goes back to its own marks only")
        self._state = mark

    def refuse_end(self) -> None:
        """Note that the text may not end here, so that something new must begin, not a stutter."""
        if self.is_sentence_end:
            self._state = self._state._replace(is_fresh=True)

    def ending(self) -> Ending:
        """Say whether the text may end here, and whether it should."""
        if not self.is_sentence_end:
            return Ending.FORBIDDEN
        has_space = self._state.tail[-1] in " \n"  # then this sentence is counted already
        return self.rules.budget.ending(self.words, self._state.sentences + (not has_space))

    def ends_before(self, piece: bytes) -> bool:
        """Tell whether these bytes, coming next, begin another sentence or paragraph."""
        if not self.is_sentence_end:
            return False
        text, waiting = decode(piece)
        following = (text or "").lstrip()
        space = (text or "").removesuffix(following)
        if "\n" in space or self._state.tail.endswith("\n"):
            return True
        if not following:
            following = "“" if waiting else ""
        if not following or not (space or self._state.tail.endswith(" ")):
            return False
        ended = self._state.tail.rstrip()
        spans = sentence_spans(f"{ended} {following}")
        return any(end == len(ended) for _, end in spans)

    def distance(self) -> int:
        """Give how many words the text is away from its budget."""
        return abs(self.words - self.rules.budget.target)

    def closing(self) -> str | None:
        """Give the shortest text that ends the sentence here, inside the band; None: not here."""
        state = self._state
        if not self.is_in_band:
            return None
        if self.is_sentence_end:
            return ""
        if not state.prose.before.isalnum():
            return None
        text = ""
        if isinstance(state.quotation, Inside):
            text += state.quotation.closers[0]
        if state.prose.code:
            text += "`"
        closers = {"(": ")"}
        text += "".join(closers.get(mark, mark) for mark in reversed(state.prose.opened))
        # The second is for abbreviations and initials, behind which a full stop is no end.
        return next((text + end for end in _ENDS if self._ends_with(text + end)), None)

    def _ends_with(self, text: str) -> bool:
        """Tell whether these characters, coming next, end the sentence."""
        after, verdict = self._step(self._state, text.encode())
        return verdict is Verdict.ACCEPT and after is not None and self._is_sentence_end(after)

    def _step(self, state: GuardState, piece: bytes) -> tuple[GuardState | None, Verdict]:
        """Step a piece through all rules."""
        text, waiting = decode(state.waiting + piece)
        if text is None:
            return None, Verdict.REJECT
        after = self._stride(state, text) if not waiting and _WORD.match(text) else None
        return (after, Verdict.ACCEPT) if after else self._walk(state, text, waiting)

    def _walk(
        self, state: GuardState, text: str, waiting: bytes
    ) -> tuple[GuardState | None, Verdict]:
        """Step character by character; `waiting` is the beginning of one more."""
        prose, quotation, is_fresh = state.prose, state.quotation, state.is_fresh
        sentences, ceiling, overruns = state.sentences, self.rules.budget.ceiling, False
        for index, character in enumerate(text):
            if is_fresh:
                if not _begins_anew(prose, character):
                    return None, Verdict.REJECT
                is_fresh = character in " \n"
            if character == "\n" and self._is_first_aside(state.tail + text[:index]):
                return None, Verdict.REJECT
            sentences += character in " \n" and prose.before in _SENTENCE_MARKS
            following = self._follow(prose, quotation, character)
            if following is None:
                return None, Verdict.REJECT
            prose, quotation = following
            overruns = overruns or prose.words > ceiling
        written = state.tail + text
        if NEVER_WRITTEN.search(written, len(state.tail) - NEVER_WRITTEN_CHARACTERS):
            return None, Verdict.REJECT
        if overruns:
            return None, Verdict.OVERRUN
        tail = written[-_TAIL_CHARACTERS:]
        after = GuardState(prose, quotation, tail, waiting, sentences, is_fresh)
        verdict = self._completes(after) if waiting else Verdict.ACCEPT
        return (after if verdict is Verdict.ACCEPT else None), verdict

    def _stride(self, state: GuardState, text: str) -> GuardState | None:
        """Take a plain word in one stride where nothing is special; None: go step by step."""
        before = state.prose.before
        is_new = text[0] == " "
        if state.is_fresh or not isinstance(state.quotation, Outside):
            return None
        if before in QUOTATION_MARKS and not is_new:
            return None
        prose = self.rules.prose.words_on(state.prose, text)
        if prose is None or prose.begun > self.rules.budget.ceiling:
            return None
        # A short new word in small letters can be nothing that is never written.
        is_harmless = is_new and len(text) <= _HARMLESS and text[2:].islower()
        if not is_harmless or before.isupper():
            start = len(state.tail) - NEVER_WRITTEN_CHARACTERS
            if NEVER_WRITTEN.search(state.tail + text, start):
                return None
        sentences = state.sentences + (is_new and before in _SENTENCE_MARKS)
        tail = (state.tail + text)[-_TAIL_CHARACTERS:]
        return GuardState(prose, Outside(text[-1]), tail, b"", sentences)

    def _follow(
        self, prose: Prose, quotation: QuotationState, character: str
    ) -> tuple[Prose, QuotationState] | None:
        """Step one character; what stands in code is no quotation."""
        rules = self.rules
        next_prose = rules.prose.step(prose, character, quoted=isinstance(quotation, Inside))
        if next_prose is None:
            return None
        if prose.code:
            return next_prose, quotation
        next_quotation = rules.quotations.step(quotation, character)
        return None if next_quotation is None else (next_prose, next_quotation)

    def _completes(self, state: GuardState) -> Verdict:
        """Tell whether some character that begins with the waiting bytes may come.

        Without this, the first byte of a curly mark could be drawn where no mark may stand, and
        nothing at all could follow it.
        """
        whole = state._replace(waiting=b"")
        verdict = Verdict.REJECT
        for source in (completions, self.rules.quotations.completions):
            for character in source(state.waiting):
                following = self._step(whole, character.encode())[1]
                if following is Verdict.ACCEPT:
                    return following
                if following is Verdict.OVERRUN:
                    verdict = following
        return verdict

    def _is_first_aside(self, text: str) -> bool:
        """Tell whether a text of one line is an aside; longer ones than a tail are none."""
        is_one_line = "\n" not in text and len(text) < _TAIL_CHARACTERS
        return is_one_line and self.rules.is_aside(text)

    def _is_sentence_end(self, state: GuardState) -> bool:
        tail = state.tail
        if tail[-1:] not in _MAY_END or not tail or state.waiting:
            return False
        if not state.prose.is_closed or not isinstance(state.quotation, Outside):
            return False
        if not ends_with_sentence(tail):
            return False
        last_line = tail.rstrip().rsplit("\n", 1)[-1]
        return len(last_line) == _TAIL_CHARACTERS or not self.rules.is_aside(last_line)


def _begins_anew(prose: Prose, character: str) -> bool:
    """Tell whether a character may follow an end that was refused: space, then a new beginning."""
    if character in " \n":
        return True
    return prose.before in " \n" and (
        character.isupper() or character.isdigit() or character in _BEGINS_ANEW
    )
