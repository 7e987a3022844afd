"""Where a command finds what it works on: settings, the outline's draft, models by name."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from gptoss_writer.errors import UsageError, WorkspaceError
from gptoss_writer.models.elsewhere import Surroundings
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile
from gptoss_writer.settings import Settings, models_folder, resolve
from gptoss_writer.workspace.workspace import Workspace

DRAFTS = Path("drafts")
_NOT_REMEMBERED = (
    *("workspace", "prompts", "context", "threads", "weights", "mlock", "gpu_layers"),
    *("analysis_tokens", "tolerance"),
)
_NO_NAMES = frozenset({"", ".", ".."})


def read_settings(flags: Mapping[str, object]) -> Settings:
    """Merge the flags of this command with the environment and the settings files."""
    return resolve(flags, os.environ, current_folder())


def current_folder() -> Path:
    """Give the folder the command was called in; `UsageError` where it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        raise UsageError(
            "The folder you are in does not exist any more.", "Change to another folder."
        ) from None


def workspace_path(outline: Path, settings: Settings) -> Path:
    """Give the folder of an outline's draft: the one that was set, else drafts/<stem>."""
    if settings.workspace is not None:
        return settings.workspace
    # A file named "...yaml" must not make the draft out of the folder itself or the one above.
    return DRAFTS / ("outline" if outline.stem in _NO_NAMES else outline.stem)


def find_draft(file: OutlineFile, path: Path) -> Workspace | None:
    """Open the draft of an outline; None where there is none yet.

    Raises `UsageError` where the folder plainly holds the draft of another outline: one that
    still exists, and that shares less than half of its sections with this one. Two outlines would
    else take turns in one folder; one outline in two forms may.
    """
    try:
        if not Workspace.exists(path):
            return None
    except OSError as error:
        raise WorkspaceError(
            f"Cannot look into {path}: {error.strerror}.", "Choose another folder with --workspace."
        ) from None
    draft = Workspace.open(path)
    begun_for = Path(draft.settings.outline)
    is_other = begun_for.is_file() and not begun_for.samefile(file.path)
    if is_other and not _is_same_article(draft, path, file.outline):
        raise UsageError(
            f"The draft in {path} is that of another outline, {begun_for}.",
            "Give this outline a folder of its own with --workspace.",
        )
    return draft


def _is_same_article(draft: Workspace, path: Path, outline: Outline) -> bool:
    written = len(list((path / "sections").glob("*.md")))
    shared = sum(draft.accepted(section.id) is not None for section in outline.sections)
    return 2 * shared >= written


def open_draft(file: OutlineFile, path: Path) -> Workspace:
    """Open the draft of an outline; `WorkspaceError` where there is none."""
    draft = find_draft(file, path)
    if draft is None:
        raise WorkspaceError(
            f"There is no draft of {file.path} yet: {path} is not a workspace.",
            f"Begin one with:\n{command_line('generate', file.path)} --model PATH",
        )
    return draft


def model_folders() -> tuple[Path, ...]:
    """Give the folders in which a model may be named: models/ here, the checkout's, the user's."""
    checkout = Path(__file__).resolve().parents[2] / "models"
    return (current_folder() / "models", checkout, models_folder())


def surroundings() -> Surroundings:
    """Give what a search for models starts from."""
    return Surroundings(Path.home(), os.environ, model_folders())


def today() -> str:
    """Give the date that a new workspace pins for its prompts."""
    return dt.datetime.now().astimezone().date().isoformat()


def command_line(
    command: str, outline: Path, *words: str, flags: Mapping[str, object] | None = None
) -> str:
    """Write a command as the user could type it, with the flags that a draft does not remember."""
    line = ["gptoss-writer", command, str(outline), *words]
    for name in _NOT_REMEMBERED:
        value = (flags or {}).get(name)
        if value is not None:
            line.append(f"--{name.replace('_', '-')}")
            line += [] if value is True else [str(value)]
    return shlex.join(line)
