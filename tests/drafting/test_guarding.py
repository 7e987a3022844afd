"""The constraint of a section: what it may quote, how long it is, and where it should end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.drafting.guarding import make_guard, target_words
from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.sampling.guard import SectionGuard
from gptoss_writer.sampling.interface import Ending, Verdict
from tests.support.drafting import LAMP, OUTLINE, prompts_of

QUOTED = Outline.model_validate(
    {
        "title": "Salt",
        "sections": [
            {
                "id": "white",
                "title": "White",
                "words": 40,
                "key_points": [{"label": "Colour", "detail": "It is whiter than any snow."}],
                "evidence": ["The sea leaves it behind on stones."],
            },
            {"id": "grey", "title": "Grey", "words": 40, "evidence": ["Wet salt is a dull grey."]},
        ],
        "elements": {
            "quotes": [{"speaker": "Ada Finch", "quote": "Salt keeps what the sun would take."}],
            "statistics": ["Nine of ten kitchens keep salt near the stove."],
        },
    }
)


def guard_of(section_id: str, outline: Outline = QUOTED, target: int = 40) -> SectionGuard:
    """Make the guard of a section as a run does, with the elements that were given to it."""
    material = prompts_of(outline).material(section_id)
    return make_guard(material, outline, WordBudget(material.words), target)


def takes(guard: SectionGuard, text: str) -> bool:
    """Tell whether a guard lets a text come, character by character."""
    for character in text:
        if guard.accepts(character.encode()) is not Verdict.ACCEPT:
            return False
        guard.advance(character.encode())
    return True


@pytest.mark.parametrize(
    "quoted",
    [
        "The sea leaves it behind on stones",
        "leaves it behind on",
        "It is whiter than any snow",
        "Colour: It is whiter than any snow",
        "Salt keeps what the sun would take",
        "quite another thing",
    ],
)
def test_what_a_section_may_quote(quoted: str) -> None:
    """Its evidence, its key points, the outline's expert quotations, and three words of any."""
    assert takes(guard_of("white"), f'They say "{quoted}" at home')


@pytest.mark.parametrize(
    "quoted",
    [
        "Wet salt is a dull grey",
        "The sea leaves it behind on sand",
        "quite another thing altogether",
        "Nobody said any such thing",
    ],
)
def test_what_a_section_may_not_quote(quoted: str) -> None:
    """The evidence of another section is no source, nor is anything else of four words."""
    assert not takes(guard_of("white"), f'They say "{quoted}" at home')


def test_an_element_is_quoted_where_it_was_given() -> None:
    """An article-wide statistic may be quoted by the section that got it, and by no other."""
    said = 'They say "Nine of ten kitchens keep salt" at home'
    allowed = [item.id for item in QUOTED.sections if takes(guard_of(item.id), said)]

    assert 1 == len(allowed)


def test_the_band_is_the_guards_own() -> None:
    """A guard lets a text end inside the band it was given, and lets no word come above it."""
    material = prompts_of(QUOTED).material("white")
    guard = make_guard(material, QUOTED, WordBudget(40, 0.05), 40)
    sentence = "It lies there. "

    assert takes(guard, (sentence * 12).rstrip())
    assert (36, Ending.FORBIDDEN) == (guard.words, guard.ending())
    assert takes(guard, " It lies there.")
    assert (39, Ending.FORCED) == (guard.words, guard.ending())
    assert takes(guard, " It lies there")
    assert 42 == guard.words
    assert guard.accepts(b" now") is Verdict.OVERRUN


@pytest.mark.parametrize(("words", "allowed"), [(300, False), (301, True)])
def test_subheadings_are_for_long_sections(words: int, *, allowed: bool) -> None:
    """Above 300 words, and only there, a subheading may be written."""
    material = QUOTED.sections[0].model_copy(update={"words": words})
    guard = make_guard(material, QUOTED, WordBudget(words), words)

    assert allowed == takes(guard, "It lies there.\n\n### More of it\n\nAnd on")


def target(written: dict[str, int], section_id: str, tolerance: float = 0.1) -> int:
    """Give where a section of the tide pools should end."""
    section = OUTLINE.section(section_id)
    assert section is not None
    return target_words(OUTLINE, section, written, WordBudget(section.words, tolerance))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, 50),
        ({"intro": 50}, 50),
        ({"intro": 53}, 47),
        ({"intro": 46}, 54),
        ({"intro": 55, "crabs": 55}, 45),
        ({"intro": 30, "crabs": 55}, 55),
        ({"intro": 55, "crabs": 47}, 48),
        ({"crabs": 52, "end": 10}, 48),
        ({"weed": 10}, 50),
    ],
)
def test_a_surplus_is_made_good(written: dict[str, int], expected: int) -> None:
    """What earlier sections have too much or too little is taken over, inside the own band."""
    assert expected == target(written, "weed")


def test_a_narrow_band_carries_less() -> None:
    """With a tolerance of 5 % no target leaves that band."""
    assert 52 == target({"intro": 30}, "crabs", 0.05)
    assert 48 == target({"intro": 70}, "crabs", 0.05)


words = st.dictionaries(st.sampled_from([item.id for item in OUTLINE.sections]), st.integers(0, 99))


@given(words, st.sampled_from(OUTLINE.sections), st.sampled_from([0.05, 0.1, 0.2]))
def test_a_target_keeps_the_band(written: dict[str, int], section: Section, share: float) -> None:
    """Whatever came before, a section is asked for no more and no less than its band allows."""
    budget = WordBudget(section.words, share)

    assert budget.contains(target_words(OUTLINE, section, written, budget))


@given(st.lists(st.integers(-5, 5), min_size=4, max_size=4))
def test_targets_that_are_met_keep_the_article(misses: list[int]) -> None:
    """Misses do not add up: the next section's band can make good what one section missed."""
    written: dict[str, int] = {}
    for section, miss in zip(OUTLINE.sections, misses, strict=True):
        aim = target_words(OUTLINE, section, written, section.budget)
        written[section.id] = min(max(aim + miss, section.budget.floor), section.budget.ceiling)

    assert abs(sum(written.values()) - OUTLINE.budget_words) <= 5


def test_the_first_section_of_any_outline_has_its_own_target() -> None:
    """Nothing is carried into the first section, whatever was written behind it."""
    first, second = LAMP.sections

    assert 30 == target_words(LAMP, first, {second.id: 90}, first.budget)
