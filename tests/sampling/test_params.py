"""Seeds that are derived, and settings that are all set."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.sampling.params import SamplingParams, derive_seed

SEEDS = st.integers(0, 2**64)
PARTS = st.lists(st.one_of(st.text(max_size=8), st.integers(-5, 5)), max_size=4)


def test_the_settings_are_openais_with_llama_cpps_cheap_cut() -> None:
    """None is left to a library's default."""
    assert SamplingParams(temperature=1.0, top_p=1.0, top_k=0, min_p=0.01, seed=1) == (
        SamplingParams()
    )


@given(seed=SEEDS, parts=PARTS)
def test_a_derived_seed_is_one_that_llama_cpp_takes_as_it_is(
    seed: int, parts: list[str | int]
) -> None:
    """It is never negative and never 0xFFFFFFFF, which would mean a random one."""
    derived = derive_seed(seed, *parts)

    assert 0 <= derived < 0xFFFFFFFF
    assert derived == derive_seed(seed, *parts)


def test_derived_seeds_stay_what_they_are() -> None:
    """A run repeated with a later version draws the same; changing these breaks old drafts."""
    assert 1070756548 == derive_seed(1, "intro", 1)


def test_neighbours_are_unrelated() -> None:
    """Seeds, sections and attempts beside each other share no seed, nor do other splits."""
    seeds = [
        derive_seed(seed, section, attempt)
        for seed in range(10)
        for section in ("intro", "body", "end")
        for attempt in range(1, 4)
    ]
    splits = [derive_seed(1, "ab", "c"), derive_seed(1, "a", "bc"), derive_seed(1, "abc")]

    assert 90 == len(set(seeds))
    assert 3 == len(set(splits))
