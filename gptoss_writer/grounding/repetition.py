"""What an article says twice: runs of words, openings of sentences, closing lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from gptoss_writer.grounding.comparison import comparable
from gptoss_writer.grounding.marks import quoted_texts
from gptoss_writer.grounding.passages import Passage
from gptoss_writer.grounding.prose import Block, Sentence

RUN_WORDS = 6
"""Words in a row that two sections should not share."""

OPENING_WORDS = 3
OPENING_TIMES = 3
"""So many sentences that open with the same three words are told of."""

CLOSING_LIKENESS = 90.0

_LOOK_BACK = 200
"""Sections whose closing lines are compared, so that no number of headings makes it slow."""

_WORD = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A stretch of text that repeats an earlier one; both are (start, end) in the article."""

    section: str | None
    start: int
    end: int
    earlier: tuple[int, int]
    times: int = 2


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    start: int
    end: int


def shared_runs(passages: Sequence[Passage]) -> tuple[tuple[Repeated, ...], int]:
    """Find the runs of six words or more that an earlier section has, and count their 6-grams.

    Quotations are left out: they are meant to be the same.
    """
    seen: dict[tuple[str, ...], tuple[int, int, int]] = {}
    found: list[Repeated] = []
    shared: set[tuple[str, ...]] = set()
    for number, passage in enumerate(passages):
        for words in _stretches(passage):
            grams = [
                tuple(word.key for word in words[index : index + RUN_WORDS])
                for index in range(len(words) - RUN_WORDS + 1)
            ]
            earlier = [seen.get(gram, (number, 0, 0)) for gram in grams]
            known = [place[0] != number for place in earlier]
            shared.update(gram for gram, is_known in zip(grams, known, strict=True) if is_known)
            for low, high in _runs(known):
                start, end = words[low].start, words[high + RUN_WORDS - 2].end
                first = earlier[low][1], earlier[high - 1][2]
                place = first if first[0] < first[1] else (earlier[low][1], earlier[low][2])
                found.append(Repeated(passage.section_id, start, end, place))
            for gram, first_word, last_word in zip(
                grams, words, words[RUN_WORDS - 1 :], strict=False
            ):
                seen.setdefault(gram, (number, first_word.start, last_word.end))
    return tuple(found), len(shared)


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give the (start, end) of each run of true flags."""
    start = None
    for index, flag in enumerate((*flags, False)):
        if flag and start is None:
            start = index
        elif not flag and start is not None:
            yield start, index
            start = None


def _stretches(passage: Passage) -> Iterator[list[_Word]]:
    """Give the words of each paragraph, cut at its quotations."""
    for block in passage.blocks:
        if block.kind == "heading":
            continue
        position = 0
        for quoted in quoted_texts(block):
            yield _words(block, position, quoted.low)
            position = max(position, quoted.high)
        yield _words(block, position, len(block.text.text))


def _words(block: Block, low: int, high: int) -> list[_Word]:
    return [
        _Word(comparable(word[0]).casefold(), *block.text.span(*word.span()))
        for word in _WORD.finditer(block.text.text, low, max(low, high))
    ]


def alike_openings(passages: Sequence[Passage]) -> tuple[Repeated, ...]:
    """Find three words that open three sentences or more; told of once, at the second."""
    openings: dict[tuple[str, ...], list[tuple[str | None, int, int]]] = {}
    for passage in passages:
        for block in passage.blocks:
            if block.kind != "paragraph":
                continue
            for sentence in block.sentences:
                words = [*_WORD.finditer(sentence.text)][: OPENING_WORDS + 1]
                if len(words) > OPENING_WORDS:
                    key = tuple(comparable(word[0]).casefold() for word in words[:OPENING_WORDS])
                    low, high = words[0].start(), words[OPENING_WORDS - 1].end()
                    span = block.text.span(sentence.low + low, sentence.low + high)
                    openings.setdefault(key, []).append((passage.section_id, *span))
    return tuple(
        Repeated(*places[1], earlier=places[0][1:], times=len(places))
        for places in openings.values()
        if len(places) >= OPENING_TIMES
    )


def closing_lines(passages: Sequence[Passage]) -> tuple[Repeated, ...]:
    """Find sections that close with the sentence with which an earlier one closes."""
    found = []
    earlier: list[tuple[str, Sentence]] = []
    for passage in passages:
        if not passage.sentences:
            continue
        sentence = passage.sentences[-1]
        key = comparable(sentence.text).casefold()
        for other, first in earlier[-_LOOK_BACK:]:
            if fuzz.ratio(key, other, score_cutoff=CLOSING_LIKENESS):
                place = first.start, first.end
                found.append(Repeated(passage.section_id, sentence.start, sentence.end, place))
                break
        earlier.append((key, sentence))
    return tuple(found)
