"""Long reads of large files: hashed as they go, watched, and stopped when asked to."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama.lookalikes import open_model
from gptoss_writer.errors import Interrupted, ModelError, ResourceError

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and the bytes there are."""

_CHUNK_BYTES = 1 << 22
_STEP_SECONDS = 0.1
_OUT_OF_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Digest(Protocol):
    """A hash that bytes are added to."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""
        ...


def sha256_of(path: Path, progress: Progress, cancellation: Cancellation) -> str:
    """Hash a file; `ModelError` where it cannot be read."""
    stream, size = open_model(path)
    digest = hashlib.sha256()
    with stream:
        try:
            copy_hash(stream.fileno(), digest, size, cancellation, progress)
        except OSError as error:
            raise ModelError(
                f"{path} cannot be read: {error.strerror}.", "Check the disk it is on."
            ) from error
    return digest.hexdigest()


def copy_hash(
    descriptor: int,
    digest: Digest,
    length: int,
    cancellation: Cancellation,
    progress: Progress | None = None,
) -> None:
    """Add `length` bytes of an open file to a hash, and leave the file behind them."""
    done = 0
    while done < length:
        if cancellation.is_cancelled:
            raise Interrupted("Stopped.", "Run the same command again.")
        chunk = os.read(descriptor, min(_CHUNK_BYTES, length - done))
        if not chunk:
            break
        digest.update(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, length)


def wait(seconds: float, cancellation: Cancellation) -> None:
    """Wait, in steps so short that a request to stop is heeded at once."""
    for _ in range(math.ceil(seconds / _STEP_SECONDS)):
        if cancellation.is_cancelled:
            return
        time.sleep(_STEP_SECONDS)


def refused_write(path: Path, error: OSError, needed: int = 0) -> ResourceError:
    """Word the refusal of a write."""
    room = f" ({needed:,} bytes more are needed)" if needed else ""
    is_full = error.errno in _OUT_OF_SPACE
    return ResourceError(
        f"Cannot write {path}: {error.strerror or error}{room if is_full else ''}.",
        "Free some space, or choose another folder with --to."
        if is_full
        else "Make the folder writable, or choose another one with --to.",
    )
