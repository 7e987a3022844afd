"""`lock`: keep a section from any change."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def lock(
    outline: options.OutlineArgument,
    section: options.SectionArgument,
    workspace: options.WorkspaceOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Keep a section's text from any change.

    Whatever changes in the outline or the settings: generate passes it over; regenerate,
    restore and undo refuse; edits in article.md are not
    taken over. An edit of its file in sections/ is yours and is kept all the same.
    """
    from gptoss_writer.cli.locking import set_lock

    return set_lock(outline, section, workspace, Terminal(quiet=quiet), is_on=True, as_json=json)
