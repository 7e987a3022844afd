"""Which sections have to be written: a comparison of what is wanted with what is on disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from gptoss_writer.draft import Origin
from gptoss_writer.outline.models import Outline, Section

JobReason = Literal["missing", "stale", "asked for"]


@dataclass(frozen=True, slots=True)
class SectionState:
    """What is on disk for a section: who wrote the accepted text, and from what."""

    origin: Origin
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SectionJob:
    """One section to be written; `number` is its place in the article, from 1."""

    section: Section
    number: int
    reason: JobReason


def plan(
    outline: Outline,
    states: Mapping[str, SectionState],
    fingerprints: Mapping[str, str],
    asked: Collection[str] = (),
) -> tuple[SectionJob, ...]:
    """List the sections to write, in the order of the article.

    Where sections are asked for, these and no others. Otherwise those without an accepted text,
    and those whose fingerprint changed since it was written; a person's text is never stale.
    """
    jobs = []
    for number, section in enumerate(outline.sections, start=1):
        reason = _reason(section.id, states.get(section.id), fingerprints, asked)
        if reason is not None:
            jobs.append(SectionJob(section, number, reason))
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
