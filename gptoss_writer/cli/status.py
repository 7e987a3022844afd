"""`status`: what is written, what is stale, what is missing."""

from __future__ import annotations

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def status(
    outline: options.OutlineArgument,
    workspace: options.WorkspaceOption = None,
    prompts: options.PromptsOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Say how every section of a draft stands.

    fresh: written from the outline as it is. stale: the outline, the prompt templates or the
    settings changed since; it says what. edited: by hand, and safe. locked: kept from any change.
    failed: tried, and no attempt was acceptable. Needs no model.
    """
    from gptoss_writer.cli.standing import report_status

    return report_status(outline, workspace, prompts, Terminal(), as_json=json)
