"""What happens while an article is written, as frozen values, and the sink that receives them.

The rooms that work send events; only `cli` paints them. `silent` is the sink of a program that
nobody watches, and the default everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["reading", "thinking", "writing"]


@dataclass(frozen=True, slots=True)
class ModelLoading:
    """Weights are being read; `fraction` runs from 0 to 1."""

    path: str
    fraction: float


@dataclass(frozen=True, slots=True)
class RunStarted:
    """`jobs` sections will be written, each `takes` times, and `kept` stay as they are.

    Where `is_current` is False some of these may be stale: they are locked, or to be kept.
    """

    title: str
    jobs: int
    kept: int
    budget_words: int
    takes: int = 1
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class SectionStarted:
    """Section `number` of `of` (its place in the article) begins attempt `attempt`, from 1."""

    section_id: str
    title: str
    number: int
    of: int
    budget_words: int
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class SectionReading:
    """Prefill: `done` of `total` prompt tokens are in the cache."""

    section_id: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SectionText:
    """A piece of text came out of the model: reasoning while thinking, prose while writing.

    `tokens` counts the tokens of the phase so far.
    """

    section_id: str
    phase: Literal["thinking", "writing"]
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class SectionRetraction:
    """The last `characters` of the text were taken back; the sentence is written again."""

    section_id: str
    characters: int


@dataclass(frozen=True, slots=True)
class AttemptRejected:
    """An attempt was not good enough; `retrying` tells whether another one follows."""

    section_id: str
    attempt: int
    words: int
    reason: str
    retrying: bool


@dataclass(frozen=True, slots=True)
class SectionAccepted:
    """A section is on disk."""

    section_id: str
    title: str
    words: int
    budget_words: int
    in_band: bool
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SectionFailed:
    """No attempt of a section could be accepted."""

    section_id: str
    title: str
    attempts: int
    reason: str


Event = (
    ModelLoading
    | RunStarted
    | SectionStarted
    | SectionReading
    | SectionText
    | SectionRetraction
    | AttemptRejected
    | SectionAccepted
    | SectionFailed
)
Sink = Callable[[Event], None]


def silent(event: Event) -> None:
    """Receive an event and do nothing with it."""
