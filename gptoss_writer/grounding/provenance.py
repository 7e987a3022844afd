"""What each sentence of an article rests on: the evidence it quotes, retells, counts or names."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pydantic import JsonValue

from gptoss_writer.grounding.article import parse_article
from gptoss_writer.grounding.comparison import find_whole
from gptoss_writer.grounding.facts import Fact, known_facts
from gptoss_writer.grounding.findings import Lines
from gptoss_writer.grounding.index import EvidenceIndex, evidence_index
from gptoss_writer.grounding.ledger import (
    ELSEWHERE_SHARE,
    PAIR_SHARE,
    PARAGRAPH_SHARE,
    SENTENCE_SHARE,
)
from gptoss_writer.grounding.matching import match_sections
from gptoss_writer.grounding.passages import Passage, read_passage
from gptoss_writer.grounding.sources import Source, sources_of
from gptoss_writer.outline.models import Outline

SCHEMA = 1

How = Literal["verbatim", "words", "numbers", "names"]
"""The ways in which a sentence rests on evidence, the strongest first."""

_ORDER: tuple[How, ...] = ("verbatim", "words", "numbers", "names")
_FEW_WORDS = 3
_RUN = 4
_FEWEST_OWN, _FEWEST_ELSEWHERE = 2, 3
"""So many words of content must be shared at least: one word, "excited", is no retelling."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A source that a sentence rests on, and how; the strongest way first."""

    source: Source
    how: tuple[How, ...]


@dataclass(frozen=True, slots=True)
class TracedSentence:
    """A sentence with its place in the article, and its grounds, the strongest first.

    `section` is the id of the outline's section, None where the text belongs to none. `text` is
    as a reader sees it. Without grounds the sentence rests on nothing that the outline has.
    """

    section: str | None
    start: int
    end: int
    text: str
    grounds: tuple[Ground, ...]


def provenance(article_text: str, outline: Outline) -> tuple[TracedSentence, ...]:
    """Say of each sentence of a Markdown article what it rests on, in the order of the text.

    Headings have no sentences. Never raises on any text.
    """
    article = parse_article(article_text)
    owners = {part: section for section, part in match_sections(article, outline).pairs}
    sources, known = sources_of(outline), known_facts(outline)
    passages = [
        read_passage(article_text, (part.start, part.end), owners.get(part), sources, known)
        for part in article.parts
    ]
    return trace(passages, outline)


def trace(passages: Iterable[Passage], outline: Outline) -> tuple[TracedSentence, ...]:
    """Do the same for passages that were read already."""
    index = evidence_index(outline)
    return tuple(
        TracedSentence(
            passage.section_id, sentence.start, sentence.end, sentence.text, _ranked(found)
        )
        for passage in passages
        for sentence, found in zip(passage.sentences, _Tracer(passage, index).all(), strict=True)
    )


def to_json(article_text: str, sentences: Sequence[TracedSentence]) -> dict[str, JsonValue]:
    """Give the provenance of an article as plain JSON: a stable schema for other programs.

    schema     1; a new number if a key changes its meaning or goes, not if one is added
    sha256     of the article in UTF-8: the offsets are right for these bytes alone
    sources    what sentences rest on: id, section (null for the whole article), speaker
               (null for a statement), text
    sentences  section (null outside of the outline); start and end (offsets in characters),
               line and column (from 1); text; evidence, empty where nothing was found, else
               the id of each source and by: verbatim (its words, quoted or copied), words
               (most of its words of content), numbers (a number or date), names (a name)
    """
    lines = Lines.of(article_text)
    sources = {ground.source.id: ground.source for item in sentences for ground in item.grounds}
    return {
        "schema": SCHEMA,
        "sha256": hashlib.sha256(article_text.encode("utf-8", "replace")).hexdigest(),
        "sources": [
            {
                "id": source.id,
                "section": source.section,
                "speaker": source.speaker,
                "text": source.text,
            }
            for source in sources.values()
        ],
        "sentences": [_sentence_json(item, lines) for item in sentences],
    }


def _sentence_json(item: TracedSentence, lines: Lines) -> JsonValue:
    line, column = lines.place(item.start)
    return {
        "section": item.section,
        "start": item.start,
        "end": item.end,
        "line": line,
        "column": column,
        "text": item.text,
        "evidence": [
            {"id": ground.source.id, "by": list[JsonValue](ground.how)} for ground in item.grounds
        ],
    }


Found = dict[str, tuple[Source, set[How]]]
"""The grounds of one sentence, by the id of the source."""


def _ranked(found: Found) -> tuple[Ground, ...]:
    grounds = [
        Ground(source, tuple(how for how in _ORDER if how in hows))
        for source, hows in found.values()
    ]
    return tuple(sorted(grounds, key=lambda ground: _ORDER.index(ground.how[0])))


class _Tracer:
    """Collects the grounds of each sentence of one passage."""

    def __init__(self, passage: Passage, index: EvidenceIndex) -> None:
        self._passage = passage
        self._index = index
        self._found: list[Found] = [{} for _ in passage.sentences]
        self._starts = [sentence.start for sentence in passage.sentences]
        self._ends = [sentence.end for sentence in passage.sentences]

    def all(self) -> list[Found]:
        """Give the grounds of each sentence of the passage."""
        self._trace_quotations()
        self._trace_copies()
        self._trace_sentences()
        self._trace_stretches()
        self._trace_facts()
        return self._found

    def _add(self, places: Iterable[int], source: Source, how: How) -> None:
        for place in places:
            self._found[place].setdefault(source.id, (source, set()))[1].add(how)

    def _touching(self, start: int, end: int) -> range:
        """Give the places of the sentences that share a character with a stretch."""
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def _is_own(self, source: Source) -> bool:
        return source.section in {self._passage.section_id, None}

    def _trace_quotations(self) -> None:
        """Quotations may rest on key points as well; scare quotes are too short to tell."""
        for quotation in self._passage.quotations:
            if quotation.is_scare or quotation.verdict != "verbatim":
                continue
            touched = self._touching(quotation.quoted.start, quotation.quoted.end)
            for source in _preferred(quotation.sources, self._is_own):
                self._add(touched, source, "verbatim")

    def _trace_copies(self) -> None:
        """Evidence may stand word for word without quotation marks."""
        long = [item for item in self._index.items if len(item.key.split()) >= _RUN]
        for block in self._passage.blocks:
            text = block.comparable.text
            for source in long:
                at = find_whole(source.key, text)
                if at >= 0:
                    place = block.comparable.span(at, at + len(source.key))
                    self._add(self._touching(*place), source, "verbatim")

    def _trace_sentences(self) -> None:
        for place, stems in enumerate(self._passage.stems):
            for source, count in self._index.sharing(stems):
                is_own = self._is_own(source)
                share = SENTENCE_SHARE if is_own else ELSEWHERE_SHARE
                fewest = _FEWEST_OWN if is_own else _FEWEST_ELSEWHERE
                if count >= max(fewest, _wanted(source, share)):
                    self._add((place,), source, "words")

    def _trace_stretches(self) -> None:
        """Where no sentence has enough of an item, several may have it together."""
        stems = self._passage.stems
        for places, share in self._stretches():
            together = frozenset[str]().union(*(stems[place] for place in places))
            for source, count in self._index.sharing(together):
                wanted = max(_FEWEST_OWN, _wanted(source, share))
                if count < wanted or not self._is_own(source) or self._is_told(source, places):
                    continue
                self._add(_cover(places, stems, source, wanted), source, "words")

    def _is_told(self, source: Source, places: Iterable[int]) -> bool:
        return any(source.id in self._found[place] for place in places)

    def _stretches(self) -> Iterator[tuple[Sequence[int], float]]:
        """Give pairs of sentences, then paragraphs, with the share of an item they must have."""
        yield from ((pair, PAIR_SHARE) for pair in pairwise(range(len(self._starts))))
        start = 0
        for block in self._passage.blocks:
            if block.kind != "heading":
                end = start + len(block.sentences)
                yield range(start, end), PARAGRAPH_SHARE
                start = end

    def _trace_facts(self) -> None:
        for fact in self._passage.facts:
            if not fact.is_supported:
                continue
            found = self._index.with_fact(fact)
            # Much is said of one name: only the section's own evidence is meant.
            sources = (
                filter(self._is_own, found)
                if fact.kind == "name"
                else _preferred(found, self._is_own)
            )
            how = _how(fact)
            for source in sources:
                self._add(self._touching(fact.start, fact.end), source, how)


def _how(fact: Fact) -> How:
    return "names" if fact.kind == "name" else "numbers"


def _preferred(sources: Sequence[Source], is_own: Callable[[Source], bool]) -> Sequence[Source]:
    """Give the sources that are the section's own, all of them where none is."""
    return [source for source in sources if is_own(source)] or sources


def _wanted(source: Source, share: float) -> int:
    words = len(source.stems)
    return words if words <= _FEW_WORDS else math.ceil(share * words)


def _cover(
    places: Sequence[int], stems: Sequence[frozenset[str]], source: Source, wanted: int
) -> list[int]:
    """Choose few sentences that together have as many words of a source as are wanted."""
    left, missing = list(places), source.stems
    chosen = []
    while left and len(source.stems) - len(missing) < wanted:
        best = max(left, key=lambda place: len(stems[place] & missing))
        missing -= stems[best]
        left.remove(best)
        chosen.append(best)
    return chosen
