"""Who says what: a person named beside a quotation must be the one the outline gives."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gptoss_writer.grounding.facts import KnownFacts, simple
from gptoss_writer.grounding.name_words import TITLES
from gptoss_writer.grounding.names import FirstWords, NameMention, find_names
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.sources import Source
from gptoss_writer.grounding.vocabulary import FUNCTION_WORDS, SPEECH, tokens

_REACH_WORDS = 14
"""Words between a name and its word of speech, an apposition included."""

_REACH = 200
"""Characters looked at on either side of a name."""

_FILLER = "¤"
_PREPOSITIONS = frozenset({"of", "in", "at", "from", "near", "for", "to", "by", "with", "on"})

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
    found = []
    for group in by_block.values():
        text = _unquoted(group)
        read: dict[tuple[int, int], tuple[bool, list[str]]] = {}
        for quotation in group:
            if quotation.verdict == "absent" or not quotation.sources or quotation.words == 1:
                continue
            low, high = sentence_around(quotation)
            if (low, high) not in read:
                sentence = text[low:high]
                read[low, high] = has_speech(sentence), _people_named(sentence, known)
            found.append(_judge(quotation, *read[low, high]))
    return tuple(filter(None, found))


def _judge(
    quotation: JudgedQuotation,
    is_speech: bool,  # noqa: FBT001 - what was read of the sentence
    people: list[str],
) -> Misattribution | None:
    speakers = [source.speaker for source in quotation.sources if source.speaker]
    is_right = any(_is_same(person, speaker) for person in people for speaker in speakers)
    if not people or is_right:
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
    sentences = quoted.block.sentences
    first = bisect_left(sentences, quoted.low, key=lambda sentence: sentence.high)
    last = bisect_right(sentences, quoted.high, key=lambda sentence: sentence.low)
    if first >= last:
        return quoted.low, quoted.high
    return sentences[first].low, sentences[last - 1].high


def has_speech(text: str) -> bool:
    """Tell whether a text has a word of speech."""
    return any(word in SPEECH for word in tokens(text))


def _unquoted(group: list[JudgedQuotation]) -> str:
    """Give the text of the block of these quotations with all quoted words overwritten."""
    text = simple(group[0].quoted.block.text.text)
    pieces = []
    position = 0
    for quotation in group:
        low, high = max(position, quotation.quoted.low), quotation.quoted.high
        if low < high:
            pieces += [text[position:low], _FILLER * (high - low)]
            position = high
    return "".join((*pieces, text[position:]))


def _people_named(text: str, known: KnownFacts) -> list[str]:
    first_words = FirstWords(known.names.small_words, known.names.speaker_words)
    people = []
    for name in find_names(text, [(0, len(text))], first_words):
        speaker = _one_of(known.names.speakers, name)
        if speaker or _is_subject(name, text):
            other = _one_of(known.names.people, name) or _strange_person(name, known)
            people += [person for person in (speaker or other,) if person]
    return list(dict.fromkeys(people))


def _one_of(people: Iterable[tuple[str, ...]], name: NameMention) -> str | None:
    """Read a name as one of these persons, by full name or surname."""
    words = [word for word in name.words if word.casefold() not in TITLES]
    for person in people:
        plain = [word for word in person if word.casefold() not in TITLES]
        if not plain or not words or not plain[-1][:1].isupper():
            continue
        if plain[-1] in words and (len(words) == 1 or len(plain) == 1 or plain[0] in words):
            return " ".join(person)
    return None


def _strange_person(name: NameMention, known: KnownFacts) -> str | None:
    """Read a name that the outline does not have as a person's, if it looks like one."""
    looks_so = all(
        word[:1].isupper() and word.replace(".", "").replace("-", "").isalpha()
        for word in name.words
    )
    return name.text if looks_so and known.names.unknown_words(name) else None


def _is_subject(name: NameMention, text: str) -> bool:
    """Tell whether a name stands where the one stands who says something."""
    before = tokens(text[max(0, name.low - _REACH) : name.low])[-2:]
    if before == ["according", "to"] or SPEECH.intersection(before[-1:]):
        return True
    after = tokens(text[name.high : name.high + _REACH])[:_REACH_WORDS]
    return not _PREPOSITIONS.intersection(before[-1:]) and bool(SPEECH.intersection(after))


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
