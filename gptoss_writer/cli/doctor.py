"""`doctor`: what this machine has, and whether a model and an outline fit it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def doctor(
    outline: Annotated[
        Path | None, typer.Argument(metavar="OUTLINE", help="The outline to be written.")
    ] = None,
    model: options.ModelOption = None,
    effort: options.EffortOption = None,
    context: options.ContextOption = None,
    threads: options.ThreadsOption = None,
    weights: options.WeightsOption = None,
    workspace: options.WorkspaceOption = None,
    prompts: options.PromptsOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Show whether a model and an outline fit here.

    What this machine has, what is needed, and how long it would take. Loads no weights and changes
    nothing. Ends with the exit code that a run would end with: 12 where there is no model that can
    be used, 13 where there is not enough memory.
    """
    flags = options.flags_of(locals())
    from gptoss_writer.cli.doctoring import examine

    return examine(outline, flags, Terminal(), as_json=json)
