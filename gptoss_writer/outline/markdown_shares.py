"""What a section of a Markdown outline gets that states no budget."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gptoss_writer.outline.markdown_figures import middle
from gptoss_writer.outline.source import RawOutline, Span

_HEADING_HINT = "Write it in the heading, as in `**2. The first lamps (250 words)**`."
_TABLE_HINT = "A table is not read; begin each section with a line like `## Shores (250 words)`."
_OF_TABLES = frozenset("|-: \t")
_USUAL_PACE = (200, 250)
_STEP = 10
"""Shared budgets are whole tens."""


def share_budgets(raw: RawOutline, listed: list[dict[str, object]], spans: Sequence[Span]) -> None:
    """Give sections without a budget equal shares of what the stated length leaves.

    `spans` are the places of the sections.
    """
    without = [index for index, section in enumerate(listed) if "words" not in section]
    if not without:
        return
    remedy = _TABLE_HINT if any(map(_is_of_table, raw.source.lines)) else _HEADING_HINT
    budgets = [int(middle(str(section["words"]))) for section in listed if "words" in section]
    share = (_stated(raw) - sum(budgets)) // len(without) // _STEP * _STEP
    for index in without:
        span = spans[index]
        if share > 0:
            listed[index]["words"] = str(share)
            message = f"this section has no budget, so it gets {share} words, an equal share"
            hint = f"Write what it should have, as in `({share} words)` behind its title."
            raw.warn("OL034", message, hint, span)
        else:
            raw.report("OL102", "this section has no words", remedy, span)
            raw.reported.add(("sections", index, "words"))


def _is_of_table(line: str) -> bool:
    """Tell whether a line is the one below the head of a Markdown table: `|---|---|`."""
    return "|" in line and "--" in line and _OF_TABLES.issuperset(line)


def _stated(raw: RawOutline) -> int:
    total, minutes = raw.data.get("total_words"), raw.data.get("reading_minutes")
    if isinstance(total, str) and total.isdecimal():
        return int(total[:9])
    if isinstance(minutes, str) and re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", minutes):
        return int(float(minutes) * sum(_USUAL_PACE) / 2)
    return 0
