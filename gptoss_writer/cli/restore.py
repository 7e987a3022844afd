"""`restore`: make an earlier attempt a section's text again."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def restore(
    outline: options.OutlineArgument,
    attempt: Annotated[
        str, typer.Argument(metavar="SECTION@N", help="A section and the number of an attempt.")
    ],
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Make an attempt of the history the section's text again, then assemble the article.

    The text it replaces stays in the history, an edit of yours included. Needs no model.
    """
    from gptoss_writer.cli.taking_back import restore_attempt

    return restore_attempt(outline, attempt, workspace, Terminal(quiet=quiet), as_json=json)
