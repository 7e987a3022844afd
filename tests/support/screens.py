"""A terminal for tests: a child on a pseudo-terminal, and what its bytes leave on the screen."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.cells import cell_len, chop_cells

from tests.support.commands import environment

# Everything that Rich's live display sends: colours, cursor up, erase line, show and hide cursor.
ALLOWED = re.compile(r"\x1b\[(?:[0-9;]*m|[0-9]*A|2K|\?25[lh])")
_STEP = re.compile(r"\x1b\[(?P<number>[0-9;?]*)(?P<kind>[A-Za-z])|(?P<other>\r|\n|[^\x1b\r\n]+)")


@dataclass
class Screen:
    """What is on a terminal of so many columns; it has as many rows as are needed."""

    columns: int
    lines: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    overflows: int = 0

    def feed(self, text: str) -> None:
        """Obey the few sequences of `ALLOWED`, and show the rest."""
        for step in _STEP.finditer(text):
            if step["other"] is not None:
                self._show(step["other"])
            elif step["kind"] == "A":
                self.row = max(0, self.row - int(step["number"] or 1))
            elif step["kind"] == "K":
                self.lines[self.row] = ""

    def _show(self, text: str) -> None:
        if text == "\n":
            self.row += 1
            if self.row == len(self.lines):
                self.lines.append("")
            return
        if text == "\r":
            return
        pieces = chop_cells(self.lines[self.row] + text, self.columns)
        self.overflows += len(pieces) - 1
        for number, piece in enumerate(pieces):
            if number:
                self._show("\n")
            self.lines[self.row] = piece

    @property
    def text(self) -> str:
        """The lines that have anything on them."""
        return "\n".join(line for line in self.lines if line.strip())

    @property
    def width(self) -> int:
        """The widest line, in cells."""
        return max(cell_len(line) for line in self.lines)


@dataclass(frozen=True)
class Session:
    """What a child on a terminal did: all it sent, and its exit code."""

    raw: str
    code: int


def on_terminal(
    arguments: Sequence[str],
    folder: Path,
    *,
    columns: int = 80,
    watch: Callable[[str, int], None] | None = None,
    extra: Mapping[str, str] | None = None,
) -> Session:
    """Run the program on a pseudo-terminal; `watch` sees all that came so far, and the child's id.

    Ends it after a minute, whatever it does.
    """
    terminal, other_end = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-m", "gptoss_writer", *arguments],
        cwd=folder,
        env=environment(**{"TERM": "xterm", "LANG": "C.UTF-8", **(extra or {})}),
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        start_new_session=True,
    )
    os.close(other_end)
    raw, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end was closed
            break
        if not data:
            break
        raw += data
        if watch is not None:
            watch(raw.decode(errors="replace"), child.pid)
    os.close(terminal)
    return Session(raw.decode(errors="replace"), child.wait(timeout=60))
