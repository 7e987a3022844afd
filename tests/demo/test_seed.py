"""The demo model on a real outline of 1,500 words, where that lies beside the checkout."""

from __future__ import annotations

import pytest

from gptoss_writer.text import fold
from tests.support.commands import ROOT
from tests.support.demo_articles import Written

SEED = ROOT.parent / "shared" / "seed" / "000_11d9e62553fd55cb.txt"
KEY_POINTS, QUOTATIONS = 0.8, 0.8

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the real outline is not here")


def test_every_section_keeps_its_budget(written: Written) -> None:
    """All seven sections end inside their bands."""
    sections = written(SEED).report["sections"]

    assert [True] * 7 == [part["in_band"] for part in sections]


def test_most_of_the_outline_is_told(written: Written) -> None:
    """Four fifths of its 33 key points and of its quotations are there, with all their words."""
    article = written(SEED)
    told = [point.is_covered for point in article.points]
    text = plain(article.text)
    entries = [entry for entry in article.card.entries if entry.source.is_quotation]
    quoted = [plain(entry.source.text).strip(" .,") in text for entry in entries]

    assert 33 == len(told)
    assert sum(told) >= KEY_POINTS * len(told)
    assert sum(quoted) >= QUOTATIONS * len(quoted)


def plain(text: str) -> str:
    """Fold a text, and the marks of quotations with those of quotations inside them."""
    return fold(text).replace('"', "'")


def test_nothing_is_made_up_or_left_over(written: Written) -> None:
    """Long quotations are verbatim, nothing of the request leaks, and nothing comes back and back.

    Two of its key points share a run of words, so a run may stand there twice.
    """
    article = written(SEED)

    assert {"verbatim"} == {quotation.verdict for quotation in article.card.full_quotations}
    assert 0 == article.card.count("leak")
    assert {} == article.loops
