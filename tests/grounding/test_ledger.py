"""What became of the evidence, the key points and the required quotations."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.ledger import (
    coverage,
    ledger,
    missing_quotations,
    reused,
)
from gptoss_writer.grounding.sources import sources_of
from tests.support.articles import TIDE_CLOCK, passage

SOURCES = sources_of(TIDE_CLOCK)


def statuses(**texts: str) -> dict[str, str]:
    """Give the status of each evidence item, for texts by section id."""
    passages = [passage(text, section) for section, text in texts.items()]
    return {entry.source.id: entry.status for entry in ledger(passages, SOURCES)}


def test_every_item_has_a_status() -> None:
    """Quoted, said in other words, said elsewhere, said twice or not at all: each is told."""
    found = statuses(
        opening="The clock was built for the harbour of Port Ellery in 1871. Ada Merrow built it.",
        float='"It hangs twelve feet below the street." The second wheel, eaten by salt water from'
        " the inside out, is gone.",
        repair='"We took out every wheel and put back all but two of them." So "every wheel and put'
        ' back all but two". The repair cost the council 18,000 pounds, which it paid.',
    )

    assert {
        "1.evidence.1": "used",
        "2.evidence.1": "used",
        "2.evidence.2": "unused",
        "3.evidence.1": "twice",
        "3.evidence.2": "used",
        "3.evidence.3": "elsewhere",
        "expert.1": "unused",
    } == found


def test_statements_may_stand_without_marks() -> None:
    """Evidence that stands word for word in the text is used, quotation marks or not."""
    (entry,) = [
        entry
        for entry in ledger(
            [passage("As we know, the float weighs 14 kg and pulls a chain of 220 links. " * 2)],
            SOURCES,
        )
        if entry.source.id == "2.evidence.2"
    ]

    assert ("used", ["words"]) == (entry.status, [use.how for use in entry.uses])


def test_a_use_has_its_place() -> None:
    """A use points at the quoted words, or at the sentence that rests on the evidence."""
    text = 'It is old. She said: "it has **never** once been wrong". The float weighs 14 kg there,'
    text += " with a chain of 220 links it pulls."
    entries = {entry.source.id: entry for entry in ledger([passage(text)], SOURCES)}

    assert ["it has **never** once been wrong"] == [
        text[use.start : use.end] for use in entries["2.evidence.1"].uses
    ]
    assert ["The float weighs 14 kg there, with a chain of 220 links it pulls."] == [
        text[use.start : use.end] for use in entries["2.evidence.2"].uses
    ]


def test_key_points_need_half_of_their_words() -> None:
    """A key point is covered where its words of content stand in the section, in any form."""
    section = TIDE_CLOCK.sections[1]
    text = "Waters rise and fall, and a float of copper rises with them. Chains are something else."
    shares = [
        (round(point.share, 2), point.is_covered)
        for point in coverage(section, passage(text).vocabulary)
    ]

    assert [(0.83, True), (0.2, False)] == shares


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (
            '"The float hangs twelve feet below the street, and it has never once been wrong."',
            False,
        ),
        (
            (
                '"The float hangs twelve feet below the street," she said, '
                '"and it has never once been wrong."'
            ),
            False,
        ),
        ('"The float hangs twelve feet below the street."', True),
        ("The float hangs twelve feet below the street, and it has never once been wrong.", True),
        ("", True),
    ],
)
def test_required_quotations_stand_in_marks(text: str, missing: bool) -> None:  # noqa: FBT001 - a case
    """A required quotation appears if it is quoted whole, interrupted or not."""
    required = [source for source in SOURCES.items if source.id == "2.evidence.1"]
    found = missing_quotations(required, passage(text).quotations)

    assert missing == bool(found)


def test_reuse_is_four_words_in_a_row() -> None:
    """The later of two quotations that share four words is told of, and where they were."""
    text = '"twelve feet below the street" "below the street, and" "feet below the street, and it"'
    found = reused(passage(text).quotations)

    assert [("feet below the street, and it", "twelve feet below the street")] == [
        (later.quoted.text, earlier.quoted.text) for later, earlier in found
    ]
