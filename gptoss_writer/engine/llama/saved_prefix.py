"""Evaluated beginnings of prompts kept on disk, so that no later process evaluates them again.

A beginning is the prefix that all sections share, or that and one section's own part. A text that
is being written is kept as well, now and then, with all before it: its tokens are `written`, and
they were evaluated otherwise than a prompt's, which decides rounding. llama.cpp
aborts on a state that does not fit its context, so a file counts only if its own header says
exactly what this process wants (model, build, processor, context parameters, tokens) and the state
behind it has the bytes that were hashed when it was written. Anything else is as good as not there.
The folder is shared by all drafts and may be deleted at any time; a disk that takes nothing is no
error, for a beginning can always be evaluated.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LIMIT_BYTES = 2 << 30
"""Room for about five articles of gpt-oss-20b: a prompt of 1,000 tokens takes 50 MB."""

_FORMAT = 1
_SUFFIX = ".prefix"
_UNFINISHED_SUFFIX = ".tmp"
_ABANDONED_SECONDS = 3600
_HEADER_LIMIT = 4096

Identity = Mapping[str, str | int | bool]
Parts = Sequence[tuple[int, ...]]
Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class PrefixStore:
    """A folder of saved states. `identity` is all of the process that a state depends on."""

    folder: Path
    identity: Identity
    limit_bytes: int = LIMIT_BYTES

    def load(self, parts: Parts, written: Sequence[int] = ()) -> memoryview | None:
        """Give the saved state of a beginning; None where there is none that can be trusted."""
        wanted = self._described(parts, written)
        path = self._path(wanted)
        try:
            content = _read_own(path, self.limit_bytes)
            end = content.find(b"\n", 0, _HEADER_LIMIT)
            header = json.loads(content[:end]) if end >= 0 else None
            state = memoryview(content)[end + 1 :]
        except (OSError, ValueError, RecursionError):
            return None
        if header != wanted | _seal(state):
            return None
        with suppress(OSError):
            os.utime(path)  # what was used last is evicted last
        return state

    def save(self, parts: Parts, state: Buffer, written: Sequence[int] = ()) -> None:
        """Keep the state of a beginning; those used least recently go if there are too many.

        Does nothing where the disk refuses, or where the state alone is larger than the limit.
        """
        wanted, content = self._described(parts, written), memoryview(state)
        header = json.dumps(wanted | _seal(content)).encode() + b"\n"
        size = len(header) + len(content)
        if size > self.limit_bytes:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._evict(self.limit_bytes - size)
            self._write(self._path(wanted), header, content)

    def forget(self, parts: Parts, written: Sequence[int] = ()) -> None:
        """Delete a state that nobody will want again, if it is there."""
        with suppress(OSError):
            self._path(self._described(parts, written)).unlink()

    def _write(self, path: Path, *pieces: Buffer) -> None:
        descriptor, name = tempfile.mkstemp(_UNFINISHED_SUFFIX, dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    file.write(piece)
            os.replace(name, path)  # noqa: PTH105 - a name, not a path
        except OSError:
            os.unlink(name)  # noqa: PTH108 - the same
            raise

    def _evict(self, room: int) -> None:
        """Delete states, the one used longest ago first, until the rest takes `room` bytes."""
        states: list[tuple[float, int, Path]] = []
        for path in self.folder.iterdir():
            with suppress(OSError):  # another process may evict as well
                status = path.lstat()
                if path.suffix == _SUFFIX:
                    states.append((status.st_mtime, status.st_size, path))
                elif (
                    path.suffix == _UNFINISHED_SUFFIX
                    and time.time() - status.st_mtime > _ABANDONED_SECONDS
                ):
                    path.unlink()
        for _, size, path in sorted(states, reverse=True):
            room -= size
            if room < 0:
                path.unlink(missing_ok=True)

    def _described(self, parts: Parts, written: Sequence[int]) -> dict[str, object]:
        # The split counts: each part was evaluated in batches of its own, which decides rounding.
        text = ";".join(",".join(map(str, part)) for part in parts).encode()
        described: dict[str, object] = {
            "format": _FORMAT,
            **self.identity,
            "tokens": sum(map(len, parts)),
            "tokens_sha256": hashlib.sha256(text).hexdigest(),
        }
        if written:
            said = ",".join(map(str, written)).encode()
            described["written"] = len(written)
            described["written_sha256"] = hashlib.sha256(said).hexdigest()
        return described

    def _path(self, described: Mapping[str, object]) -> Path:
        name = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        return self.folder / f"{name[:32]}{_SUFFIX}"


def _seal(state: memoryview) -> dict[str, object]:
    return {"bytes": len(state), "sha256": hashlib.sha256(state).hexdigest()}


def _read_own(path: Path, limit: int) -> bytes:
    """Read a plain file that belongs to this user; `OSError` for anything else."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
        if not is_ours or status.st_size > limit:
            raise PermissionError
        return file.read()
