"""Which section gets which of the outline's article-wide elements.

Statistics, quotations, examples and takeaways that the outline keeps for the whole article go to
the section whose own material shares most words with them, so that each is offered to the model
once. Takeaways go to the conclusion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gptoss_writer.outline.models import Fact, Outline, Quotation, Section
from gptoss_writer.text import fold

_QUOTED = re.compile(r'"([^"]+)"')
_CONTENT_WORD = re.compile(r"[^\W_][\w'-]{3,}")


def allot(outline: Outline) -> Mapping[str, Section]:
    """Give every section by its id, with the elements it received added to its evidence.

    An element that stands in a section's evidence already, itself or all that it quotes, is left
    out. Ties go to the earlier section.
    """
    gained: dict[str, list[Quotation | Fact]] = {section.id: [] for section in outline.sections}
    known = fold(" ".join(item.text for section in outline.sections for item in section.evidence))
    elements = outline.elements
    matched: tuple[Quotation | Fact, ...] = (
        *elements.quotes,
        *(Fact(fact=text) for text in (*elements.statistics, *elements.examples)),
    )
    for item in matched:
        if not _is_known(item.text, known):
            gained[_closest(outline, item)].append(item)
    conclusion = next((item for item in outline.sections if item.role == "conclusion"), None)
    for text in elements.takeaways:
        takeaway = Fact(fact=text)
        gained[conclusion.id if conclusion else _closest(outline, takeaway)].append(takeaway)
    return {
        section.id: section.model_copy(
            update={"evidence": (*section.evidence, *gained[section.id])}
        )
        for section in outline.sections
    }


def _is_known(text: str, known: str) -> bool:
    """Tell whether a text, or all that it quotes, stands in the folded text `known`."""
    folded = fold(text)
    quoted = [quote.rstrip(".,") for quote in _QUOTED.findall(folded)]
    return folded.rstrip(".,") in known or (bool(quoted) and all(q in known for q in quoted))


def _closest(outline: Outline, item: Quotation | Fact) -> str:
    """Name the section that shares most content words with an element."""
    speaker = item.speaker or "" if isinstance(item, Quotation) else ""
    wanted = _content_words(f"{item.text} {speaker}")
    shares = {
        section.id: len(wanted & _content_words(_material(section))) for section in outline.sections
    }
    return max(shares, key=lambda section_id: shares[section_id])


def _material(section: Section) -> str:
    points = " ".join(point.text for point in section.key_points)
    return f"{section.title} {points} {' '.join(item.text for item in section.evidence)}"


def _content_words(text: str) -> set[str]:
    return {word.lower() for word in _CONTENT_WORD.findall(fold(text))}
