"""Workspaces and attempts for tests, and system calls that stop or refuse where told."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gptoss_writer.draft import Attempt, Conditions, Finding, Sampling, Steering, TokenUsage
from gptoss_writer.text import count_words
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.system import SystemCalls
from gptoss_writer.workspace.workspace import Workspace

SETTINGS = WorkspaceSettings(date="2025-08-05", outline="tide-pools.yaml")
STOPPED = 77
"""The exit code of a process that `StoppingCalls` ended."""


class UnsyncedCalls(SystemCalls):
    """The real calls without waiting for the disk; for tests that do not cut its power."""

    def fsync(self, descriptor: int) -> None:
        """Return at once."""


class WatchedCalls(UnsyncedCalls):
    """Announces every call to `reached` before it is made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def reached(self, name: str) -> None:
        """Note the call; subclasses stop or refuse here."""
        self.made.append(name)

    def open(self, path: Path, flags: int) -> int:
        """Open, after the announcement."""
        self.reached("open")
        return super().open(path, flags)

    def write(self, descriptor: int, data: bytes) -> int:
        """Write, after the announcement."""
        self.reached("write")
        return super().write(descriptor, data)

    def truncate(self, descriptor: int, size: int) -> None:
        """Truncate, after the announcement."""
        self.reached("truncate")
        super().truncate(descriptor, size)

    def fsync(self, descriptor: int) -> None:
        """Announce only."""
        self.reached("fsync")
        super().fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close, then announce: a close that is refused has still closed."""
        super().close(descriptor)
        self.reached("close")

    def replace(self, source: Path, target: Path) -> None:
        """Replace, after the announcement."""
        self.reached("replace")
        super().replace(source, target)

    def unlink(self, path: Path) -> None:
        """Unlink, after the announcement."""
        self.reached("unlink")
        super().unlink(path)

    def mkdir(self, path: Path) -> None:
        """Make a folder, after the announcement."""
        self.reached("mkdir")
        super().mkdir(path)


class StoppingCalls(WatchedCalls):
    """Ends the process at call `stop`, counted from 0; a write may get half of its bytes out."""

    def __init__(self, stop: int, *, is_torn: bool) -> None:
        super().__init__()
        self._stop = stop
        self._is_torn = is_torn

    def reached(self, name: str) -> None:
        """Stop here if it is time, as kill -9 would: no handler and no `finally` runs."""
        if len(self.made) == self._stop and not (name == "write" and self._is_torn):
            os._exit(STOPPED)
        super().reached(name)

    def write(self, descriptor: int, data: bytes) -> int:
        """Write half and stop, if it is time and the write shall be torn."""
        if len(self.made) == self._stop and self._is_torn:
            os.write(descriptor, data[: len(data) // 2])
            os._exit(STOPPED)
        return super().write(descriptor, data)


class RefusingCalls(WatchedCalls):
    """Refuses call `refuse`, counted from 0; if it is lasting, all that need space after it too."""

    def __init__(self, refuse: int, code: int, *, is_lasting: bool = False) -> None:
        super().__init__()
        self._refuse = refuse
        self._code = code
        self._is_lasting = is_lasting
        self.refused: Counter[str] = Counter()

    def reached(self, name: str) -> None:
        """Raise the error if this call is to be refused."""
        number = len(self.made)
        super().reached(name)
        is_later = self._is_lasting and number > self._refuse
        if number == self._refuse or (is_later and name in {"open", "write", "mkdir", "fsync"}):
            self.refused[name] += 1
            raise OSError(self._code, os.strerror(self._code))


def full_disk(refuse: int) -> RefusingCalls:
    """Give calls of a disk that is full from call `refuse` on."""
    return RefusingCalls(refuse, errno.ENOSPC, is_lasting=True)


def an_attempt(section_id: str = "intro", text: str = "The tide goes out.") -> Attempt:
    """Make an attempt of the model in which every field is filled."""
    return Attempt(
        section_id=section_id,
        text=text,
        words=count_words(text),
        verdict="good",
        analysis="First the sea,\nthen the crab.",
        raw=f"# Draft\n\n{text}",
        findings=(Finding("short", "It is two words short."),),
        usage=TokenUsage(prompt=9, cached=4, evaluated=5, analysis=3, final=6, seconds=1.25),
        steering=Steering(rejected=2, refused_ends=1, resampled=3, forced_ends=1),
        sampling=Sampling("low", seed=1, temperature=1.0, top_p=1.0, top_k=0, min_p=0.01),
        model="gguf:0a1b",
        fingerprint=f"section:{section_id}",
        because="too dry",
        model_name="tiny",
        made_from={"title": "0a1b"},
        conditions=Conditions(
            program="0.1",
            bindings="0.3",
            model_bytes=9,
            outline="outline:1",
            templates="templates:1",
            seed=1,
            take=2,
            tolerance=0.1,
            analysis_tokens=512,
            final_tokens=300,
            threads=2,
            weights="mmap",
            request="draw:1",
        ),
    )


def a_workspace(folder: Path, texts: dict[str, str] | None = None) -> Workspace:
    """Create a workspace with one accepted attempt for each section in `texts`."""
    workspace = Workspace.create(folder, SETTINGS, UnsyncedCalls())
    texts = texts or {}
    with workspace.lock():
        for place, (section_id, text) in enumerate(texts.items(), start=1):
            number = workspace.save_attempt(an_attempt(section_id, text))
            workspace.accept(section_id, place, number)
    return workspace


def reconciled(folder: Path, order: Sequence[str]) -> Workspace:
    """Open a workspace as the next command would, and bring it in order."""
    workspace = Workspace.open(folder, UnsyncedCalls())
    with workspace.lock():
        workspace.reconcile(order)
    return workspace


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder, by its path in it, but for the lock's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".lock")
    }
