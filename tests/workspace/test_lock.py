"""One writer at a time, and the others learn who it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gptoss_writer.errors import ResourceError, WorkspaceError, WorkspaceLockedError
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import a_workspace, full_disk

_HOLD = """
import sys
from pathlib import Path
from gptoss_writer.workspace.workspace import Workspace
with Workspace.open(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def a_holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that holds the lock until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_writer_learns_who_the_first_is(tmp_path: Path) -> None:
    """The refusal has its own exit code and names process, host, time and command."""
    workspace = a_workspace(tmp_path / "d")
    with a_holder(tmp_path / "d") as process:
        holder = workspace.lock().holder()
        with pytest.raises(WorkspaceLockedError) as caught, workspace.lock():
            pass

    assert holder
    assert holder.pid == process.pid
    assert (
        f"The workspace {tmp_path / 'd'} is in use by process {process.pid} on {holder.host}, "
        f"which has been writing in it since {holder.since} (-c {tmp_path / 'd'})."
        == caught.value.message
    )
    assert caught.value.exit_code == 11


def test_killing_the_holder_frees_the_lock(tmp_path: Path) -> None:
    """After kill -9 nothing has to be cleaned up by hand."""
    workspace = a_workspace(tmp_path / "d")
    with a_holder(tmp_path / "d") as process:
        process.kill()
        process.wait()
        with workspace.lock():
            holder = workspace.lock().holder()

    assert holder
    assert holder.pid != process.pid


def test_readers_need_no_lock(tmp_path: Path) -> None:
    """While another process writes, reading goes on."""
    a_workspace(tmp_path / "d", {"intro": "One."})
    with a_holder(tmp_path / "d"):
        accepted = Workspace.open(tmp_path / "d").accepted("intro")

    assert accepted
    assert accepted.text == "One.\n"


def test_two_workspaces_in_one_process_keep_each_other_out(tmp_path: Path) -> None:
    """The lock holds within a process too."""
    workspace = a_workspace(tmp_path / "d")
    other = Workspace.open(tmp_path / "d")
    with workspace.lock(), pytest.raises(WorkspaceLockedError), other.lock():
        pass
    with other.lock():
        assert other.lock().is_held

    assert not other.lock().is_held


def test_the_lock_is_not_entered_twice(tmp_path: Path) -> None:
    """Entering a held lock again is a mistake of the program and is not hidden."""
    workspace = a_workspace(tmp_path / "d")
    with workspace.lock(), pytest.raises(RuntimeError, match="already held"), workspace.lock():
        pass


def test_nothing_is_left_of_the_holder(tmp_path: Path) -> None:
    """Leaving the lock takes the holder's name away."""
    workspace = a_workspace(tmp_path / "d")
    with workspace.lock():
        pass

    assert workspace.lock().holder() is None


def test_a_damaged_name_is_no_obstacle(tmp_path: Path) -> None:
    """Where the holder's name cannot be read the refusal says so in general words."""
    workspace = a_workspace(tmp_path / "d")
    with workspace.lock():
        (tmp_path / "d" / ".lock-holder.json").write_text("{")
        with (
            pytest.raises(WorkspaceLockedError, match="is in use by another process"),
            Workspace.open(tmp_path / "d").lock(),
        ):
            pass


def test_a_refused_name_frees_the_lock(tmp_path: Path) -> None:
    """A full disk while locking is reported, and the lock is not kept."""
    a_workspace(tmp_path / "d")
    workspace = Workspace.open(tmp_path / "d", full_disk(0))
    with pytest.raises(ResourceError), workspace.lock():
        pass

    assert not workspace.lock().is_held


def test_the_lock_is_not_a_link(tmp_path: Path) -> None:
    """A linked lock file is refused, so that nothing outside is touched."""
    workspace = a_workspace(tmp_path / "d")
    (tmp_path / "d" / ".lock").unlink()
    (tmp_path / "d" / ".lock").symlink_to(tmp_path / "outside")
    with pytest.raises(WorkspaceError, match="is a symbolic link"), workspace.lock():
        pass

    assert not (tmp_path / "outside").exists()
