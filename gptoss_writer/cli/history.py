"""`history`: every attempt at a section, and which one is its text."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def history(
    outline: options.OutlineArgument,
    section: options.SectionArgument,
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    verbose: options.VerboseFindingsOption = False,  # noqa: FBT002 - a flag
) -> int:
    """List all attempts at a section.

    With words, findings, age, and who wrote it. The one with the star is the section's text.
    Needs no model and changes nothing.
    """
    from gptoss_writer.cli.recounting import recount

    return recount(outline, section, workspace, Terminal(verbose=verbose), as_json=json)
