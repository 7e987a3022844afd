"""`diff`: two attempts at a section compared word by word."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def diff(
    outline: options.OutlineArgument,
    section: options.SectionArgument,
    attempts: Annotated[
        list[str] | None,
        typer.Argument(metavar="ATTEMPTS", help="One or two of its attempts, as in @2 @3."),
    ] = None,
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Compare two attempts at a section, word by word, as prose.

    Without attempts: what the present text changed, your unsaved edit included. With one: from
    that one to the present text. What went is [-so-], what came is {+so+}; on a terminal it is red
    and green.
    """
    from gptoss_writer.cli.differing import compare_attempts

    return compare_attempts(outline, section, attempts or [], workspace, Terminal(), as_json=json)
