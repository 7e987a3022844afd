"""What an article says twice."""

from __future__ import annotations

from gptoss_writer.grounding.repetition import (
    Repeated,
    alike_openings,
    closing_lines,
    shared_runs,
)
from gptoss_writer.outline.models import Outline
from tests.support.articles import passage

OUTLINE = Outline.model_validate(
    {
        "title": "T",
        "sections": [{"id": name, "title": name.upper(), "words": 20} for name in ("a", "b")],
    }
)


def test_six_words_in_a_row() -> None:
    """A run that an earlier section has is told of once, at its full length."""
    first = "Once the water **has risen over the** wall, nobody goes out."
    second = "We know: once the water has risen over the wall we stay in."
    passages = [passage(first, "a", OUTLINE), passage(second, "b", OUTLINE)]
    runs, count = shared_runs(passages)

    assert ["once the water has risen over the wall"] == [
        second[run.start : run.end] for run in runs
    ]
    assert ["Once the water **has risen over the"] == [
        first[slice(*run.earlier)][: len("Once the water **has risen over the")] for run in runs
    ]
    assert 3 == count


def test_a_section_may_repeat_itself_and_quotations_may_return() -> None:
    """Within a section, in quotation marks and across paragraphs a run is nobody's business."""
    words = "one two three four five six seven"
    texts = (f"{words}. {words}.", f'"{words}." one two three\n\nfour five six seven')
    passages = [passage(texts[0], "a", OUTLINE), passage(texts[1], "b", OUTLINE)]

    assert ((), 0) == shared_runs(passages)


def test_sentences_that_open_alike() -> None:
    """Three sentences that open with the same three words are told of, once."""
    text = "It is a fact. It is a clock. Then it is. “It is a town.” It is so."
    (found,) = alike_openings([passage(text, "a", OUTLINE)])

    assert Repeated("a", 14, 21, earlier=(0, 7), times=3) == found
    assert "It is a" == text[found.start : found.end]


def test_closing_lines() -> None:
    """Two sections that close with the same sentence, but for a word's form, are told of."""
    passages = [
        passage("Rain. The journey has only just begun.", "a", OUTLINE),
        passage("Snow. The journey has only just begun!", "b", OUTLINE),
    ]
    different = passage("Rain. Nobody knows.", "b", OUTLINE)

    assert (Repeated("b", 6, 38, earlier=(6, 38)),) == closing_lines(passages)
    assert () == closing_lines([passages[0], different])
