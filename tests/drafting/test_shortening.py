"""A text that is too long loses whole sentences, those first that carry nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.drafting.shortening import shorten
from gptoss_writer.outline.models import Outline, WordBudget
from gptoss_writer.text import count_words, sentences
from tests.support.drafting import prompts_of, run_on, text_of
from tests.support.markdown import COMMONMARK, headings, nasty_markdown, types

OUTLINE = Outline.model_validate(
    {
        "title": "A lamp by the sea",
        "sections": [
            {
                "id": "lamp",
                "title": "The lamp",
                "words": 30,
                "key_points": ["Its keeper lights the lantern at dusk."],
                "evidence": [
                    {
                        "quote": "We never once let the lamp go out.",
                        "speaker": "Ada Finch",
                        "required": True,
                    },
                    {"quote": "The storms were the best of it.", "speaker": "Ada Finch"},
                    "The tower has 214 steps.",
                ],
            }
        ],
    }
)
LAMP = OUTLINE.sections[0]

POINT = "Its keeper lights the lantern at dusk."
FACT = "The tower has 214 steps."
REQUIRED = '"We never once let the lamp go out," Ada Finch said.'
OTHER = '"The storms were the best of it," Ada Finch said.'
EMPTY = ("Gulls drift over cold grey rock.", "Rain waits behind the far cliff.", "Nets hang dry.")


def short(text: str, words: int, tolerance: float = 0.1) -> str:
    """Shorten a text to a number of words, as the section about the lamp."""
    material = prompts_of(OUTLINE).material("lamp")
    return shorten(text, LAMP, material, OUTLINE, WordBudget(words, tolerance))


def test_a_text_in_its_band_stays() -> None:
    """What is not too long is not touched, and neither is what is too short."""
    text = " ".join((*EMPTY, POINT))

    assert text == short(text, 21)
    assert text == short(text, 20)
    assert text == short(text, 100)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (34, (EMPTY[0], POINT, EMPTY[1], FACT, REQUIRED)),
        (31, (EMPTY[0], POINT, FACT, REQUIRED)),
        (25, (EMPTY[0], POINT, REQUIRED)),
        (20, (POINT, REQUIRED)),
        (16, (EMPTY[0], REQUIRED)),
        (11, (REQUIRED,)),
        (5, (REQUIRED,)),
    ],
)
def test_what_carries_nothing_goes_first(words: int, expected: tuple[str, ...]) -> None:
    """Sentences without evidence or key point go from the end, then the others, then the first.

    What is too much for the band is passed over; a required quotation stays.
    """
    text = " ".join((EMPTY[0], POINT, EMPTY[1], FACT, EMPTY[2], REQUIRED))

    assert " ".join(expected) == short(text, words)


def test_a_quotation_that_may_go_goes_last() -> None:
    """A quotation that is not required is evidence: it goes after what carries nothing."""
    text = f"{EMPTY[0]} {OTHER} {EMPTY[1]} {REQUIRED}"

    assert f"{EMPTY[0]} {OTHER} {REQUIRED}" == short(text, 26)
    assert f"{EMPTY[0]} {REQUIRED}" == short(text, 16)


def test_a_text_never_falls_below_its_band() -> None:
    """Where every sentence that could go is too long to go, the text stays as it is."""
    text = f"{run_on(20, 1)} {run_on(20, 2)}"

    assert text == short(text, 30)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (
            f"{POINT} {EMPTY[0]}\n\n{EMPTY[1]} {EMPTY[2]}\n\n{FACT}",
            12,
            f"{POINT}\n\n{FACT}",
        ),
        (
            f"{POINT}\n\n### Birds\n\n{EMPTY[0]} {EMPTY[1]}\n\n### Steps\n\n{FACT}",
            18,
            f"{POINT}\n\n### Birds\n\n{EMPTY[0]}\n\n### Steps\n\n{FACT}",
        ),
        (
            f"{POINT}\n\nThree things:\n\n- {EMPTY[0]}\n- {EMPTY[1]}\n- {EMPTY[2]}\n\n{FACT}",
            24,
            f"{POINT}\n\nThree things:\n\n- {EMPTY[0]}\n- {EMPTY[1]}\n\n{FACT}",
        ),
        (
            f"{POINT}\n\n1. {EMPTY[0]} {EMPTY[1]}\n2. {EMPTY[1]} {EMPTY[2]}",
            19,
            f"{POINT}\n\n1. {EMPTY[0]}\n2. {EMPTY[1]}",
        ),
        (
            f"{POINT}\n\n**Birds.** {EMPTY[0]} {EMPTY[1]}\n\n{FACT}",
            19,
            f"{POINT}\n\n**Birds.** {EMPTY[0]}\n\n{FACT}",
        ),
        (
            f"{POINT}\n\n**Birds.** {EMPTY[0]}\n\n{FACT}",
            12,
            f"{POINT}\n\n{FACT}",
        ),
        (
            f"{POINT} **{EMPTY[0]} {EMPTY[1]}** {FACT} *{EMPTY[2]}*",
            24,
            f"{POINT} **{EMPTY[0]} {EMPTY[1]}** {FACT}",
        ),
        (
            f"{POINT} **{EMPTY[0]} {EMPTY[1]}** {FACT}",
            12,
            f"{POINT} {FACT}",
        ),
        (
            f"{POINT}\n\n> {EMPTY[0]}\n> {EMPTY[1]}\n\n{EMPTY[2]}",
            19,
            f"{POINT}\n\n> {EMPTY[0]}\n> {EMPTY[1]}",
        ),
        (
            f"{POINT} {EMPTY[2]} 2. Nothing goes there. {FACT}",
            12,
            f"{POINT} {FACT}",
        ),
        (
            f"{POINT}\n\n```\n{EMPTY[0]}\n```\n\n{EMPTY[2]} {FACT}",
            19,
            f"{POINT}\n\n```\n{EMPTY[0]}\n```\n\n{FACT}",
        ),
        (
            f"{POINT}\n{EMPTY[0]}\n{FACT}",
            12,
            f"{POINT}\n{FACT}",
        ),
    ],
)
def test_nothing_is_left_broken(text: str, words: int, expected: str) -> None:
    """Paragraphs, lists, labels, headings, emphasis, block quotes and code stay whole."""
    assert expected == short(text, words)


BLOCKS = st.lists(
    st.sampled_from(
        [
            *(POINT, FACT, REQUIRED, OTHER, *EMPTY),
            *(f"{EMPTY[0]} {EMPTY[1]}", f"**Label.** {EMPTY[1]} {EMPTY[2]}", f"*{EMPTY[0]}*"),
            *(f"- {EMPTY[0]}\n- {EMPTY[1]}\n- {FACT}", f"1. {EMPTY[0]} {FACT}\n2. {EMPTY[2]}"),
            *("### Heading", "Three things:", "```\ncode here. More.\n```", "| a | b |\n|---|---|"),
            *(f"- {EMPTY[0]}\n\n  {EMPTY[1]}\n- {EMPTY[2]}", f"> {EMPTY[0]}\n> {FACT}"),
            *("He said “one. Two three.” Then more.", "(One. Two.) Three `a. b` four.", "No end"),
            *(text_of(25, 3), text_of(60, 4), text_of(60, 4).replace(" ", "\n")),
        ]
    ),
    max_size=12,
).map("\n\n".join)


@settings(max_examples=200)
@given(BLOCKS | nasty_markdown, st.integers(1, 80), st.sampled_from([0.0, 0.05, 0.1, 0.3]))
def test_shortening_any_text(raw: str, words: int, tolerance: float) -> None:
    """Never longer than before, never below the band, and once is enough."""
    text = clean(raw, title="The lamp")
    band = WordBudget(words, tolerance)
    shorter = short(text, words, tolerance)
    before, after = count_words(text), count_words(shorter)

    assert after <= before
    assert after == before or after >= band.floor
    assert text == shorter or before > band.ceiling
    assert shorter == short(shorter, words, tolerance)
    assert shorter == clean(shorter, title="The lamp")
    assert types(shorter) <= types(text)
    assert not set(headings(shorter, "h3", "h4")) - set(headings(text, "h3", "h4"))


def paragraphs(markdown: str) -> list[str]:
    """Give what a reader sees, block by block."""
    return [
        "".join(child.content or " " for child in token.children)
        for token in COMMONMARK.parse(markdown)
        if token.children
    ]


@settings(max_examples=200)
@given(BLOCKS, st.integers(1, 80))
def test_what_stays_was_there(raw: str, words: int) -> None:
    """Every sentence that a reader sees in a shortened text stood in the text, word for word."""
    text = clean(raw, title="The lamp")
    before = "".join("".join(paragraphs(text)).split())

    for paragraph in paragraphs(short(text, words)):
        for sentence in sentences(paragraph):
            assert "".join(sentence.split()) in before


def test_a_long_text_of_short_sentences_is_brought_into_its_band() -> None:
    """Where sentences are shorter than the band is wide, the band is always met."""
    text = "\n\n".join(text_of(90, seed) for seed in range(6))
    for words in range(60, 500, 23):
        assert WordBudget(words).contains(count_words(short(text, words)))


@pytest.mark.parametrize("unit", ["A b. ", "- a b.\n", "“a. ", "**a.** b. ", "1. a\n", "a.\n\n"])
def test_hostile_text_comes_back(unit: str) -> None:
    """No repeated unit makes shortening take more than a moment."""
    text = clean(unit * (12_000 // len(unit)), title="The lamp")

    assert count_words(short(text, 50)) <= count_words(text)
