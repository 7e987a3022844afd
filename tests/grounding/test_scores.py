"""How well a length keeps its budget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.grounding.scores import LengthScore, ls, mean, s_l
from gptoss_writer.outline.models import WordBudget


@pytest.mark.parametrize(
    ("words", "wanted", "expected"),
    [
        (100, 100, 100),
        (110, 100, 96.7),
        (400, 100, 0),
        (900, 100, 0),
        (50, 100, 50),
        (30, 100, 0),
        (0, 9, 0),
    ],
)
def test_s_l(words: int, wanted: int, expected: float) -> None:
    """Exact is 100; four times the length, a third of it, and nothing are 0."""
    value = s_l(words, wanted)

    assert expected == round(value, 1)


@pytest.mark.parametrize(
    ("words", "wanted", "expected"),
    [(100, 100, 100), (150, 100, 36.8), (80, 100, 36.8), (0, 5, 0.7)],
)
def test_ls(words: int, wanted: int, expected: float) -> None:
    """Too short costs more than too long."""
    value = ls(words, wanted)

    assert expected == round(value, 1)


@given(st.integers(0, 10**6), st.integers(1, 20_000))
def test_scores_are_shares(words: int, wanted: int) -> None:
    """Both measures run from 0 to 100, and only the exact length has 100."""
    for value in (s_l(words, wanted), ls(words, wanted)):
        assert 0 <= value <= 100
        assert (value == 100) == (words == wanted)


def test_a_length_and_its_band() -> None:
    """The band is the budget's own."""
    budget = WordBudget(100, 0.05)
    lengths = [LengthScore(budget, words) for words in (94, 95, 105, 106)]

    assert [False, True, True, False] == [length.is_in_band for length in lengths]
    assert 1.06 == lengths[-1].ratio
    assert (0, 2) == (mean([]), mean([1, 3]))
