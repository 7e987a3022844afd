"""Numbers, dates and names of an article that stand nowhere in its outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gptoss_writer.grounding.dates import DateMention, KnownDates, find_dates
from gptoss_writer.grounding.known_names import KnownNames
from gptoss_writer.grounding.names import FirstWords, NameMention, find_names
from gptoss_writer.grounding.numbers import KnownNumbers, NumberMention, find_numbers
from gptoss_writer.grounding.prose import Block
from gptoss_writer.grounding.sources import texts_of
from gptoss_writer.outline.models import Outline

FactKind = Literal["number", "date", "name"]
Mention = NumberMention | DateMention | NameMention

_KEPT = 8
_FILLER = "¤"
_SIMPLE = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟«»＂", '"')
    | dict.fromkeys("‐‑‒−", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\n\r\t", " ")
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date or name in an article: its words, its place in the original, and its fate.

    `key` is the same for the same fact in other words: "12 GB" and "twelve gigabytes".
    """

    kind: FactKind
    text: str
    key: str
    start: int
    end: int
    is_supported: bool


@dataclass(frozen=True)
class KnownFacts:
    """What an outline knows."""

    numbers: KnownNumbers
    dates: KnownDates
    names: KnownNames


@lru_cache(maxsize=_KEPT)
def known_facts(outline: Outline) -> KnownFacts:
    """Collect the numbers, dates and words of an outline; kept, since every check asks."""
    texts = tuple(simple(text) for text in texts_of(outline))
    people = tuple(
        item.speaker
        for item in (
            *(quotation for section in outline.sections for quotation in section.quotations),
            *outline.elements.quotes,
        )
        if item.speaker
    )
    return KnownFacts(
        numbers=KnownNumbers.of(texts),
        dates=KnownDates.of(texts),
        names=KnownNames.of(texts, people),
    )


def simple(text: str) -> str:
    """Bring a text, character for character, into plain marks, hyphens and spaces."""
    return text.translate(_SIMPLE)


def find_facts(blocks: Iterable[Block], known: KnownFacts) -> tuple[Fact, ...]:
    """Find the numbers, dates and names of a section's blocks, in order; code has none.

    Headings have no names, because they may capitalise every word; nor has a bold label.
    """
    blocks = tuple(blocks)
    small_words = known.names.small_words | _small_words(blocks)
    first_words = FirstWords(small_words, known.names.speaker_words)
    found: list[Fact] = []
    for block in blocks:
        found += _facts_of(block, first_words, known)
    return tuple(sorted(found, key=lambda fact: (fact.start, fact.end)))


def _facts_of(block: Block, first_words: FirstWords, known: KnownFacts) -> Iterator[Fact]:
    text = simple(block.text.text)
    dates = [date for date in find_dates(text) if not block.is_code(date.low, date.high)]
    in_dates = _Places(text, dates)
    numbers = [
        number
        for number in find_numbers(text)
        if not block.is_code(number.low, number.high) and not in_dates.touch(number)
    ]
    names = _names(block, text, first_words, known, numbers)
    strange = [name for name in names if not known.names.knows(name)]
    in_strange = _Places(text, strange)
    for name in names:
        yield _fact(block, "name", name, not in_strange.touch(name))
    for date in dates:
        if not in_strange.touch(date):
            yield _fact(block, "date", date, known.dates.knows(date, known.numbers))
    for number in numbers:
        if number.is_fact and not in_strange.touch(number):
            yield _fact(block, "number", number, known.numbers.knows(number))


class _Places:
    """The characters of a text that mentions take."""

    def __init__(self, text: str, mentions: Iterable[Mention]) -> None:
        self._taken = bytearray(len(text))
        for mention in mentions:
            self._taken[mention.low : mention.high] = b"\1" * (mention.high - mention.low)

    def touch(self, mention: Mention) -> bool:
        """Tell whether a mention shares a character with them."""
        return any(self._taken[mention.low : mention.high])


def _names(
    block: Block,
    text: str,
    first_words: FirstWords,
    known: KnownFacts,
    numbers: list[NumberMention],
) -> list[NameMention]:
    if block.kind == "heading":
        return []
    sentences = [
        (max(sentence.low, block.label_end), sentence.high)
        for sentence in block.sentences
        if sentence.high > block.label_end
    ]
    found = find_names(_without_units(text, numbers), sentences, first_words)
    return [
        _without_known_ends(name, text, known.names)
        for name in found
        if not block.is_code(name.low, name.high)
    ]


def _without_units(text: str, numbers: Iterable[NumberMention]) -> str:
    """Overwrite measures, such as 16 GB, so that a unit is not taken for a name."""
    pieces = []
    position = 0
    for number in numbers:
        if not number.text.isdigit():
            pieces += [text[position : number.low], _FILLER * (number.high - number.low)]
            position = number.high
    return "".join((*pieces, text[position:]))


def _without_known_ends(name: NameMention, text: str, known: KnownNames) -> NameMention:
    """Cut known names from the ends of an unknown one: "OpenAI Nathan Lambert" is about Lambert.

    Ordinary words stay: an "Action Plan" is one name, though the outline has the word "action".
    """
    words = list(name.words)
    low, high = name.low, name.high
    while len(words) > 1 and known.is_name_of_its_own(words[0]):
        low = text.index(words.pop(0), low)
        low = text.index(words[0], low)
    while len(words) > 1 and known.is_name_of_its_own(words[-1]):
        del words[-1]
        high = text.rindex(words[-1], low, high) + len(words[-1])
    if len(words) == len(name.words) or all(map(known.knows_word, words)):
        return name
    return NameMention(low, high, text[low:high], tuple(words))


def _small_words(blocks: Iterable[Block]) -> frozenset[str]:
    """Collect the words that a text writes small."""
    return frozenset(
        word
        for block in blocks
        for token in block.text.text.split()
        if (word := token.strip("\"'“”‘’().,;:!?*")).islower()
    )


def _fact(
    block: Block,
    kind: FactKind,
    mention: Mention,
    is_supported: bool,  # noqa: FBT001 - the value of a field
) -> Fact:
    start, end = block.text.span(mention.low, mention.high)
    return Fact(kind, mention.text, mention.key, start, end, is_supported)
