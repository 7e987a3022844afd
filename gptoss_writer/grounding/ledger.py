"""What became of the evidence: used, unused, used twice, used in another section."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from gptoss_writer.grounding.comparison import find_whole
from gptoss_writer.grounding.passages import Passage
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.sources import Source, Sources
from gptoss_writer.grounding.vocabulary import content_words, key_words, tokens
from gptoss_writer.outline.models import KeyPoint, Section

Status = Literal["used", "unused", "twice", "elsewhere"]
How = Literal["verbatim", "words"]

SENTENCE_SHARE = 0.6
"""Share of a statement's words of content that one sentence must have to rest on it."""

PAIR_SHARE = 0.7
"""The same for two sentences that follow each other."""

PARAGRAPH_SHARE = 0.9
"""The same for a paragraph or list item."""

ELSEWHERE_SHARE = 0.75
"""The same for a sentence of another section; nothing less counts there."""

COVERED_SHARE = 0.5
"""Share of a key point's words of content that its section must have to cover it."""

RECALLED_SHARE = 0.9
"""Share of a required quotation's characters that must stand in quotation marks. An interrupted
quotation loses a comma or two."""

_FEW_WORDS = 3
_RUN = 4


@dataclass(frozen=True)
class Use:
    """A stretch of the article that rests on a source: its words, or most of their content."""

    source: Source
    how: How
    section: str | None
    start: int
    end: int
    is_quoted: bool = False


@dataclass(frozen=True)
class Entry:
    """What became of one evidence item or expert quotation."""

    source: Source
    status: Status
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class CoveredPoint:
    """How many of a key point's words of content stand in its section, from 0 to 1."""

    section: str
    number: int
    point: KeyPoint
    share: float

    @property
    def is_covered(self) -> bool:
        """Tell whether enough of the words are there."""
        return self.share >= COVERED_SHARE


def ledger(passages: Sequence[Passage], sources: Sources) -> tuple[Entry, ...]:
    """Say of every evidence item and expert quotation what became of it, in outline order.

    An item that another section has as well is not held against the section that used its own.
    """
    uses: dict[str, list[Use]] = {}
    for passage in passages:
        for use in uses_in(passage, sources):
            uses.setdefault(use.source.id, []).append(use)
    owned = {
        (use.section, use.start)
        for found in uses.values()
        for use in found
        if use.source.section == use.section
    }
    return tuple(
        _entry(item, uses.get(item.id, []), owned) for item in sources.items if item.is_evidence
    )


def _entry(source: Source, uses: list[Use], owned: set[tuple[str | None, int]]) -> Entry:
    if source.section is None:
        own, others = uses, []
    else:
        own = [use for use in uses if use.section == source.section]
        others = [
            use
            for use in uses
            if use.section != source.section and (use.section, use.start) not in owned
        ]
    verbatim = {use.start for use in (*own, *others) if use.how == "verbatim"}
    status: Status = "used"
    if not own:
        status = "elsewhere" if others else "unused"
    elif len(verbatim) > 1:
        status = "twice"
    return Entry(source, status, tuple(own + others))


def uses_in(passage: Passage, sources: Sources) -> Iterator[Use]:
    """Find what a passage uses of all evidence and expert quotations, in no certain order."""
    quoted = set()
    for quotation in passage.quotations:
        if quotation.is_scare or quotation.verdict == "absent":
            continue
        for source in quotation.sources:
            if source.is_evidence:
                quoted.add(source.id)
                place = quotation.quoted.start, quotation.quoted.end
                yield Use(source, "verbatim", passage.section_id, *place, is_quoted=True)
    for source in sources.items:
        if not source.is_evidence or source.id in quoted:
            continue
        found = _stands_in(source, passage)
        if found:
            quoted.add(source.id)
            yield Use(source, "verbatim", passage.section_id, *found)
    for source, place in _in_other_words(passage, sources):
        if source.id not in quoted:
            quoted.add(source.id)
            yield Use(source, "words", passage.section_id, *place)


def _stands_in(source: Source, passage: Passage) -> tuple[int, int] | None:
    key = source.key
    if len(key.split()) < _RUN:
        return None
    for block in passage.blocks:
        low = find_whole(key, block.comparable.text)
        if low >= 0:
            return block.comparable.span(low, low + len(key))
    return None


def _in_other_words(passage: Passage, sources: Sources) -> Iterator[tuple[Source, tuple[int, int]]]:
    """Find sentences, pairs of them, then paragraphs with most of a source's words of content."""
    holders: dict[str, list[int]] = {}
    for number, source in enumerate(sources.items):
        if source.is_evidence:
            for stem in source.stems:
                holders.setdefault(stem, []).append(number)
    for stems, span, share, is_sentence in _stretches(passage):
        shared = Counter(number for stem in stems for number in holders.get(stem, ()))
        for number, count in shared.items():
            source = sources.items[number]
            is_own = source.section in {passage.section_id, None}
            if not is_own and not is_sentence:
                continue
            wanted = len(source.stems)
            least = math.ceil((share if is_own else ELSEWHERE_SHARE) * wanted)
            if count >= (wanted if wanted <= _FEW_WORDS else least):
                yield source, span


def _stretches(
    passage: Passage,
) -> Iterator[tuple[frozenset[str], tuple[int, int], float, bool]]:
    """Give stretches of a passage: stems, place, share wanted, whether it is one sentence."""
    spans = [(sentence.start, sentence.end) for sentence in passage.sentences]
    sentences = list(zip(passage.stems, spans, strict=True))
    for stems, span in sentences:
        yield stems, span, SENTENCE_SHARE, True
    for (first, begin), (second, end) in pairwise(sentences):
        yield first | second, (begin[0], end[1]), PAIR_SHARE, False
    for block in passage.blocks:
        if block.kind != "heading":
            place = block.text.span(0, len(block.text.text))
            stems = frozenset(content_words(block.comparable.text))
            yield stems, place, PARAGRAPH_SHARE, False


def coverage(section: Section, vocabulary: frozenset[str]) -> tuple[CoveredPoint, ...]:
    """Say of each key point how many of its words of content a section's text has."""
    result = []
    for number, point in enumerate(section.key_points, start=1):
        label, detail = key_words(point.label or ""), key_words(point.detail or "")
        # A label names the point; a text may well make it without that word.
        share = max(_share(label | detail, vocabulary), _share(detail or label, vocabulary))
        result.append(CoveredPoint(section.id, number, point, share))
    return tuple(result)


def _share(wanted: frozenset[str], vocabulary: frozenset[str]) -> float:
    return len(wanted & vocabulary) / len(wanted) if wanted else 1.0


def missing_quotations(
    required: Iterable[Source], quotations: Sequence[JudgedQuotation]
) -> tuple[Source, ...]:
    """List the required quotations that do not appear between quotation marks."""
    return tuple(source for source in required if not _is_recalled(source, quotations))


def _is_recalled(source: Source, quotations: Sequence[JudgedQuotation]) -> bool:
    key = source.key
    covered = bytearray(len(key))
    for quotation in quotations:
        piece = quotation.key
        low = find_whole(piece, key)
        if low >= 0:
            covered[low : low + len(piece)] = b"\1" * len(piece)
        elif find_whole(key, piece) >= 0:
            return True
    return not key or covered.count(1) >= RECALLED_SHARE * len(key)


def reused(
    quotations: Iterable[JudgedQuotation],
) -> tuple[tuple[JudgedQuotation, JudgedQuotation], ...]:
    """Find the quotations that share four words in a row with an earlier one: (later, earlier)."""
    seen: dict[tuple[str, ...], JudgedQuotation] = {}
    found = []
    for quotation in quotations:
        if quotation.is_scare:
            continue
        words = tokens(quotation.key)
        runs = [tuple(words[index : index + _RUN]) for index in range(len(words) - _RUN + 1)]
        earlier = next((seen[run] for run in runs if run in seen), None)
        if earlier:
            found.append((quotation, earlier))
        for run in runs:
            seen.setdefault(run, quotation)
    return tuple(found)
