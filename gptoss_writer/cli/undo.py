"""`undo`: take back the last change of what is accepted."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def undo(
    outline: options.OutlineArgument,
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Take back the last change, whatever it was.

    A generate, a regenerate, a restore, an edit of yours, a lock or its end. All that one command
    did goes back at once, and the article is assembled. A second undo brings it back; to go
    further back, use restore.
    """
    from gptoss_writer.cli.taking_back import undo_change

    return undo_change(outline, workspace, Terminal(quiet=quiet), as_json=json)
