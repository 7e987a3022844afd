"""`verify`: whether a draft fits together still, and with what it was made from."""

from __future__ import annotations

from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.terminal import Terminal


def verify(
    outline: options.OutlineArgument,
    workspace: options.WorkspaceOption = None,
    repair: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--repair", help="Mend what the draft itself has all the bytes for.")
    ] = False,
    rerun: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--rerun", help="Also write the sections again, and compare the bytes.")
    ] = False,
    model: options.ModelOption = None,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Check that a draft is whole, and still what its receipt says.

    Every text and record of the history, the journal, the section files, the article, its
    receipt; outline, prompt templates and model as they are now. Changes nothing. --repair mends
    what can be mended. --rerun needs the model; it works in a folder of its own. Exits 1 where
    something no longer matches, such as an edit, and 10 where something is damaged.
    """
    from gptoss_writer.cli.verifying import Wish, verify_draft

    wish = Wish(outline, workspace, model, repairs=repair, reruns=rerun)
    return verify_draft(wish, Terminal(), as_json=json)
