"""A process that dies before any system call of the workspace, or in the middle of a write."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from gptoss_writer.workspace.workspace import Workspace
from tests.support.interrupted import (
    EDIT,
    ORDER,
    REORDERED,
    attempts_in,
    check_nothing_is_half_written,
    edit_a_section,
    readable,
    write_and_stop,
    write_article,
)
from tests.support.workspaces import STOPPED, UnsyncedCalls, WatchedCalls

# A fork server keeps the children free of threads that other tests may have started.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.support.interrupted"])


def begun(folder: Path) -> Path:
    """Make a finished draft of three sections, one of them edited by hand since."""
    write_article(folder, ORDER, UnsyncedCalls())
    edit_a_section(folder)
    return folder


def run_and_stop(
    folder: Path, order: Sequence[str], again: str, stop: int, mode: str
) -> list[tuple[str, int]]:
    """Write in a child that dies at call `stop`; give what it had accepted until then."""
    child = _PROCESSES.Process(target=write_and_stop, args=(folder, order, again, stop, mode))
    child.start()
    child.join()

    assert child.exitcode == STOPPED, f"call {stop}"

    lines = folder.with_suffix(".log").read_text().splitlines()
    return [(name, int(number)) for name, _, number in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize("mode", ["before", "torn"])
@pytest.mark.parametrize(
    ("order", "again"), [(ORDER, ""), (REORDERED, "crabs")], ids=["new", "second"]
)
def test_nothing_accepted_is_lost(
    tmp_path: Path, order: Sequence[str], again: str, mode: str
) -> None:
    """Stopped anywhere, the workspace is whole and the next command ends as if nothing was."""
    start = tmp_path / "start"
    if again:
        begun(start)
    undisturbed = tmp_path / "undisturbed"
    _copy(start, undisturbed)
    calls = WatchedCalls()
    write_article(undisturbed, order, calls, again=again)
    whole = {*readable(undisturbed).values(), *_readable_or_none(start)}
    for stop, name in enumerate(calls.made):
        if mode == "torn" and name != "write":
            continue
        folder = tmp_path / f"stopped-{stop}"
        _copy(start, folder)
        accepted = run_and_stop(folder, order, again, stop, mode)

        check_nothing_is_half_written(folder, whole)
        for section_id, number in accepted:
            section = Workspace.open(folder).accepted(section_id)
            assert section, f"call {stop}"
            assert number == section.number, f"call {stop}"

        write_article(folder, order, UnsyncedCalls(), again=again)

        assert readable(undisturbed) == readable(folder), f"call {stop}"
        assert attempts_in(folder) - attempts_in(undisturbed) in {0, 1}, f"call {stop}"
        assert not list(folder.rglob("*.gptoss-writer-tmp")), f"call {stop}"


def test_the_undisturbed_draft_is_what_it_should_be(tmp_path: Path) -> None:
    """The draft the others are compared with has the edit, the new order and every section."""
    write_article(begun(tmp_path), REORDERED, UnsyncedCalls(), again="crabs")

    assert [
        "article.md",
        "sections/01-weed.md",
        "sections/02-intro.md",
        "sections/03-crabs.md",
        "sections/04-end.md",
    ] == list(readable(tmp_path))
    assert EDIT.encode() == (tmp_path / "sections/01-weed.md").read_bytes()


def _copy(start: Path, folder: Path) -> None:
    if start.exists():
        shutil.copytree(start, folder)


def _readable_or_none(start: Path) -> set[bytes]:
    return set(readable(start).values()) if start.exists() else set()
