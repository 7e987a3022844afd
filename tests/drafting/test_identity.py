"""The fingerprint of a section changes with all that its text is made from, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings

from gptoss_writer.draft import Sampling
from gptoss_writer.drafting.identity import (
    changed_since,
    section_fingerprint,
    section_fingerprints,
    section_ingredients,
)
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Fact, KeyPoint, Lint, Outline, Quotation, Section, Strategy
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import NAMES, Templates
from tests.support.drafting import DATE, OUTLINE, SAMPLING, TEMPLATES, prompts_of
from tests.support.outlines import outlines

CRABS = OUTLINE.sections[1]


def identity(
    outline: Outline = OUTLINE,
    *,
    templates: Templates = TEMPLATES,
    model: str = "tape:same",
    sampling: Sampling = SAMPLING,
) -> str:
    """Hash the section about crabs."""
    prompts = PromptWriter(outline, templates, ReasoningEffort.LOW, DATE)
    return section_fingerprint(prompts, "crabs", model=model, sampling=sampling)


def changed(**update: object) -> Outline:
    """Change the section about crabs."""
    sections = [
        item.model_copy(update=update) if item.id == "crabs" else item for item in OUTLINE.sections
    ]
    return OUTLINE.model_copy(update={"sections": tuple(sections)})


OWN: dict[str, object] = {
    "role": "conclusion",
    "title": "Lobsters",
    "words": 51,
    "key_points": (KeyPoint(label="They", detail="hide."),),
    "evidence": (Fact(fact="They hide."),),
    "notes": "Be kind.",
}


@pytest.mark.parametrize("name", sorted(Section.model_fields.keys() - {"id", "band"}))
def test_every_field_of_the_section_counts(name: str) -> None:
    """Another value in any field of the section gives another fingerprint."""
    assert identity() != identity(changed(**{name: OWN[name]}))


def test_the_band_of_a_range_does_not_count() -> None:
    """It is a tolerance of the section's own, and a tolerance makes nothing stale."""
    assert identity() == identity(changed(band=(40, 60)))


@pytest.mark.parametrize("name", [name for name in Quotation.model_fields if name != "quote"])
def test_every_field_of_its_evidence_counts(name: str) -> None:
    """What is known of a quotation counts as much as its words."""
    bare = Quotation(quote="We hide.")
    value = True if name == "required" else "known"
    fuller = bare.model_copy(update={name: value})

    assert identity(changed(evidence=(bare,))) != identity(changed(evidence=(fuller,)))


def test_an_element_that_is_given_to_the_section_counts() -> None:
    """Article-wide elements count where they are offered, and only there."""
    elements = OUTLINE.elements.model_copy(update={"examples": ("Crabs hide under weed.",)})
    with_example = OUTLINE.model_copy(update={"elements": elements})
    before = section_fingerprints(prompts_of(), model="m", sampling=SAMPLING)
    after = section_fingerprints(prompts_of(with_example), model="m", sampling=SAMPLING)

    assert {"crabs"} == {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("name", Strategy.model_fields)
def test_every_part_of_the_strategy_counts(name: str) -> None:
    """All sections see the strategy."""
    strategy = Strategy().model_copy(update={name: "A walk on the shore."})

    assert identity() != identity(OUTLINE.model_copy(update={"strategy": strategy}))


def test_the_title_of_the_article_counts() -> None:
    """All sections see the title."""
    assert identity() != identity(OUTLINE.model_copy(update={"title": "Pools"}))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_counts(name: str) -> None:
    """Another word in any template gives another fingerprint."""
    templates = Templates(
        {**TEMPLATES.sources, name: TEMPLATES.sources[name] + "!"}, TEMPLATES.files
    )

    assert identity() != identity(templates=templates)


def test_the_model_counts() -> None:
    """Other weights write another text."""
    assert identity() != identity(model="gguf:other")


SAMPLED: Mapping[str, object] = {
    "effort": "high",
    "seed": 2,
    "temperature": 0.5,
    "top_p": 0.9,
    "top_k": 40,
    "min_p": 0.05,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Sampling)])
def test_every_setting_of_the_sampling_counts(name: str) -> None:
    """Another effort, seed or cut gives another text."""
    sampling = replace(SAMPLING, **{name: SAMPLED[name]})  # type: ignore[arg-type]  # a field's own type

    assert identity() != identity(sampling=sampling)


OTHERS: dict[str, object] = {
    "description": "About the sea.",
    "tags": ("sea",),
    "published": True,
    "total_words": 999,
    "reading_minutes": 3.0,
    "words_per_minute": (200, 250),
    "lint": Lint(ignore=("OL201",)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_of_the_outline_counts(name: str) -> None:
    """Front matter and the writer's own sums are in no prompt."""
    assert identity() == identity(OUTLINE.model_copy(update={name: OTHERS[name]}))


def test_all_fields_of_an_outline_are_thought_of() -> None:
    """Each field counts or does not, and is tested for it here."""
    tested = {"title", "strategy", "sections", "elements", *OTHERS}

    assert set(Outline.model_fields) == tested


def test_other_sections_do_not_count() -> None:
    """Titles, budgets and the order of the others may change."""
    intro, crabs, weed, end = OUTLINE.sections
    louder = weed.model_copy(update={"title": "Kelp", "words": 400})

    assert identity() == identity(
        OUTLINE.model_copy(update={"sections": (intro, louder, crabs, end)})
    )
    assert identity() == identity(OUTLINE.model_copy(update={"sections": (crabs,)}))


def test_the_date_does_not_count() -> None:
    """The date is pinned for a workspace, and a copy of it elsewhere stays fresh."""
    later = replace(prompts_of(), date="2030-01-01")

    assert identity() == section_fingerprint(later, "crabs", model="tape:same", sampling=SAMPLING)


def test_each_section_has_its_own() -> None:
    """The fingerprints of an outline are those of its sections, and all differ."""
    made = section_fingerprints(prompts_of(), model="tape:same", sampling=SAMPLING)

    assert [item.id for item in OUTLINE.sections] == list(made)
    assert identity() == made["crabs"]
    assert len(made) == len(set(made.values()))


def ingredients(**changes: object) -> dict[str, str]:
    """Give what the section about crabs would be made from."""
    values: dict[str, object] = {"model": "m", "sampling": SAMPLING, **changes}
    return section_ingredients(prompts_of(), "crabs", **values)  # type: ignore[arg-type]  # each test names arguments


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ()),
        ({"model": "other"}, ("model",)),
        ({"templates": "templates:1"}, ("prompt templates",)),
        ({"sampling": replace(SAMPLING, seed=2, top_k=3)}, ("seed", "top-k")),
        ({"sampling": replace(SAMPLING, effort="high")}, ("effort",)),
    ],
)
def test_what_changed_is_named(changes: dict[str, object], names: tuple[str, ...]) -> None:
    """By the names a writer knows; nothing where nothing did."""
    assert names == changed_since(ingredients(), ingredients(**changes))


@settings(max_examples=30)
@given(outlines, outlines)
def test_a_name_is_given_exactly_where_the_fingerprint_differs(
    one: Outline, other: Outline
) -> None:
    """What the fingerprint covers and what can be named are the same."""
    moved = other.model_copy(update={"sections": one.sections, "elements": one.elements})
    for section in one.sections:
        prints = [
            section_fingerprint(prompts_of(item), section.id, model="m", sampling=SAMPLING)
            for item in (one, moved)
        ]
        made = [
            section_ingredients(prompts_of(item), section.id, model="m", sampling=SAMPLING)
            for item in (one, moved)
        ]

        assert (prints[0] == prints[1]) == (changed_since(*made) == ())


def test_an_older_record_names_nothing() -> None:
    """It does not say what the text was made from."""
    assert () == changed_since({}, ingredients())
