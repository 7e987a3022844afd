"""A draft that the program wrote when drafts had format 1: three sections, the second twice."""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "workspace" / "version-1"
ORDER = ("one", "two", "three")


def a_draft_of_version_1(folder: Path) -> Path:
    """Copy the draft to `folder` and give that."""
    return Path(shutil.copytree(FOLDER / "draft", folder))


def with_version(folder: Path, version: int) -> Path:
    """Let the settings of a draft say another format version, and give its folder."""
    path = folder / "workspace.json"
    old = b'"schema_version": 1' if b'"schema_version": 1' in path.read_bytes() else b""
    old = old or b'"schema_version": 2'
    path.write_bytes(path.read_bytes().replace(old, b'"schema_version": %d' % version))
    return folder
