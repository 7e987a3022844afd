"""A small writing command, and what must hold of a workspace wherever it was stopped."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gptoss_writer.workspace.system import SystemCalls
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import SETTINGS, StoppingCalls, an_attempt, files_of

ORDER = ("intro", "crabs", "weed")
REORDERED = ("weed", "intro", "crabs", "end")
FRESH = {name: f"All about {name}, – at length.\n" for name in REORDERED}
BETTER = "Crabs, in better words.\n"
EDIT = "My own words \r\nabout weed. "


def write_article(
    folder: Path,
    order: Sequence[str],
    calls: SystemCalls | None = None,
    *,
    again: str = "",
    log: int | None = None,
) -> None:
    """Write what is missing, and section `again` anew, then assemble.

    Each section that is accepted is named on descriptor `log`, once `accept` has returned.
    """
    workspace = Workspace.create(folder, SETTINGS, calls)
    with workspace.lock():
        workspace.reconcile(order)
        for place, name in enumerate(order, start=1):
            accepted = workspace.accepted(name)
            is_again = name == again and accepted is not None and accepted.text != BETTER
            if accepted is None or is_again:
                text = BETTER if is_again else FRESH[name]
                number = workspace.save_attempt(an_attempt(name, text))
                workspace.accept(name, place, number)
                if log is not None:
                    os.write(log, f"{name}\t{number}\n".encode())
        texts = (workspace.accepted(name) for name in order)
        workspace.write_article("\n".join(item.text for item in texts if item))


def edit_a_section(folder: Path) -> None:
    """Do what a person does between two commands: edit a section, litter nothing."""
    (folder / "sections/03-weed.md").write_bytes(EDIT.encode())


def write_and_stop(folder: Path, order: Sequence[str], again: str, stop: int, mode: str) -> None:
    """Be a process that dies at system call `stop`; it logs to the file beside the folder."""
    log = os.open(folder.with_suffix(".log"), os.O_WRONLY | os.O_CREAT)
    calls = StoppingCalls(stop, is_torn=mode == "torn")
    write_article(folder, order, calls, again=again, log=log)


def readable(folder: Path) -> dict[str, bytes]:
    """Read the files a person looks at."""
    files = files_of(folder)
    return {name: data for name, data in files.items() if name.startswith(("sections/", "article"))}


def check_nothing_is_half_written(folder: Path, whole: set[bytes]) -> None:
    """See that a reader finds whole texts only, and every attempt that it finds in order."""
    for name, data in readable(folder).items():
        if not Path(name).name.startswith("."):
            assert data in whole, name
    if Workspace.exists(folder):
        workspace = Workspace.open(folder)
        for name in REORDERED:
            workspace.accepted(name)
            for record in workspace.attempts(name):
                workspace.attempt(name, record.number)


def attempts_in(folder: Path) -> int:
    """Count the attempts in the history."""
    return len(list(folder.glob("history/*/*.json")))
