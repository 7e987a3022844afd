"""The outline as values: budgets, ids and lookups."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gptoss_writer.outline.ids import ID_PATTERN, slug, with_ids
from gptoss_writer.outline.models import (
    Outline,
    Section,
    WordBudget,
)


def _outline() -> Outline:
    return Outline(
        title="Tides",
        sections=(
            Section(id="shores", title="Shores", words=100),
            Section(id="bays", title="Bays", words=55),
        ),
    )


@pytest.mark.parametrize(("words", "floor", "ceiling"), [(150, 135, 165), (1, 1, 1), (55, 50, 60)])
def test_the_band_of_a_budget(words: int, floor: int, ceiling: int) -> None:
    """The band is a tenth to either side, both ends inside, in whole words."""
    budget = WordBudget(words)

    assert (floor, ceiling) == (budget.floor, budget.ceiling)
    assert budget.contains(floor)
    assert budget.contains(ceiling)
    assert not budget.contains(floor - 1)
    assert not budget.contains(ceiling + 1)


def test_sections_are_found_by_id_and_by_number() -> None:
    """A section is known by its id, or by its place counted from 1."""
    outline = _outline()

    assert "bays" == getattr(outline.section("2"), "id", None)
    assert "bays" == getattr(outline.section("bays"), "id", None)
    assert outline.section("3") is None
    assert (2, 155) == (outline.number("bays"), outline.budget_words)
    with pytest.raises(KeyError):
        outline.number("cliffs")


def test_an_outline_cannot_be_changed() -> None:
    """Outlines are frozen, and unknown keys are refused."""
    with pytest.raises(ValidationError):
        _outline().title = "Ebb"  # type: ignore[misc] # the point of the test
    with pytest.raises(ValidationError):
        Section.model_validate({"id": "a", "title": "A", "words": 1, "colour": "blue"})


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Sea's Edge!", "the-seas-edge"),
        ("Café — au lait", "cafe-au-lait"),
        ("../../etc/passwd", "etc-passwd"),
        ("海", ""),
        ("word " * 20, "word-word-word-word-word-word-word-word-word"),
        ("a" * 80, "a" * 48),
    ],
)
def test_slugs_of_titles(title: str, expected: str) -> None:
    """A slug is small ASCII, cut at a word's end, and empty where nothing is left."""
    assert expected == slug(title)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_derived_ids_are_valid_and_differ(titles: list[str]) -> None:
    """Whatever the titles, every section gets a valid id of its own."""
    ids = [item["id"] for item in with_ids([{"title": title} for title in titles])]

    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(ID_PATTERN, name) for name in ids)


def test_a_given_id_stays() -> None:
    """An id that was written down is kept, and a derived one steps aside."""
    given_ids = with_ids([{"title": "Bays"}, {"title": "X", "id": "bays"}, {"title": "Bays"}])

    assert ["bays-2", "bays", "bays-3"] == [item["id"] for item in given_ids]
