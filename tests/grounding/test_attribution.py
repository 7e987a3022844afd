"""Who says what."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.attribution import misattributions
from gptoss_writer.grounding.facts import known_facts
from tests.support.articles import TIDE_CLOCK, passage

MERROW = '"it has never once been wrong"'
OAKES = '"put back all but two of them"'
NARRATION = '"weighs 14 kg and pulls a chain"'


def faults(text: str) -> list[tuple[str, str]]:
    """List what is wrong, and whom the text names."""
    found = misattributions(passage(text).quotations, known_facts(TIDE_CLOCK))
    return [(fault.fault, fault.person) for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        f"Ada Merrow said {MERROW}.",
        f"Merrow, who had built it, said {MERROW}.",
        f"A. Merrow wrote: {MERROW}",
        f"Ada Merrow told Tom Oakes that {MERROW}.",
        f"{MERROW} is what people say.",
        f"Tom Oakes fell asleep. {MERROW}, somebody said.",
        f"The float {NARRATION}.",
        f"The council of Port Ellery notes that it {NARRATION}.",
        f"Tom Oakes lifted the float, which {NARRATION}.",
        'Ada Merrow said "Nobody ever wrote these words".',
        'Tom Oakes liked the "brass gears".',
        f"Oakes said they {OAKES}, and Merrow said {MERROW}.",
    ],
)
def test_right_attributions(text: str) -> None:
    """The speaker, somebody beside the speaker, nobody, or a name without speech: all is well."""
    assert [] == faults(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Tom Oakes said {MERROW}.", ("speaker", "Tom Oakes")),
        (f"{MERROW}, Oakes recalled.", ("speaker", "Tom Oakes")),
        (f"For Ines Vale {MERROW}.", ("speaker", "Ines Vale")),
        (f"Nathan Quill, a diver from the town, argues: {MERROW}", ("speaker", "Nathan Quill")),
        (f"According to Quill, {OAKES}.", ("speaker", "Quill")),
        (f"Tom Oakes said that it {NARRATION}.", ("narration", "Tom Oakes")),
        (f"As Nathan Quill notes, it {NARRATION}.", ("narration", "Nathan Quill")),
        ('Tom Oakes said "it has never onse been wrong".', ("speaker", "Tom Oakes")),
        ('Tom Oakes said "never once".', ("speaker", "Tom Oakes")),
    ],
)
def test_wrong_attributions(text: str, expected: tuple[str, str]) -> None:
    """Another speaker than the outline's, or any for words that nobody said, is a fault."""
    assert [expected] == faults(text)


def test_a_source_may_name_the_person_itself() -> None:
    """Where the evidence says in its own words who is meant, that person may be named."""
    outline = TIDE_CLOCK.model_copy(
        update={
            "sections": (
                TIDE_CLOCK.sections[1].model_copy(
                    update={
                        "evidence": (),
                        "key_points": (
                            TIDE_CLOCK.sections[1]
                            .key_points[0]
                            .model_copy(
                                update={
                                    "detail": "Mayor Olga Brandt calls it the pride of the town"
                                }
                            ),
                        ),
                    }
                ),
            )
        }
    )
    text = 'Olga Brandt says it is "the pride of the town".'

    assert () == misattributions(passage(text, "float", outline).quotations, known_facts(outline))
