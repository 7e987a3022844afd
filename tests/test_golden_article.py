"""One article from end to end: an outline and what a model said become the file that is read."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.assembly.document import make_document
from gptoss_writer.assembly.markdown import to_markdown
from gptoss_writer.drafting.standing import accepted_drafts
from gptoss_writer.engine.scripted import read_tape
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.text import fold
from tests.support.drafting import Desk
from tests.support.golden import GOLDEN, differs_from_golden

OUTLINES = Path(__file__).parents[1] / "outlines"
FOLDER = GOLDEN / "articles"


def test_an_outline_and_a_tape_become_an_article(tmp_path: Path) -> None:
    """Read, planned, written, cleaned, saved and assembled, the article is its golden file."""
    desk = Desk(tmp_path / "draft", load_outline(OUTLINES / "unix-pipes.yaml"))
    report = desk.run(read_tape(FOLDER / "unix-pipes.tape.yaml"))
    drafts = accepted_drafts(desk.workspace, desk.outline)
    article = to_markdown(make_document(desk.outline, drafts))
    difference = differs_from_golden(FOLDER / "unix-pipes.md", article)

    assert [("accepted", True, attempts) for attempts in (1, 2, 1, 1, 1)] == [
        (item.status, item.in_band, item.attempts) for item in report.sections
    ]
    assert not difference, difference


def test_the_golden_article_is_a_good_one() -> None:
    """It quotes what its outline says must appear, and holds no marker of any kind."""
    article = (FOLDER / "unix-pipes.md").read_text(encoding="utf-8")
    outline = load_outline(OUTLINES / "unix-pipes.yaml")
    required = [
        item.quote for section in outline.sections for item in section.quotations if item.required
    ]

    assert [] != required
    for quotation in required:
        assert fold(quotation).rstrip(".") in fold(article)
    assert not any(mark in article for mark in ("<|", "【", "assistantfinal", "words)"))
