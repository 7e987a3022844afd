"""A real article of another system, held against the outline it was written from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.grounding.scorecard import Scorecard, score
from gptoss_writer.outline.reading import load_outline

SEED = Path(__file__).parents[3] / "shared" / "seed" / "000_11d9e62553fd55cb.txt"

pytestmark = pytest.mark.skipif(
    not SEED.is_file(), reason="the seed article is not beside this checkout"
)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    """Score the article once; outline and article stand in one file."""
    return score(SEED.read_text(encoding="utf-8"), load_outline(SEED))


def excerpts(card: Scorecard, *codes: str) -> list[str]:
    """List the excerpts of findings by code, shortened to three words."""
    return [
        " ".join(finding.excerpt.split()[:3]) for finding in card.findings if finding.code in codes
    ]


def test_the_lengths(card: Scorecard) -> None:
    """Words, ratios and scores of the seven sections and of the whole."""
    lengths = [score.length for score in card.sections]

    assert [169, 250, 462, 299, 369, 397, 239] == [length.words for length in lengths]
    assert ["1.13", "1.00", "1.32", "1.50", "1.48", "1.99", "2.39"] == [
        f"{length.ratio:.2f}" for length in lengths
    ]
    assert [95.8, 100.0, 89.3, 83.5, 84.1, 67.2, 53.7] == [
        round(length.s_l, 1) for length in lengths
    ]
    assert (81.9, 46.6, 1) == (round(card.mean_s_l, 1), round(card.mean_ls, 1), card.in_band)
    assert (2185, 1500, "1.46") == (
        card.whole.words,
        card.whole.budget.words,
        f"{card.whole.ratio:.2f}",
    )


def test_the_quotations(card: Scorecard) -> None:
    """Two quotations are invented, three scare quotes are nobody's, three are said twice."""
    assert ["Having a new", "GPQA Diamond (without"] == excerpts(card, "quotation-absent")
    assert ["reasoner", "eyebrow-raising", "very impressive."] == excerpts(card, "scare-quote")
    assert ["The competition between", "long in the", "essential for academic"] == excerpts(
        card, "quotation-reused"
    )
    assert [] == excerpts(card, "quotation-near", "quotation-unclosed", "quotation-missing")
    assert 0.8 == card.verbatim_rate


def test_the_attribution(card: Scorecard) -> None:
    """Narration of the outline is put into one person's mouth, twice."""
    found = [finding for finding in card.findings if finding.code.startswith("attribution")]

    assert ["attribution-narration"] * 2 == [finding.code for finding in found]
    assert ["long in the works,", "long in the works"] == [finding.excerpt for finding in found]
    assert all("Greg Brockman" in finding.message for finding in found)


def test_the_facts(card: Scorecard) -> None:
    """Every number, date and name that the outline does not have, and no other."""
    assert ["32GB"] == excerpts(card, "number-unsupported")
    assert ["2019"] == excerpts(card, "date-unsupported")
    assert [
        "Mac",
        "University of Oxford",
        "AIME 2025",
        "University of Oxford",
        "Nathan Lambert",
        "Allen Institute for",
        "Action Plan",
        "GPQA Diamond",
        "Hugging Face",
    ] == excerpts(card, "name-unsupported")


def test_the_rest(card: Scorecard) -> None:
    """All sections are there, nothing leaks, and almost every key point is covered."""
    assert [] == excerpts(card, "section-missing", "section-unknown")
    assert 0 == card.count("leak")
    assert [6] == [
        card.outline.number(finding.section)
        for finding in card.findings
        if finding.code == "repeated-words" and finding.section
    ]
    assert 1 == card.count("key-point-missing")
