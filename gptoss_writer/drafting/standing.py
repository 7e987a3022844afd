"""What a draft has of each section of its outline, without a plan or a model."""

from __future__ import annotations

from gptoss_writer.draft import SectionDraft
from gptoss_writer.drafting.plan import SectionState
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.workspace import Workspace


def section_states(workspace: Workspace, outline: Outline) -> dict[str, SectionState]:
    """Read what is on disk for each section of the outline, by id."""
    states = {}
    for section in outline.sections:
        accepted = workspace.accepted(section.id)
        if accepted is not None:
            record = accepted.record
            states[section.id] = SectionState(
                accepted.origin,
                record.fingerprint,
                record.made_from,
                workspace.is_locked(section.id),
            )
    return states


def accepted_drafts(workspace: Workspace, outline: Outline) -> dict[str, SectionDraft]:
    """Read the accepted text of each section of the outline, by id."""
    accepted = (workspace.accepted(section.id) for section in outline.sections)
    return {section.section_id: section.draft for section in accepted if section is not None}
