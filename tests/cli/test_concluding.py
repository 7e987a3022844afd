"""The last lines of a run: how often the guard stepped in."""

from __future__ import annotations

import pytest

from gptoss_writer.cli.concluding import steering_lines
from gptoss_writer.draft import Steering

TOKENS = 1430


@pytest.mark.parametrize(
    ("steering", "said"),
    [
        (
            Steering(rejected=1204, refused_ends=1, resampled=2, forced_ends=1),
            (
                "Steering: 1,204 of 1,430 tokens drawn again, 1 early end refused, "
                "2 sentences written again, 1 last sentence closed."
            ),
        ),
        (
            Steering(refused_ends=3, resampled=1, forced_ends=2),
            (
                "Steering: 0 of 1,430 tokens drawn again, 3 early ends refused, "
                "1 sentence written again, 2 last sentences closed."
            ),
        ),
        (Steering(rejected=1), "Steering: 1 of 1,430 tokens drawn again."),
    ],
)
def test_what_the_guard_did_is_told_in_a_line(steering: Steering, said: str) -> None:
    """What did not happen is not mentioned."""
    assert [said] == list(steering_lines(steering, TOKENS))


def test_of_nothing_nothing_is_said() -> None:
    """A run in which the guard never stepped in has no such line."""
    assert [] == list(steering_lines(Steering(), TOKENS))
