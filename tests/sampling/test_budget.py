"""Where a section may end and where it must, at every width of the band."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.interface import Ending

budgets = st.tuples(st.integers(1, 500), st.integers(0, 50), st.integers(0, 50)).map(
    lambda numbers: BudgetRule(numbers[0], max(1, numbers[0] - numbers[1]), sum(numbers[::2]))
)


@given(budgets, st.integers(0, 700), st.integers(1, 40))
def test_outside_the_band_a_text_never_ends(rule: BudgetRule, words: int, sentences: int) -> None:
    """The floor and the ceiling belong to the band, whatever lies between them."""
    may_end = rule.ending(words, sentences) is not Ending.FORBIDDEN

    assert (rule.floor <= words <= rule.ceiling) == may_end


@given(budgets, st.integers(1, 40))
def test_from_the_target_on_a_text_must_end(rule: BudgetRule, sentences: int) -> None:
    """One more sentence could only lead away from it; and at the ceiling none fits."""
    for words in range(rule.target, rule.ceiling + 1):
        assert Ending.FORCED is rule.ending(words, sentences)


@given(budgets, st.integers(1, 40))
def test_an_end_that_must_be_stays_one(rule: BudgetRule, sentences: int) -> None:
    """The nearer to the target, the more willingly; there is no way back."""
    endings = [rule.ending(words, sentences) for words in range(rule.floor, rule.ceiling + 1)]
    first = endings.index(Ending.FORCED) if Ending.FORCED in endings else len(endings)

    assert {Ending.FORCED} >= set(endings[first:])


@pytest.mark.parametrize(
    ("words", "sentences", "ending"),
    [
        (90, 9, Ending.ALLOWED),  # ten words more lead to the target
        (90, 3, Ending.FORCED),  # thirty more lead twenty beyond
        (96, 12, Ending.FORCED),  # eight more lead as far beyond as it is away
        (90, 2, Ending.FORCED),  # two sentences say how long a third would be
        (94, 9, Ending.ALLOWED),
        (95, 9, Ending.FORCED),
        (90, 1, Ending.ALLOWED),  # of one sentence nothing is known: sixteen are usual
        (93, 1, Ending.FORCED),
        (89, 9, Ending.FORBIDDEN),
        (111, 9, Ending.FORBIDDEN),
    ],
)
def test_a_usual_sentence_more_decides(words: int, sentences: int, ending: Ending) -> None:
    """The text's own sentences say what one more would do."""
    assert ending is BudgetRule(100, 90, 110).ending(words, sentences)


def test_where_not_even_a_short_sentence_fits_the_text_must_end() -> None:
    """With a target at the ceiling, four words below it are an end."""
    rule = BudgetRule(66, 54, 66)

    assert Ending.ALLOWED is rule.ending(61, 20)
    assert Ending.FORCED is rule.ending(62, 20)


@pytest.mark.parametrize("target", range(1, 41))
def test_a_band_of_one_number_has_one_end(target: int) -> None:
    """With no tolerance at all, the text ends at its budget and nowhere else."""
    rule = BudgetRule(target, target, target)

    assert {target} == {
        words for words in range(100) if rule.ending(words, 2) is not Ending.FORBIDDEN
    }
    assert Ending.FORCED is rule.ending(target, 2)
