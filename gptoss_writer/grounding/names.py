"""Proper names in running English: persons, organisations, products, acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, zip_longest

from gptoss_writer.grounding.dates import MONTHS, WEEKDAYS
from gptoss_writer.grounding.vocabulary import FUNCTION_WORDS, SPEECH

_TOKEN = re.compile(r"[^\s\u2013\u2014\u2015…【】†]+")
_OPENING = "([{\"'*"
_CLOSING = ")]}\"'*.,;:!?"
_CORE = re.compile(rf"[{re.escape(_OPENING)}]*(.*?)('s|s')?[{re.escape(_CLOSING)}]*\Z", re.DOTALL)
_PIECES = re.compile(r"[-/+&@_.]+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")
_BREAKS = frozenset(',;:!?)]}"')
_CONNECTORS = frozenset(
    {"of", "for", "de", "del", "van", "von", "der", "da", "di", "la", "le", "&"}
)
_PREFIXES = frozenset({"mid", "pre", "post", "top", "sub", "under", "over", "non", "early", "late"})

TITLES = frozenset(
    "dr mr mrs ms prof professor sir dame president senator judge chancellor".split()  # noqa: SIM905 - reads better
)
_NOT_NAMES = (
    FUNCTION_WORDS
    | TITLES
    | {word.lower() for word in MONTHS | WEEKDAYS}
    | frozenset(
        """ai api apis ascii bios ceo cfo coo cpu cpus cto csv diy dna eu faq faqs fyi gpu gpus hr
        html http https id ids ip it json kpi llm llms ml no nlp ok os pc pcs pdf pdfs phd phds pr
        qa r&d ram rna roi rom sdk sql ssd tv ui uk un url urls us usa usb ux vip vs web wi-fi
        wifi xml yaml i i'm i've i'd i'll internet earth western eastern northern southern west east
        north south section chapter figure table part step appendix note tip yes am pm ad bc bce ce
        st nd rd th""".split()  # noqa: SIM905 - reads better
    )
)
"""Capitalised words that name nobody: function words, titles, months, everyday acronyms."""


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name as it stands in a text, from `low` to `high`; `words` are its significant words."""

    low: int
    high: int
    text: str
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name in small letters."""
        return " ".join(self.words).casefold()


@dataclass(frozen=True)
class KnownNames:
    """The words of an outline.

    `words` holds every word in small letters, plural and singular; `small_words` those that are
    written with a small letter; `speakers` the full names, in words, of those who are quoted;
    `people` these and all other pairs of words that may be a person's name.
    """

    words: frozenset[str]
    small_words: frozenset[str]
    speakers: frozenset[tuple[str, ...]]
    people: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str], speakers: Iterable[str]) -> KnownNames:
        """Collect the words of texts; persons are the speakers and whoever is named like one."""
        words: set[str] = set()
        small: set[str] = set()
        texts = tuple(texts)
        for text in texts:
            for word in _WORD.findall(text):
                words.update(_forms(word))
                if word.islower():
                    small.add(word)
            words.update(
                form
                for token in text.split()
                for form in (*_forms(_core(token)), *_forms(_core(token).replace(".", "")))
            )
        spoken = frozenset(tuple(speaker.split()) for speaker in speakers)
        people = {person for text in texts for person in _people(text, frozenset(small))}
        return cls(frozenset(words), frozenset(small), spoken, spoken | people)

    @cached_property
    def speaker_words(self) -> frozenset[str]:
        """The capitalised words of those who are quoted; one may open a sentence by itself."""
        return frozenset(
            word for speaker in self.speakers for word in speaker if word[:1].isupper()
        )

    def knows(self, name: NameMention) -> bool:
        """Tell whether every word of a name is known, and it is no mixture of two persons."""
        return not self.unknown_words(name) and not self._is_mixed(name)

    def unknown_words(self, name: NameMention) -> tuple[str, ...]:
        """List the words of a name that the outline does not have."""
        return tuple(word for word in name.words if not self.knows_word(word))

    def knows_word(self, word: str) -> bool:
        """Tell whether a word of a name is known, whole or in its parts, in any number or case."""
        if any(form in self.words for form in (*_forms(word), *_forms(word.replace(".", "")))):
            return True
        pieces = [piece for piece in _PIECES.split(word) if piece]
        return len(pieces) > 1 and all(
            piece.casefold() in self.words or _is_plain(piece) or piece.casefold() in _NOT_NAMES
            for piece in pieces
        )

    def is_name_of_its_own(self, word: str) -> bool:
        """Tell whether a word is known, and has the look of a whole name: OpenAI, GPT-2."""
        if not self.knows_word(word):
            return False
        return not _is_titlecase(word)

    def _is_mixed(self, name: NameMention) -> bool:
        """Tell whether the first name of one person stands before another's last."""
        if len(name.words) != 2 or name.text.split() != list(name.words):  # noqa: PLR2004 - first and last
            return False
        first, last = name.words
        sharing = [person for person in self.people if len(person) > 1 and person[-1] == last]
        return (
            bool(sharing)
            and all(first not in person for person in sharing)
            and any(person[0] == first for person in self.people if len(person) > 1)
        )


@dataclass(frozen=True, slots=True)
class _Token:
    low: int
    high: int
    core: str
    is_first: bool
    """It begins a sentence, or what may begin one: behind a colon or an opening mark."""
    breaks_before: bool
    breaks_after: bool


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What is known about words that open sentences: those written small, those that are names."""

    small: frozenset[str]
    names: frozenset[str] = frozenset()


def find_names(
    text: str, sentences: Iterable[tuple[int, int]], first_words: FirstWords
) -> tuple[NameMention, ...]:
    """Find the names in the sentences of a text of plain marks, hyphens and spaces, in order.

    A name is a run of words that are capitalised within a sentence, or that have capitals inside,
    or letters and digits. The first word of a sentence is one only where the run goes on behind
    it, where a word of speech follows, or where it is known for a name.
    """
    return tuple(
        name
        for low, high in sentences
        for name in _names(text, [*_tokens(text, low, high)], first_words)
    )


def _tokens(text: str, low: int, high: int) -> Iterator[_Token]:
    is_first = True
    for match in _TOKEN.finditer(text, low, high):
        core = _CORE.match(match[0])
        if core is None or not core[1]:
            is_first = is_first or match[0].endswith((":", '"'))
            continue
        start, end = match.start() + core.start(1), match.start() + core.end(1)
        head, tail = text[match.start() : start], text[end : match.end()]
        is_abbreviated = tail == "." and (len(core[1]) == 1 or core[1].lower() in TITLES)
        yield _Token(
            start,
            end,
            core[1],
            is_first or '"' in head or "(" in head,
            bool(head) or not text[match.start() - 1 : match.start()].isspace(),
            bool(_BREAKS & set(tail))
            or ("." in tail and not is_abbreviated)
            or core[2] is not None,
        )
        is_first = tail.endswith(":")


def _names(text: str, tokens: list[_Token], first_words: FirstWords) -> Iterator[NameMention]:
    run: list[_Token] = []
    for token, following in zip_longest(tokens, tokens[1:]):
        if run and token.breaks_before and (run[-1].breaks_after or token.is_first):
            yield from _name(text, run, first_words, None)
            run = []
        if _may_name(token.core) or (run and _goes_on(run, token, following)):
            run.append(token)
        elif run:
            yield from _name(text, run, first_words, token)
            run = []
        if run and token.breaks_after:
            yield from _name(text, run, first_words, None)
            run = []
    yield from _name(text, run, first_words, None)


def _goes_on(run: list[_Token], token: _Token, following: _Token | None) -> bool:
    """Tell whether a small word or a number belongs to the name around it."""
    if token.breaks_before and token.low != run[-1].high + 1:
        return False
    if token.core.isdigit():
        return not run[-1].core.islower() and not run[-1].core.isdigit()
    return (
        token.core in _CONNECTORS
        and following is not None
        and not token.breaks_after
        and _may_name(following.core)
    )


def _name(
    text: str, run: list[_Token], first_words: FirstWords, following: _Token | None
) -> Iterator[NameMention]:
    run = _trimmed(run, first_words, following)
    words = tuple(
        token.core for token in run if token.core not in _CONNECTORS and not token.core.isdigit()
    )
    significant = tuple(word for word in words if word.casefold() not in _NOT_NAMES)
    if significant:
        low, high = run[0].low, run[-1].high
        yield NameMention(low, high, text[low:high], significant)


def _trimmed(run: list[_Token], first_words: FirstWords, following: _Token | None) -> list[_Token]:
    """Take off what only looks like a part of the name: first words, connectors at the ends."""
    is_known = bool(run) and run[0].core in first_words.names
    if run and run[0].is_first and not is_known and _is_ordinary(run[0].core, first_words.small):
        run = run[1:]
    if len(run) == 1 and run[0].is_first and not is_known and _is_titlecase(run[0].core):
        # "Experts say" is no name, "Lambert says" is one.
        is_speaking = following is not None and following.core in SPEECH
        if not is_speaking or run[0].core.endswith("s"):
            return []
    while run and (run[0].core in _CONNECTORS or run[0].core.casefold() in _NOT_NAMES):
        run = run[1:]
    while run and run[-1].core in _CONNECTORS:
        run = run[:-1]
    return run


def _is_ordinary(core: str, small_words: frozenset[str]) -> bool:
    """Tell whether the first word of a sentence would be written small inside one."""
    first = _PIECES.split(core)[0]
    if not _is_titlecase(first):
        return False
    small = first.casefold()
    return (
        small in small_words
        or small in _NOT_NAMES
        or "'" in core
        or first != core
        or small.endswith(("ly", "ing"))
    )


def _may_name(core: str) -> bool:
    """Tell whether a word has the look of a name or of a part of one."""
    small = core.casefold()
    if small in _NOT_NAMES and core[1:].lower() == core[1:]:
        return small in TITLES
    if core.casefold().split("'")[0] in FUNCTION_WORDS:
        return False
    pieces = [piece for piece in _PIECES.split(core) if piece]
    return any(_has_capital(piece) for piece in pieces) or _is_designation(core, pieces)


def _has_capital(piece: str) -> bool:
    return any(map(str.isupper, piece)) and piece[:1].isalpha()


def _is_designation(core: str, pieces: list[str]) -> bool:
    """Tell whether a word in small letters is a designation with digits, as o3 or gpt-oss-20b."""
    if not core[:1].isalpha() or not any(map(str.isdigit, core)):
        return False
    return pieces[0].casefold() not in _PREFIXES


def _is_titlecase(word: str) -> bool:
    return (word[:1].isupper() and word[1:].islower()) or (len(word) == 1 and word.isupper())


def _is_plain(piece: str) -> bool:
    return piece.isalpha() and piece.islower()


def _core(token: str) -> str:
    match = _CORE.match(token)
    return match[1] if match else token


def _forms(word: str) -> tuple[str, ...]:
    """Give a word in small letters as it stands, and without the s of a plural."""
    small = word.casefold().removesuffix("'s").removesuffix("'")
    return (small, small.removesuffix("s")) if len(small) > 2 else (small,)  # noqa: PLR2004 - "us"


def _people(text: str, small_words: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Find pairs of capitalised words that no text writes small: they may be persons."""
    for first, second in pairwise(text.split()):
        name, surname = first, _core(second)
        if (
            name.isalpha()
            and surname.isalpha()
            and _is_titlecase(name)
            and _is_titlecase(surname)
            and not {name.casefold(), surname.casefold()} & (small_words | _NOT_NAMES)
        ):
            yield name, surname
