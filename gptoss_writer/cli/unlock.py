"""`unlock`: let a section be changed again."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def unlock(
    outline: options.OutlineArgument,
    section: options.SectionArgument,
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Let a section be changed again. Changes nothing itself."""
    from gptoss_writer.cli.locking import set_lock

    return set_lock(outline, section, workspace, Terminal(quiet=quiet), is_on=False, as_json=json)
