"""`explain`: what a code of a diagnostic means."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli.terminal import Terminal


def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="Such as OL201. [default: list all]")
    ] = None,
) -> int:
    """Say what a code of `check` means.

    Why it matters, a wrong and a right example. Without a code all of them are listed.
    """
    from gptoss_writer.cli.explaining import explain_code

    return explain_code(code, Terminal())
