"""What the demo model writes from any outline: laws that hold on every machine, not bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.demo_articles import EXAMPLES, UNSEEN, Written, write_article

OUTLINES = [*EXAMPLES, *UNSEEN]
every_outline = pytest.mark.parametrize("outline", OUTLINES, ids=lambda path: path.stem)
LINE = "Drafted by the bundled demo model, which only rearranges your outline."


@every_outline
def test_every_section_keeps_its_budget(written: Written, outline: Path) -> None:
    """All sections are accepted, and end inside their bands."""
    sections = written(outline).report["sections"]

    assert {("accepted", True)} == {(part["status"], part["in_band"]) for part in sections}


@every_outline
def test_every_key_point_is_there(written: Written, outline: Path) -> None:
    """Each key point's words of content stand in its section."""
    points = written(outline).points

    assert [] == [(point.section, point.point.text) for point in points if not point.is_covered]


@every_outline
def test_every_required_quotation_is_there(written: Written, outline: Path) -> None:
    """A quotation that must appear does, and whatever is quoted at length is verbatim."""
    card = written(outline).card

    assert () == card.missing
    assert {"verbatim"} >= {quotation.verdict for quotation in card.full_quotations}


@every_outline
def test_nothing_comes_back_and_back(written: Written, outline: Path) -> None:
    """No run of six words stands three times in a section."""
    assert {} == written(outline).loops


@every_outline
def test_nothing_of_the_request_is_left_in_the_text(written: Written, outline: Path) -> None:
    """No mark of an item, no control token and no talk about the task reaches the article."""
    assert 0 == written(outline).card.count("leak")


@every_outline
def test_the_article_says_who_wrote_it(written: Written, outline: Path) -> None:
    """At the end of the run and in the front matter."""
    article = written(outline)

    assert article.screen.rstrip().endswith(LINE)
    assert f"\n# {LINE}\n---\n" in article.text
    assert len(article.outline.sections) == len(article.report["demo_sections"])


@pytest.mark.parametrize("outline", UNSEEN[:1], ids=lambda path: path.stem)
def test_the_same_outline_gives_the_same_bytes(
    written: Written, outline: Path, tmp_path: Path
) -> None:
    """On one machine an article is written the same twice, its whole folder anew."""
    assert written(outline).text == write_article(outline, tmp_path).text
