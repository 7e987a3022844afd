"""`--watch`: does something again whenever a file is saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import Interrupted, OutlineError

_PAUSE_SECONDS = 0.2

Stamp = tuple[int, int, int] | None


def watch(path: Path, check: Callable[[], int]) -> NoReturn:
    """Check now, and whenever the file changes, until Ctrl-C; then raises `Interrupted`.

    A file that is away for a moment, as while an editor saves it, is waited for; one that cannot
    be read to begin with raises `OutlineError`.
    """
    terminal = Terminal()
    seen = _stamp(path)
    try:
        check()
        while True:
            terminal.say("Waiting for the file to be saved; Ctrl-C ends.")
            while (stamp := _stamp(path)) in (seen, None):
                time.sleep(_PAUSE_SECONDS)
            seen = stamp
            terminal.say(f"--- {time.strftime('%H:%M:%S')} {path}")
            _check(check, terminal)
    except KeyboardInterrupt:
        raise Interrupted("Stopped watching.") from None


def _check(check: Callable[[], int], terminal: Terminal) -> None:
    try:
        check()
    except OutlineError as error:
        # What cannot be read now may be saved better in a moment.
        terminal.error(error.message, error.hint)


def _stamp(path: Path) -> Stamp:
    """Tell one state of a file from another; an editor may replace it by a new one."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
