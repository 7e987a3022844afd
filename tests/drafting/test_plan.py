"""Plans are minimal: what is missing, stale or asked for, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.drafting.identity import section_fingerprints
from gptoss_writer.drafting.plan import SectionJob, SectionState, plan
from gptoss_writer.outline.models import Elements, KeyPoint, Outline, Section
from tests.support.drafting import OUTLINE, SAMPLING, prompts_of
from tests.support.outlines import outlines

PLAIN = outlines.map(lambda outline: outline.model_copy(update={"elements": Elements()}))
"""Outlines whose sections have nothing but their own material."""


def fingerprints(outline: Outline) -> dict[str, str]:
    """Hash what each section would be made from."""
    return section_fingerprints(prompts_of(outline), model="tape:same", sampling=SAMPLING)


def written(outline: Outline) -> dict[str, SectionState]:
    """Give the states of a workspace in which the model wrote all of an outline."""
    return {name: SectionState("model", value) for name, value in fingerprints(outline).items()}


def planned(outline: Outline, states: Mapping[str, SectionState]) -> dict[str, str]:
    """Plan, and give the reason of each job by section."""
    jobs = plan(outline, states, fingerprints(outline))
    return {job.section.id: job.reason for job in jobs}


def with_section(outline: Outline, section: Section) -> Outline:
    """Replace the section with the same id."""
    sections = tuple(section if item.id == section.id else item for item in outline.sections)
    return outline.model_copy(update={"sections": sections})


def test_everything_is_missing_at_first() -> None:
    """Where nothing is on disk, every section is written, in order and with its number."""
    jobs = plan(OUTLINE, {}, fingerprints(OUTLINE))
    sections = enumerate(OUTLINE.sections, start=1)

    assert tuple(SectionJob(section, number, "missing") for number, section in sections) == jobs


@settings(max_examples=20)
@given(outlines)
def test_nothing_is_to_be_done_twice(outline: Outline) -> None:
    """An outline that was written and not changed since gives no job."""
    assert {} == planned(outline, written(outline))


CHANGES = st.sampled_from(
    [
        {"title": "Another title than before"},
        {"words": 20_000},
        {"words": 19_999, "notes": "Shorter."},
        {"notes": "Other notes than before."},
        {"key_points": (KeyPoint(detail="Another key point."),)},
        {"evidence": ()},
    ]
)


@settings(max_examples=40)
@given(PLAIN, CHANGES, st.data())
def test_a_change_makes_its_own_section_stale(
    outline: Outline, change: Mapping[str, object], data: st.DataObject
) -> None:
    """Changing one section's own material makes that section stale and no other."""
    section = data.draw(st.sampled_from(outline.sections))
    changed = section.model_copy(update=change)
    expected = {} if changed == section else {section.id: "stale"}

    assert expected == planned(with_section(outline, changed), written(outline))


@settings(max_examples=20)
@given(PLAIN, st.randoms(use_true_random=False))
def test_the_order_makes_nothing_stale(outline: Outline, shuffling: random.Random) -> None:
    """Moving sections about needs no new text."""
    sections = list(outline.sections)
    shuffling.shuffle(sections)
    moved = outline.model_copy(update={"sections": tuple(sections)})

    assert {} == planned(moved, written(outline))


def test_what_is_added_is_missing_and_what_is_gone_is_no_job() -> None:
    """A new section is the only job; the removed one does not trouble the others."""
    first, *_, last = OUTLINE.sections
    fresh = Section(id="gulls", title="Gulls", words=50)
    changed = OUTLINE.model_copy(update={"sections": (first, fresh, last)})

    assert {"gulls": "missing"} == planned(changed, written(OUTLINE))


def test_what_all_sections_share_makes_all_stale() -> None:
    """Another strategy or title of the article concerns every section."""
    for change in (
        {"title": "Pools"},
        {"strategy": OUTLINE.strategy.model_copy(update={"angle": "A walk."})},
    ):
        changed = OUTLINE.model_copy(update=change)

        assert dict.fromkeys((item.id for item in OUTLINE.sections), "stale") == planned(
            changed, written(OUTLINE)
        )


def test_what_no_prompt_has_makes_nothing_stale() -> None:
    """Front matter can be changed at any time."""
    changed = OUTLINE.model_copy(
        update={"description": "About the sea.", "tags": ("sea",), "published": True}
    )

    assert {} == planned(changed, written(OUTLINE))


@settings(max_examples=20)
@given(PLAIN, st.data())
def test_a_persons_text_is_never_stale(outline: Outline, data: st.DataObject) -> None:
    """Whatever a section was made from, a person's text of it is not written over."""
    by_hand = data.draw(st.sets(st.sampled_from([item.id for item in outline.sections])))
    states = {
        name: SectionState("hand" if name in by_hand else "model", "other")
        for name in written(outline)
    }
    others = {item.id: "stale" for item in outline.sections if item.id not in by_hand}

    assert others == planned(outline, states)


@settings(max_examples=20)
@given(PLAIN, st.data())
def test_what_is_asked_for_is_all_that_is_done(outline: Outline, data: st.DataObject) -> None:
    """Asking for sections gives exactly these, fresh, stale, missing or a person's."""
    ids = [item.id for item in outline.sections]
    asked = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    state = st.builds(SectionState, st.sampled_from(["model", "hand"]), st.just("other"))
    states = data.draw(st.dictionaries(st.sampled_from(ids), state))
    jobs = plan(outline, states, fingerprints(outline), asked)

    assert [name for name in ids if name in asked] == [job.section.id for job in jobs]
    assert {"asked for"} == {job.reason for job in jobs}


@settings(max_examples=20)
@given(PLAIN, st.data())
def test_what_is_locked_or_to_be_kept_is_no_job(outline: Outline, data: st.DataObject) -> None:
    """However stale it is; what is missing is written all the same."""
    ids = [item.id for item in outline.sections]
    locked = data.draw(st.sets(st.sampled_from(ids)))
    gone = data.draw(st.sampled_from(ids))
    states = {
        name: SectionState("model", "other", is_locked=name in locked)
        for name in ids
        if name != gone
    }
    kept = plan(outline, states, fingerprints(outline), keeps_stale=True)
    jobs = plan(outline, states, fingerprints(outline))

    assert [gone] == [job.section.id for job in kept]
    assert [name for name in ids if name == gone or name not in locked] == [
        job.section.id for job in jobs
    ]


def test_a_stale_job_names_what_changed() -> None:
    """As far as the records tell."""
    before = {"title": "1", "seed": "1"}
    states = {
        "intro": SectionState("model", "other", before),
        "crabs": SectionState("model", "other"),
    }
    now = {section.id: {"title": "1", "seed": "2"} for section in OUTLINE.sections}
    jobs = plan(OUTLINE, states, fingerprints(OUTLINE), ingredients=now)

    assert [("seed",), (), (), ()] == [job.changed for job in jobs]
