"""How a draft's folder begins, and how one of an earlier format becomes one of this."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.fields import SCHEMA_VERSION, version_of
from gptoss_writer.workspace.layout import IGNORED, README, Layout, digest
from gptoss_writer.workspace.portable import stored
from gptoss_writer.workspace.records import (
    WorkspaceSettings,
    settings_from_json,
    settings_to_json,
)
from gptoss_writer.workspace.storage import Storage

_EARLIER_READMES = frozenset(
    {
        "d1e3676ff65bed142c55e098700aae62c8e46d11a3740732cdbcd9b2c05aa36a",
        "eda2930a0f7bd30c07709f721b1a4bb46ab899922fd97448cfb10deb09089c8d",
        "8e70cd076cb983381e7ddfeb92173ae5a5b974db9246f571634ed72ac85f636a",
        "4b1341c4d265da0e9541bbf9f7e536eb4162494f96a219361032346c8f4ed000",
    }
)
"""SHA-256 of what README.txt said in drafts of version 1: nobody wrote into such a one."""


def found(storage: Storage, layout: Layout, settings: WorkspaceSettings) -> None:
    """Make the folders and files of a new draft. Needs the lock.

    `workspace.json` comes last: the folder is a draft once it has that.
    """
    make_folders(storage, layout)
    storage.replace_file(layout.readme, README.encode("utf-8"))
    if storage.read(layout.ignored) is None:
        storage.replace_file(layout.ignored, IGNORED.encode("utf-8"))
    storage.replace_file(layout.settings, settings_to_json(stored(settings, layout.root)))


def make_folders(storage: Storage, layout: Layout) -> None:
    """Make the folders of a draft, those that are not there. Needs the lock."""
    for folder in (layout.sections, layout.history, layout.cache):
        storage.create_folder(folder)


def migrate(storage: Storage, layout: Layout) -> bool:
    """Bring a draft of an earlier format to this one; tell whether it was one. Needs the lock.

    `workspace.json` comes last, so that a crash leaves a draft of one version or of the other.
    Records stay as they are. Files that a person wrote or changed stay too.
    """
    data = storage.read(layout.settings)
    if data is None or version_of(data) == SCHEMA_VERSION:
        return False
    settings = settings_from_json(data, layout.settings)
    readme = storage.read(layout.readme)
    if readme is None or digest(readme) in _EARLIER_READMES:
        storage.replace_file(layout.readme, README.encode("utf-8"))
    if storage.read(layout.ignored) is None:
        storage.replace_file(layout.ignored, IGNORED.encode("utf-8"))
    storage.replace_file(layout.settings, settings_to_json(settings))
    return True


def refuse_foreign(path: Path) -> None:
    """Raise `WorkspaceError` where a draft in a folder would stand among other files."""
    layout = Layout(path)
    if layout.journal.exists():
        raise WorkspaceError(
            f"{layout.settings} is missing, though {path} holds a draft.",
            "Put the file back from a copy, or choose another folder with --workspace.",
        )
    if path.exists() and not path.is_dir():
        raise WorkspaceError(f"{path} is not a folder.", "Choose another one with --workspace.")
    own = {layout.readme.name, layout.sections.name, layout.history.name, layout.cache.name}
    names = Storage(path).names(path)
    foreign = [name for name in names if not name.startswith(".") and name not in own]
    if foreign:
        raise WorkspaceError(
            f"{path} holds other files ({foreign[0]}) and is not a workspace.",
            "Choose an empty folder, or one that does not exist yet, with --workspace.",
        )
