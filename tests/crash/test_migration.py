"""A draft of format 1 whose migration is stopped or refused at any call is whole at all times."""

from __future__ import annotations

import errno
import json
import multiprocessing
import shutil
from pathlib import Path

import pytest

from gptoss_writer.errors import ResourceError
from gptoss_writer.workspace.workspace import Workspace
from tests.support.interrupted import readable, write_and_stop, write_article
from tests.support.version_1 import ORDER, a_draft_of_version_1
from tests.support.workspaces import STOPPED, RefusingCalls, UnsyncedCalls, WatchedCalls, files_of

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.support.interrupted"])


def undisturbed(tmp_path: Path) -> tuple[Path, list[str]]:
    """Write section two anew in a draft of format 1; give it, and the calls that took."""
    folder, calls = a_draft_of_version_1(tmp_path / "undisturbed"), WatchedCalls()
    write_article(folder, ORDER, calls, again="two")
    return folder, calls.made


def check_whole(folder: Path, start: dict[str, bytes]) -> int:
    """See that a draft can be read and lost nothing; give its format version."""
    draft = Workspace.open(folder)
    for name in ORDER:
        assert draft.accepted(name)
        for record in draft.attempts(name):
            draft.attempt(name, record.number)
    files = files_of(folder)
    assert {name: data for name, data in start.items() if name.startswith("history/")}.items() <= (
        files.items()
    )
    version = json.loads(files["workspace.json"])["schema_version"]
    assert isinstance(version, int)
    return version


@pytest.mark.parametrize("mode", ["before", "torn"])
def test_a_stop_anywhere_leaves_a_draft_of_one_format(tmp_path: Path, mode: str) -> None:
    """It can be read, no record was written again, and the next command ends as if nothing was."""
    whole, made = undisturbed(tmp_path)
    start = files_of(a_draft_of_version_1(tmp_path / "start"))
    versions = []
    for stop, name in enumerate(made):
        if mode == "torn" and name != "write":
            continue
        folder = a_draft_of_version_1(tmp_path / f"stopped-{stop}")
        child = _PROCESSES.Process(target=write_and_stop, args=(folder, ORDER, "two", stop, mode))
        child.start()
        child.join()

        assert child.exitcode == STOPPED, f"call {stop}"
        versions.append(check_whole(folder, start))

        write_article(folder, ORDER, UnsyncedCalls(), again="two")

        assert 2 == check_whole(folder, start), f"call {stop}"
        assert readable(whole) == readable(folder), f"call {stop}"
        assert (whole / ".gitignore").read_bytes() == (folder / ".gitignore").read_bytes()
        shutil.rmtree(folder)
    assert [1, 2] == sorted(set(versions))
    assert sorted(versions) == versions


@pytest.mark.parametrize(
    ("code", "is_lasting"), [(errno.ENOSPC, True), (errno.EIO, False), (errno.EROFS, True)]
)
def test_a_refusal_anywhere_leaves_a_draft_of_one_format(
    tmp_path: Path, code: int, *, is_lasting: bool
) -> None:
    """A message with the path, no loss, and the next run completes."""
    whole, made = undisturbed(tmp_path)
    start = files_of(a_draft_of_version_1(tmp_path / "start"))
    for refuse in range(len(made)):
        folder = a_draft_of_version_1(tmp_path / f"refused-{refuse}")
        calls = RefusingCalls(refuse, code, is_lasting=is_lasting)
        message = _refused(folder, calls)

        assert message is None or str(folder) in message, f"call {refuse}"
        check_whole(folder, start)

        write_article(folder, ORDER, UnsyncedCalls(), again="two")

        assert 2 == check_whole(folder, start), f"call {refuse}"
        assert readable(whole) == readable(folder), f"call {refuse}"
        shutil.rmtree(folder)


def _refused(folder: Path, calls: RefusingCalls) -> str | None:
    try:
        write_article(folder, ORDER, calls, again="two")
    except ResourceError as error:
        return error.message
    return None
