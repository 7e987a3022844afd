"""Settings on disk are the same wherever a draft is copied to."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.workspace.portable import restored, stored
from gptoss_writer.workspace.records import ModelUsed
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import SETTINGS, a_workspace

NAMED = replace(SETTINGS, model=ModelUsed("tiny", "demo", "gguf:1"))


def placed(folder: Path) -> Workspace:
    """Make a draft below `folder` that was written with a model and templates in it."""
    workspace = a_workspace(folder / "drafts/tides")
    model = ModelUsed("tiny", str(folder / "models/tiny.gguf"), "gguf:1")
    with workspace.lock():
        workspace.update_settings(replace(SETTINGS, model=model, prompts=str(folder / "mine")))
    return workspace


def test_two_machines_write_the_same_settings(tmp_path: Path) -> None:
    """No path of either stands in the file."""
    one, other = placed(tmp_path / "one"), placed(tmp_path / "other")
    files = [(item.path / "workspace.json").read_bytes() for item in (one, other)]

    assert files[0] == files[1]
    assert b'"path": "tiny.gguf"' in files[0]
    assert b'"prompts": "../../mine"' in files[0]


def test_this_machine_knows_its_paths(tmp_path: Path) -> None:
    """The next command finds the model and the templates where they are."""
    settings = Workspace.open(placed(tmp_path).path).settings

    assert settings.model
    assert (str(tmp_path / "models/tiny.gguf"), str(tmp_path / "mine")) == (
        settings.model.path,
        settings.prompts,
    )


def test_without_the_cache_the_name_of_the_file_is_known(tmp_path: Path) -> None:
    """The cache is safe to delete, and comes back with the next run."""
    workspace = placed(tmp_path)
    settings = workspace.settings
    shutil.rmtree(workspace.path / "cache")
    bare = Workspace.open(workspace.path)

    assert bare.settings.model
    assert "tiny.gguf" == bare.settings.model.path

    before = (workspace.path / "workspace.json").stat().st_mtime_ns
    with bare.lock():
        bare.update_settings(settings)

    assert settings == Workspace.open(workspace.path).settings
    assert before == (workspace.path / "workspace.json").stat().st_mtime_ns


def test_what_the_cache_says_of_another_model_does_not_count(tmp_path: Path) -> None:
    """As after a crash between the two files, or in a draft that was pulled."""
    assert restored(NAMED, tmp_path, "/elsewhere/other.gguf") == NAMED


def test_names_are_the_same_everywhere(tmp_path: Path) -> None:
    """A model that was given by its name keeps it."""
    assert stored(NAMED, tmp_path) == NAMED


@pytest.mark.parametrize("prompts", ["/home/a/mine", ""])
def test_paths_of_earlier_versions_are_read(tmp_path: Path, prompts: str) -> None:
    """Drafts begun before have whole paths."""
    model = ModelUsed("tiny", "/models/tiny.gguf", "gguf:1")
    settings = replace(SETTINGS, model=model, prompts=prompts)

    assert settings == restored(settings, tmp_path, "")
