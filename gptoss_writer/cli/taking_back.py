"""Earlier texts brought back: one that was named, or all that the last command changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from gptoss_writer.cli.attempts import find_attempt, listed
from gptoss_writer.cli.desk import Desk, finish, writing_desk
from gptoss_writer.cli.standing import standings
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError
from gptoss_writer.workspace.journal_state import Change, Effect

SCHEMA_VERSION = 1
_NAMES = {
    "": "the last change",
    "edit": "your last edit",
    "article edit": "your last edit of article.md",
}


def restore_attempt(
    path: Path, name: str, workspace: Path | None, terminal: Terminal, *, as_json: bool
) -> int:
    """Accept an attempt of the history again."""
    with writing_desk(path, workspace, terminal, name=name) as desk:
        section_id, number = find_attempt(desk, name)
        if number is None:
            raise _unnamed(desk, section_id)
        desk.require_unlocked(section_id, "restored")
        if not desk.draft.attempt(section_id, number).text.strip():
            raise UsageError(
                f'Attempt @{number} at section "{section_id}" has no text.',
                f"Choose another one. See them with:\n{desk.command('history', section_id)}",
            )
        before = desk.draft.accepted(section_id)
        is_change = before is None or before.number != number
        if is_change:
            desk.draft.begin("restore")
            desk.draft.accept(section_id, desk.order.index(section_id) + 1, number)
            replaced = (
                f" in place of @{before.number}, which stays in the history" if before else ""
            )
            terminal.say(f'Section "{section_id}" is @{number} again{replaced}.')
        else:
            terminal.say(f'Section "{section_id}" is @{number} already.')
        article = desk.assemble(terminal)
        _warn_of_stale(desk, [section_id], terminal)
        if is_change:
            terminal.say(f"Take it back with: {desk.command('undo')}")
    if as_json:
        terminal.json(
            {
                "schema_version": SCHEMA_VERSION,
                "workspace": str(desk.draft.path),
                "article": str(article.path),
                "section": section_id,
                "accepted": number,
                "replaced": before.number if before else None,
            }
        )
    return finish(article)


def _unnamed(desk: Desk, section_id: str) -> UsageError:
    known = [record.number for record in desk.draft.attempts(section_id)]
    if not known:
        return UsageError(
            f'There is no attempt at section "{section_id}" yet.',
            f"Write it with:\n{desk.command('generate')}",
        )
    return UsageError(
        f"Which attempt? Section {section_id} has {listed(known)}.",
        f"Name one, as in {section_id}@{known[0]}. See them with:\n"
        f"{desk.command('history', section_id)}",
    )


def undo_change(path: Path, workspace: Path | None, terminal: Terminal, *, as_json: bool) -> int:
    """Take the last change back, whatever it was."""
    with writing_desk(path, workspace, terminal) as desk:
        change = desk.draft.last_change
        if change is None:
            raise UsageError(
                "There is nothing to undo: nothing was accepted in this draft yet.",
                f"Write it with:\n{desk.command('generate')}",
            )
        for section_id, effect in change.effects.items():
            if effect.is_other_text and effect.was_locked:
                desk.require_unlocked(section_id, "taken back")
        undone = desk.draft.undo(desk.order) or change
        terminal.say(f"Taken back: {_NAMES.get(undone.command, f'the last {undone.command}')}.")
        for line in _told(undone):
            terminal.say(line)
        article = desk.assemble(terminal)
        changed = [name for name, effect in undone.effects.items() if effect.is_other_text]
        _warn_of_stale(desk, changed, terminal)
        terminal.say(f"Bring it back with: {desk.command('undo')}")
    if as_json:
        terminal.json(_json(desk, str(article.path), undone))
    return finish(article)


def _told(change: Change) -> Iterator[str]:
    for name, effect in change.effects.items():
        if effect.is_other_text and effect.before is None:
            yield f"  {name}: no text any more; it was {_number(effect.after)}"
        elif effect.is_other_text:
            yield f"  {name}: {_number(effect.before)} again; it was {_number(effect.after)}"
        if effect.was_locked != effect.is_locked:
            yield f"  {name}: {'locked again' if effect.was_locked else 'not locked any more'}"


def _number(accepted: object) -> str:
    number = getattr(accepted, "attempt", 0)
    return f"@{number}" if number else "without text"


def _json(desk: Desk, article: str, change: Change) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(desk.draft.path),
        "article": article,
        "undone": change.command or None,
        "sections": [_effect_json(name, effect) for name, effect in change.effects.items()],
    }


def _effect_json(name: str, effect: Effect) -> dict[str, object]:
    """Say how a section stands now and how it did; attempts are null where there is no text."""
    return {
        "id": name,
        "accepted": effect.before.attempt if effect.before else None,
        "was_accepted": effect.after.attempt if effect.after else None,
        "locked": effect.was_locked,
        "was_locked": effect.is_locked,
    }


def _warn_of_stale(desk: Desk, section_ids: Sequence[str], terminal: Terminal) -> None:
    """Say which of these texts `generate` would write again, why, and how to keep them."""
    stale: dict[tuple[str, ...], list[str]] = {}
    for standing in standings(desk.outline, desk.draft, desk.settings):
        if standing.section.id in section_ids and standing.condition == "stale":
            stale.setdefault(standing.changed, []).append(standing.section.id)
    for changed, ids in stale.items():
        terminal.say(
            f"Stale, since {', '.join(changed) or 'the outline or the settings'} changed: "
            f"{', '.join(ids)}. generate would write this again; keep it with:"
        )
        if len(ids) == 1:
            terminal.say(desk.command("lock", ids[0]))
        else:
            terminal.say(f"{desk.command('generate')} --stale keep")
