"""What a scorecard may fail on: named measures, and how many faults of each are let pass."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gptoss_writer.errors import UsageError
from gptoss_writer.grounding.scorecard import Scorecard


def _budget(card: Scorecard) -> int:
    return len(card.sections) - card.in_band


def _coverage(card: Scorecard) -> int:
    points = (point for section in card.sections for point in section.coverage)
    return sum(not point.is_covered for point in points)


MEASURES: Mapping[str, Callable[[Scorecard], int]] = MappingProxyType(
    {
        "quotes": lambda card: card.count(
            "quotation-absent", "quotation-near", "quotation-missing"
        ),
        "numbers": lambda card: card.count("number-unsupported", "date-unsupported"),
        "names": lambda card: card.count("name-unsupported"),
        "budget": _budget,
        "leaks": lambda card: card.count("leak"),
        "attribution": lambda card: card.count("attribution"),
        "coverage": _coverage,
    }
)
"""The faults that each name counts.

quotes: quotations of four words or more that are not verbatim, and required ones that are
missing. numbers: numbers and dates that the outline does not have; names: the same for names.
budget: sections outside their bands. leaks, attribution: the findings of these names. coverage:
key points that are hardly there.
"""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A measure, and how many faults are let pass."""

    measure: str
    allowed: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a threshold came to."""

    measure: str
    allowed: int
    found: int

    @property
    def is_crossed(self) -> bool:
        """Tell whether there are more faults than are let pass."""
        return self.found > self.allowed


def parse_thresholds(text: str) -> tuple[Threshold, ...]:
    """Read a list such as "quotes,leaks,names=3"; `UsageError` names what cannot be read."""
    found = [_threshold(item.strip()) for item in text.split(",") if item.strip()]
    if not found:
        raise UsageError("--fail-on names nothing.", f"Use any of: {', '.join(MEASURES)}.")
    return tuple({item.measure: item for item in found}.values())


def _threshold(item: str) -> Threshold:
    name, equals, number = (part.strip() for part in item.partition("="))
    if name not in MEASURES:
        close = difflib.get_close_matches(name.lower(), MEASURES, n=1)
        raise UsageError(
            f'--fail-on: "{name}" is not a measure.'
            + (f" Did you mean {close[0]}?" if close else ""),
            f"Use any of: {', '.join(MEASURES)}.",
        )
    if equals and not (number.isascii() and number.isdigit()):
        raise UsageError(
            f'--fail-on: "{number}" is not a number of {name} to let pass.',
            f"Write {name}, or {name}=3 to let three pass.",
        )
    return Threshold(name, int(number) if equals else 0)


def verdicts(card: Scorecard, thresholds: tuple[Threshold, ...]) -> tuple[Verdict, ...]:
    """Hold a scorecard against thresholds."""
    return tuple(
        Verdict(item.measure, item.allowed, MEASURES[item.measure](card)) for item in thresholds
    )
