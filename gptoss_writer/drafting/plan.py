"""Which sections have to be written: a comparison of what is wanted with what is on disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gptoss_writer.draft import Origin
from gptoss_writer.drafting.identity import changed_since
from gptoss_writer.outline.models import Outline, Section

JobReason = Literal["missing", "stale", "asked for"]


@dataclass(frozen=True, slots=True)
class SectionState:
    """What is on disk for a section: who wrote the accepted text, from what; is it locked."""

    origin: Origin
    fingerprint: str
    made_from: Mapping[str, str] = field(default_factory=dict)
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class SectionJob:
    """One section to be written; `number` is its place in the article, from 1.

    `changed` names what a stale one was written from that is otherwise now, as far as is known.
    """

    section: Section
    number: int
    reason: JobReason
    changed: tuple[str, ...] = ()


def plan(
    outline: Outline,
    states: Mapping[str, SectionState],
    fingerprints: Mapping[str, str],
    asked: Collection[str] = (),
    *,
    ingredients: Mapping[str, Mapping[str, str]] | None = None,
    keeps_stale: bool = False,
) -> tuple[SectionJob, ...]:
    """List the sections to write, in the order of the article.

    Where sections are asked for, these and no others. Otherwise those without an accepted text,
    and, unless `keeps_stale`, those whose fingerprint changed since it was written; a person's
    text is never stale, and a locked one is left alone. `ingredients` are what the fingerprints
    cover.
    """
    jobs = []
    for number, section in enumerate(outline.sections, start=1):
        state = states.get(section.id)
        reason = _reason(section.id, state, fingerprints, asked)
        if reason == "stale" and (keeps_stale or (state and state.is_locked)):
            continue
        if reason is not None:
            now = (ingredients or {}).get(section.id, {})
            changed = changed_since(state.made_from, now) if state and reason == "stale" else ()
            jobs.append(SectionJob(section, number, reason, changed))
    return tuple(jobs)


def _reason(
    section_id: str,
    state: SectionState | None,
    fingerprints: Mapping[str, str],
    asked: Collection[str],
) -> JobReason | None:
    if asked:
        return "asked for" if section_id in asked else None
    if state is None:
        return "missing"
    if state.origin == "model" and state.fingerprint != fingerprints[section_id]:
        return "stale"
    return None
