"""What a run leaves as it is though the outline or the settings changed, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.drafting.identity import OUTLINE_NAMES, changed_since
from gptoss_writer.drafting.plan import SectionState
from gptoss_writer.drafting.preparing import Prepared
from gptoss_writer.outline.models import Outline

_WHYS = {
    "locked": "Locked and left as it is: {}. To have it written again, use unlock first.",
    "edited": (
        "Edited by hand and left as it is: {}. To have it written again, use regenerate with "
        "--replace-edited."
    ),
    "kept": "Stale and kept, as you asked: {}.",
}


def say_left_alone(
    outline: Outline, states: Mapping[str, SectionState], prepared: Prepared, terminal: Terminal
) -> None:
    """Name the sections that are not what would be written now, and that this run leaves alone."""
    planned = {job.section.id for job in prepared.jobs}
    found: dict[str, dict[str, list[str]]] = {why: {} for why in _WHYS}
    for section_id, state in _outdated(outline, states, prepared):
        if section_id in planned:
            continue
        why = "locked" if state.is_locked else "edited" if state.origin == "hand" else "kept"
        changed = changed_since(state.made_from, prepared.ingredients[section_id])
        if why == "edited":  # a person's text does not come from a model or a seed
            changed = tuple(name for name in changed if name in OUTLINE_NAMES)
            if not changed:
                continue
        cause = f"{', '.join(changed) or 'outline or settings'} changed"
        found[why].setdefault(cause, []).append(section_id)
    for why, causes in found.items():
        if causes:
            named = "; ".join(f"{', '.join(ids)} ({cause})" for cause, ids in causes.items())
            terminal.say(_WHYS[why].format(named))


def _outdated(
    outline: Outline, states: Mapping[str, SectionState], prepared: Prepared
) -> Iterator[tuple[str, SectionState]]:
    for section in outline.sections:
        state = states.get(section.id)
        if state and state.fingerprint and state.fingerprint != prepared.fingerprints[section.id]:
            yield section.id, state
