"""The rules of a section together, over bytes: well-formed prose, verbatim quotations, the budget.

The state is one immutable value. A piece is stepped through character by character; bytes that do
not yet make a character wait, and may only be ones that some character begins with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import NamedTuple

from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.interface import Ending, Mark, Verdict, Walk
from gptoss_writer.sampling.prose import Prose, ProseRule
from gptoss_writer.sampling.quotations import Inside, Outside, Quotations, QuotationState
from gptoss_writer.text import ends_with_sentence

_TAIL_CHARACTERS = 96
_LONGEST_CHARACTER = 4
_LEAD_OF_THREE, _LEAD_OF_FOUR = 0xE0, 0xF0
_CONTINUATION_BYTES = range(0x80, 0xC0)
_MOST_COMPLETIONS = 64 * 64


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
    """What a guard enforces."""

    quotations: Quotations
    budget: BudgetRule
    prose: ProseRule


class SectionGuard:
    """A `Constraint` for the text of one section."""

    def __init__(self, rules: GuardRules) -> None:
        self._rules = rules
        self._state = GuardState()
        # The engine accepts a piece and then advances by it; the work is done once.
        self._last: tuple[GuardState, bytes, GuardState | None, Verdict] | None = None

    @property
    def words(self) -> int:
        """How many words the text has."""
        return self._state.prose.words

    @property
    def is_sentence_end(self) -> bool:
        """Tell whether a sentence ends here with nothing left open."""
        return _is_sentence_end(self._state)

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
        return self._rules.budget.ending(self.words, max(1, self._state.sentences))

    def distance(self) -> int:
        """Give how many words the text is away from its budget."""
        return abs(self.words - self._rules.budget.target)

    def closing(self) -> str | None:
        """Give the shortest text that ends the sentence here, inside the band; None: not here."""
        state = self._state
        budget = self._rules.budget
        if state.waiting or not budget.floor <= state.prose.words <= budget.ceiling:
            return None
        if not state.prose.before.isalnum() or state.prose.is_heading:
            return None
        text = ""
        if isinstance(state.quotation, Inside):
            if not self._rules.quotations.may_close(state.quotation):
                return None
            text += state.quotation.closers[0]
        if state.prose.code:
            text += "`"
        closers = {"(": ")"}
        text += "".join(closers.get(mark, mark) for mark in reversed(state.prose.opened)) + "."
        after, verdict = self._step(state, text.encode())
        fits = verdict is Verdict.ACCEPT and after is not None and _is_sentence_end(after)
        return text if fits else None

    def _step(self, state: GuardState, piece: bytes) -> tuple[GuardState | None, Verdict]:
        """Step a piece through all rules."""
        text, waiting = _decode(state.waiting + piece)
        if text is None:
            return None, Verdict.REJECT
        prose, quotation, is_fresh = state.prose, state.quotation, state.is_fresh
        sentences = state.sentences
        rules = self._rules
        for character in text:
            if is_fresh and not _begins_anew(prose, character):
                return None, Verdict.REJECT
            if not character.isspace():
                is_fresh = False
            in_code = bool(prose.code)
            quoted = isinstance(quotation, Inside)
            next_prose = rules.prose.step(prose, character, quoted=quoted)
            next_quotation = quotation if in_code else rules.quotations.step(quotation, character)
            if next_prose is None or next_quotation is None:
                return None, Verdict.REJECT
            if character in " \n" and prose.before in _SENTENCE_MARKS:
                sentences += 1
            prose, quotation = next_prose, next_quotation
        if not rules.budget.has_room(prose.words):
            return None, Verdict.OVERRUN
        tail = (state.tail + text)[-_TAIL_CHARACTERS:]
        after = GuardState(prose, quotation, tail, waiting, sentences, is_fresh)
        if waiting and not self._can_complete(after):
            return None, Verdict.REJECT
        return after, Verdict.ACCEPT

    def _can_complete(self, state: GuardState) -> bool:
        """Tell whether some character that begins with the waiting bytes may come.

        Without this, the first byte of a curly mark could be drawn where no mark may stand, and
        nothing at all could follow it.
        """
        whole = state._replace(waiting=b"")
        return any(
            self._step(whole, character)[1] is Verdict.ACCEPT
            for character in islice(_completions(state.waiting), _MOST_COMPLETIONS)
        )


_SENTENCE_MARKS = frozenset('.!?…"”»)*')


def _is_sentence_end(state: GuardState) -> bool:
    return (
        not state.waiting
        and state.prose.is_closed
        and isinstance(state.quotation, Outside)
        and ends_with_sentence(state.tail)
    )


def _begins_anew(prose: Prose, character: str) -> bool:
    """Tell whether a character may follow an end that was refused: space, then a new beginning."""
    if character.isspace():
        return True
    return prose.before in " \n" and (
        character.isupper() or character.isdigit() or character in '"“«*`#-('
    )


def _completions(waiting: bytes) -> Iterator[bytes]:
    """Give the characters, as UTF-8, that begin with these bytes."""
    missing = _character_length(waiting[0]) - len(waiting)
    for rest in product(_CONTINUATION_BYTES, repeat=missing):
        character = waiting + bytes(rest)
        if _decode(character)[0]:
            yield character


def _character_length(lead: int) -> int:
    return 2 + (lead >= _LEAD_OF_THREE) + (lead >= _LEAD_OF_FOUR)


def _decode(data: bytes) -> tuple[str | None, bytes]:
    """Give the characters of UTF-8 bytes and the beginning of one that is not whole.

    None: no text goes on like this.
    """
    try:
        return data.decode(), b""
    except UnicodeDecodeError as error:
        rest = data[error.start :]
        is_beginning = error.reason == "unexpected end of data" and len(rest) < _LONGEST_CHARACTER
        return (data[: error.start].decode(), rest) if is_beginning else (None, b"")
