"""The constraint of a section: what it may quote, how long it is, and where it should end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.drafting.guarding import budget_rule, make_guard
from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import SectionGuard
from gptoss_writer.sampling.interface import Ending, Verdict
from tests.support.drafting import LAMP, OUTLINE, prompts_of
from tests.support.guarded import takes

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


def guard_of(section_id: str, words: int = 40, tolerance: float = 0.1) -> SectionGuard:
    """Make the guard of a section as a run does, with the elements that were given to it."""
    material = prompts_of(QUOTED).material(section_id).model_copy(update={"words": words})
    rule = budget_rule(QUOTED, material, {}, WordBudget(words, tolerance))
    return make_guard(material, QUOTED, rule)


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
    guard = guard_of("white", tolerance=0.05)
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
    assert allowed == takes(guard_of("white", words), "It lies there.\n\n### More of it\n\nAnd on")


@pytest.mark.parametrize("line", ["Word count: 40.", "End of section."])
def test_a_text_does_not_end_with_what_would_be_cut_off(line: str) -> None:
    """What cleaning takes off the ends counts as words; so the text may not end with it."""
    guard = guard_of("white")

    assert takes(guard, ("It lies there. " * 12).rstrip() + f"\n\n{line}")
    assert Ending.FORBIDDEN is guard.ending()


def rule_of(written: dict[str, int], section_id: str, tolerance: float = 0.1) -> BudgetRule:
    """Give between which words a section of the tide pools should end, and where best."""
    section = OUTLINE.section(section_id)
    assert section is not None
    return budget_rule(OUTLINE, section, written, WordBudget(section.words, tolerance))


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
    assert expected == rule_of(written, "weed").target


def test_a_narrow_band_carries_less() -> None:
    """With a tolerance of 5 % no target leaves that band."""
    assert 52 == rule_of({"intro": 30}, "crabs", 0.05).target
    assert 48 == rule_of({"intro": 70}, "crabs", 0.05).target


def test_the_band_is_whole_where_the_article_can_spare_it() -> None:
    """With no surplus, or one that later sections can make good, a section has all of its band."""
    assert BudgetRule(50, 45, 55) == rule_of({}, "intro")
    assert BudgetRule(45, 45, 55) == rule_of({"intro": 55}, "crabs")


def test_the_last_section_sees_to_the_whole() -> None:
    """Where the article could leave its 5 %, the last section may not go further that way.

    It always keeps a part of its band to end in.
    """
    assert BudgetRule(45, 45, 50) == rule_of({"intro": 55, "crabs": 52, "weed": 53}, "end")
    assert BudgetRule(55, 50, 55) == rule_of({"intro": 45, "crabs": 48, "weed": 47}, "end")
    assert BudgetRule(45, 45, 48) == rule_of({"intro": 90, "crabs": 90, "weed": 90}, "end")
    assert BudgetRule(55, 52, 55) == rule_of({"intro": 9, "crabs": 9, "weed": 9}, "end")


words = st.dictionaries(st.sampled_from([item.id for item in OUTLINE.sections]), st.integers(0, 99))
shares = st.sampled_from([0.0, 0.03, 0.05, 0.1, 0.2])


@given(words, st.sampled_from(OUTLINE.sections), shares)
def test_a_rule_keeps_the_band(written: dict[str, int], section: Section, share: float) -> None:
    """Whatever came before, a section is asked for no more and no less than its band allows."""
    budget = WordBudget(section.words, share)
    rule = budget_rule(OUTLINE, section, written, budget)

    assert budget.contains(rule.target)
    assert budget.floor <= rule.floor <= rule.target <= rule.ceiling <= budget.ceiling


@given(st.data(), st.lists(st.integers(1, 400), min_size=1, max_size=12), shares)
def test_an_article_whose_sections_keep_their_rules_keeps_its_length(
    data: st.DataObject, budgets: list[int], share: float
) -> None:
    """Wherever in its rule each section ends, the sum is within 5 % of the outline's."""
    sections = [{"title": f"S{n}", "words": words} for n, words in enumerate(budgets)]
    outline = Outline.model_validate({"title": "T", "sections": sections})
    written: dict[str, int] = {}
    for section in outline.sections:
        rule = budget_rule(outline, section, written, WordBudget(section.words, share))
        written[section.id] = data.draw(
            st.sampled_from([rule.floor, rule.ceiling]) | st.integers(rule.floor, rule.ceiling)
        )

    assert abs(sum(written.values()) - sum(budgets)) <= 0.05 * sum(budgets)


def test_the_first_section_of_any_outline_has_its_own_target() -> None:
    """Nothing is carried into the first section, whatever was written behind it."""
    first, second = LAMP.sections

    assert 30 == budget_rule(LAMP, first, {second.id: 90}, first.budget).target
