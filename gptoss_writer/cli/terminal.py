"""Words on the screen: data on stdout, everything else on stderr, nothing that could be obeyed.

Rich passes escape bytes through even with markup off, so every string that came from a model, an
outline or a file is cleaned here before it reaches a terminal.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO

from gptoss_writer.text import strip_controls

_RED, _YELLOW, _BOLD, _RESET = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


def clean(text: str) -> str:
    """Remove every control a terminal could obey: C0, C1, bidi overrides; newline and tab stay."""
    return strip_controls(text)


def one_line(text: str, width: int = 0) -> str:
    """Bring content onto one clean line, cut with "…" to `width` characters where that is set."""
    line = " ".join(clean(text).split())
    return line if not width or len(line) <= width else line[: max(1, width - 1)] + "…"


def wants_color(stream: TextIO) -> bool:
    """Tell whether colour is welcome: a terminal, NO_COLOR unset, TERM not "dumb"."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def forgive_encoding() -> None:
    """Let streams of a poorer encoding replace what they cannot say, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


class Terminal:
    """The two streams of one command. `quiet` silences all but data, warnings and errors."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose

    def data(self, text: str) -> None:
        """Print what was asked for, to stdout."""
        sys.stdout.write(clean(text))
        if not text.endswith("\n"):
            sys.stdout.write("\n")
        sys.stdout.flush()

    def json(self, value: object) -> None:
        """Print a report as JSON, to stdout."""
        self.data(json.dumps(value, ensure_ascii=False, indent=2))

    def say(self, text: str) -> None:
        """Print a line about what is going on, to stderr."""
        if not self.quiet:
            self._line(clean(text))

    def detail(self, text: str) -> None:
        """Print a line that only a curious user wants, to stderr."""
        if self.verbose and not self.quiet:
            self._line(clean(text))

    def warn(self, text: str, hint: str = "") -> None:
        """Print a warning to stderr, quiet or not."""
        self._labelled("warning", _YELLOW, text, hint)

    def error(self, text: str, hint: str = "") -> None:
        """Print an error and what to do next, to stderr."""
        self._labelled("error", _RED, text, hint)

    def block(self, text: str) -> None:
        """Print several lines to stderr as they are, a blank line behind them."""
        self._line(clean(text).rstrip("\n") + "\n")

    def _labelled(self, label: str, color: str, text: str, hint: str) -> None:
        if wants_color(sys.stderr):
            label = f"{_BOLD}{color}{label}:{_RESET}"
        else:
            label += ":"
        self._line(f"{label} {clean(text)}")
        if hint:
            self._line(f"  {clean(hint)}")

    def _line(self, text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
