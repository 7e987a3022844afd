"""How well a length keeps its budget, in published measures."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gptoss_writer.outline.models import WordBudget

_LONG_SLOPE = 3.0
_SHORT_SLOPE = 2.0
_LIFE_SHORT = 5.0
_LIFE_LONG = 2.0


@dataclass(frozen=True, slots=True)
class LengthScore:
    """The length of a text against its budget; both measures run from 0 to 100."""

    budget: WordBudget
    words: int

    @property
    def ratio(self) -> float:
        """Words written for each word wanted."""
        return self.words / self.budget.words

    @property
    def s_l(self) -> float:
        """LongWriter's length score."""
        return s_l(self.words, self.budget.words)

    @property
    def ls(self) -> float:
        """LIFEBench's length score."""
        return ls(self.words, self.budget.words)

    @property
    def is_in_band(self) -> bool:
        """Tell whether the length keeps the budget within its tolerance."""
        return self.budget.contains(self.words)


def s_l(words: int, wanted: int) -> float:
    """Give LongWriter's length score, from 0 to 100 (arXiv 2408.07055, section 3.2).

    It falls to 0 at four times the length, or a third of it, and is lenient between: ten per
    cent too long is 96.7.
    """
    if words <= 0:
        return 0.0
    if words > wanted:
        return 100 * max(0.0, 1 - (words / wanted - 1) / _LONG_SLOPE)
    return 100 * max(0.0, 1 - (wanted / words - 1) / _SHORT_SLOPE)


def ls(words: int, wanted: int) -> float:
    """Give LIFEBench's length score, from 0 to 100 (arXiv 2505.16234, section 4)."""
    deviation = (words - wanted) / wanted
    return 100 * math.exp(_LIFE_SHORT * deviation if deviation < 0 else -_LIFE_LONG * deviation)


def mean(values: list[float]) -> float:
    """Give the mean, 0 for no values."""
    return sum(values) / len(values) if values else 0.0
