"""Who says what: a person named beside a quotation must be the one the outline gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gptoss_writer.grounding.facts import KnownFacts, simple
from gptoss_writer.grounding.names import TITLES, NameMention, find_names
from gptoss_writer.grounding.prose import Block
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.sources import Source
from gptoss_writer.grounding.vocabulary import FUNCTION_WORDS, SPEECH, tokens

_REACH_WORDS = 14
"""Words between a name and its word of speech, an apposition included."""

_FILLER = "¤"

Fault = Literal["speaker", "narration"]


@dataclass(frozen=True)
class Misattribution:
    """A quotation given to the wrong person.

    `fault` is "speaker" where the outline names another one, "narration" where the words are the
    outline's own and nobody said them. `speaker` is whom the outline gives, None for narration.
    """

    quotation: JudgedQuotation
    fault: Fault
    person: str
    speaker: str | None
    source: Source


def misattributions(
    quotations: Iterable[JudgedQuotation], known: KnownFacts
) -> tuple[Misattribution, ...]:
    """Find the quotations whose sentence gives them to somebody who did not say them.

    Looked at are persons of the outline anywhere in the sentence, and unknown names that are the
    subject of a word of speech. A sentence that names the right one may name others as well.
    """
    by_block: dict[int, list[JudgedQuotation]] = {}
    for quotation in quotations:
        by_block.setdefault(id(quotation.quoted.block), []).append(quotation)
    return tuple(
        fault
        for group in by_block.values()
        for quotation in group
        if (fault := _judge(quotation, group, known))
    )


def _judge(
    quotation: JudgedQuotation, group: list[JudgedQuotation], known: KnownFacts
) -> Misattribution | None:
    if quotation.verdict == "absent" or not quotation.sources or quotation.words == 1:
        return None
    low, high = sentence_around(quotation)
    text = _unquoted(quotation.quoted.block, group, low, high)
    is_speech = has_speech(text)
    people = _people_named(text, known)
    if not people:
        return None
    speakers = [source.speaker for source in quotation.sources if source.speaker]
    if any(_is_same(person, speaker) for person in people for speaker in speakers):
        return None
    if any(_names(source, person) for person in people for source in quotation.sources):
        return None
    if speakers and (is_speech or not quotation.is_scare):
        source = next(source for source in quotation.sources if source.speaker)
        return Misattribution(quotation, "speaker", people[0], source.speaker, source)
    if not speakers and is_speech and not quotation.is_scare:
        return Misattribution(quotation, "narration", people[0], None, quotation.sources[0])
    return None


def sentence_around(quotation: JudgedQuotation) -> tuple[int, int]:
    """Give the place in the block of the sentence, or sentences, a quotation stands in."""
    quoted = quotation.quoted
    around = [
        (sentence.low, sentence.high)
        for sentence in quoted.block.sentences
        if sentence.low <= quoted.high and quoted.low <= sentence.high
    ]
    if not around:
        return quoted.low, quoted.high
    return around[0][0], around[-1][1]


def has_speech(text: str) -> bool:
    """Tell whether a text has a word of speech."""
    return any(word in SPEECH for word in tokens(text))


def _unquoted(block: Block, group: list[JudgedQuotation], low: int, high: int) -> str:
    """Give a stretch of a block with all quoted words overwritten."""
    text = simple(block.text.text)
    for other in group:
        begin, end = other.quoted.low, other.quoted.high
        text = f"{text[:begin]}{_FILLER * (end - begin)}{text[end:]}"
    return text[low:high]


def _people_named(text: str, known: KnownFacts) -> list[str]:
    names = find_names(text, [(0, len(text))], known.names.small_words)
    return [
        person
        for name in names
        if (person := _known_person(name, known) or _strange_speaker(name, text, known))
    ]


def _known_person(name: NameMention, known: KnownFacts) -> str | None:
    """Read a name as a person of the outline, by full name or surname."""
    words = [word for word in name.words if word.casefold() not in TITLES]
    for person in known.names.people:
        plain = [word for word in person if word.casefold() not in TITLES]
        if not plain or not words or not plain[-1][:1].isupper():
            continue
        if plain[-1] in words and (len(words) == 1 or len(plain) == 1 or plain[0] in words):
            return " ".join(person)
    return None


def _strange_speaker(name: NameMention, text: str, known: KnownFacts) -> str | None:
    """Read a name that the outline does not have as a speaker, if a word of speech is near."""
    if not known.names.unknown_words(name) or not all(
        word[:1].isupper() and word.replace(".", "").replace("-", "").isalpha()
        for word in name.words
    ):
        return None
    before = tokens(text[: name.low])[-2:]
    after = tokens(text[name.high :])[:_REACH_WORDS]
    if before[-1:] and before[-1] in SPEECH:
        return name.text
    if before == ["according", "to"] or SPEECH.intersection(after):
        return name.text
    return None


def _is_same(person: str, speaker: str) -> bool:
    """Tell whether one name can stand for another: "Frieder", "S. Frieder", "Simon Frieder"."""
    ours, theirs = (_name_words(name) for name in (person, speaker))
    short, long = sorted((ours, theirs), key=len)
    return bool(short) and all(
        any(word == other or (len(word) == 1 and other.startswith(word)) for other in long)
        for word in short
    )


def _name_words(name: str) -> list[str]:
    return [word for word in tokens(name) if word not in FUNCTION_WORDS and word not in TITLES]


def _names(source: Source, person: str) -> bool:
    """Tell whether the text of a source, or what stands around it, names the person itself."""
    around = tokens(f"{source.text} {source.context}")
    return all(word in around for word in _name_words(person)[-1:])
