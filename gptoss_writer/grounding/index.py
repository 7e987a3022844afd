"""The evidence of an outline, to be looked up by word, number, date and name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gptoss_writer.grounding.dates import KnownDates, find_dates
from gptoss_writer.grounding.facts import Fact, simple
from gptoss_writer.grounding.numbers import KnownNumbers, find_numbers
from gptoss_writer.grounding.sources import Source, sources_of
from gptoss_writer.grounding.vocabulary import FUNCTION_WORDS, tokens
from gptoss_writer.outline.models import Outline
from gptoss_writer.text import fold

_KEPT = 8
_PLAIN_UP_TO = 10
"""Whole numbers up to here tell nothing by themselves: "2 wheels", "one of 3"."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers and dates of one item."""

    numbers: KnownNumbers
    dates: KnownDates


class EvidenceIndex:
    """Finds evidence items and expert quotations by what they share with a text."""

    def __init__(self, outline: Outline) -> None:
        self.items = tuple(item for item in sources_of(outline).items if item.is_evidence)
        self._subject = _name_words(outline.title)
        self._by_stem: dict[str, list[int]] = {}
        self._by_word: dict[str, set[int]] = {}
        self._by_number: dict[tuple[str, str], set[int]] = {}
        self._dated: list[tuple[int, _Numbers]] = []
        for index, item in enumerate(self.items):
            self._enter(index, item)

    def sharing(self, stems: Iterable[str]) -> Iterator[tuple[Source, int]]:
        """Give the items that share stems with these, and how many."""
        counts = Counter(index for stem in stems for index in self._by_stem.get(stem, ()))
        return ((self.items[index], count) for index, count in counts.items())

    def with_fact(self, fact: Fact) -> tuple[Source, ...]:
        """List the items that have a number, date or name; none for one that tells nothing.

        A name of the article's title is in everything, and a small number may count anything.
        """
        find = {"name": self._with_name, "number": self._with_number, "date": self._with_date}
        return tuple(self.items[index] for index in sorted(find[fact.kind](fact.text)))

    def _enter(self, index: int, item: Source) -> None:
        for stem in item.stems:
            self._by_stem.setdefault(stem, []).append(index)
        # Whoever is named beside the words belongs to them; numbers there are pages and years.
        said = " ".join(filter(None, (item.text, item.speaker, item.context)))
        for word in _name_words(said):
            self._by_word.setdefault(word, set()).add(index)
        texts = (simple(item.text),)
        found = _Numbers(KnownNumbers.of(texts), KnownDates.of(texts))
        for value, unit in found.numbers.readings:
            self._by_number.setdefault((value, unit), set()).add(index)
            self._by_number.setdefault((value, ""), set()).add(index)
        if found.dates.dates or found.dates.words or found.numbers.values:
            self._dated.append((index, found))

    def _with_name(self, text: str) -> set[int]:
        words = _name_words(text)
        if not words or words <= self._subject:
            return set()
        return set.intersection(*(self._by_word.get(word, set()) for word in words))

    def _with_number(self, text: str) -> set[int]:
        readings = [reading for number in find_numbers(simple(text)) for reading in number.readings]
        telling = (reading for reading in readings if not _is_plain(*reading))
        return set().union(*(self._by_number.get(reading, set()) for reading in telling))

    def _with_date(self, text: str) -> set[int]:
        dates = find_dates(simple(text))
        return {
            index
            for index, found in self._dated
            if any(found.dates.knows(date, found.numbers) for date in dates)
        }


@lru_cache(maxsize=_KEPT)
def evidence_index(outline: Outline) -> EvidenceIndex:
    """Make the index of an outline; kept, since page and provenance both ask."""
    return EvidenceIndex(outline)


def _name_words(text: str) -> frozenset[str]:
    return frozenset(tokens(fold(text))) - FUNCTION_WORDS


def _is_plain(value: str, unit: str) -> bool:
    return not unit and value.isdigit() and int(value) <= _PLAIN_UP_TO
