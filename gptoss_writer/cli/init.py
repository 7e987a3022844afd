"""`init`: a first outline to change."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def init(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The new file; .yaml is added where it lacks.")
    ] = "outline.yaml",
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Write a commented outline to begin with.

    It generates as it is. The schema for editors is written beside it.
    """
    from gptoss_writer.cli.starting import write_starter

    return write_starter(name, Terminal(quiet=quiet))
