"""What the bundled demo model wrote is called so, wherever a draft or an article is shown."""

from __future__ import annotations

from collections.abc import Sequence

from gptoss_writer.models.catalog import recognise
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.workspace import Workspace

_WHAT_IT_DOES = "the bundled demo model, which only rearranges your outline"


def sections_by_demo(draft: Workspace, outline: Outline) -> tuple[str, ...]:
    """List the sections whose accepted text the demo model wrote, by id.

    It is known by what the records say of its file, not by how it was called on a command line. A
    text that was edited since is a person's.
    """
    used = draft.settings.model
    found = []
    for section in outline.sections:
        accepted = draft.accepted(section.id)
        is_by_hand = draft.edited_text(section.id) is not None
        if accepted is None or is_by_hand or accepted.record.origin == "hand":
            continue
        name = used.name if used and used.fingerprint == accepted.record.model else ""
        known = recognise(name, accepted.record.model)
        if known and known.bundled:
            found.append(section.id)
    return tuple(found)


def demo_line(by_demo: Sequence[str], outline: Outline) -> str:
    """Say in one sentence which sections the demo model wrote; "" where it wrote none."""
    if not by_demo:
        return ""
    if len(by_demo) == len(outline.sections):
        return f"Drafted by {_WHAT_IT_DOES}."
    noun = "Section" if len(by_demo) == 1 else "Sections"
    return f"{noun} {', '.join(by_demo)}: drafted by {_WHAT_IT_DOES}."
