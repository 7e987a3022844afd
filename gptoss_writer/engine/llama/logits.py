"""Draws a token by hand from the logits of the last one, where the native chain's will not do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from gptoss_writer.engine.llama.context import Context
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.sampling.params import SamplingParams, derive_seed

_MOST = 4096
"""So many tokens are offered one by one; whoever refuses all of them enumerates what will do."""

_PEER_P = 0.01  # where min_p is off: how much less likely than the best one a token may be
_END_MARKS = (".", "!", "?", ".\n\n", ".\n", '."', ".”", ").", "...", "…")

Floats = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]


class Logits:
    """The logits as the constraint sees them: no control token can be drawn.

    With Gumbel noise on the logits over the temperature, tokens in falling order are draws without
    replacement; so the first acceptable one is an exact draw from what is acceptable, and nothing
    has to be enumerated.
    """

    def __init__(self, context: Context, vocabulary: Vocabulary, params: SamplingParams) -> None:
        self._context = context
        self._size = vocabulary.size
        self._special = np.fromiter(vocabulary.special_ids, dtype=np.int64)
        encoded = map(vocabulary.encode_text, _END_MARKS)
        self._ends = np.array([ids[0] for ids in encoded if len(ids) == 1], dtype=np.int64)
        self._params = params
        self.reseed(params.seed)
        self._logits: Floats = np.zeros(0, dtype=np.float32)

    def reseed(self, seed: int) -> None:
        """Draw from now on as new logits with this seed would."""
        self._random = np.random.default_rng(derive_seed(seed, "steering"))

    def read(self) -> None:
        """Take the logits of the last token; everything below speaks of these."""
        pointer: Any = bindings.llama_get_logits_ith(self._context.handle, -1)
        self._logits = np.ctypeslib.as_array(pointer, shape=(self._size,)).astype(np.float32)
        self._logits[self._special] = -np.inf

    def end_preference(self) -> float:
        """Give the logarithm of the likeliest end of a sentence's probability."""
        top = self._logits.max()
        total = float(np.exp(self._logits - top).sum())
        return float(self._logits[self._ends].max() - top) - math.log(total)

    def regret(self, token: int) -> float:
        """Give by how much the logit of `token` is above that of the likeliest other one."""
        others = np.delete(self._logits, token)
        return float(self._logits[token] - others.max())

    def favour_ends(self, bias: float) -> None:
        """Add `bias` to the logits of the ends of sentences."""
        self._logits[self._ends] += bias

    def likely(self) -> Iterator[int]:
        """Yield what the native chain could draw, in the order of one draw."""
        kept = self._kept(np.flatnonzero(self._logits > -np.inf))
        yield from self._drawn(kept)

    def ranked(self) -> Iterator[int]:
        """Yield the tokens, the likeliest first."""
        every = np.flatnonzero(self._logits > -np.inf)
        yield from _falling(every, self._logits[every])

    def peers(self, best: int) -> Iterator[int]:
        """Yield, in the order of one draw, `best` and what is hardly less likely."""
        if self._params.temperature <= 0:
            yield best
            return
        top = self._logits[best]
        low = top + math.log(self._params.min_p or _PEER_P)
        yield from self._drawn(np.flatnonzero((self._logits <= top) & (self._logits >= low)))

    def draw(self, allowed: Iterable[int]) -> int | None:
        """Draw one of the allowed tokens, as the native chain would among them alone."""
        tokens = np.fromiter(allowed, dtype=np.int64)
        return next(self._drawn(self._kept(tokens)), None) if tokens.size else None

    def _drawn(self, tokens: Tokens) -> Iterator[int]:
        """Yield tokens in the order of one draw without replacement."""
        values = self._logits[tokens]
        if self._params.temperature > 0:
            values = values / np.float32(self._params.temperature)
            values += self._random.gumbel(size=values.size).astype(np.float32)
        yield from _falling(tokens, values)

    def _kept(self, tokens: Tokens) -> Tokens:
        """Cut tokens as the native chain does, in its order; the temperature comes after."""
        params = self._params
        if params.temperature <= 0:
            return tokens[[np.argmax(self._logits[tokens])]]
        if 0 < params.top_k < tokens.size:
            tokens = tokens[np.argpartition(self._logits[tokens], -params.top_k)[-params.top_k :]]
        values = self._logits[tokens]
        if params.min_p > 0:
            is_kept = values >= values.max() + math.log(params.min_p)
            tokens, values = tokens[is_kept], values[is_kept]
        if params.top_p < 1:
            order = np.argsort(-values, kind="stable")
            shares = np.exp(values[order] - values.max())
            before = np.cumsum(shares) - shares
            tokens = tokens[order[before < params.top_p * shares.sum()]]
        return tokens


def _falling(tokens: Tokens, values: Floats) -> Iterator[int]:
    """Yield tokens by falling value, `_MOST` of them."""
    if tokens.size > _MOST:
        top = np.argpartition(values, -_MOST)[-_MOST:]
        tokens, values = tokens[top], values[top]
    yield from tokens[np.argsort(-values, kind="stable")].tolist()
