"""Takes back the last change of what is accepted, in one step that a crash cannot halve."""

from __future__ import annotations

from collections.abc import Sequence

from gptoss_writer.workspace.journal import Journal
from gptoss_writer.workspace.journal_events import Undone
from gptoss_writer.workspace.journal_state import Change
from gptoss_writer.workspace.sections import SectionFiles


def undo(journal: Journal, sections: SectionFiles, order: Sequence[str]) -> Change | None:
    """Take the last change back and bring the files of `order`'s sections to it.

    Gives the change, None where there is none. To be called right after `reconcile`, with the
    lock. The journal's line makes it count; what a crash cuts short behind it is finished by the
    next `reconcile`. A file that a person saves in this very moment is left alone.
    """
    change = journal.state().last_change
    if change is None:
        return None
    journal.append(_taken_back(change))
    paths = sections.paths()
    for place, section_id in enumerate(order, start=1):
        if section_id in change.effects:
            look = sections.look(section_id, paths.get(section_id))
            if not look.standing.is_by_hand:
                sections.settle(look, place)
    return change


def _taken_back(change: Change) -> Undone:
    effects = change.effects.items()
    return Undone(
        sections=tuple(
            f"{name}@{effect.before.attempt if effect.before else 0}"
            for name, effect in effects
            if effect.is_other_text
        ),
        locked=tuple(
            name for name, effect in effects if effect.was_locked and not effect.is_locked
        ),
        unlocked=tuple(
            name for name, effect in effects if effect.is_locked and not effect.was_locked
        ),
    )
