"""The last lines of a run: how often the guard stepped in, and what a stop has kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.cli.concluding import Outcome, kept_line, steering_lines
from gptoss_writer.draft import SectionProgress, Steering
from gptoss_writer.outline.reading import parse_outline
from tests.support.commands import THREE
from tests.support.workspaces import a_workspace

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


def test_a_stop_counts_no_words_of_a_section_that_has_its_text(tmp_path: Path) -> None:
    """It may have been begun by an earlier command, which was stopped as well."""
    draft = a_workspace(tmp_path / "d", {"one": "A stone.\n", "two": "A grain.\n"})
    outline = parse_outline(Path("three.yaml"), THREE).outline
    with draft.lock():
        draft.save_progress(SectionProgress("two", 1, 1, "earlier", words=90))
        draft.save_progress(SectionProgress("three", 1, 0, "now", words=12))
    outcome = Outcome(draft, outline, Path("three.yaml"), {}, ())

    assert "2 of 3 sections are written and kept, and 12 words of the next." == kept_line(outcome)
