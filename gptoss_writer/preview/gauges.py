"""The lengths of sections as gauges: where the bar ends, where the band lies."""

from __future__ import annotations

from dataclasses import dataclass

from gptoss_writer.grounding.scorecard import Scorecard, SectionScore
from gptoss_writer.grounding.scores import LengthScore

_LEAST_SCALE, _GREATEST_SCALE = 1.5, 3.0
WIDTH = 300
"""The width of a gauge in its own units."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """One section's length. `start` is where its text begins; None where it is missing.

    `bar`, `low`, `high` and `budget` are places on a scale from 0 to 300 that all gauges share;
    `is_cut` where the bar would go beyond it.
    """

    number: int
    title: str
    start: int | None
    length: LengthScore
    bar: float
    low: float
    high: float
    budget: float
    is_cut: bool


def gauges(card: Scorecard) -> tuple[Gauge, ...]:
    """Draw the lengths of all sections to one scale, which the longest of them decides."""
    longest = max((score.length.ratio for score in card.sections), default=0)
    scale = min(_GREATEST_SCALE, max(_LEAST_SCALE, longest * 1.05))
    return tuple(_gauge(score, scale) for score in card.sections)


def _gauge(score: SectionScore, scale: float) -> Gauge:
    length = score.length

    def at(words: float) -> float:
        return round(min(1.0, words / length.budget.words / scale) * WIDTH, 1)

    return Gauge(
        number=score.number,
        title=score.section.title,
        start=score.passage.start if score.passage else None,
        length=length,
        bar=at(length.words),
        low=at(length.budget.floor),
        high=at(length.budget.ceiling),
        budget=at(length.budget.words),
        is_cut=length.ratio > scale,
    )
