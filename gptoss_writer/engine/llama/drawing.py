"""Draws the next token of a text under a constraint.

The native chain draws first, and nearly always its token will do. On a rejection another one is
drawn among the real logits, at the same temperature and with the same cuts; where little is
acceptable (inside a quotation) the byte trie of the vocabulary is walked along it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from gptoss_writer.draft import Steering
from gptoss_writer.engine.llama.logits import Logits
from gptoss_writer.engine.llama.steered_text import SteeredText
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.sampling.interface import Constraint, Ending, Verdict

_END_BIAS = 2.0  # logits, for each time the sentence was written again


class Draws(Protocol):
    """The native chain. Only text and `stop_id`, which closes it, may be drawn."""

    @property
    def stop_id(self) -> int:
        """The control token that closes the text."""
        ...

    def draw(self) -> int:
        """Draw a token."""
        ...

    def reseed(self, seed: int) -> None:
        """Draw from now on with this seed."""
        ...


class Drawing:
    """What may come next in a text, and what comes.

    `fits` tells of the last token whether it is inside the budget: it may begin a word too many.
    `barred` has the tokens that are not to come again, by the number of tokens before them, and
    `again` counts how often the sentence was taken back. `preferences` are how readily the sentence
    would have ended, as a logarithm, by the number of tokens before. `steering` counts the tokens
    that were rejected and the ends that were refused, the last of them at `refused_at`.
    """

    def __init__(
        self,
        text: SteeredText,
        constraint: Constraint,
        vocabulary: Vocabulary,
        logits: Logits,
        draws: Draws,
    ) -> None:
        self._text = text
        self._constraint = constraint
        self._vocabulary = vocabulary
        self._piece = vocabulary.piece
        self._logits = logits
        self._draws = draws
        self.fits = False
        self.again = 0
        self.barred: dict[int, set[int]] = {}
        self.preferences: dict[int, float] = {}
        self.steering = Steering()
        self.refused_at = -1

    def begin_sentence(self, seed: int) -> None:
        """Draw a new sentence, from a seed of its own."""
        self.again, self.barred = 0, {}
        self._draws.reseed(seed)
        self._logits.reseed(seed)

    def bar(self, place: int) -> None:
        """See to it that another token comes at a place of the text."""
        self.barred.setdefault(place, set()).add(self._text.tokens[place])

    def next(self, ending: Ending) -> int | None:
        """Draw the next token, which is `stop_id` where the text may end; see whether it `fits`.

        None: whatever may come next would begin a word too many.
        """
        if self.again and ending is Ending.FORBIDDEN and self._constraint.is_in_band:
            return self._otherwise(bias=self.again * _END_BIAS)
        token = self._draws.draw()
        if token in self._barred_here():
            return self._otherwise()
        if token == self._draws.stop_id:
            if ending is not Ending.FORBIDDEN:
                return token
            self.steering += Steering(refused_ends=1)
            self._constraint.refuse_end()
            self.refused_at = len(self._text)
            return self._otherwise()
        verdict = self._constraint.accepts(self._piece(token))
        self.fits = verdict is Verdict.ACCEPT
        if verdict is not Verdict.REJECT:
            return token
        self.steering += Steering(rejected=1)
        return self._otherwise()

    def regret(self, token: int) -> float:
        """Give by how much a token was likelier here than any other."""
        self._logits.read()
        return self._logits.regret(token)

    def _otherwise(self, bias: float = 0.0) -> int | None:
        """Draw among what is not rejected, with ends of sentences favoured by `bias`."""
        logits, constraint = self._logits, self._constraint
        logits.read()
        if bias:
            self.preferences[len(self._text)] = logits.end_preference()
            logits.favour_ends(bias)
        token = None
        if not constraint.is_narrow:
            token = self._first(logits.likely())
        if token is None and not constraint.is_narrow:
            best = self._first(logits.ranked())
            token = None if best is None else self._first(logits.peers(best))
        if token is None:
            self.fits = True
            allowed = list(constraint.allowed(self._vocabulary.trie.walk))
            barred = self._barred_here()
            return logits.draw([other for other in allowed if other not in barred] or allowed)
        return token

    def _first(self, tokens: Iterable[int]) -> int | None:
        """Give the first token that is not rejected."""
        accepts, piece, barred = self._constraint.accepts, self._piece, self._barred_here()
        for token in tokens:
            if token in barred:
                continue
            verdict = accepts(piece(token))
            if verdict is not Verdict.REJECT:
                self.fits = verdict is Verdict.ACCEPT
                return token
        return None

    def _barred_here(self) -> set[int]:
        return self.barred.get(len(self._text), _NOTHING)


_NOTHING: set[int] = set()
