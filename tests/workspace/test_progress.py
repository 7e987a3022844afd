"""How far a section has come is kept in the cache, and never in anybody's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Checkpoint, SectionProgress, Steering
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import SETTINGS, UnsyncedCalls, an_attempt

CHECKPOINT = Checkpoint((3, 1), True, (7, 0, 7), (0, 3), 9, True, 12, 5, Steering(1, 2, 3, 4))
PROGRESS = SectionProgress("crabs", 2, 0, "request:1", (1,), 0, 3, CHECKPOINT)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a new workspace."""
    return Workspace.create(tmp_path / "draft", SETTINGS, UnsyncedCalls())


def file_of(workspace: Workspace) -> Path:
    """Give the file of the section that the tests are about."""
    return workspace.path / "cache/crabs.progress.json"


def saved(workspace: Workspace, progress: SectionProgress = PROGRESS) -> None:
    """Save it as a command does."""
    with workspace.lock():
        workspace.save_progress(progress)


@pytest.mark.parametrize(
    "progress",
    [
        PROGRESS,
        replace(PROGRESS, checkpoint=None, words=0),
        replace(PROGRESS, checkpoint=Checkpoint((), is_closed=False)),
    ],
)
def test_it_comes_back_as_it_was(workspace: Workspace, progress: SectionProgress) -> None:
    """The later one replaces the earlier one."""
    saved(workspace, replace(PROGRESS, attempt=1, earlier=()))
    saved(workspace, progress)

    assert progress == Workspace.open(workspace.path).progress("crabs")


def test_what_was_not_begun_has_none(workspace: Workspace) -> None:
    """Nor has a section that was given up."""
    assert workspace.progress("crabs") is None
    saved(workspace)
    with workspace.lock():
        workspace.drop_progress("crabs")
        workspace.drop_progress("crabs")
    assert workspace.progress("crabs") is None


def test_it_belongs_to_the_text_that_was_there(workspace: Workspace) -> None:
    """Where another attempt is accepted since, by whoever, it is over."""
    with workspace.lock():
        first = workspace.save_attempt(an_attempt("crabs", "They hide.\n"))
        workspace.accept("crabs", 1, first)
        workspace.save_progress(PROGRESS)
        assert replace(PROGRESS, parent=first) == workspace.progress("crabs")
        second = workspace.save_attempt(an_attempt("crabs", "They dig.\n"))
        workspace.accept("crabs", 1, second)

        assert workspace.progress("crabs") is None


def other_section(value: dict[str, object]) -> None:
    """Name another section."""
    value["section_id"] = "weed"


def other_format(value: dict[str, object]) -> None:
    """Be of a later program."""
    value["format"] = 99


def new_key(value: dict[str, object]) -> None:
    """Have what this program does not know."""
    value["mood"] = "good"


def no_tokens(value: dict[str, object]) -> None:
    """Have words where tokens should be."""
    value["checkpoint"] = {"analysis": ["a"]}


@pytest.mark.parametrize("change", [other_section, other_format, new_key, no_tokens])
def test_what_is_not_understood_counts_for_nothing(
    workspace: Workspace, change: Callable[[dict[str, object]], None]
) -> None:
    """No error: the section is written from its beginning."""
    saved(workspace)
    value = json.loads(file_of(workspace).read_bytes())
    change(value)
    file_of(workspace).write_text(json.dumps(value), encoding="utf-8")

    assert workspace.progress("crabs") is None


def test_cut_anywhere_it_counts_for_nothing(workspace: Workspace) -> None:
    """At every length that is not the whole."""
    saved(workspace)
    whole = file_of(workspace).read_bytes()
    for length in range(len(whole) - 1):
        file_of(workspace).write_bytes(whole[:length])

        assert workspace.progress("crabs") is None


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_stands_in_the_way_is_left_alone(
    workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    """Nothing is kept then; and nothing behind a link is read or changed."""
    target = tmp_path / "mine.json"
    target.write_text("mine", encoding="utf-8")
    if kind == "folder":
        file_of(workspace).mkdir()
    else:
        file_of(workspace).symlink_to(target)
    assert workspace.progress("crabs") is None
    with workspace.lock():
        workspace.drop_progress("crabs")
    assert "mine" == target.read_text(encoding="utf-8")
    assert file_of(workspace).exists()


def test_the_cache_may_be_deleted_while_it_is_written(workspace: Workspace) -> None:
    """The folder is made again."""
    (workspace.path / "cache").rmdir()
    saved(workspace)

    assert PROGRESS == workspace.progress("crabs")


def test_it_needs_the_lock(workspace: Workspace) -> None:
    """As all that writes."""
    with pytest.raises(RuntimeError):
        workspace.save_progress(PROGRESS)
    with pytest.raises(RuntimeError):
        workspace.drop_progress("crabs")
