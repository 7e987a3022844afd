"""Whether quotations are the outline's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.grounding.comparison import find_whole
from gptoss_writer.grounding.quotations import JudgedQuotation, exact_words
from gptoss_writer.grounding.sources import Source
from gptoss_writer.outline.models import Outline
from tests.support.articles import passage


def judged(text: str, section: str = "float") -> JudgedQuotation:
    """Judge the only quotation of a text."""
    (quotation,) = passage(text, section).quotations
    return quotation


@pytest.mark.parametrize(
    "text",
    [
        '"it has never once been wrong"',
        "“it has never once been wrong,” she said",
        '"it has *never* once\nbeen wrong."',
        '"A copper float rises and falls"',
        '"A town that forgets its tide"',
        '"The float: A copper float"',
    ],
)
def test_pieces_of_sources_are_verbatim(text: str) -> None:
    """Evidence, key points and expert quotations may be quoted in part; marks do not matter."""
    quotation = judged(text)

    assert ("verbatim", False) == (quotation.verdict, quotation.is_elsewhere)


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ('"it has never one been wrong"', "it has never once been wrong."),
        ('"The float hung twelve feet below"', "The float hangs twelve feet below"),
        ('"a copper float rises and falls"', "A copper float rises and falls"),
        ('"It has never once been wrong!"', "it has never once been wrong."),
        (
            '"The float hangs twelve feet below the street, and it has never been wrong"',
            "The float hangs twelve feet below the street, and it has never once been wrong.",
        ),
    ],
)
def test_slips_are_near(text: str, correction: str) -> None:
    """A slip of some letters is near, and the exact words are told in whole words, as typed."""
    quotation = judged(text)

    assert ("near", correction) == (quotation.verdict, quotation.correction)


@pytest.mark.parametrize(
    "text",
    [
        '"nobody ever wrote these words"',
        '"it has never once been wrong, and it will be right tomorrow"',
        '"once been wrong the chain"',
        '"and it has never, and nobody knows why, been seen"',
    ],
)
def test_inventions_are_absent(text: str) -> None:
    """What no source says is absent, though it begins or ends with the words of one."""
    assert "absent" == judged(text).verdict


def test_words_of_another_section_are_elsewhere() -> None:
    """Evidence of another section is verbatim, and it is told that it is from there."""
    quotation = judged('"put back all but two of them"')

    assert ("verbatim", True) == (quotation.verdict, quotation.is_elsewhere)
    assert ["3.evidence.1"] == [source.id for source in quotation.sources]
    assert not judged('"put back all but two of them"', "repair").is_elsewhere


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('"THE TIDE"', "verbatim"),
        ('"brass gears"', "verbatim"),
        ('"harbour clock"', "verbatim"),
        ('"harbor clock"', "absent"),
        ('"three small words"', "absent"),
        ('"ide"', "absent"),
    ],
)
def test_scare_quotes_are_judged_apart(text: str, verdict: str) -> None:
    """Up to three words may come from anywhere in the outline, in any case of letters."""
    quotation = judged(text)

    assert (True, verdict) == (quotation.is_scare, quotation.verdict)


def test_what_the_outline_quotes_itself_may_be_quoted() -> None:
    """Words that stand in quotation marks in a statistic are a source; the rest of it is not."""
    outline = Outline.model_validate(
        {
            "title": "T",
            "sections": [{"id": "a", "title": "A", "words": 10}],
            "elements": {"statistics": ['Speed: "It runs twice as fast as sound." It says a lot.']},
        }
    )
    said = passage('"It runs twice as fast" and "fast as sound." It', "a", outline).quotations
    absent = passage('"It says a lot."', "a", outline).quotations

    assert ["verbatim", "verbatim"] == [quotation.verdict for quotation in said]
    assert ["absent"] == [quotation.verdict for quotation in absent]


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        ("Hose--screw it in again, he said", '"Hose—screw it in again"'),
        ('They call it the "big wheel" here today', "\"call it the 'big wheel' here\""),
        ("It’s the café’s ﬁrst non‑stop hour…", "\"It's the café's first non-stop hour...\""),
    ],
)
def test_marks_dashes_and_spaces_are_one(evidence: str, text: str) -> None:
    """However marks, dashes and ligatures are typed, the words are the same."""
    outline = Outline.model_validate(
        {"title": "T", "sections": [{"id": "a", "title": "A", "words": 9, "evidence": [evidence]}]}
    )
    (quotation,) = passage(text, "a", outline).quotations

    assert "verbatim" == quotation.verdict


def test_a_quotation_has_its_place() -> None:
    """Offsets point at the words as typed, without the marks and the space inside them."""
    text = "She said: “ it has **never** once been wrong ”"
    quotation = judged(text)

    assert (12, 44) == (quotation.quoted.start, quotation.quoted.end)
    assert "it has **never** once been wrong" == text[12:44]
    assert "it has never once been wrong" == quotation.quoted.text


words = st.lists(st.sampled_from("one two three four five six. seven, eight".split()), min_size=4)  # noqa: SIM905 - reads better


@given(words, st.data())
def test_the_exact_words_stand_in_the_source(source_words: list[str], data: st.DataObject) -> None:
    """A correction is always a piece of the source, in whole words."""
    source = Source("1.evidence.1", "evidence", "a", " ".join(source_words))
    key = " ".join(data.draw(words))

    assert find_whole(exact_words(key, source), source.text) >= 0
