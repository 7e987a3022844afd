"""The thin layer below every write."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.storage import Storage
from tests.support.workspaces import RefusingCalls, WatchedCalls, full_disk


def test_replaces_in_the_order_that_survives_a_power_cut(tmp_path: Path) -> None:
    """The bytes are synchronised before the file gets its name, the folder after it."""
    calls = WatchedCalls()
    Storage(tmp_path, calls).replace_file(tmp_path / "a.md", b"new")

    assert ["open", "write", "fsync", "close", "replace", "open", "fsync", "close"] == calls.made
    assert {"a.md": b"new"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_goes_on_after_a_short_write(tmp_path: Path) -> None:
    """Where the system takes only some of the bytes, the others follow."""

    class Sparing(WatchedCalls):
        def write(self, descriptor: int, data: bytes) -> int:
            return super().write(descriptor, data[:2])

    Storage(tmp_path, Sparing()).replace_file(tmp_path / "a.md", b"seven b")

    assert (tmp_path / "a.md").read_bytes() == b"seven b"


@pytest.mark.parametrize("refuse", range(5))
def test_keeps_the_old_bytes_where_the_disk_is_full(tmp_path: Path, refuse: int) -> None:
    """Until the file has its new name, a refusal leaves the old bytes and no litter."""
    (tmp_path / "a.md").write_bytes(b"old")
    with pytest.raises(ResourceError):
        Storage(tmp_path, RefusingCalls(refuse, errno.ENOSPC)).replace_file(
            tmp_path / "a.md", b"new"
        )

    assert {"a.md": b"old"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        (
            errno.ENOSPC,
            "Cannot write {}: No space left on device (1,234 bytes needed).",
            "Free some space and run the same command again; nothing was lost.",
        ),
        (
            errno.EROFS,
            "Cannot write {}: Read-only file system.",
            "Make the folder writable and run the same command again; nothing was lost.",
        ),
        (
            errno.EIO,
            "Cannot write {}: Input/output error.",
            "Check the disk and run the same command again; nothing was lost.",
        ),
    ],
)
def test_says_what_could_not_be_written(tmp_path: Path, code: int, message: str, hint: str) -> None:
    """A refusal names the file, the reason and what to do; a full disk the bytes needed."""
    path = tmp_path / "a.md"
    with pytest.raises(ResourceError) as caught:
        Storage(tmp_path, RefusingCalls(1, code)).replace_file(path, b"x" * 1234)

    assert (message.format(path), hint) == (caught.value.message, caught.value.hint)


def test_starts_a_new_line_behind_a_torn_one(tmp_path: Path) -> None:
    """What a crash left of a line is never continued."""
    path = tmp_path / "j"
    storage = Storage(tmp_path, WatchedCalls())
    storage.append_line(path, b"one")
    with path.open("ab") as file:
        file.write(b"tw")
    storage.append_line(path, b"three")

    assert path.read_bytes() == b"one\ntw\nthree\n"


def test_appends_with_one_write(tmp_path: Path) -> None:
    """A line goes out whole, in one write, and is synchronised; a new file's folder too."""
    calls = WatchedCalls()
    storage = Storage(tmp_path, calls)
    storage.append_line(tmp_path / "j", b"one")
    storage.append_line(tmp_path / "j", b"two")

    assert [
        *("open", "write", "fsync", "close", "open", "fsync", "close"),
        *("open", "write", "fsync", "close"),
    ] == calls.made


@pytest.mark.parametrize("refuse", [1, 2])
def test_takes_back_a_line_the_disk_refused(tmp_path: Path, refuse: int) -> None:
    """A line that could not be made durable is cut off again."""
    path = tmp_path / "j"
    path.write_bytes(b"one\n")
    with pytest.raises(ResourceError):
        Storage(tmp_path, full_disk(refuse)).append_line(path, b"two")

    assert path.read_bytes() == b"one\n"


def test_takes_back_the_part_of_a_line_that_fitted(tmp_path: Path) -> None:
    """Half a line on a full disk is cut off again."""
    path = tmp_path / "j"
    path.write_bytes(b"one\n")

    class Brimful(WatchedCalls):
        def write(self, descriptor: int, data: bytes) -> int:
            if "write" in self.made:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(descriptor, data[:2])

    with pytest.raises(ResourceError):
        Storage(tmp_path, Brimful()).append_line(path, b"two")

    assert path.read_bytes() == b"one\n"


def test_makes_folders_above_too(tmp_path: Path) -> None:
    """Missing folders are made from the top down, each one durably; a second time is no error."""
    calls = WatchedCalls()
    storage = Storage(tmp_path, calls)
    storage.create_folder(tmp_path / "a" / "b")
    storage.create_folder(tmp_path / "a" / "b")

    assert (tmp_path / "a" / "b").is_dir()
    assert ["mkdir", "open", "fsync", "close"] * 2 == calls.made


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    """Where a file stands in a folder's place, the message says so."""
    (tmp_path / "a").touch()
    with pytest.raises(ResourceError, match=r"Cannot create the folder .*/a: File exists"):
        Storage(tmp_path).create_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize("place", ["file", "folder"])
def test_follows_no_link(tmp_path: Path, place: str) -> None:
    """Neither a linked file nor a linked folder is read or written through."""
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "a.md").write_bytes(b"theirs")
    if place == "file":
        (root / "sections").mkdir()
        (root / "sections" / "a.md").symlink_to(outside / "a.md")
    else:
        (root / "sections").symlink_to(outside)
    storage, path = Storage(root), root / "sections" / "a.md"
    attempts: tuple[Callable[[], object], ...] = (
        lambda: storage.read(path),
        lambda: storage.replace_file(path, b"ours"),
        lambda: storage.append_line(path, b"ours"),
        lambda: storage.rename(path, path.with_name("b.md")),
    )
    for touch in attempts:
        with pytest.raises(WorkspaceError, match="is a symbolic link"):
            touch()

    assert {"a.md": b"theirs"} == {item.name: item.read_bytes() for item in outside.iterdir()}


def test_a_planted_temporary_file_is_not_written_through(tmp_path: Path) -> None:
    """A hard link under the name of a temporary file loses the name and keeps its bytes."""
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    root.mkdir()
    outside.write_bytes(b"theirs")
    (root / ".a.md.gptoss-writer-tmp").hardlink_to(outside)
    Storage(root).replace_file(root / "a.md", b"ours")

    assert (b"theirs", b"ours") == (outside.read_bytes(), (root / "a.md").read_bytes())


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_reads_plain_files_only(tmp_path: Path, kind: str) -> None:
    """A folder or a pipe in a file's place is reported, not waited for."""
    path = tmp_path / "a.md"
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(WorkspaceError, match="is not a file"):
        Storage(tmp_path).read(path)


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    """Neither a missing file nor a missing folder is an error to a reader."""
    storage = Storage(tmp_path)

    assert (None, ()) == (storage.read(tmp_path / "a" / "b"), storage.names(tmp_path / "a"))


def test_never_leaves_its_root(tmp_path: Path) -> None:
    """A path outside the workspace is a mistake of the program and is not touched."""
    with pytest.raises(ValueError, match="is not in the subpath"):
        Storage(tmp_path / "root").replace_file(tmp_path / "a.md", b"x")

    assert list(tmp_path.iterdir()) == []


def test_removes_only_its_own_temporary_files(tmp_path: Path) -> None:
    """What an editor or a person left is not ours to remove."""
    for name in (".a.md.gptoss-writer-tmp", ".a.md.swp", "a.gptoss-writer-tmp"):
        (tmp_path / name).touch()
    removed = Storage(tmp_path).remove_temporary(tmp_path)

    assert removed == 1
    assert [".a.md.swp", "a.gptoss-writer-tmp"] == sorted(os.listdir(tmp_path))  # noqa: PTH208 - names
