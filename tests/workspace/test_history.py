"""Attempts: saved once, read back whole."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Attempt
from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import (
    RefusingCalls,
    WatchedCalls,
    a_workspace,
    an_attempt,
    files_of,
)


def test_an_attempt_comes_back_whole(tmp_path: Path) -> None:
    """Every field, the reasoning and the raw text survive; the text ends with a newline."""
    workspace = a_workspace(tmp_path / "d")
    attempt = an_attempt()
    with workspace.lock():
        number = workspace.save_attempt(attempt)

    assert number == 1
    assert replace(attempt, text=f"{attempt.text}\n") == workspace.attempt("intro", 1)
    assert ["0001.analysis.md", "0001.json", "0001.md", "0001.raw.md"] == sorted(
        path.name for path in (tmp_path / "d" / "history" / "intro").iterdir()
    )


@pytest.mark.parametrize("text", ["A crab.", "A crab.\n", "A crab.\n\n\n"])
def test_a_models_text_ends_with_one_newline(tmp_path: Path, text: str) -> None:
    """However many newlines the model wrote at the end, the file has one."""
    a_workspace(tmp_path / "d", {"intro": text})

    assert (tmp_path / "d/sections/01-intro.md").read_bytes() == b"A crab.\n"
    assert (tmp_path / "d/history/intro/0001.md").read_bytes() == b"A crab.\n"


def test_numbers_go_up(tmp_path: Path) -> None:
    """Attempts count from 1 in each section; the list is oldest first."""
    workspace = a_workspace(tmp_path / "d")
    with workspace.lock():
        numbers = [workspace.save_attempt(an_attempt(name)) for name in ("a", "a", "b", "a")]

    assert [1, 2, 1, 3] == numbers
    assert [1, 2, 3] == [record.number for record in workspace.attempts("a")]
    assert () == workspace.attempts("c")


def test_a_number_that_counted_is_never_given_again(tmp_path: Path) -> None:
    """Even where a person deleted the record, the next attempt takes a new number."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    (tmp_path / "d/history/intro/0001.json").unlink()
    with workspace.lock():
        number = workspace.save_attempt(an_attempt())

    assert number == 2


def test_the_rest_of_an_unfinished_attempt_is_not_mixed_in(tmp_path: Path) -> None:
    """Reasoning that a crash left without a record does not pass to the next attempt."""
    workspace = a_workspace(tmp_path / "d")
    folder = tmp_path / "d" / "history" / "intro"
    folder.mkdir()
    (folder / "0001.analysis.md").write_text("Old thoughts.")
    with workspace.lock():
        workspace.save_attempt(Attempt("intro", "New text.", 2))

    assert workspace.attempt("intro", 1).analysis == ""


def test_a_changed_text_is_reported(tmp_path: Path) -> None:
    """An attempt whose text was changed in history/ is not passed off as the attempt."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    path = tmp_path / "d/history/intro/0001.md"
    path.write_text("Two.\n")
    with pytest.raises(WorkspaceError) as caught:
        workspace.accepted("intro")

    assert (
        f"{path} was changed after it was saved; attempts in history/ never change."
        == caught.value.message
    )


def test_a_missing_attempt_is_reported(tmp_path: Path) -> None:
    """Asking for an attempt that was never made names it."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    with pytest.raises(WorkspaceError, match='There is no attempt 5 at the section "intro"'):
        workspace.attempt("intro", 5)


def test_a_record_in_the_wrong_place_is_reported(tmp_path: Path) -> None:
    """A record that was copied to another attempt's name is not taken for it."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One.", "crabs": "Two."})
    (tmp_path / "d/history/crabs/0001.json").replace(tmp_path / "d/history/intro/0001.json")
    with pytest.raises(WorkspaceError, match='is the record of attempt 1 at "crabs"'):
        workspace.attempts("intro")


def test_a_refused_attempt_leaves_nothing(tmp_path: Path) -> None:
    """Whichever call the disk refuses, the history is as it was, and the number is free."""
    a_workspace(tmp_path, {"intro": "One."})
    before = files_of(tmp_path)
    counted = WatchedCalls()
    for refuse in range(_calls_of_save(tmp_path, counted), len(counted.made)):
        workspace = Workspace.open(tmp_path, RefusingCalls(refuse, errno.ENOSPC))
        with workspace.lock(), pytest.raises(ResourceError):
            workspace.save_attempt(an_attempt(text="Two."))

        assert before == files_of(tmp_path), f"call {refuse}"


def _calls_of_save(folder: Path, counted: WatchedCalls) -> int:
    """Save once and take it back; give the number of calls that came before saving."""
    workspace = Workspace.open(folder, counted)
    with workspace.lock():
        first = len(counted.made)
        workspace.save_attempt(an_attempt(text="Two."))
        last = len(counted.made)
    for path in (folder / "history" / "intro").glob("0002.*"):
        path.unlink()
    del counted.made[last:]
    return first
