"""A control group of limited memory to run a process in, and a look at what a process takes."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_ROOTS = (
    ("memory", "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control"),
    ("", "memory.max", "memory.peak", "memory.events"),
)
_NAME = f"gptoss-writer-bench-{os.getpid()}"
_POLL_SECONDS = 0.02


class Group:
    """A control group of limited memory, of either version; none where none can be made.

    Making one takes the rights of root, and version 2 a parent that hands the controller on.
    """

    def __init__(self, gibibytes: float, root: Path = Path("/sys/fs/cgroup")) -> None:
        self.folder: Path | None = None
        self._peak = self._events = ""
        for controller, limit, self._peak, self._events in _ROOTS:
            folder = root / controller / _NAME
            with suppress(OSError):
                folder.mkdir()
                if (folder / limit).exists():  # else a folder like any other was made
                    (folder / limit).write_text(str(int(gibibytes * 2**30)))
                    self.folder = folder
                    return
                folder.rmdir()

    def __enter__(self) -> Self:
        """Give the group."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the group away; nothing may run in it any more."""
        if self.folder is not None:
            with suppress(OSError):
                self.folder.rmdir()

    def prefix(self) -> list[str]:
        """Give what makes a command run in the group."""
        if self.folder is None:
            return []
        return ["sh", "-c", f'echo $$ > "{self.folder}/cgroup.procs"; exec "$@"', "sh"]

    @property
    def kills(self) -> int:
        """How many processes the kernel killed for their memory."""
        found = [
            line.split()[1]
            for line in self._read(self._events).splitlines()
            if line.startswith("oom_kill ")
        ]
        return int(found[0]) if found else 0

    @property
    def peak(self) -> int:
        """The most bytes that the group had, pages of files included; 0 where that is not told."""
        return int(self._read(self._peak) or 0)

    def _read(self, name: str) -> str:
        if self.folder is not None:
            with suppress(OSError):
                return (self.folder / name).read_text(encoding="ascii")
        return ""


class Watch:
    """Looks at the memory of this process until it is told to stop."""

    def __init__(self) -> None:
        self._own = self._whole = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._is_over.wait(_POLL_SECONDS):
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
            fields = dict(line.split(":", 1) for line in lines)
            self._own = max(self._own, int(fields["RssAnon"].split()[0]) * 1024)
            self._whole = max(self._whole, int(fields["VmHWM"].split()[0]) * 1024)

    def stop(self) -> tuple[int, int]:
        """Give the most bytes that were its own, and the most of all, pages of files included."""
        self._is_over.set()
        self._thread.join()
        return self._own, self._whole


def forget(path: Path) -> None:
    """Drop the pages of a file from the page cache."""
    os.sync()  # a page that is not on the disk yet cannot be dropped
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)
