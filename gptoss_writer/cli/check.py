"""`check`: validate an outline and say what is in it."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def check(
    outline: options.OutlineArgument,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Validate an outline and sum it up.

    Points at every mistake with line and column. Needs no model. Exits 2 where the outline cannot
    be used.
    """
    from gptoss_writer.cli.outlines import check_outline

    return check_outline(outline, Terminal(quiet=quiet), as_json=json)
