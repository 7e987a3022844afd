"""Scales word budgets to a total."""

from __future__ import annotations

from collections.abc import Sequence

_STEP = 5
"""Scaled budgets are multiples of this, as people write them; one of them takes what is left."""

Range = tuple[int, int]


def balanced(ranges: Sequence[Range], total: int) -> list[Range]:
    """Scale budgets, each with its fewest and most words, so that their middles add up to `total`.

    A budget without a range has both ends alike, and stays so. The largest one takes what rounding
    leaves over. Every budget keeps at least one word.
    """
    before = sum(_middle(item) for item in ranges)
    scaled = [(_scaled(low, total, before), _scaled(high, total, before)) for low, high in ranges]
    left = total - sum(_middle(item) for item in scaled)
    largest = max(range(len(scaled)), key=lambda index: _middle(scaled[index]))
    low, high = scaled[largest]
    scaled[largest] = (max(1, low + left), max(1, high + left))
    return scaled


def _middle(item: Range) -> int:
    return (item[0] + item[1]) // 2


def _scaled(words: int, total: int, before: int) -> int:
    return max(1, round(words * total / before / _STEP) * _STEP)
