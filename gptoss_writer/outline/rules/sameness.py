"""Which pieces of evidence have the same words: equal, or one a piece of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gptoss_writer.text import fold

FEWEST_SHARED = 4
"""Words from which on a run counts as a quotation, as everywhere in the program."""
_MOST_CANDIDATES = 50

Words = tuple[str, ...]


def plain_words(text: str) -> Words:
    """Bring a text into the words that are compared: folded, small, without marks around them."""
    words = (word.strip(".,:;!?…\"'()[]") for word in fold(text).casefold().split())
    return tuple(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Shared:
    """One text stands in another: `part` is a piece of `whole`, or equal to it; both are indices.

    `at` is where the piece begins, in words of the whole.
    """

    part: int
    whole: int
    at: int
    is_equal: bool


def shared_words(texts: Iterable[Words]) -> Iterator[Shared]:
    """Give every pair of texts of which one holds the other; of equal ones, each with the first.

    Texts of fewer than four words are left out. Takes time linear in the words, since a text is
    only tried where its first four words stand.
    """
    first_with: dict[Words, int] = {}
    by_start: dict[Words, list[int]] = {}
    listed = list(texts)
    for index, words in enumerate(listed):
        if len(words) < FEWEST_SHARED:
            continue
        if words in first_with:
            yield Shared(index, first_with[words], 0, is_equal=True)
            continue
        first_with[words] = index
        by_start.setdefault(words[:FEWEST_SHARED], []).append(index)
    for words, index in first_with.items():
        for at in range(len(words) - FEWEST_SHARED + 1):
            for other in by_start.get(words[at : at + FEWEST_SHARED], [])[:_MOST_CANDIDATES]:
                part = listed[other]
                if other != index and words[at : at + len(part)] == part:
                    yield Shared(other, index, at, is_equal=False)
