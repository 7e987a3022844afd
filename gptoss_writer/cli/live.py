"""The live view: what is done, and of the section being written its words, speed and time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.text import Text

from gptoss_writer.cli.pace import Pace
from gptoss_writer.cli.progress import (
    acceptance_line,
    coarse_duration,
    rejection_line,
    run_line,
)
from gptoss_writer.cli.steady_live import SteadyLive
from gptoss_writer.cli.tail import Tail
from gptoss_writer.cli.terminal import clean, one_line
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    ModelLoading,
    Phase,
    RunStarted,
    SectionAccepted,
    SectionFailed,
    SectionReading,
    SectionRetraction,
    SectionStarted,
    SectionText,
)
from gptoss_writer.text import count_words

_REFRESH_PER_SECOND = 8
_TAIL_LINES = 3
_NAME_WIDTH = 9
_LONGEST_BAR, _SHORTEST_BAR = 20, 5
_ONE_LINE_WIDTH = 78
_SPEED_AFTER_SECONDS = 0.5
_SHOW_DECIMALS_BELOW = 10


@dataclass(slots=True, eq=False)
class _Phase:
    """One phase of one attempt. Only the run's thread writes; the view reads whenever it likes."""

    name: Phase
    began: float
    text: str = ""
    tokens: int = 0
    first: int = 0
    total: int = 0
    retractions: int = 0

    def speed(self, now: float) -> float | None:
        """Give the tokens per second; None before enough was seen to tell."""
        seconds, tokens = now - self.began, self.tokens - self.first
        return tokens / seconds if tokens > 0 and seconds >= _SPEED_AFTER_SECONDS else None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a console can show."""

    done: str
    off: str
    failed: str
    full: str
    empty: str
    dot: str


_RICH = _Look("✓", "~", "✗", "━", "─", " · ")
_POOR = _Look("ok", "~", "x", "#", "-", ", ")


class LiveView:
    """A context manager that is also the sink of a run.

    What stays on the screen is printed above the view; the view itself is gone at the end. Its
    height does not change while sections are written, so nothing jumps.
    """

    def __init__(
        self,
        cancellation: Cancellation,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._look = _RICH if self._console.encoding.startswith("utf") else _POOR
        self._cancellation = cancellation
        self._clock = clock
        self._pace = Pace(clock)
        self._loading: float | None = None
        self._section: SectionStarted | None = None
        self._phase = _Phase("reading", clock())
        self._tail = Tail(self._console.width)
        self._tail_of: tuple[_Phase, int] = (self._phase, 0)
        self._live = SteadyLive(self._console, self.render, _REFRESH_PER_SECOND)

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
        """Take an event in."""
        match event:
            case ModelLoading():
                self._loading = event.fraction
            case RunStarted():
                self._pace.begin(event.budget_words * event.takes, event.jobs * event.takes)
                self._print(run_line(event), style="bold")
            case SectionStarted():
                was = self._section.section_id if self._section else ""
                is_new = event.attempt == 1 or event.section_id != was
                self._pace.enter(event.budget_words, is_new=is_new)
                self._enter("reading")
                self._section, self._loading = event, None
            case SectionReading() | SectionText() | SectionRetraction():
                self._go_on(event)
            case AttemptRejected():
                self._print(f"{self._place} {rejection_line(event)}", style="yellow")
            case SectionAccepted():
                self._pace.accept()
                mark, style = self._look.done, "green"
                if not event.in_band:
                    mark, style = self._look.off, "yellow"
                self._print(f"{mark} {one_line(event.title)}: {acceptance_line(event)}", style)
            case SectionFailed():
                self._pace.accept()
                mark = self._look.failed
                self._print(f"{mark} {one_line(event.title)}: {event.reason}", style="red")

    def _go_on(self, event: SectionReading | SectionText | SectionRetraction) -> None:
        phase = self._phase
        match event:
            case SectionReading():
                phase.first = phase.first if phase.total else event.done
                phase.tokens, phase.total = event.done, event.total
            case SectionText():
                if event.phase != phase.name:
                    phase = self._enter(event.phase, event)
                phase.text += event.text
                phase.tokens = event.tokens
            case SectionRetraction():
                phase.text = phase.text[: -event.characters or None]
                phase.retractions += 1

    def _enter(self, name: Phase, opening: SectionText | None = None) -> _Phase:
        """Begin a phase; what was kept of an earlier run comes as one piece and took no time."""
        is_recalled = opening is not None and opening.tokens > 1
        recalled = opening if is_recalled else None
        if name == "writing":
            self._pace.write(count_words(recalled.text) if recalled else 0)
        self._phase = _Phase(name, self._clock(), first=recalled.tokens if recalled else 0)
        return self._phase

    @property
    def _place(self) -> str:
        section = self._section
        return f"[{section.number}/{section.of}]" if section else ""

    def _print(self, line: str, style: str) -> None:
        self._live.print(Text(clean(line), style=style))

    def render(self) -> Group | Text:
        """Draw the view as it is now; called by Rich, one call at a time."""
        section, phase, loading = self._section, self._phase, self._loading
        width = self._console.width
        if loading is not None:
            return self._loading_line(loading, width)
        if section is None:
            return Text("")
        tail = self._last_lines(phase, width)
        return Group(
            _fixed(f"{self._place} {_attempt(section)}{one_line(section.title)}"),
            *self._gauge(section, phase, width),
            *(_fixed(line, _tail_style(phase)) for line in tail),
        )

    def _loading_line(self, fraction: float, width: int) -> Text:
        label = f" {fraction:.0%}"
        bar = self._bar(fraction, width - len("loading  ") - len(label))
        return Text.assemble(self._name("loading"), bar, label, no_wrap=True)

    def _gauge(self, section: SectionStarted, phase: _Phase, width: int) -> list[Text]:
        """Give one line, or two where the terminal is narrow."""
        done, total, label = 0, 0, ""
        if phase.name == "reading":
            done, total = phase.tokens, phase.total
            label = f"{done:,} of {total:,} tokens" if total else ""
        elif phase.name == "thinking":
            label = f"{phase.tokens:,} tokens"
        else:
            done, total = count_words(phase.text), section.budget_words
            label = f"{done:,} of {total:,} words"
        is_wide = width >= _ONE_LINE_WIDTH
        pace = self._pace_label(phase, done)
        room = width - _NAME_WIDTH - len(label) - 1
        bar = self._bar(done / total, room) if total else Text("")
        first = Text.assemble(self._name(phase.name), bar, " " if bar else "", label, no_wrap=True)
        if is_wide:
            return [Text.assemble(first, "  " if pace else "", (pace, "dim"), no_wrap=True)]
        return [first, _fixed(f"{'':{_NAME_WIDTH}}{pace}", "dim")]

    def _pace_label(self, phase: _Phase, done: int) -> str:
        speed, left = (
            phase.speed(self._clock()),
            self._pace.left(done if phase.name == "writing" else 0),
        )
        parts = []
        if speed is not None:
            decimals = 1 if speed < _SHOW_DECIMALS_BELOW else 0
            parts.append(f"{speed:,.{decimals}f} tok/s")
        if left is not None:
            parts.append(f"{coarse_duration(left)} left")
        return self._look.dot.join(parts)

    def _name(self, name: str) -> tuple[str, str]:
        if self._cancellation.is_cancelled:
            return f"{'stopping':<{_NAME_WIDTH}}", "yellow"
        return f"{name:<{_NAME_WIDTH}}", "cyan"

    def _bar(self, share: float, room: int) -> Text:
        width = min(room, _LONGEST_BAR)
        if width < _SHORTEST_BAR:
            return Text("")
        full = round(min(1.0, max(0.0, share)) * width)
        return Text.assemble(
            (self._look.full * full, "green"), (self._look.empty * (width - full), "dim")
        )

    def _last_lines(self, phase: _Phase, width: int) -> list[str]:
        """Give the last lines of the phase's text, always as many, so that nothing jumps."""
        shown = (phase, phase.retractions)
        if shown != self._tail_of or width != self._tail.width:
            self._tail, self._tail_of = Tail(width), shown
        self._tail.show(clean(phase.text))
        lines = self._tail.last(_TAIL_LINES)
        return [*lines, *[""] * (_TAIL_LINES - len(lines))]


def _attempt(section: SectionStarted) -> str:
    return f"attempt {section.attempt}: " if section.attempt > 1 else ""


def _tail_style(phase: _Phase) -> str:
    return "dim italic" if phase.name == "thinking" else ""


def _fixed(line: str, style: str = "bold") -> Text:
    return Text(line, style=style, no_wrap=True, overflow="ellipsis")
