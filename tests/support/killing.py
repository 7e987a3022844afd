"""Commands in children that are forked and killed, at a moment or at a call that changes the disk.

A child is forked from this process, which has everything imported, so a command takes as long as
it works and no longer.
"""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import gptoss_writer
from gptoss_writer.cli.main import main
from gptoss_writer.workspace import storage
from gptoss_writer.workspace.system import SystemCalls

T = TypeVar("T")

BEFORE, TORN, AFTER = "before", "torn", "after"
_LASTING = frozenset({errno.ENOSPC, errno.EROFS})
_NEEDS_SPACE = frozenset({"open", "write", "mkdir", "fsync"})
OF_AN_AID = " of an aid"
"""Stands behind the name of a call that writes what only saves time, and may fail unsaid."""


def import_everything() -> None:
    """Import every module of the program, so that no child has to."""
    for module in pkgutil.walk_packages(gptoss_writer.__path__, "gptoss_writer."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


class KillingCalls(SystemCalls):
    """Notes every call, and kills the process around one of them, or in the middle of a write.

    `stop` counts from 0; None kills nothing. With `code` the call is not killed but refused with
    that error; where that is one of a full or a read-only disk, so are all later ones that write.
    A kill does not need the disk, so nothing waits for it.
    """

    def __init__(self, stop: int | None = None, mode: str = BEFORE, code: int = 0) -> None:
        self.made: list[str] = []
        self._aid = ""
        self._stop = stop
        self._mode = mode
        self._code = code

    def _refuse(self, name: str) -> None:
        at = len(self.made)
        is_later = self._code in _LASTING and self._stop is not None and at > self._stop
        if self._code and (at == self._stop or (is_later and name in _NEEDS_SPACE)):
            self.made.append(name + self._aid)
            raise OSError(self._code, os.strerror(self._code))

    def _around(self, name: str, call: Callable[[], T]) -> T:
        self._refuse(name)
        is_here = len(self.made) == self._stop
        self.made.append(name + self._aid)
        if is_here and self._mode == BEFORE and not self._code:
            die()
        try:
            return call()
        finally:  # also behind a call that was refused
            if is_here and self._mode == AFTER:
                die()

    def _turn_to(self, path: Path) -> None:
        """Note whether the calls from here on are about how far a section has come."""
        is_aid = ".progress.json" in path.name or (path.name == "cache" and bool(self._aid))
        self._aid = OF_AN_AID if is_aid else ""

    def open(self, path: Path, flags: int) -> int:
        """Open."""
        self._turn_to(path)
        return self._around("open", lambda: super(KillingCalls, self).open(path, flags))

    def write(self, descriptor: int, data: bytes) -> int:
        """Write; half of it where the write is to be torn."""
        if len(self.made) == self._stop and self._mode == TORN:
            os.write(descriptor, data[: len(data) // 2])
            die()
        return self._around("write", lambda: super(KillingCalls, self).write(descriptor, data))

    def truncate(self, descriptor: int, size: int) -> None:
        """Truncate."""
        self._around("truncate", lambda: super(KillingCalls, self).truncate(descriptor, size))

    def fsync(self, descriptor: int) -> None:  # noqa: ARG002 - see the class
        """Note it only."""
        self._around("fsync", lambda: None)

    def close(self, descriptor: int) -> None:
        """Close."""
        try:
            self._around("close", lambda: None)
        finally:  # a close that is refused has still closed
            super().close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Replace."""
        self._turn_to(target)
        self._around("replace", lambda: super(KillingCalls, self).replace(source, target))

    def unlink(self, path: Path) -> None:
        """Unlink."""
        self._turn_to(path)
        self._around("unlink", lambda: super(KillingCalls, self).unlink(path))

    def mkdir(self, path: Path) -> None:
        """Make a folder."""
        self._turn_to(path)
        self._around("mkdir", lambda: super(KillingCalls, self).mkdir(path))


def die() -> NoReturn:
    """End this process as `kill -9` does: no handler and no `finally` runs."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a process outlived its kill")


class Child:
    """A command of the program in a child, in `folder`; what it says goes to the file `said`.

    With `calls`, these are the system calls of its storage, and the names of those that it made
    stand in the file `<said>.calls` when it has ended by itself.
    """

    def __init__(
        self, folder: Path, words: Sequence[str], said: Path, calls: KillingCalls | None = None
    ) -> None:
        self._said = said
        self.began = time.monotonic()
        self._pid = os.fork()
        if self._pid == 0:
            _be_the_command(folder, words, said, calls)

    def kill(self) -> None:
        """Kill it; one that has ended is left alone."""
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int | None:
        """Wait until it ends and give its exit code, None where it was killed."""
        _, status = os.waitpid(self._pid, 0)
        return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)

    @property
    def said(self) -> str:
        """All that it printed."""
        return self._said.read_text(encoding="utf-8", errors="replace")


def _be_the_command(
    folder: Path, words: Sequence[str], said: Path, calls: KillingCalls | None
) -> NoReturn:
    code = 70
    try:
        os.chdir(folder)
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        for descriptor in (1, 2):
            os.dup2(out, descriptor)
        if calls is not None:
            # Every storage of this child counts on one.
            vars(storage)["SystemCalls"] = lambda: calls
        code = main(list(words))
        if calls is not None:
            said.with_suffix(".calls").write_text("\n".join(calls.made), encoding="utf-8")
    finally:
        os._exit(code)
