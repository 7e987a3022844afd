"""A repair that is stopped or refused at any call loses nothing, and the next one ends it."""

from __future__ import annotations

import errno
import multiprocessing
import shutil
from pathlib import Path

import pytest

from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.system import SystemCalls
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import (
    STOPPED,
    RefusingCalls,
    StoppingCalls,
    UnsyncedCalls,
    WatchedCalls,
    a_workspace,
    files_of,
)

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.crash.test_mending"])

ORDER = ("intro", "crabs", "weed")
TEXTS = {name: f"All about {name}, at length, and with care.\n" for name in ORDER}
MINE = b"Words of a person, in the wrong place.\n"


def damaged(folder: Path) -> Path:
    """Make a draft in which a text, a record, a line, a file and half of another are wrong."""
    a_workspace(folder, TEXTS)
    (folder / "history/intro/0001.md").write_bytes(MINE)
    (folder / "history/crabs/0001.json").unlink()
    (folder / "sections/02-crabs.md").unlink()
    (folder / "sections/03-weed.md").write_bytes(TEXTS["weed"].encode()[:14])
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"\n", b"\nrubbish}\n", 1) + b'{"event": "wr')
    return folder


def repair(folder: Path, calls: SystemCalls) -> None:
    """Mend a draft and bring it in order."""
    draft = Workspace.open(folder, calls)
    with draft.lock():
        draft.mend()
        draft.reconcile(ORDER)


def repair_and_stop(folder: Path, stop: int, mode: str) -> None:
    """Be a process that dies at system call `stop` of a repair."""
    repair(folder, StoppingCalls(stop, is_torn=mode == "torn"))


def check_mended(folder: Path, which: str) -> None:
    """See that all texts count, that nothing is wrong, and that a person's bytes are there."""
    draft = Workspace.open(folder)
    for place, name in enumerate(ORDER, start=1):
        accepted = draft.accepted(name)
        assert accepted, which
        assert TEXTS[name] == accepted.text, which
        assert TEXTS[name].encode() == (folder / f"sections/0{place}-{name}.md").read_bytes(), which
    assert {"article.md"} == {item.where for item in draft.audit().troubles}, which
    assert MINE in files_of(folder).values(), which


def check_nothing_is_lost(folder: Path, which: str) -> None:
    """See that each text and a person's bytes are somewhere in the draft."""
    there = b"\0".join(files_of(folder).values())
    for data in (MINE, *(TEXTS[name].encode() for name in ORDER)):
        assert data in there, which


def test_a_damaged_draft_is_mended(tmp_path: Path) -> None:
    """All of it at once; a second repair changes no byte."""
    folder = damaged(tmp_path / "d")
    repair(folder, UnsyncedCalls())
    check_mended(folder, "")
    before = files_of(folder)
    repair(folder, UnsyncedCalls())

    assert before == files_of(folder)


@pytest.mark.parametrize("name", ["weed/0001.json", "intro/0001.md", "crabs/0001.md"])
def test_what_may_not_be_read_is_not_lost(tmp_path: Path, name: str) -> None:
    """Then nothing is mended at all, the journal neither."""
    folder = damaged(tmp_path / "d")
    path = folder / "history" / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    before = files_of(folder)
    with pytest.raises(WorkspaceError, match="is a symbolic link"):
        repair(folder, UnsyncedCalls())

    assert before == files_of(folder)


@pytest.mark.parametrize("mode", ["before", "torn"])
def test_a_stop_anywhere_loses_nothing(tmp_path: Path, mode: str) -> None:
    """And the next repair ends it."""
    calls = WatchedCalls()
    repair(damaged(tmp_path / "undisturbed"), calls)
    for stop, name in enumerate(calls.made):
        if mode == "torn" and name != "write":
            continue
        folder = damaged(tmp_path / "d")
        child = _PROCESSES.Process(target=repair_and_stop, args=(folder, stop, mode))
        child.start()
        child.join()

        assert child.exitcode == STOPPED, f"call {stop}"
        check_nothing_is_lost(folder, f"call {stop}")
        repair(folder, UnsyncedCalls())
        check_mended(folder, f"call {stop}")
        shutil.rmtree(folder)


@pytest.mark.parametrize(("code", "is_lasting"), [(errno.ENOSPC, True), (errno.EIO, False)])
def test_a_refusal_anywhere_loses_nothing(tmp_path: Path, code: int, *, is_lasting: bool) -> None:
    """And the next repair ends it."""
    calls = WatchedCalls()
    repair(damaged(tmp_path / "undisturbed"), calls)
    for refuse in range(len(calls.made)):
        folder = damaged(tmp_path / "d")
        _refused(folder, RefusingCalls(refuse, code, is_lasting=is_lasting))
        check_nothing_is_lost(folder, f"call {refuse}")
        repair(folder, UnsyncedCalls())
        check_mended(folder, f"call {refuse}")
        shutil.rmtree(folder)


def _refused(folder: Path, calls: RefusingCalls) -> None:
    try:
        repair(folder, calls)
    except ResourceError:
        return
