"""Several takes of a section: listed, and one of them chosen where somebody can be asked."""

from __future__ import annotations

import select
import sys
from dataclasses import dataclass, replace
from typing import TextIO

from gptoss_writer.cli.scorecard_text import plural
from gptoss_writer.cli.terminal import Terminal, is_capable
from gptoss_writer.drafting.reports import RunReport, SectionReport, Take
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.errors import UsageError
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.workspace import Workspace

PICKS = ("best", "none")
MOST_TAKES = 9
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Ask:
    """Whether somebody shall be asked, and what ends the waiting: Ctrl-C keeps the present text."""

    is_wanted: bool
    cancellation: Cancellation


def require_pick(takes: int, pick: str | None) -> None:
    """Raise `UsageError` where takes and the choice among them do not go together."""
    if pick is not None and pick not in PICKS:
        raise UsageError(f"--pick: '{pick}' is no choice.", f"Give one of: {', '.join(PICKS)}.")
    if pick is not None and takes == 1:
        raise UsageError("--pick needs takes to pick from.", "Add --takes 3.")
    if not 1 <= takes <= MOST_TAKES:
        raise UsageError(
            f"--takes {takes} is not possible.", f"Give a number from 1 to {MOST_TAKES}."
        )


def choose_take(
    draft: Workspace,
    outline: Outline,
    report: RunReport,
    ask: Ask,
    terminal: Terminal,
) -> RunReport:
    """Show the takes of a run and ask for one, where none was picked and somebody can answer.

    Through a pipe nobody is asked: the present text stays, and every take is in the history.
    Needs the draft's lock.
    """
    sections = tuple(
        _chosen(draft, outline, section, ask, terminal) if section.takes else section
        for section in report.sections
    )
    return replace(report, sections=sections)


def _chosen(
    draft: Workspace,
    outline: Outline,
    section: SectionReport,
    ask: Ask,
    terminal: Terminal,
) -> SectionReport:
    for take in section.takes:
        terminal.say(_take_line(take, section))
    if len({take.attempt.text for take in section.takes}) == 1 and len(section.takes) > 1:
        terminal.say(
            "The takes are the same text: at temperature 0 every seed gives the same. "
            "Add --temperature 0.7."
        )
    if section.picked is not None or not ask.is_wanted or section.is_partial:
        return section
    numbers = [take.number for take in section.takes]
    number = _asked(section, ask, terminal)
    if number not in numbers:
        return section
    picked = draft.accept(section.section_id, outline.number(section.section_id), number)
    take = section.takes[numbers.index(number)]
    return replace(
        section, status="accepted", words=take.words, in_band=take.in_band, picked=picked
    )


def _take_line(take: Take, section: SectionReport) -> str:
    found = (
        plural(len(take.attempt.findings), "finding") if take.attempt.findings else "no findings"
    )
    band = "" if take.in_band else ", outside its budget"
    mark = ", picked" if take.number == section.picked else ""
    return f"  @{take.number}: {take.words} words{band}, {found}{mark}"


def _asked(section: SectionReport, ask: Ask, terminal: Terminal) -> int | None:
    """Ask which take it shall be; None where nobody is there, or none is wanted."""
    stdin = sys.stdin
    if terminal.quiet or stdin is None or not stdin.isatty() or not is_capable(sys.stderr):
        return None
    names = ", ".join(f"{take.number}" for take in section.takes)
    terminal.say(f"Which one? {names}, best, or Enter to keep the present text:")
    answer = _line(stdin, ask.cancellation).strip().removeprefix("@").lower()
    if answer == "best":
        return section.best
    return int(answer) if answer.isdecimal() and answer.isascii() else None


def _line(stdin: TextIO, cancellation: Cancellation) -> str:
    """Wait for a line; "" where the user asks to stop instead."""
    try:
        descriptor = stdin.fileno()
    except (OSError, ValueError):
        return stdin.readline()
    while not cancellation.is_cancelled:
        if select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
            return stdin.readline()
    return ""
