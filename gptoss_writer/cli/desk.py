"""What the commands share that change a draft without a model: open, put in order, assemble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.cli.article import (
    Assembled,
    assemble_article,
    report_reconciled,
    require_current,
    require_unlocked,
)
from gptoss_writer.cli.outlines import announce, find_section
from gptoss_writer.cli.places import command_line, open_draft, read_settings, workspace_path
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.cli.wanted import wanted_tolerance
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.settings import Settings
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Desk:
    """An outline with its draft. `workspace` is the draft's folder where the user named it."""

    settings: Settings
    file: OutlineFile
    draft: Workspace
    workspace: Path | None

    @property
    def outline(self) -> Outline:
        """The outline."""
        return self.file.outline

    @property
    def order(self) -> list[str]:
        """The ids of the outline's sections."""
        return [section.id for section in self.outline.sections]

    def command(self, name: str, *words: str) -> str:
        """Write a command about this draft as the user could type it."""
        return command_line(name, self.file.path, *words, flags={"workspace": self.workspace})

    def require_unlocked(self, section_id: str, what: str) -> None:
        """Raise `UsageError` where a section is kept from any change; `what` would be one."""
        flags = {"workspace": self.workspace}
        require_unlocked(self.draft, section_id, what, self.file.path, flags)

    def assemble(self, terminal: Terminal) -> Assembled:
        """Assemble the article and say where it stands."""
        tolerance = wanted_tolerance(self.settings)
        article = assemble_article(self.draft, self.outline, tolerance, terminal)
        terminal.say(f"Article: {article.path}")
        return article


def read_desk(
    path: Path, workspace: Path | None, prompts: Path | None = None, *, name: str = ""
) -> Desk:
    """Open an outline and its draft for reading; no lock is needed.

    `name` is SECTION or SECTION@N where one is named: a wrong one is refused before all else.
    """
    settings = read_settings({"workspace": workspace, "prompts": prompts})
    file = read_outline(path)
    if name:
        find_section(file.outline, name.partition("@")[0])
    return Desk(settings, file, open_draft(file, workspace_path(path, settings)), workspace)


@contextmanager
def writing_desk(
    path: Path, workspace: Path | None, terminal: Terminal, *, name: str = ""
) -> Iterator[Desk]:
    """Open an outline and its draft for a change: locked, a person's edits adopted."""
    desk = read_desk(path, workspace, name=name)
    announce(desk.file, terminal)
    with desk.draft.lock():
        report_reconciled(desk.draft, desk.outline, terminal)
        yield desk


def finish(article: Assembled) -> int:
    """Give the exit code; raise where the article had to go beside an edited one."""
    require_current(article)
    return 0
