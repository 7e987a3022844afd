"""`restore`: make an earlier attempt a section's text again."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def restore(
    outline: options.OutlineArgument,
    attempt: Annotated[
        str,
        typer.Argument(metavar="ATTEMPT", help="A section and which attempt at it, as in intro@2."),
    ],
    number: options.NumberArgument = None,
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Bring an earlier attempt at a section back.

    It becomes the section's text, and the article is assembled. The text it replaces stays in
    the history, an edit of yours included. Needs no model.
    """
    from gptoss_writer.cli.attempts import named
    from gptoss_writer.cli.taking_back import restore_attempt

    return restore_attempt(
        outline, named(attempt, number), workspace, Terminal(quiet=quiet), as_json=json
    )
