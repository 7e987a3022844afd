"""Writes a text under a constraint: the native chain draws, and we step in only where it must not.

The fast path is llama.cpp's own: its chain draws a token and the constraint looks at the bytes.
On a rejection another token is drawn among the real logits at the same temperature: with Gumbel
noise added to the logits, the first acceptable token in falling order is an exact draw from the
distribution restricted to what is acceptable, so nothing has to be enumerated. Only where
thousands of candidates fail is the byte trie of the vocabulary walked along what is allowed.

Where a sentence runs past the ceiling, the KV cache goes back to its beginning.
"""

from __future__ import annotations

import codecs
import math
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gptoss_writer.engine.interface import (
    GenerationEvent,
    GenerationRequest,
    Retraction,
    Steering,
    StopReason,
    TokenEvent,
)
from gptoss_writer.engine.llama.context import Context
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.harmony.messages import Channel
from gptoss_writer.sampling.interface import Constraint, Ending, Mark, Verdict
from gptoss_writer.sampling.params import SamplingParams, derive_seed

MOST_RESAMPLED = 3
"""How often one sentence is written again before it is closed for the model."""

_LIKELY, _OTHERS = 512, 4096
_TINY = 1e-30
_END_BIAS = 2.0  # logits, for each time the sentence was written again
_END_MARKS = (b".", b"!", b"?", b".\n\n", b".\n", b'."', b".\xe2\x80\x9d", b").")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text to come back to: how many tokens it has, and the constraint's state."""

    tokens: int
    mark: Mark
    words: int


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and how."""

    text: str
    drawn: int
    stop: StopReason
    steering: Steering


class SteeredText:
    """One text under a constraint, from an opened channel to its end.

    The context stands behind `opening`, the last token of the channel's header, with its logits
    ready.
    """

    def __init__(
        self,
        context: Context,
        vocabulary: Vocabulary,
        request: GenerationRequest,
        constraint: Constraint,
        draw: Callable[[], int],
        stop_id: int,
    ) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._request = request
        self._constraint = constraint
        self._draw = draw
        self._stop_id = stop_id
        self._logits = Logits(context, vocabulary, request.sampling)
        self._start = context.position
        self._tokens: list[int] = []
        self._texts: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._steering = Steering()
        self._drawn = 0
        self._sentence = Place(0, constraint.mark(), 0)
        self._trail: list[Place] = []
        self._again = 0

    def write(self, opening: int) -> Generator[GenerationEvent, None, Written]:
        """Yield the tokens of the text, and what was taken back of them."""
        self._opening = opening
        limit = self._request.limits.final
        stop: StopReason = "length"
        while True:
            if self._note_sentence_end() is Ending.FORCED:
                stop = "return"
                break
            token = self._next() if len(self._tokens) < limit else None
            if token == self._stop_id:
                stop = "return"
                break
            if token is None:
                outcome = yield from self._overrun(can_resample=len(self._tokens) < limit)
                if outcome is not None:
                    stop = outcome
                    break
                continue
            yield self._take(token)
            if self._request.cancellation.is_cancelled:
                stop = "cancelled"
                break
            self._context.extend_one(token)
        return Written("".join(self._texts), self._drawn, stop, self._steering)

    def _note_sentence_end(self) -> Ending:
        """Remember where a sentence ends, and ask whether the text ends with it."""
        constraint = self._constraint
        if not constraint.is_sentence_end:
            return Ending.FORBIDDEN
        if len(self._tokens) > self._sentence.tokens:
            self._again = 0
        self._sentence = Place(len(self._tokens), constraint.mark(), constraint.words)
        self._trail = []
        return constraint.ending()

    def _next(self) -> int | None:
        """Draw the next token; None where only a word above the ceiling could follow."""
        self._drawn += 1
        if self._again and self._constraint.words >= self._sentence.words:
            return self._draw_otherwise(bias=self._again * _END_BIAS)
        token = self._draw()
        if token == self._stop_id:
            if self._constraint.ending() is not Ending.FORBIDDEN:
                return token
            self._count(refused_ends=1)
            self._constraint.refuse_end()
            return self._draw_otherwise()
        verdict = self._constraint.accepts(self._vocabulary.piece(token))
        if verdict is Verdict.ACCEPT:
            return token
        if verdict is Verdict.OVERRUN:
            return None
        self._count(rejected=1)
        return self._draw_otherwise()

    def _draw_otherwise(self, bias: float = 0.0) -> int | None:
        """Draw among the acceptable tokens only, with ends of sentences favoured by `bias`."""
        constraint, piece = self._constraint, self._vocabulary.piece
        for token in self._logits.candidates(bias):
            verdict = constraint.accepts(piece(token))
            if verdict is Verdict.ACCEPT:
                return token
            if verdict is Verdict.OVERRUN and bias == 0.0:
                return None
        return self._logits.best(constraint.allowed(self._vocabulary.trie.walk))

    def _take(self, token: int) -> TokenEvent:
        """Put a token into the text."""
        piece = self._vocabulary.piece(token)
        self._constraint.advance(piece)
        text = self._decoder.decode(piece)
        self._tokens.append(token)
        self._texts.append(text)
        self._trail.append(
            Place(len(self._tokens), self._constraint.mark(), self._constraint.words)
        )
        return TokenEvent(Channel.FINAL, text, self._drawn)

    def _overrun(
        self, *, can_resample: bool
    ) -> Generator[GenerationEvent, None, StopReason | None]:
        """Come back from a sentence that does not fit; give the reason to stop, None to go on."""
        constraint = self._constraint
        trail, sentence = self._trail, self._sentence
        constraint.rollback(sentence.mark)
        if sentence.tokens and constraint.ending() is not Ending.FORBIDDEN:
            yield self._retract(sentence)
            return "return"
        if can_resample and self._again < MOST_RESAMPLED:
            self._again += 1
            self._count(resampled=1)
            yield self._retract(sentence)
            self._context.rewind(self._start + sentence.tokens, self._last_token())
            return None
        return (yield from self._close(trail))

    def _close(self, trail: list[Place]) -> Generator[GenerationEvent, None, StopReason]:
        """Close the last sentence ourselves, at the word nearest the budget where that is legal."""
        constraint = self._constraint
        closings = []
        for place in trail:
            constraint.rollback(place.mark)
            closing = constraint.closing()
            if closing is not None:
                closings.append((constraint.distance(), place, closing))
        if not closings:
            return "length"
        _, place, closing = min(closings, key=lambda item: item[0])
        yield self._retract(place)
        constraint.rollback(place.mark)
        for token in self._vocabulary.encode_text(closing):
            yield self._take(token)
        self._steering = replace(self._steering, forced_end=True)
        return "return"

    def _retract(self, place: Place) -> Retraction:
        """Drop the text behind a place; the KV cache is left to the caller."""
        characters = sum(map(len, self._texts[place.tokens :]))
        del self._tokens[place.tokens :], self._texts[place.tokens :]
        self._decoder.reset()
        self._trail = []
        return Retraction(Channel.FINAL, characters)

    def _last_token(self) -> int:
        return self._tokens[-1] if self._tokens else self._opening

    def _count(self, *, rejected: int = 0, refused_ends: int = 0, resampled: int = 0) -> None:
        steering = self._steering
        self._steering = replace(
            steering,
            rejected=steering.rejected + rejected,
            refused_ends=steering.refused_ends + refused_ends,
            resampled=steering.resampled + resampled,
        )


class Logits:
    """Draws from the logits of the last token, apart from the native chain."""

    def __init__(self, context: Context, vocabulary: Vocabulary, params: SamplingParams) -> None:
        self._context = context
        self._size = vocabulary.size
        self._special = np.fromiter(vocabulary.special_ids, dtype=np.int64)
        self._ends = np.array(
            [
                ids[0]
                for mark in _END_MARKS
                if len(ids := vocabulary.encode_text(mark.decode())) == 1
            ],
            dtype=np.int64,
        )
        self._params = params
        self._random = np.random.default_rng(derive_seed(params.seed, "steering"))
        self._noisy: Floats = np.zeros(0, dtype=np.float32)

    def candidates(self, bias: float) -> Iterable[int]:
        """Yield tokens in the order of one draw without replacement, the likely ones first."""
        scaled = self._scaled(bias)
        cut = float(scaled.max()) + math.log(max(self._params.min_p, _TINY))
        likely = np.nonzero(scaled >= cut)[0]
        noisy = scaled[likely] + self._noise(likely.size)
        yield from likely[np.argsort(noisy)[::-1]][:_LIKELY].tolist()
        # None of the likely ones will do: now all that are left, whatever their probability.
        self._noisy = scaled + self._noise(self._size)
        wanted = min(_OTHERS, self._size - self._special.size)
        top = np.argpartition(self._noisy, -wanted)[-wanted:]
        yield from top[np.argsort(self._noisy[top])[::-1]].tolist()

    def best(self, allowed: Iterable[int]) -> int | None:
        """Give the first of the allowed tokens in the order of the last draw."""
        tokens = np.fromiter(allowed, dtype=np.int64)
        if not tokens.size:
            return None
        return int(tokens[np.argmax(self._noisy[tokens])])

    def _noise(self, size: int) -> Floats | float:
        if self._params.temperature <= 0:
            return 0.0
        return self._random.gumbel(size=size).astype(np.float32)

    def _scaled(self, bias: float) -> Floats:
        """Give the logits over the temperature, control tokens shut out."""
        pointer: Any = bindings.llama_get_logits_ith(self._context.handle, -1)
        logits = np.ctypeslib.as_array(pointer, shape=(self._size,)).astype(np.float32)
        logits[self._ends] += bias
        logits[self._special] = -np.inf
        if self._params.temperature > 0:
            logits /= self._params.temperature
        return logits
