"""Article-wide elements: each is offered in one section, and nothing else changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hypothesis import given, settings

from gptoss_writer.outline.models import Outline, Section
from gptoss_writer.prompt.allotment import allot
from gptoss_writer.text import fold
from tests.support.outlines import outlines

BREAD = {
    "title": "Bread",
    "sections": [
        {"id": "dough", "title": "Flour and water", "words": 50},
        {"id": "oven", "title": "The oven and its heat", "words": 50},
    ],
}


def bread(evidence: Sequence[object] = (), **elements: Sequence[object]) -> Outline:
    """Make an outline of two sections, the first with this evidence."""
    first, second = BREAD["sections"]
    assert isinstance(first, dict)
    sections = [{**first, "evidence": evidence}, second]
    return Outline.model_validate({**BREAD, "sections": sections, "elements": elements})


def gained(outline: Outline) -> dict[str, list[str]]:
    """List what each section was given."""
    material = allot(outline)
    return {
        section.id: [item.text for item in material[section.id].evidence[len(section.evidence) :]]
        for section in outline.sections
    }


@settings(max_examples=30)
@given(outlines)
def test_every_element_lands_once(outline: Outline) -> None:
    """Each element is offered in one section, or stands in some section's evidence already."""
    material = allot(outline)
    offered = Counter(text for texts in gained(outline).values() for text in texts)
    evidence = [fold(item.text) for section in material.values() for item in section.evidence]
    elements = outline.elements
    everything = [
        *(item.text for item in elements.quotes),
        *elements.statistics,
        *elements.examples,
        *elements.takeaways,
    ]

    assert set(offered) <= set(everything)
    for text in everything:
        assert offered[text] == 1 or any(fold(text).strip(" .,") in item for item in evidence)


@settings(max_examples=30)
@given(outlines)
def test_the_sections_keep_what_they_had(outline: Outline) -> None:
    """All of a section but its evidence stays, and what it had of that comes first."""
    material = allot(outline)

    assert [section.id for section in outline.sections] == list(material)
    for section in outline.sections:
        own = material[section.id].evidence[: len(section.evidence)]
        assert section == material[section.id].model_copy(update={"evidence": own})


@settings(max_examples=30)
@given(outlines)
def test_the_same_outline_is_shared_out_in_the_same_way(outline: Outline) -> None:
    """Sharing out is a function of the outline; a band of its own is in no dump, and copied."""
    again = Outline.model_validate(outline.model_dump())

    assert _dumped(allot(outline)) == _dumped(allot(again))
    assert allot(outline) == allot(outline.model_copy(deep=True))


def _dumped(material: Mapping[str, Section]) -> dict[str, object]:
    return {name: section.model_dump() for name, section in material.items()}


def test_an_element_goes_where_its_words_are() -> None:
    """The section that shares most words with an element gets it; a tie goes to the earlier."""
    outline = bread(
        statistics=["Some ovens reach 300 degrees of heat.", "Nothing here matches."],
        examples=["Water first, then flour."],
    )

    assert {
        "dough": ["Nothing here matches.", "Water first, then flour."],
        "oven": ["Some ovens reach 300 degrees of heat."],
    } == gained(outline)


def test_a_number_counts_as_a_word() -> None:
    """A statistic finds the section that names its number."""
    first, second = (
        {"title": "One", "words": 50, "key_points": ["It holds 16 GB."]},
        {"title": "Two", "words": 50, "key_points": ["It holds 80 GB."]},
    )
    outline = Outline.model_validate(
        {"title": "T", "sections": [first, second], "elements": {"statistics": ["80 are enough."]}}
    )

    assert {"one": [], "two": ["80 are enough."]} == gained(outline)


def test_takeaways_go_to_the_conclusion() -> None:
    """A takeaway is for the conclusion, wherever its words are; without one it is as the others."""
    takeaways = ["Let the oven get hot."]
    sections = [*bread().sections, {"title": "End", "words": 20, "role": "conclusion"}]
    outline = Outline.model_validate(
        {"title": "Bread", "sections": sections, "elements": {"takeaways": takeaways}}
    )

    assert {"dough": [], "oven": [], "end": ["Let the oven get hot."]} == gained(outline)
    assert {"dough": [], "oven": ["Let the oven get hot."]} == gained(bread(takeaways=takeaways))


def test_what_stands_there_is_not_offered_again() -> None:
    """An element that some evidence has word for word is left out, as is a mere quotation of it."""
    evidence = ["Yeast sleeps at 4 °C and wakes at 20 °C.", {"quote": "Wait until it doubles."}]
    outline = bread(
        evidence,
        statistics=["Yeast sleeps at 4\u00a0°C", 'Patience: "Wait until it doubles"'],
        quotes=[{"quote": "Wait until it doubles", "speaker": "A baker"}],
        examples=['The baker says: "Wait until it doubles."'],
        takeaways=["Yeast sleeps at 4 °C and wakes at 20 °C."],
    )

    assert {"dough": [], "oven": []} == gained(outline)


def test_a_statement_that_quotes_a_word_is_kept() -> None:
    """An element says more than its few quoted words, and is not left out for their sake."""
    text = 'A "levain" is fed twice a day for two weeks before the first loaf is baked.'

    assert {"dough": [text], "oven": []} == gained(bread(["levain"], examples=[text]))


def test_part_of_a_word_is_not_the_word() -> None:
    """An element counts as known only where its words stand whole."""
    assert {"dough": ["16"], "oven": []} == gained(
        bread(["In 2016 all was well."], examples=["16"])
    )


def test_the_same_element_twice_is_offered_once() -> None:
    """What stands in two lists of elements is offered in one place."""
    text = "Salt slows the yeast."

    assert {"dough": [text], "oven": []} == gained(
        bread(statistics=[text], examples=[text], takeaways=[text])
    )
