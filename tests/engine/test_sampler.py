"""The sampler chain, over logits that the tests choose."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Collection, Sequence

import pytest

from gptoss_writer.engine.llama.library import bindings, start
from gptoss_writer.engine.llama.sampler import Sampler
from gptoss_writer.sampling.params import SamplingParams

FLAT = SamplingParams(temperature=1.0, top_p=1.0, top_k=0, min_p=0.0)
DRAWS = 2000
# Probabilities 1/2, 1/4, 1/8, 1/16, 1/16.
HALVES = [math.log(p) for p in (1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16)]


def draw(
    logits: Sequence[float],
    params: SamplingParams,
    times: int = DRAWS,
    forbidden: Collection[int] = (),
) -> list[int]:
    """Draw tokens one after the other, each from these logits, with one chain."""
    start()
    sampler = Sampler(params, len(logits), forbidden)
    candidates = (bindings.llama_token_data * len(logits))()
    drawn = []
    for _ in range(times):
        for token, logit in enumerate(logits):
            candidates[token] = bindings.llama_token_data(token, logit, 0.0)
        array = bindings.llama_token_data_array(candidates, len(logits), -1, False)
        bindings.llama_sampler_apply(sampler.handle, ctypes.byref(array))
        drawn.append(int(array.data[array.selected].id))
    sampler.close()
    return drawn


def params(**changed: float) -> SamplingParams:
    """Draw from everything, but for what is changed."""
    values = {"temperature": 1.0, "top_p": 1.0, "min_p": 0.0, **changed}
    return SamplingParams(
        temperature=values["temperature"],
        top_p=values["top_p"],
        top_k=int(values.get("top_k", 0)),
        min_p=values["min_p"],
        seed=int(values.get("seed", 1)),
    )


def test_without_cuts_every_token_is_drawn_as_often_as_it_is_likely() -> None:
    """At temperature 1 the shares are the probabilities."""
    shares = Counter(draw(HALVES, FLAT))

    assert [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16] == [
        pytest.approx(shares[token] / DRAWS, abs=0.04) for token in range(5)
    ]


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        (params(), {0, 1, 2, 3, 4}),
        (params(top_k=2), {0, 1}),
        (params(top_k=1), {0}),
        (params(min_p=0.2), {0, 1, 2}),
        (params(min_p=0.3), {0, 1}),
        (params(top_p=0.7), {0, 1}),
        (params(top_p=0.8), {0, 1, 2}),
        (params(top_p=0.8, top_k=2), {0, 1}),
        (params(min_p=0.3, top_p=0.4), {0}),
        (params(temperature=0), {0}),
        (params(temperature=0.01), {0}),
        (params(temperature=100, min_p=0.3), {0, 1}),
    ],
)
def test_each_cut_leaves_what_it_promises(settings: SamplingParams, left: set[int]) -> None:
    """Exactly these are ever drawn; cuts are made before the temperature flattens anything."""
    assert left == set(draw(HALVES, settings))


def test_temperature_sharpens_and_flattens() -> None:
    """Lower ones draw the likeliest more often, higher ones less."""
    shares = [
        draw(HALVES, params(temperature=temperature)).count(0) for temperature in (0.5, 1.0, 2.0)
    ]

    assert sorted(shares, reverse=True) == shares
    assert 3 == len(set(shares))


@pytest.mark.parametrize("settings", [FLAT, SamplingParams(), params(temperature=0)])
@pytest.mark.parametrize("forbidden", [{0}, {0, 1, 2, 3}, {1, 4}, set()])
def test_forbidden_tokens_are_never_drawn(settings: SamplingParams, forbidden: set[int]) -> None:
    """However likely they are, the others share what is left."""
    logits = [9.0, 1.0, 1.0, 1.0, 1.0]
    drawn = set(draw(logits, settings, forbidden=forbidden))

    assert drawn
    assert drawn.isdisjoint(forbidden)


def test_the_seed_alone_decides_the_draws() -> None:
    """The same seed draws the same, another one otherwise, the largest included."""
    seeds = (1, 2, 2**32 - 2)
    draws = [draw(HALVES, params(seed=seed), times=40) for seed in seeds]

    assert draws == [draw(HALVES, params(seed=seed), times=40) for seed in seeds]
    assert 3 == len(set(map(tuple, draws)))


def test_a_chain_may_be_closed_twice() -> None:
    """The second time does nothing."""
    start()
    sampler = Sampler(FLAT, 5, ())
    sampler.close()
    sampler.close()

    assert sampler.handle is None
