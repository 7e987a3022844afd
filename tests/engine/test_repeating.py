"""A run that comes again: seen at its last token."""

from __future__ import annotations

import re

import pytest

from gptoss_writer.engine.llama.repeating import repeated_run


def run_of(text: str) -> int:
    """Give the length of the repeated run, a token being a word with its space or a mark."""
    texts = re.findall(r" ?\w+| ?[^\w ]", text)
    numbers = {piece: number for number, piece in enumerate(dict.fromkeys(texts))}
    return repeated_run([numbers[piece] for piece in texts], texts)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("It", 0),
        ("A dog and a cat", 0),
        ("The far end of the line of the line of the line", 0),
        ("The far end of the line of the line of the line of the line", 3),
        ("The far end of the old line of the old line", 4),
        ("They ran on the wet grass and on the wet grass and", 5),
        ("They ran on the wet grass and on the wet grass", 0),
        ("It was very very very", 0),
        ("It was very very very very", 1),
        ("It was so and so and so and so and", 2),
        ("He said ... - - - - - - - -", 0),
        ("It has 1,000,000,000,000,000,000", 0),
        ("They count 1 2 1 2 1 2 1 2", 2),
        ("On a line (A on 80 B) or a box (C on 80 B) or a box (C on", 9),
    ],
)
def test_a_run_counts_by_its_words(text: str, length: int) -> None:
    """Four words or more may not come twice in a row, fewer not four times."""
    assert length == run_of(text)


@pytest.mark.parametrize(
    ("tokens", "length"),
    [(" 1 1 1 1 1 1 1", 0), (" h ha ha ha ha ha", 0), (" h ha ha ha ha ha ha", 1)],
)
def test_figures_and_syllables_of_a_word(tokens: str, length: int) -> None:
    """A number may have any figures; a syllable comes six times before it is too much."""
    texts = tokens.split()
    assert length == repeated_run([int(text == texts[-1]) for text in texts], texts)


def test_what_came_again_and_was_left_is_past() -> None:
    """Only the end of the text is looked at."""
    assert 0 == run_of("They ran on the wet grass and on the wet grass and home")
