"""Which section a quotation fits best, by the words that they share."""

from __future__ import annotations

import re

from gptoss_writer.outline.models import Outline, Quotation, Section
from gptoss_writer.text import fold

_WORD = re.compile(r"[^\W_]{4,}")
_COMMON = frozenset(
    """about above after again against also another because been before being below between both
    could does doing down during each either even every from further have having here hers himself
    into itself just like made make many more most much must myself never once only other ours over
    same says said shall should some such than that their them then there these they this those
    through under until very want well were what when where which while whom will with would your
    thing things""".split()  # noqa: SIM905 - reads better
)
_STEM = 6


def best_section(outline: Outline, quotation: Quotation) -> Section | None:
    """Give the section whose title and key points share most words with a quotation.

    The speaker's name counts twice: a key point that names somebody wants their words. None where
    no section shares a word; of equal ones the first.
    """
    said = _stems(f"{quotation.quote} {quotation.note or ''}")
    names = _stems(quotation.speaker or "")
    best, most = None, 0
    for section in outline.sections:
        points = " ".join(point.text for point in section.key_points)
        words = _stems(f"{section.title} {points}")
        score = len(said & words) + 2 * len(names & words)
        if score > most:
            best, most = section, score
    return best


def _stems(text: str) -> frozenset[str]:
    """Give the beginnings of the words that carry content."""
    words = _WORD.findall(fold(text).casefold())
    return frozenset(word[:_STEM] for word in words if word not in _COMMON)
