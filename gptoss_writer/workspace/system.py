"""The system calls that change the disk, each one a method, so that each can be made to fail.

POSIX only: folders are opened to be synchronised, and `O_NOFOLLOW` keeps links out.
"""

from __future__ import annotations

import os
from pathlib import Path


class SystemCalls:
    """What `Storage` asks of the operating system; every method may raise `OSError`."""

    def open(self, path: Path, flags: int) -> int:
        """Open a file or a folder and give its descriptor; never follows a link, never blocks."""
        return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)

    def write(self, descriptor: int, data: bytes) -> int:
        """Write and give the number of bytes that were taken."""
        return os.write(descriptor, data)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut an open file back to `size` bytes."""
        os.ftruncate(descriptor, size)

    def fsync(self, descriptor: int) -> None:
        """Wait until a file or a folder is on the disk."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Give a file another name, over whatever had that name, in one step."""
        os.replace(source, target)  # noqa: PTH105 - the same call, spelled as the kernel does

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        os.unlink(path)  # noqa: PTH108 - the same call, spelled as the kernel does

    def mkdir(self, path: Path) -> None:
        """Make one folder."""
        os.mkdir(path)  # noqa: PTH102 - the same call, spelled as the kernel does
