"""A section kept from any change, and let go again."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.cli.desk import writing_desk
from gptoss_writer.cli.outlines import find_section
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError

SCHEMA_VERSION = 1


def set_lock(
    path: Path,
    name: str,
    workspace: Path | None,
    terminal: Terminal,
    *,
    is_on: bool,
    as_json: bool,
) -> int:
    """Lock or unlock a section and say so; `UsageError` where there is no text to keep."""
    with writing_desk(path, workspace, terminal, name=name) as desk:
        section_id = find_section(desk.outline, name)
        accepted = desk.draft.accepted(section_id)
        if is_on and accepted is None:
            raise UsageError(
                f'Section "{section_id}" has no text yet, so there is nothing to lock.',
                f"Write it first:\n{desk.command('generate')}",
            )
        desk.draft.begin("lock" if is_on else "unlock")
        is_new = desk.draft.set_lock(section_id, is_on=is_on)
    if as_json:
        terminal.json(
            {
                "schema_version": SCHEMA_VERSION,
                "workspace": str(desk.draft.path),
                "section": section_id,
                "locked": is_on,
                "changed": is_new,
            }
        )
    state = "locked" if is_on else "not locked"
    if not is_new:
        terminal.say(f'Section "{section_id}" is {state} already.')
    elif is_on:
        terminal.say(
            f'Section "{section_id}" is locked at @{accepted.number if accepted else 0}. '
            f"Unlock it with:\n{desk.command('unlock', section_id)}"
        )
    else:
        terminal.say(f'Section "{section_id}" is unlocked; generate may write it again if stale.')
    return 0
