"""A disk that refuses one call, or every one from some moment on."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from gptoss_writer.errors import ResourceError
from gptoss_writer.workspace.workspace import Workspace
from tests.support.interrupted import (
    EDIT,
    ORDER,
    REORDERED,
    attempts_in,
    check_nothing_is_half_written,
    edit_a_section,
    readable,
    write_article,
)
from tests.support.workspaces import RefusingCalls, UnsyncedCalls, WatchedCalls


@pytest.mark.parametrize(
    ("code", "is_lasting"),
    [(errno.ENOSPC, True), (errno.ENOSPC, False), (errno.EIO, False), (errno.EROFS, True)],
)
def test_a_refusal_anywhere_loses_nothing(tmp_path: Path, code: int, *, is_lasting: bool) -> None:
    """Whichever call is refused: a message with the path, no loss, and the next run completes."""
    start = tmp_path / "start"
    write_article(start, ORDER, UnsyncedCalls())
    edit_a_section(start)
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(start, undisturbed)
    counted = WatchedCalls()
    write_article(undisturbed, REORDERED, counted, again="crabs")
    whole = {*readable(undisturbed).values(), *readable(start).values()}
    for refuse in range(len(counted.made)):
        folder = tmp_path / f"refused-{refuse}"
        shutil.copytree(start, folder)
        calls = RefusingCalls(refuse, code, is_lasting=is_lasting)
        message = _write(folder, calls)

        assert calls.refused
        assert message is None or str(folder) in message, f"call {refuse}"
        # Only taking the holder's name away on leaving may fail in silence: the work is done.
        assert message is not None or calls.refused.keys() == {"unlink"}, f"call {refuse}"

        check_nothing_is_half_written(folder, whole)
        edited = Workspace.open(folder)
        assert EDIT in {edited.edited_text("weed"), _accepted(edited, "weed")}, f"call {refuse}"

        write_article(folder, REORDERED, UnsyncedCalls(), again="crabs")

        assert readable(undisturbed) == readable(folder), f"call {refuse}"
        assert attempts_in(folder) - attempts_in(undisturbed) in {0, 1}, f"call {refuse}"
        assert not list(folder.rglob("*.gptoss-writer-tmp")), f"call {refuse}"


def _write(folder: Path, calls: RefusingCalls) -> str | None:
    try:
        write_article(folder, REORDERED, calls, again="crabs")
    except ResourceError as error:
        return error.message
    return None


def _accepted(workspace: Workspace, section_id: str) -> str | None:
    accepted = workspace.accepted(section_id)
    return accepted.text if accepted else None
