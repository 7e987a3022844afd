"""Quotations that nobody guarded: afterwards each long one is verbatim, or none any more."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.drafting.repair import Repaired, repair_quotations
from gptoss_writer.grounding.facts import known_facts
from gptoss_writer.grounding.passages import read_passage
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.outline.models import Outline
from gptoss_writer.text import count_words
from tests.support.markdown import nasty_markdown

OUTLINE = Outline.model_validate(
    {
        "title": "A lamp by the sea",
        "sections": [
            {
                "id": "lamp",
                "title": "The lamp",
                "words": 40,
                "key_points": ["The keeper lights the lamp at dusk."],
                "evidence": [
                    {
                        "quote": "We never once let the lamp go out in forty years of storms.",
                        "speaker": "Ada Finch",
                    },
                    {"quote": 'At dawn "the sea" looks as if it has forgotten us all.'},
                    {"quote": "Is there anyone who would still climb the stairs?"},
                    "The tower has 214 steps *and* a rope_rail of [tarred] hemp.",
                ],
            },
            {
                "id": "wick",
                "title": "The wick",
                "words": 40,
                "evidence": ["The wick was always trimmed by nine in the evening."],
            },
        ],
        "elements": {
            "quotes": [{"speaker": "Bo Hale", "quote": "Salt keeps what the sun would take."}]
        },
    }
)
LAMP, WICK = OUTLINE.sections


def repaired(text: str) -> Repaired:
    """Repair a text as the section about the lamp."""
    return repair_quotations(text, LAMP, OUTLINE)


def codes(text: str) -> list[str]:
    """Name what was done to a text."""
    return [finding.code for finding in repaired(text).findings]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No quotation at all.",
        'She said, "We never once let the lamp go out."',
        "She said “in forty years of storms” of it.",
        '"Salt keeps what the sun would take," Bo Hale said.',
        'They call it "a free word".',
        '"The keeper lights the lamp at dusk."',
        '"The wick was always trimmed by nine."',
        'The code `"of these five words here"` is code.',
        'A 5" pipe, 2" wide, is what they have here.',
        '"At dawn “the sea” looks as if it has forgotten us all," she said.',
    ],
)
def test_what_is_right_stays(text: str) -> None:
    """Verbatim quotations, up to three words, code and inches are not touched."""
    assert Repaired(text) == repaired(text)


@pytest.mark.parametrize(
    ("near", "exact"),
    [
        (
            'She said, "We never once let the lamps go out in forty years of storms."',
            'She said, "We never once let the lamp go out in forty years of storms."',
        ),
        (
            '"We never ever let the lamp go out in forty years of storms," she said.',
            '"We never once let the lamp go out in forty years of storms," she said.',
        ),
        (
            "“we never once let the lamp go out in forty years of storm”",
            "“We never once let the lamp go out in forty years of storms”",
        ),
        (
            '"We never once let the lamp go in forty years of storms!"',
            '"We never once let the lamp go out in forty years of storms."',
        ),
        (
            '"Is there someone who would still climb the stairs," he asked.',
            '"Is there anyone who would still climb the stairs?" he asked.',
        ),
        (
            '"At dawn the sea looks as if it has forgotten us all."',
            "\"At dawn 'the sea' looks as if it has forgotten us all.\"",
        ),
        (
            'It says "The tower has 214 steps and a rope-rail of tarred hemp."',
            'It says "The tower has 214 steps \\*and\\* a rope_rail of \\[tarred\\] hemp."',
        ),
        (
            '"We *never* once let the lamps go out in forty years of storms."',
            '"We never once let the lamp go out in forty years of storms."',
        ),
        (
            '> She said "We never once let the lamps\n> go out in forty years of storms."',
            '> She said "We never once let the lamp go out in forty years of storms."',
        ),
        (
            'She said, "We never once let the lamps go out in forty years of storms.',
            'She said, "We never once let the lamp go out in forty years of storms."',
        ),
    ],
)
def test_a_slip_gets_the_exact_words(near: str, exact: str) -> None:
    """A near quotation is brought to its source's words; the sentence keeps its own marks."""
    assert exact == repaired(near).text
    assert ["quotation-mended"] == codes(near)


@pytest.mark.parametrize(
    ("invented", "plain"),
    [
        ('"Nobody ever came up here," she said.', "Nobody ever came up here, she said."),
        ("She said “nobody ever came up here”.", "She said nobody ever came up here."),
        ("« Nobody ever came up here »", " Nobody ever came up here "),
        ("She said „nobody ever came up here“.", "She said nobody ever came up here."),
        ('**"Nobody ever came up here"**', "**Nobody ever came up here**"),
        ("&quot;Nobody ever came up here&quot;", "Nobody ever came up here"),
        ('She said, "nobody ever came up here.', "She said, nobody ever came up here."),
        ('"# nobody ever came up here"', "\\# nobody ever came up here"),
        ('- "- nobody ever came up here"', "- \\- nobody ever came up here"),
        ('"12. nobody ever came up here"', "12\\. nobody ever came up here"),
        ('### The "lamp that nobody lit"', "### The lamp that nobody lit"),
        ('"Nobody "ever once" came up here."', 'Nobody "ever once" came up here.'),
    ],
)
def test_an_invention_loses_its_marks(invented: str, plain: str) -> None:
    """What is in no source is no quotation any more, and is reported; its words stay."""
    assert plain == repaired(invented).text
    assert ["quotation-unmarked"] == codes(invented)
    assert count_words(invented) == count_words(plain)


def test_findings_name_the_words() -> None:
    """Each finding says which words it is about, and what was done."""
    text = (
        '"Nobody ever came up here," she said. '
        '"We never once let the lamps go out in forty years of storms."'
    )

    unmarked, mended = (finding.message for finding in repaired(text).findings)

    assert (
        '"Nobody ever came up here,": These words are in no source, so their quotation marks '
        "were taken off." == unmarked
    )
    assert (
        '"We never once let the lamps go out in forty years of storms.": It was given the exact '
        'words, "We never once let the lamp go out in forty years of storms".' == mended
    )


def test_markup_that_would_break_is_left_and_the_marks_go() -> None:
    """Where emphasis begins inside a near quotation and ends outside, no word is put for another.

    The exact words could not keep both.
    """
    text = 'She **said "We never** once let the lamps go out in forty years of storms."'

    assert text.replace('"', "") == repaired(text).text


def test_a_quotation_that_only_lacks_its_end_is_closed() -> None:
    """Verbatim words whose closing mark is missing get it at the end of their paragraph."""
    text = "She said: “We never once let the lamp go out in forty years\n\nNext."

    assert text.replace("years", "years”") == repaired(text).text
    assert [] == codes(text)


def test_marks_inside_marks_come_to_light() -> None:
    """Where outer marks go, a quotation inside them is held to the same law."""
    text = '"She wrote “nobody ever came up here” in a book."'

    assert "She wrote nobody ever came up here in a book." == repaired(text).text
    assert ["quotation-unmarked"] * 2 == codes(text)


def long_quotations(text: str) -> list[JudgedQuotation]:
    """List the quotations of four words or more, as the scorecard judges them."""
    place = (0, len(text))
    passage = read_passage(text, place, LAMP, sources_of(OUTLINE), known_facts(OUTLINE))
    return [quotation for quotation in passage.quotations if not quotation.is_scare]


MARKS = (
    '"',
    "“",
    "”",
    "„",
    "«",
    "»",
    "‟",
    "＂",
    "&quot;",
    "&#8220;",
    ' "',
    '" ',
    '."',
    ',"',
    '\\"',
)
PIECES = (
    *MARKS,
    *(source.text for source in (*LAMP.evidence, *WICK.evidence, *OUTLINE.elements.quotes)),
    *("We never once let the lamps go out", "in forty years of storm", "Nobody ever came up here"),
    *(" she said", "Ada Finch said", " the", " lamp", ". ", ", ", " ", "\n", "\n\n", "\n\n- "),
    *("*", "**", "`", "_", "### ", "> ", "1. ", "(", ")", "[", "](x)", "<b>", "é", "’", "--", "|"),
)
quoting = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(max_examples=300)
@given(quoting | nasty_markdown)
@example('"' * 9 + "Nobody ever came up here" + '"' * 9)
def test_after_repair_every_long_quotation_is_verbatim(raw: str) -> None:
    """Whatever a model wrote: cleaned, repaired and cleaned again, it quotes only what is there."""
    text = clean(raw, title="The lamp")
    mended = clean(repaired(text).text, title="The lamp")

    assert [] == [
        quotation.quoted.text
        for quotation in long_quotations(mended)
        if quotation.verdict != "verbatim"
    ]


@settings(max_examples=200)
@given(quoting | nasty_markdown)
def test_repairing_again_changes_nothing(raw: str) -> None:
    """A repaired text is in order."""
    once = repaired(clean(raw, title="The lamp")).text

    assert Repaired(once) == repaired(once)


@settings(max_examples=200)
@given(quoting)
def test_taking_marks_off_changes_no_word(raw: str) -> None:
    """Where nothing is near a source, a repaired text has as many words as before.

    Entities are left out: counted as typed, one that stands alone is a word.
    """
    text = clean(raw.replace("&", "and"), title="The lamp")
    mended = repaired(text)

    if all(finding.code == "quotation-unmarked" for finding in mended.findings):
        assert count_words(text) == count_words(mended.text)


@pytest.mark.parametrize("unit", ['"a b c d" ', '"a b c d ', "“a b c d “", '""""', '"a', '" '])
def test_hostile_text_comes_back(unit: str) -> None:
    """No repeated unit makes repairing take more than a moment."""
    text = clean(unit * (12_000 // len(unit)), title="The lamp")
    mended = repaired(text).text

    assert not [item for item in long_quotations(mended) if item.verdict != "verbatim"]
