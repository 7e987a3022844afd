"""Words on the screen: data on stdout, everything else on stderr, nothing that could be obeyed.

Rich passes escape bytes through even with markup off, so every string that came from a model, an
outline or a file is cleaned here before it reaches a terminal.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from contextlib import suppress
from typing import TextIO

from gptoss_writer.errors import ResourceError, UsageError
from gptoss_writer.text import strip_controls

_RED, _BOLD, _RESET = "\x1b[31m", "\x1b[1m", "\x1b[0m"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NARROWEST = 20
_STANDARD_DESCRIPTORS = (0, 1, 2)
_COMMAND = "gptoss-writer "


def clean(text: str) -> str:
    """Remove every control a terminal could obey: C0, C1, bidi overrides; newline and tab stay.

    Bytes of a file's name that the locale could not read show as U+FFFD.
    """
    return strip_controls(_SURROGATE.sub("\ufffd", text))


def one_line(text: str, width: int = 0) -> str:
    """Bring content onto one clean line, cut with "…" to `width` characters where that is set."""
    line = " ".join(clean(text).split())
    return line if not width or len(line) <= width else line[: max(1, width - 1)] + "…"


def is_capable(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def wants_color(stream: TextIO | None) -> bool:
    """Tell whether colour is welcome: a capable terminal, and NO_COLOR unset."""
    return is_capable(stream) and not os.environ.get("NO_COLOR")


def prepare_streams() -> None:
    """Make the standard streams safe to use, whatever state they were handed over in.

    A descriptor that was closed is opened on the null device: else the next file we open would
    get its number, and what llama.cpp prints would end in that file. Data that goes to a file or
    a pipe is UTF-8 as a file's would be; a terminal of a poorer encoding gets "?" for what it
    cannot show.
    """
    for descriptor in _STANDARD_DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            if stream is sys.stdout and not stream.isatty():
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="replace")


def abandon(stream: TextIO | None) -> None:
    """Point a stream that failed to the null device, so that Python's own last flush succeeds."""
    if stream is None:
        return
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


class Terminal:
    """The two streams of one command. `quiet` leaves data, errors and what went wrong.

    Writing raises `BrokenPipeError` where the reader has gone. A stdout that cannot take data
    raises `ResourceError`; a stderr that cannot take words is given up, and the work goes on.
    """

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose

    def data(self, text: str) -> None:
        """Print what was asked for, to stdout."""
        self.painted(clean(text))

    def painted(self, text: str) -> None:
        """Print what `painting.paint` made, which is clean but for its colours, to stdout."""
        self.require_stdout()
        try:
            sys.stdout.write(text + ("" if text.endswith("\n") else "\n"))
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            abandon(sys.stdout)
            raise ResourceError(
                f"Cannot write to stdout: {error.strerror}.",
                "Send the output to a place that has room, and run the same command again.",
            ) from error

    def require_stdout(self) -> None:
        """Raise `UsageError` where data could not be printed; for commands that work long first."""
        if sys.stdout is None:
            raise UsageError(
                "The output was to go to stdout, which is closed.",
                "Run the command with an open stdout, or send it to a file.",
            )

    def json(self, value: object) -> None:
        """Print a report as JSON, to stdout."""
        self.data(json.dumps(value, ensure_ascii=False, indent=2))

    def say(self, text: str) -> None:
        """Print a line about what is going on, to stderr."""
        if not self.quiet:
            self._write(_wrapped(clean(text)) + "\n")

    def rewrite(self, text: str, *, ends: bool) -> None:
        """Write over the last line of a capable stderr; the line is kept where it `ends`."""
        width = max(_NARROWEST, shutil.get_terminal_size().columns) - 1
        self._write(f"\r\x1b[K{one_line(text, width)}" + "\n" * ends)

    def detail(self, text: str) -> None:
        """Print a line that only a curious user wants, to stderr."""
        if self.verbose:
            self.say(text)

    def block(self, text: str, label: str = "") -> None:
        """Print several lines to stderr as they are, a blank line behind them."""
        start = f"{_painted(label, _RED)} " if label else ""
        self._write(start + clean(text).rstrip("\n") + "\n\n")

    def error(self, text: str, hint: str = "") -> None:
        """Print an error and what to do next, to stderr."""
        # A newline in a file's name must not look like a message of ours.
        lines = _wrapped(clean(f"error: {' '.join(text.splitlines())}"))
        self._write(_painted("error:", _RED) + lines.removeprefix("error:") + "\n")
        self._hint(hint)

    def stopped(self, text: str, hint: str = "") -> None:
        """Print that the work ended early because somebody wanted it to, to stderr."""
        self._write(_wrapped(clean(text)) + "\n")
        self._hint(hint)

    def _hint(self, hint: str) -> None:
        for line in hint.splitlines():
            self._write(_wrapped(clean(line), "  ") + "\n")

    def _write(self, text: str) -> None:
        if sys.stderr is None:
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except BrokenPipeError:
            raise
        except OSError:
            abandon(sys.stderr)


def _painted(label: str, color: str) -> str:
    return f"{_BOLD}{color}{label}{_RESET}" if wants_color(sys.stderr) else label


def _wrapped(text: str, indent: str = "") -> str:
    """Break lines between words on a terminal; a command on a line of its own stays whole."""
    if not is_capable(sys.stderr):
        return textwrap.indent(text, indent)
    width = max(_NARROWEST, shutil.get_terminal_size().columns)
    wrapper = textwrap.TextWrapper(
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(
        indent + line if line.startswith(_COMMAND) else wrapper.fill(line)
        for line in text.split("\n")
    )
