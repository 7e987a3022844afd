"""llama.cpp's native sampler chain, built from our settings.

The order is: forbidden tokens, top_k, min_p, top_p, temperature, draw. min_p stands before top_p
because it is the cheap cut: over 201,088 logits a full softmax costs 2-3 ms a token, min_p first
about 0.5 ms.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.errors import EngineError
from gptoss_writer.sampling.params import SamplingParams


class Sampler:
    """A chain of llama.cpp samplers that can be used for one generation; close it afterwards."""

    def __init__(
        self, params: SamplingParams, vocabulary_size: int, forbidden: Collection[int]
    ) -> None:
        chain_params = bindings.llama_sampler_chain_default_params()
        chain_params.no_perf = True
        self.handle: Any = bindings.llama_sampler_chain_init(chain_params)
        if not self.handle:
            raise EngineError("llama.cpp could not create a sampler.")
        self._is_greedy = params.temperature <= 0
        self._add(_forbid(vocabulary_size, forbidden))
        for link in _links(params):
            self._add(link)

    def _add(self, link: Any) -> None:  # noqa: ANN401 - an opaque ctypes pointer
        bindings.llama_sampler_chain_add(self.handle, link)

    def reseed(self, seed: int) -> None:
        """Draw from now on as a new chain with this seed would."""
        if self._is_greedy:
            return
        last = bindings.llama_sampler_chain_n(self.handle) - 1
        bindings.llama_sampler_free(bindings.llama_sampler_chain_remove(self.handle, last))
        self._add(bindings.llama_sampler_init_dist(seed))

    def close(self) -> None:
        """Free the chain and the samplers in it."""
        if self.handle:
            bindings.llama_sampler_free(self.handle)
            self.handle = None


@dataclass(frozen=True, slots=True)
class ContextDraws:
    """A sampler that draws from the logits of one context's last token; see `drawing.Draws`."""

    sampler: Sampler
    context: Any
    stop_id: int

    def draw(self) -> int:
        """Draw a token."""
        return int(bindings.llama_sampler_sample(self.sampler.handle, self.context, -1))

    def reseed(self, seed: int) -> None:
        """Draw from now on with this seed."""
        self.sampler.reseed(seed)


def _forbid(vocabulary_size: int, forbidden: Collection[int]) -> Any:  # noqa: ANN401 - ctypes
    biases = (bindings.llama_logit_bias * len(forbidden))()
    for entry, token in zip(biases, sorted(forbidden), strict=True):
        entry.token, entry.bias = token, float("-inf")
    return bindings.llama_sampler_init_logit_bias(vocabulary_size, len(forbidden), biases)


def _links(params: SamplingParams) -> list[Any]:
    if params.temperature <= 0:
        return [bindings.llama_sampler_init_greedy()]
    links = []
    if params.top_k > 0:
        links.append(bindings.llama_sampler_init_top_k(params.top_k))
    if params.min_p > 0:
        links.append(bindings.llama_sampler_init_min_p(params.min_p, 1))
    if params.top_p < 1:
        links.append(bindings.llama_sampler_init_top_p(params.top_p, 1))
    links.append(bindings.llama_sampler_init_temp(params.temperature))
    links.append(bindings.llama_sampler_init_dist(params.seed))
    return links
