"""The part of a file that has arrived: open to one process alone, with a note of what it is."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.errors import ResourceError
from gptoss_writer.models.transfer import refused_write


@contextmanager
def opened_alone(part: Path) -> Iterator[int]:
    """Open the partial file for this process alone; give its descriptor."""
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise refused_write(part, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ResourceError(
                f"Another process is downloading into {part}.", "Wait for it to end."
            ) from None
        yield descriptor
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside a partial file: the server's tag for it, and which file it is of."""

    path: Path
    sha256: str
    url: str

    def read_tag(self) -> str | None:
        """Give the server's tag for the part that is there; None where it is not of this file."""
        try:
            note = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(note, dict) or note.get("sha256") != self.sha256:
            return None
        tag = note.get("tag")
        return tag if isinstance(tag, str) and tag.isprintable() else None

    def write_tag(self, tag: str) -> None:
        """Keep the server's tag; raises `ResourceError` where that cannot be written."""
        note = {"tag": tag, "sha256": self.sha256, "url": self.url}
        try:
            self.path.write_text(json.dumps(note), encoding="utf-8")
        except OSError as error:
            raise refused_write(self.path, error) from error
