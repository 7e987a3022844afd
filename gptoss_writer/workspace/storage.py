"""The thin layer through which every read and write of a workspace goes.

A file is replaced by writing a temporary file beside it, synchronising it, giving it the name,
and synchronising the folder: after a crash the old bytes stand there or the new ones, never a
part. A temporary file that a crash left behind has a fixed, recognisable name; the next writing
command removes it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.system import SystemCalls

_TEMPORARY_SUFFIX = ".gptoss-writer-tmp"

_OUT_OF_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY = frozenset({errno.EEXIST, errno.EISDIR, errno.ENOTDIR})


class Storage:
    """Reads and writes files below `root`; links in it are refused, wherever they point.

    Writing methods raise `ResourceError` where the disk refuses, and leave the old bytes in
    place; all methods raise `WorkspaceError` on a link or on what is not a plain file.
    """

    def __init__(self, root: Path, calls: SystemCalls | None = None) -> None:
        self.root = root
        self._calls = calls or SystemCalls()

    def read(self, path: Path) -> bytes | None:
        """Give the bytes of a file, None where there is none."""
        self.refuse_links(path)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            _refuse_special(path, os.fstat(descriptor).st_mode)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read()
        except OSError as error:
            raise _unreadable(path, error) from error
        finally:
            os.close(descriptor)

    def names(self, folder: Path) -> tuple[str, ...]:
        """List the names in a folder, sorted; () where there is no such folder."""
        self.refuse_links(folder)
        try:
            return tuple(sorted(os.listdir(folder)))  # noqa: PTH208 - names are wanted, not paths
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise _unreadable(folder, error) from error

    def signature(self, path: Path) -> tuple[int, int, int]:
        """Give what changes when a file does: inode, size, time; zeros where there is none."""
        try:
            status = path.lstat()
        except OSError:
            return (0, 0, 0)
        return (status.st_ino, status.st_size, status.st_mtime_ns)

    def create_folder(self, path: Path) -> None:
        """Make a folder and those above it, durably; one that is there is left as it is."""
        self.refuse_links(path)
        missing = [path]
        while not missing[-1].parent.is_dir():
            missing.append(missing[-1].parent)
        for folder in reversed(missing):
            if folder.is_dir():
                continue
            with _reported("create the folder", folder):
                self._make(folder)
                self._sync_folder(folder.parent)

    def _make(self, folder: Path) -> None:
        try:
            self._calls.mkdir(folder)
        except FileExistsError:
            if not folder.is_dir():  # another process may have made it in between
                raise

    def replace_file(self, path: Path, data: bytes) -> None:
        """Put `data` in a file in one step: readers and crashes see all of it or none."""
        self.refuse_links(path)
        temporary = path.with_name(f".{path.name}{_TEMPORARY_SUFFIX}")
        with _reported("write", path, len(data)):
            try:
                self._write_temporary(temporary, data)
                self._calls.replace(temporary, path)
            except OSError:
                with suppress(OSError):
                    self._calls.unlink(temporary)
                raise
            self._sync_folder(path.parent)

    def _write_temporary(self, temporary: Path, data: bytes) -> None:
        # Always a file of our own making: one found under that name could be a link to another.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            descriptor = self._calls.open(temporary, flags)
        except FileExistsError:
            self._calls.unlink(temporary)
            descriptor = self._calls.open(temporary, flags)
        try:
            self._write_all(descriptor, data)
            self._calls.fsync(descriptor)
        finally:
            self._calls.close(descriptor)

    def append_line(self, path: Path, line: bytes) -> None:
        """Add a line, durably; where the last one was torn off by a crash, start a new one first.

        `line` comes without its newline. Where the disk refuses, the file is cut back to what it
        was.
        """
        self.refuse_links(path)
        is_new = not path.exists()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        with _reported("write", path, len(line) + 1):
            descriptor = self._calls.open(path, flags)
            try:
                self._append(descriptor, line + b"\n")
            finally:
                self._calls.close(descriptor)
            if is_new:
                self._sync_folder(path.parent)

    def _append(self, descriptor: int, line: bytes) -> None:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        try:
            self._write_all(descriptor, b"\n" + line if is_torn else line)
            self._calls.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                self._calls.truncate(descriptor, size)
            raise

    def rename(self, source: Path, target: Path) -> None:
        """Give a file another name in the same folder, durably."""
        self.refuse_links(source)
        self.refuse_links(target)
        with _reported("rename", source):
            self._calls.replace(source, target)
            self._sync_folder(target.parent)

    def remove(self, path: Path) -> None:
        """Remove a file, durably; one that is not there is no error."""
        self.refuse_links(path.parent)
        with _reported("remove", path):
            try:
                self._calls.unlink(path)
            except FileNotFoundError:
                return
            self._sync_folder(path.parent)

    def discard(self, path: Path) -> None:
        """Remove a file if that can be done; used where another error is already on its way."""
        with suppress(OSError):
            self._calls.unlink(path)

    def temporary_names(self, folder: Path) -> tuple[str, ...]:
        """List the temporary files in a folder: those of a crash, or of a writer at work."""
        return tuple(name for name in self.names(folder) if _is_temporary(name))

    def remove_temporary(self, folder: Path) -> int:
        """Remove the temporary files a crash left in a folder; give their number.

        Only the holder of the lock may call this: a temporary file may be in use by a writer.
        """
        left = self.temporary_names(folder)
        for name in left:
            self.remove(folder / name)
        return len(left)

    def refuse_links(self, path: Path) -> None:
        """Raise `WorkspaceError` where `path`, or a folder between it and the root, is a link."""
        step = self.root
        for part in path.relative_to(self.root).parts:
            step = step / part
            if step.is_symlink():
                raise WorkspaceError(
                    f"{step} is a symbolic link; nothing inside a workspace may be one.",
                    "Put the file or folder itself in its place and run the same command again.",
                )

    def _write_all(self, descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._calls.write(descriptor, bytes(rest)) :]

    def _sync_folder(self, folder: Path) -> None:
        descriptor = self._calls.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._calls.fsync(descriptor)
        finally:
            self._calls.close(descriptor)


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(_TEMPORARY_SUFFIX)


def _refuse_special(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise WorkspaceError(
            f"{path} is not a file.",
            "Move it out of the workspace and run the same command again.",
        )


def _unreadable(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"Cannot read {path}: {error.strerror}.",
        "Make it readable and run the same command again.",
    )


@contextmanager
def _reported(action: str, path: Path, size_bytes: int = 0) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refused(action, path, error, size_bytes) from error


def refused(action: str, path: Path, error: OSError, size_bytes: int = 0) -> ResourceError:
    """Word the refusal of a write: what, where, why, and the bytes needed if the disk is full."""
    needed = ""
    advice = "Check the disk"
    if error.errno in _OUT_OF_SPACE:
        needed = f" ({size_bytes:,} bytes needed)" if size_bytes else ""
        advice = "Free some space"
    elif error.errno in _NOT_ALLOWED:
        advice = "Make the folder writable"
    elif error.errno in _IN_THE_WAY:
        advice = "Move it out of the way"
    return ResourceError(
        f"Cannot {action} {path}: {error.strerror or error}{needed}.",
        f"{advice} and run the same command again; nothing was lost.",
    )
