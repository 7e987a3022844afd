"""Values of a Markdown outline: quotations, facts, texts without the marks around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gptoss_writer.outline.markdown_lines import Item, Label
from gptoss_writer.outline.quotations import QuotationScan, QuotedText, find_quotations
from gptoss_writer.outline.source import Span

_NOTHING = frozenset(("", "none", "n/a", "na", "-", "—", "–", "tbd", "todo"))
_WRAPPINGS = (("**", "**"), ('"', '"'), ("“", "”"))
_ATTRIBUTION = re.compile(r"\s+(?:[—–]|--?)\s*(?P<by>[^\W\d_].{0,200})$")
_TAIL = 300
_MARKS = re.compile('["“”]')


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence as data, with its place."""

    value: object
    span: Span


def evidence_in(
    text: str, offset: int, item: Item, *, is_expert: bool = False
) -> tuple[list[Evidence], Span | None]:
    """Read the evidence of a line: its quotations, or the whole of it as a fact.

    The second value is the place of a quotation mark that is not closed; what follows it is a
    fact. `offset` is where the text begins in the item's.
    """
    scan = find_quotations(text, is_expert=is_expert)
    found = [Evidence(quotation(part), _span(part, offset, item)) for part in scan.quotations]
    unclosed = None
    if scan.unclosed is not None:
        unclosed = Span(item.line, item.column + offset + scan.unclosed)
        text = text[scan.unclosed :] if found else text
    if unclosed is not None or not found:
        found.append(Evidence(text, item.span))
    return found, unclosed


def quoted_block(item: Item) -> tuple[list[Evidence], Span | None]:
    """Read a Markdown quote, `> ...`: its quotations, or the whole of it as one."""
    text = item.text
    if _MARKS.search(text):
        return evidence_in(text, 0, item)
    attribution = _ATTRIBUTION.search(text[-_TAIL:])
    words = text[: attribution.start() - len(text[-_TAIL:])] if attribution else text
    by = f" — {attribution['by']}" if attribution else ""
    scan: QuotationScan = find_quotations(f"“{words.strip('*_ ')}”{by}")
    return [Evidence(quotation(part), item.span) for part in scan.quotations], None


def quotation(found: QuotedText) -> dict[str, object]:
    """Give a quotation as data, without what is not known of it."""
    parts = {
        "quote": found.quote,
        "speaker": found.speaker,
        "source": found.source,
        "note": found.note,
    }
    return {key: value for key, value in parts.items() if value is not None}


def quotations_in(text: str, offset: int, item: Item) -> Iterator[Evidence]:
    """Read the quotations of an article-wide line, `Name: "the words"`."""
    for part in find_quotations(text, is_expert=True).quotations:
        yield Evidence(quotation(part), _span(part, offset, item))


def _span(part: QuotedText, offset: int, item: Item) -> Span:
    return Span(item.line, item.column + offset + part.offset, len(part.quote))


def is_said_by_somebody(text: str) -> bool:
    """Tell whether a line is one quotation with its speaker, and nothing else."""
    if not text.startswith(('"', "“", "„", "«", "‘")):
        return False
    found = find_quotations(text).quotations
    return len(found) == 1 and found[0].offset == 1 and found[0].speaker is not None


def is_nothing(text: str) -> bool:
    """Tell whether a value says that there is none."""
    return text.strip().rstrip(".").lower() in _NOTHING


def behind(label: Label, item: Item) -> Span:
    """Give the place of what stands behind a label."""
    return Span(item.line, item.column + label.offset, max(1, len(label.rest)))


def unwrapped(text: str) -> str:
    """Take a whole text out of the bold or quotation marks around it."""
    for left, right in _WRAPPINGS:
        inner = text[len(left) : len(text) - len(right)]
        is_wrapped = len(text) > len(left + right) and text.startswith(left)
        if is_wrapped and text.endswith(right) and left not in inner and right not in inner:
            return inner.strip()
    return text
