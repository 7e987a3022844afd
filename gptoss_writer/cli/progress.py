"""Shows a run while it goes on: a live view on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gptoss_writer.cli.terminal import Terminal, is_capable, one_line
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    ModelLoading,
    RunStarted,
    SectionAccepted,
    SectionFailed,
    SectionReading,
    SectionRetraction,
    SectionStarted,
    SectionText,
    Sink,
    silent,
)


@contextmanager
def watching(terminal: Terminal, cancellation: Cancellation) -> Iterator[Sink]:
    """Give the sink for one run: live where stderr is a capable terminal, else plain, else none."""
    if terminal.quiet:
        yield silent
    elif is_capable(sys.stderr):
        from gptoss_writer.cli.live import LiveView

        with LiveView(cancellation) as view:
            yield view
    else:
        yield PlainLines(terminal)


class PlainLines:
    """Writes one line for each thing that a reader of a log would want to know."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._place = ""
        self._has_read = False

    def __call__(self, event: Event) -> None:
        """Print an event, if it is worth a line."""
        line = self._line(event)
        if line:
            self._terminal.say(line)

    def _line(self, event: Event) -> str:
        match event:
            case ModelLoading(fraction=fraction):
                return "Loading the model." if fraction == 0 else ""
            case RunStarted():
                return run_line(event)
            case SectionStarted():
                self._place = f"[{event.number}/{event.of}]"
                self._has_read = False
                again = f", attempt {event.attempt}" if event.attempt > 1 else ""
                return f"{self._place} {one_line(event.title)} ({event.reason}{again})"
            case SectionReading():
                return self._reading(event)
            case SectionText() | SectionRetraction():
                return ""
            case AttemptRejected():
                return f"{self._place} {rejection_line(event)}"
            case SectionAccepted():
                return f"{self._place} {acceptance_line(event)}"
            case SectionFailed():
                return f"{self._place} not written after {event.attempts} attempts: {event.reason}"

    def _reading(self, event: SectionReading) -> str:
        if self._has_read or event.total - event.done == 0:
            return ""
        self._has_read = True
        return f"{self._place} reading {event.total - event.done} tokens"


def run_line(event: RunStarted) -> str:
    """Say what a run is about to do."""
    title = one_line(event.title)
    if not event.jobs:
        state = "every section is up to date, " if event.is_current else ""
        return f"{title}: {state}nothing to write."
    sections = "1 section" if event.jobs == 1 else f"{event.jobs} sections"
    others = f"; {event.kept} stay as they are" if event.kept else ""
    others = "; 1 stays as it is" if event.kept == 1 else others
    takes, each = (f"{event.takes} takes of ", " each") if event.takes > 1 else ("", "")
    return f"{title}: writing {takes}{sections}, {event.budget_words:,} words{each}{others}."


def rejection_line(event: AttemptRejected) -> str:
    """Say why an attempt was not taken, and what follows."""
    after = "Trying again." if event.retrying else "That was the last attempt."
    return f"{event.reason} {after}"


def acceptance_line(event: SectionAccepted) -> str:
    """Say what a section came to."""
    band = "" if event.in_band else ", outside its budget"
    attempts = "1 attempt" if event.attempts == 1 else f"best of {event.attempts} attempts"
    return (
        f"{event.words} words of {event.budget_words}{band}, {attempts}, {duration(event.seconds)}"
    )


def duration(seconds: float) -> str:
    """Write a time as a person would: 8 s, 2 min 05 s, 1 h 07 min."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{whole} s" if whole >= 10 else f"{seconds:.1f} s"  # noqa: PLR2004 - two digits
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def coarse_duration(seconds: float) -> str:
    """Write a guess of a time so that it does not pretend to be exact, nor change all the time."""
    if seconds >= 90:  # noqa: PLR2004 - from there on, minutes are enough
        minutes = round(seconds / 60)
        return f"{minutes} min" if minutes < 60 else duration(minutes * 60)  # noqa: PLR2004 - an hour
    step = 5 if seconds > 10 else 1  # noqa: PLR2004 - two digits
    return f"{max(1, step * round(seconds / step))} s"
