"""One writer per workspace: a lock the kernel frees when its holder dies, and the holder's name."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from gptoss_writer.errors import WorkspaceError, WorkspaceLockedError, WriterError
from gptoss_writer.workspace.fields import Fields
from gptoss_writer.workspace.layout import Layout
from gptoss_writer.workspace.storage import Storage, refused

# Long enough for a holder to have written its name, well under the 2 s a refusal may take.
_PATIENCE_SECONDS = 0.5
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Which process writes in a workspace; `since` is UTC, ISO format, in whole seconds."""

    pid: int
    host: str
    command: str
    since: str

    @classmethod
    def this_process(cls) -> LockHolder:
        """Describe this process."""
        return cls(
            pid=os.getpid(),
            host=platform.node(),
            command=" ".join(sys.argv),
            since=datetime.now(UTC).isoformat(timespec="seconds"),
        )


class WorkspaceLock:
    """A context manager; inside it this process is the only writer of the workspace.

    Entering raises `WorkspaceLockedError` within a second where another process, or another
    `Workspace` of this one, holds the lock. Readers need no lock. It cannot be entered twice.
    """

    def __init__(self, storage: Storage, layout: Layout) -> None:
        self._storage = storage
        self._layout = layout
        # Not thread-local: a signal handler or a watcher thread may ask who holds it.
        self._lock = FileLock(layout.lock, thread_local=False)

    @property
    def is_held(self) -> bool:
        """Tell whether this object holds the lock."""
        return self._lock.is_locked

    def __enter__(self) -> Self:
        if self.is_held:
            raise RuntimeError("the workspace lock is already held")
        self._storage.refuse_links(self._layout.lock)
        try:
            self._lock.acquire(timeout=_PATIENCE_SECONDS, poll_interval=_POLL_SECONDS)
        except Timeout as error:
            raise self._busy() from error
        except OSError as error:
            raise refused("lock", self._layout.lock, error) from error
        try:
            self._name_holder()
        except WriterError:
            self._release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def _release(self) -> None:
        self._storage.discard(self._layout.lock_holder)
        self._lock.release()

    def _name_holder(self) -> None:
        data = json.dumps(asdict(LockHolder.this_process())).encode("ascii") + b"\n"
        self._storage.replace_file(self._layout.lock_holder, data)

    def _busy(self) -> WorkspaceLockedError:
        holder = self.holder()
        who = "another process"
        if holder:
            who = (
                f"process {holder.pid} on {holder.host}, which has been writing in it since "
                f"{holder.since} ({holder.command})"
            )
        return WorkspaceLockedError(
            f"The workspace {self._layout.root} is in use by {who}.",
            "Wait until it has finished, or stop it, and run the same command again.",
        )

    def holder(self) -> LockHolder | None:
        """Read who wrote its name last; None where nobody did, or it cannot be read.

        The name says something only while the lock is held: a process that was killed leaves it.
        """
        try:
            data = self._storage.read(self._layout.lock_holder)
            fields = Fields.parse(data or b"")
            return LockHolder(
                pid=fields.whole("pid"),
                host=fields.text("host"),
                command=fields.text("command"),
                since=fields.text("since"),
            )
        except (ValueError, WorkspaceError):
            return None
