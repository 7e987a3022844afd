"""`assemble`: make the article again from the accepted sections, edits included."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def assemble(
    outline: options.OutlineArgument,
    workspace: options.WorkspaceOption = None,
    output: options.OutputOption = None,
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Make the article again from its sections, your edits included.

    Needs no model. Exits 1 where sections are missing, or where article.md was edited by hand
    and the assembled article had to go beside it.
    """
    from gptoss_writer.cli.article import assemble_draft

    return assemble_draft(outline, workspace, output, Terminal(quiet=quiet))
