"""Figures of a Markdown outline: budgets of sections, and the length of the whole article."""

from __future__ import annotations

import pytest

from gptoss_writer.outline.markdown_figures import Figures, budget_in, budget_of, figures_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Shores (Approx. 150 words)", "150"),
        ("Shores (150-word opening)", "150"),
        ("Shores (200–250 words)", "200-250"),
        ("Shores: 90 words", "90"),
        ("A Thousand Words", None),
        ("Read 200 words per minute", None),
        ("Shores (1990)", None),
    ],
)
def test_budgets_in_headings(text: str, words: str | None) -> None:
    """A budget counts only where it closes a heading, in brackets or behind a dash or colon."""
    found = budget_in(text)

    assert words == (found[0].words if found else None)


@pytest.mark.parametrize(
    ("text", "words"),
    [("100 words", "100"), ("about 1,100", "1100"), ("80-100", "80-100"), ("short", None)],
)
def test_budgets_on_their_own_line(text: str, words: str | None) -> None:
    """Behind its label a budget may be a bare number."""
    found = budget_of(text)

    assert words == (found.words if found else None)


def test_a_statement_on_length() -> None:
    """Total, minutes and pace are told apart in one sentence."""
    text = "About 1,650 words make a 7.5-minute read at 220 words per minute."

    typed = ("1,650", "7.5-minute", "220 words per minute")

    assert Figures("1650", "7.5", ("220", "220"), typed) == figures_in(text)


def test_a_pace_may_be_shortened() -> None:
    """Words per minute are no budget, however they are spelt."""
    assert ("200", "250") == figures_in("8 min at 200-250 wpm").words_per_minute
    assert None is figures_in("8 min at 200-250 wpm").total_words
