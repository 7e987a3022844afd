"""Which section gets which of the outline's article-wide elements.

Statistics, quotations, examples and takeaways that the outline keeps for the whole article go to
the section whose own material shares most words with them, so that each is offered to the model
once. Takeaways go to the conclusion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gptoss_writer.outline.models import Fact, Outline, Quotation, Section
from gptoss_writer.text import fold

_QUOTED = re.compile(r'"([^"]+)"')
_CONTENT_WORD = re.compile(r"\d[\w.,%-]*(?<![.,])|[^\W_][\w'-]{3,}")
_MOSTLY_QUOTED = 0.5


def allot(outline: Outline) -> Mapping[str, Section]:
    """Give every section by its id, with the elements it received added to its evidence.

    An element that stands in the evidence of a section already, or was given to one, is left out;
    so is one that mostly quotes, where all that it quotes stands there. Ties go to the earlier
    section.
    """
    gained: dict[str, list[Quotation | Fact]] = {section.id: [] for section in outline.sections}
    known = [fold(item.text) for section in outline.sections for item in section.evidence]
    conclusion = next((item.id for item in outline.sections if item.role == "conclusion"), None)
    for item, is_takeaway in _elements(outline):
        if _is_known(item.text, known):
            continue
        known.append(fold(item.text))
        closest = conclusion if is_takeaway and conclusion else _closest(outline, item)
        gained[closest].append(item)
    return {
        section.id: section.model_copy(
            update={"evidence": (*section.evidence, *gained[section.id])}
        )
        for section in outline.sections
    }


def _elements(outline: Outline) -> Iterator[tuple[Quotation | Fact, bool]]:
    """Give every element as evidence, and whether it is a takeaway."""
    elements = outline.elements
    yield from ((quotation, False) for quotation in elements.quotes)
    yield from ((Fact(fact=text), False) for text in (*elements.statistics, *elements.examples))
    yield from ((Fact(fact=text), True) for text in elements.takeaways)


def _is_known(text: str, known: Sequence[str]) -> bool:
    """Tell whether a text, or all that a text of quotations quotes, stands in folded ones."""
    folded = fold(text)
    quoted = _QUOTED.findall(folded)
    words = len(" ".join(quoted).split())
    is_mostly_quoted = words > 0 and words >= _MOSTLY_QUOTED * len(folded.split())
    return _stands_in(folded, known) or (
        is_mostly_quoted and all(_stands_in(quote, known) for quote in quoted)
    )


def _stands_in(text: str, known: Sequence[str]) -> bool:
    """Tell whether the words stand, whole and in this order, in one of the texts."""
    wanted = text.strip(" .,")
    if not wanted:
        return False
    whole = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    return any(whole.search(item) for item in known)


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
