"""`show`: one section's text, its prompt, or the reasoning behind it."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError


def show(
    outline: options.OutlineArgument,
    section: Annotated[
        str,
        typer.Argument(
            metavar="SECTION[@N]", help="A section's id or number, and which attempt at it."
        ),
    ],
    number: options.NumberArgument = None,
    prompt: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--prompt", help="Show what the model is told.")
    ] = False,
    reasoning: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--reasoning", help="Show what the model thought.")
    ] = False,
    workspace: options.WorkspaceOption = None,
    prompts: options.PromptsOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Print a section's text, prompt or reasoning.

    SECTION@2 shows an earlier attempt. Needs no model. Reasoning is kept with every attempt, in
    history/. --json prints an attempt
    with all that is recorded of it.
    """
    from gptoss_writer.cli.attempts import named
    from gptoss_writer.cli.showing import View, show_section

    if prompt and reasoning:
        raise UsageError("--prompt and --reasoning exclude each other.", "Leave one out.")
    if json and prompt:
        raise UsageError("--json and --prompt exclude each other.", "Leave one out.")
    view: View = "prompt" if prompt else "reasoning" if reasoning else "text"
    if json:
        view = "json"
    return show_section(outline, named(section, number), view, workspace, prompts, Terminal())
