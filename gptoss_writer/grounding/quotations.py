"""Whether the words between quotation marks are the outline's: verbatim, near, or absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Literal

from rapidfuzz import fuzz

from gptoss_writer.grounding.comparison import find_whole, quotation_key
from gptoss_writer.grounding.marks import QuotedText, quoted_texts
from gptoss_writer.grounding.prose import Block
from gptoss_writer.grounding.sources import Source, Sources

Verdict = Literal["verbatim", "near", "absent"]

FREE_WORDS = 3
"""Up to so many words between quotation marks are scare quotes, counted apart."""

NEAR = 90.0
"""Likeness (rapidfuzz, 0 to 100) from which a quotation is a slip and not an invention."""

_NEARBY = 7
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class JudgedQuotation:
    """A quotation with its verdict.

    `sources` are what it was found in, the section's own first; `is_elsewhere` where none of
    them is the section's or the whole article's. `correction` gives the exact words where it is
    near, as the outline has them; `score` its likeness to the nearest source, 0 to 100. A scare
    quote is verbatim where its words stand anywhere in the outline, in any case of letters.
    """

    quoted: QuotedText
    words: int
    verdict: Verdict
    sources: tuple[Source, ...] = ()
    is_elsewhere: bool = False
    correction: str | None = None
    score: float = 100.0

    @property
    def is_scare(self) -> bool:
        """Tell whether it has three words or fewer."""
        return self.words <= FREE_WORDS

    @property
    def key(self) -> str:
        """The words in comparable form, without a comma or full stop at the end."""
        return quotation_key(self.quoted.text)


def judge_quotations(
    blocks: Iterable[Block], sources: Sources, section: str | None
) -> tuple[JudgedQuotation, ...]:
    """Find and judge the quotations of a section's blocks, in order."""
    return tuple(
        judge(quoted, sources, section) for block in blocks for quoted in quoted_texts(block)
    )


def judge(quoted: QuotedText, sources: Sources, section: str | None) -> JudgedQuotation:
    """Judge one quotation; from four words on, case counts and every word must be there."""
    words = sum(any(map(str.isalnum, word)) for word in quoted.text.split())
    key = quotation_key(quoted.text)
    ordered = sorted(sources.items, key=lambda item: item.section not in {section, None})
    found = tuple(item for item in ordered if find_whole(key, item.form.text) >= 0)
    if words <= FREE_WORDS:
        is_known = bool(found) or find_whole(key.casefold(), sources.small) >= 0
        return JudgedQuotation(
            quoted, words, "verbatim" if is_known or not words else "absent", found
        )
    if found:
        is_elsewhere = found[0].section not in {section, None}
        return JudgedQuotation(quoted, words, "verbatim", found, is_elsewhere)
    score, nearest = _nearest(key, ordered)
    if nearest is None or score < NEAR:
        return JudgedQuotation(quoted, words, "absent", (nearest,) if nearest else (), score=score)
    is_elsewhere = nearest.section not in {section, None}
    exact = exact_words(key, nearest)
    return JudgedQuotation(quoted, words, "near", (nearest,), is_elsewhere, exact, score)


def _nearest(key: str, items: Iterable[Source]) -> tuple[float, Source | None]:
    best, nearest = 0.0, None
    for item in items:
        score = _likeness(key, item.form.text, best)
        if score > best:
            best, nearest = score, item
    return best, nearest


def _likeness(key: str, text: str, cutoff: float) -> float:
    # A quotation longer than its source has words that are not in it; partial_ratio would turn
    # the two round and not see them.
    if len(key) > len(text):
        return fuzz.ratio(key, text, score_cutoff=cutoff)
    return fuzz.partial_ratio(key, text, score_cutoff=cutoff)


def exact_words(key: str, source: Source) -> str:
    """Give the stretch of a source, in whole words and as typed, that is likest to a quotation."""
    text = source.form.text
    aligned = fuzz.partial_ratio_alignment(key, text)
    if len(key) > len(text) or aligned is None or aligned.dest_end <= aligned.dest_start:
        return source.text.strip()
    spans = [match.span() for match in _WORD.finditer(text)]
    starts = [start for start, _ in spans]
    ends = [end for _, end in spans]
    # The alignment is as long as the quotation, which may have left out a word or two.
    near_starts = sorted(starts, key=lambda start: abs(start - aligned.dest_start))[:_NEARBY]
    near_ends = sorted(ends, key=lambda end: abs(end - aligned.dest_end))[:_NEARBY]
    low, high = max(
        ((low, high) for low, high in product(near_starts, near_ends) if low < high),
        key=lambda span: fuzz.ratio(key, quotation_key(text[span[0] : span[1]])),
        default=(0, len(text)),
    )
    start, end = source.form.span(low, high)
    return " ".join(source.text[start:end].split())
