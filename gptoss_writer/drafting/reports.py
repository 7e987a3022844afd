"""What became of a run, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gptoss_writer.draft import Attempt, Steering, TokenUsage

Status = Literal["accepted", "kept", "failed", "pending"]


@dataclass(frozen=True, slots=True)
class Take:
    """One of several texts of a section: the attempt that came of it, and how it stands."""

    number: int
    words: int
    in_band: bool
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class SectionReport:
    """What became of one section in this run, what it cost, and how often it was steered.

    `words` and `in_band` are those of the text that stands in the workspace now, whenever it was
    written. `is_partial`: the run was stopped while this section was being written. `takes` are
    those to choose from, `picked` the attempt that was accepted of them, `best` the one with the
    best scorecard. `is_repeat`: the new text
    is the one it replaced.
    """

    section_id: str
    title: str
    status: Status
    budget_words: int
    words: int
    in_band: bool
    attempts: int
    usage: TokenUsage
    steering: Steering
    is_partial: bool = False
    takes: tuple[Take, ...] = ()
    picked: int | None = None
    best: int | None = None
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What became of every section, in the order of the article.

    `was_interrupted`: the caller asked to stop before every planned section was done.
    """

    sections: tuple[SectionReport, ...]
    was_interrupted: bool

    @property
    def usage(self) -> TokenUsage:
        """What the whole run cost."""
        return sum((section.usage for section in self.sections), TokenUsage())

    @property
    def steering(self) -> Steering:
        """How often the guard stepped in, in all attempts of the run."""
        return sum((section.steering for section in self.sections), Steering())

    @property
    def failed(self) -> tuple[SectionReport, ...]:
        """The sections that have no text, or none from this run where one was asked for."""
        return tuple(section for section in self.sections if section.status == "failed")
