"""`import`: an outline in Markdown becomes one in YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def import_outline(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The outline to convert.")],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE|-", help="The YAML file. [default: stdout]"),
    ] = None,
    force: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--force", help="Replace the YAML file where it exists.")
    ] = False,
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Convert an outline to YAML, the easiest form to edit.

    Reading the YAML back gives an equal outline. Lines that could not be placed are reported
    with their number.
    """
    from gptoss_writer.cli.converting import convert_outline

    return convert_outline(file, output, Terminal(quiet=quiet), force=force)
