"""The live view: sections done, the one being written with its words, speed and time left."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gptoss_writer.cli.progress import (
    acceptance_line,
    duration,
    rejection_line,
    run_line,
)
from gptoss_writer.cli.terminal import clean, one_line
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    ModelLoading,
    RunStarted,
    SectionAccepted,
    SectionFailed,
    SectionReading,
    SectionStarted,
    SectionText,
)
from gptoss_writer.text import count_words

_REFRESH_PER_SECOND = 8
_TAIL_CHARACTERS = 4000
_TAIL_LINES = 4


class LiveView:
    """A context manager that is also the sink of a run."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._live = Live(
            console=self._console,
            refresh_per_second=_REFRESH_PER_SECOND,
            transient=True,
            get_renderable=self._render,
        )
        self._pace = _Pace()
        self._loading: float | None = None
        self._section: SectionStarted | None = None
        self._reading: SectionReading | None = None
        self._phase = ""
        self._text = ""
        self._tokens = 0
        self._phase_began = 0.0

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """Take an event in; what stays on the screen is printed above the view."""
        match event:
            case ModelLoading():
                self._loading = event.fraction
            case RunStarted():
                self._pace.begin(event.budget_words)
                self._print(run_line(event), style="bold")
            case SectionStarted():
                self._loading, self._section, self._reading = None, event, None
                self._enter("reading")
            case SectionReading():
                self._reading = event
            case SectionText():
                self._take(event)
            case AttemptRejected():
                self._print(f"  {rejection_line(event)}", style="yellow")
            case SectionAccepted():
                self._pace.accept(event.budget_words)
                mark, style = ("✓", "green") if event.in_band else ("~", "yellow")
                self._close(f"{mark} {one_line(event.title)}: {acceptance_line(event)}", style)
            case SectionFailed():
                self._close(f"✗ {one_line(event.title)}: {event.reason}", "red")
            case _:
                pass

    def _take(self, event: SectionText) -> None:
        if event.phase != self._phase:
            self._enter(event.phase)
        self._text += event.text
        self._tokens = event.tokens

    def _enter(self, phase: str) -> None:
        self._phase, self._text, self._tokens = phase, "", 0
        self._phase_began = time.monotonic()

    def _close(self, line: str, style: str) -> None:
        self._section = None
        self._print(line, style=style)

    def _print(self, line: str, style: str) -> None:
        self._console.print(Text(clean(line), style=style))

    def _render(self) -> Group | Text:
        if self._loading is not None:
            return Text(f"Loading the model: {self._loading:.0%}")
        if self._section is None:
            return Text("")
        return Group(self._headline(self._section), self._gauge(self._section), self._tail())

    def _headline(self, section: SectionStarted) -> Text:
        again = f", attempt {section.attempt}" if section.attempt > 1 else ""
        line = f"[{section.number}/{section.of}] {one_line(section.title)}{again}"
        return Text(line, style="bold", overflow="ellipsis", no_wrap=True)

    def _gauge(self, section: SectionStarted) -> Table:
        total, done, label = section.budget_words, 0, ""
        if self._phase == "reading" and self._reading is not None:
            total, done = self._reading.total, self._reading.done
            label = f"{done} of {total} tokens"
        elif self._phase == "thinking":
            label = f"{self._tokens} tokens"
        elif self._phase == "writing":
            done = count_words(self._text)
            label = f"{done} of {total} words"
        elapsed = time.monotonic() - self._phase_began
        speed = f"{self._tokens / elapsed:.1f} tok/s" if self._tokens and elapsed > 0 else ""
        left = self._pace.left(done if self._phase == "writing" else 0)
        table = Table.grid(padding=(0, 1))
        table.add_row(
            Text(self._phase, style="cyan"),
            ProgressBar(total=max(1, total), completed=min(done, total), width=16),
            Text(label),
            Text(speed, style="dim"),
            Text(f"{duration(left)} left" if left is not None else "", style="dim"),
        )
        return table

    def _tail(self) -> Text:
        """Give the last lines of the text, as they would wrap."""
        style = "dim italic" if self._phase == "thinking" else ""
        width = max(10, self._console.width)
        words = clean(self._text[-_TAIL_CHARACTERS:]).split()
        lines = [""]
        for word in words:
            if len(lines[-1]) + len(word) + 1 > width:
                lines.append("")
            lines[-1] += word[:width] if not lines[-1] else f" {word}"
        return Text("\n".join(lines[-_TAIL_LINES:]), style=style, overflow="crop", no_wrap=True)


class _Pace:
    """Guesses the time left from the words of the sections that are done."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._total = self._done = 0

    def begin(self, budget_words: int) -> None:
        self._began, self._total, self._done = time.monotonic(), budget_words, 0

    def accept(self, budget_words: int) -> None:
        self._done += budget_words

    def left(self, words_now: int) -> float | None:
        """Give the seconds left, None before a section's worth of words is known."""
        if not self._done:
            return None
        done = self._done + words_now
        elapsed = time.monotonic() - self._began
        return max(0.0, (self._total - done) * elapsed / done)
