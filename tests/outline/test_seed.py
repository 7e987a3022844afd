"""A real outline, as a planning tool wrote it, read as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.models import Quotation
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.outline.yaml_writer import to_yaml

SEED = Path(__file__).parents[3] / "shared" / "seed" / "000_11d9e62553fd55cb.txt"

pytestmark = pytest.mark.skipif(
    not SEED.is_file(), reason="the seed outline is not beside this checkout"
)


@pytest.fixture(scope="module")
def seed() -> OutlineFile:
    """Read the seed once."""
    return read_outline(SEED)


def test_the_sections(seed: OutlineFile) -> None:
    """Seven sections are found, with roles, budgets and every key point."""
    sections = seed.outline.sections

    assert [150, 250, 350, 200, 250, 200, 100] == [section.words for section in sections]
    assert ["introduction", *["body"] * 5, "conclusion"] == [section.role for section in sections]
    assert [4, 4, 6, 4, 7, 5, 3] == [len(section.key_points) for section in sections]
    assert 7 == len({section.id for section in sections})
    assert sections[0].title == seed.outline.title


def test_every_quoted_string_is_evidence(seed: OutlineFile) -> None:
    """Each quoted string is a quotation of its own, and nothing else is evidence."""
    sections = seed.outline.sections

    assert [1, 3, 6, 4, 7, 5, 0] == [len(section.quotations) for section in sections]
    assert all(isinstance(item, Quotation) for section in sections for item in section.evidence)
    assert str(sections[0].quotations[0].note).startswith("Mention ")


def test_the_broken_run_of_marks(seed: OutlineFile) -> None:
    """Mixed marks, an interrupted quotation and a nested one are told apart."""
    quotations = seed.outline.sections[5].quotations

    assert quotations[0].quote.startswith("I’m")
    assert quotations[0].quote.endswith(",")
    assert ["Simon Frieder"] * 2 == [quotation.speaker for quotation in quotations[:2]]
    assert quotations[1].quote.startswith("The competition")
    assert quotations[1].quote.endswith("fiercer.")
    assert [(False, None), (True, None), (False, None)] == [
        ("“" in quotation.quote, quotation.speaker) for quotation in quotations[2:]
    ]


def test_the_elements_and_the_length(seed: OutlineFile) -> None:
    """Statistics, experts with names, examples, takeaways and the stated length are read."""
    outline, elements = seed.outline, seed.outline.elements
    counts = (len(elements.statistics), len(elements.examples), len(elements.takeaways))

    assert (4, 5, 5) == counts
    assert ["Simon Frieder", "Greg Brockman", "US administration"] == [
        quotation.speaker for quotation in elements.quotes
    ]
    assert "regarding open models" == elements.quotes[1].note
    assert (1700, 8.0, (200, 250)) == (
        outline.total_words,
        outline.reading_minutes,
        outline.words_per_minute,
    )


def test_every_line_is_placed(seed: OutlineFile) -> None:
    """No line of the outline is left over, and the article behind it is not read."""
    strategy = seed.outline.strategy

    assert [] == [item for item in seed.warnings if item.severity != "note"]
    assert all((strategy.angle, strategy.value, strategy.approach))
    assert ((), None) == (seed.outline.tags, seed.outline.description)


def test_the_linter_says_what_is_inconsistent(seed: OutlineFile) -> None:
    """Budgets, evidence that is missing, astray or twice, broken marks, tags; nothing more."""
    expected = [
        "OL220 a piece of this stands in section 1 too, on line 16",
        'OL223 this quotation opens with " and closes with ”',
        "OL220 this stands in section 3 too, on line 36",
        "OL220 a piece of this stands in section 5 too, on line 57",
        "OL211 this section has no evidence",
        "OL222 this quotation of Greg Brockman belongs to no section",
        (
            "OL202 1,500 words are read in 6 to 7.5 minutes, not in 8: "
            "at 200 to 250 words a minute that takes 1,600 to 2,000 words"
        ),
        "OL201 the budgets add up to 1,500 words, 200 fewer than the 1,700 stated here",
        "OL217 there are 8 tags; dev.to takes 4",
    ]

    assert expected == [
        f"{item.code} {item.message}" for item in lint(seed) if item.severity != "note"
    ]


def test_as_yaml_it_is_the_same(seed: OutlineFile, tmp_path: Path) -> None:
    """Written as YAML and read again, the outline is equal."""
    path = tmp_path / "seed.yaml"
    path.write_text(to_yaml(seed.outline), encoding="utf-8")

    assert seed.outline == read_outline(path).outline
