"""From accepted sections to the article's file, and to a copy where the user wants one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.assembly.document import make_document
from gptoss_writer.assembly.markdown import to_markdown
from gptoss_writer.cli.terminal import Terminal, clean
from gptoss_writer.drafting.run import accepted_drafts
from gptoss_writer.errors import ResourceError
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Assembled:
    """The article's text and where it stands; `kept` is an edited article that was left alone."""

    text: str
    path: Path
    kept: Path | None


def assemble_article(workspace: Workspace, outline: Outline) -> Assembled:
    """Assemble the accepted sections and write the article into the workspace."""
    text = to_markdown(make_document(outline, accepted_drafts(workspace, outline)))
    written = workspace.write_article(text)
    return Assembled(text, written.path, written.kept)


def write_copy(text: str, target: str, terminal: Terminal) -> None:
    """Write the article to a file of the user's, or to stdout for "-"."""
    if target == "-":
        sys.stdout.write(clean(text))
        sys.stdout.flush()
        return
    path = Path(target)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ResourceError(
            f"The article could not be written to {path}: {error.strerror}.",
            "It stands in the workspace; copy it from there, or give -o another file.",
        ) from error
    terminal.say(f"Copy: {path}")
