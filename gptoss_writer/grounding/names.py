"""Proper names in running English: persons, organisations, products, acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from gptoss_writer.grounding.name_words import CORE, NOT_NAMES, PIECES, TITLES, is_titlecase
from gptoss_writer.grounding.vocabulary import FUNCTION_WORDS, SPEECH

_TOKEN = re.compile(r"[^\s\u2013\u2014\u2015…【】†]+")
_BREAKS = frozenset(',;:!?)]}"')
_CONNECTORS = frozenset(
    {"of", "for", "de", "del", "van", "von", "der", "da", "di", "la", "le", "&"}
)
_PREFIXES = frozenset({"mid", "pre", "post", "top", "sub", "under", "over", "non", "early", "late"})


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
        core = CORE.match(match[0])
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
    significant = tuple(word for word in words if word.casefold() not in NOT_NAMES)
    if significant:
        low, high = run[0].low, run[-1].high
        yield NameMention(low, high, text[low:high], significant)


def _trimmed(run: list[_Token], first_words: FirstWords, following: _Token | None) -> list[_Token]:
    """Take off what only looks like a part of the name: first words, connectors at the ends."""
    is_known = bool(run) and run[0].core in first_words.names
    if run and run[0].is_first and not is_known and _is_ordinary(run[0].core, first_words.small):
        run = run[1:]
    if len(run) == 1 and run[0].is_first and not is_known and is_titlecase(run[0].core):
        # "Experts say" is no name, "Lambert says" is one.
        is_speaking = following is not None and following.core in SPEECH
        if not is_speaking or run[0].core.endswith("s"):
            return []
    while run and (run[0].core in _CONNECTORS or run[0].core.casefold() in NOT_NAMES):
        run = run[1:]
    while run and run[-1].core in _CONNECTORS:
        run = run[:-1]
    return run


def _is_ordinary(core: str, small_words: frozenset[str]) -> bool:
    """Tell whether the first word of a sentence would be written small inside one."""
    first = PIECES.split(core)[0]
    if not is_titlecase(first):
        return False
    small = first.casefold()
    return (
        small in small_words
        or small in NOT_NAMES
        or "'" in core
        or first != core
        or small.endswith(("ly", "ing"))
    )


def _may_name(core: str) -> bool:
    """Tell whether a word has the look of a name or of a part of one."""
    small = core.casefold()
    if small in NOT_NAMES and core[1:].lower() == core[1:]:
        return small in TITLES
    if core.casefold().split("'")[0] in FUNCTION_WORDS:
        return False
    pieces = [piece for piece in PIECES.split(core) if piece]
    return any(_has_capital(piece) for piece in pieces) or _is_designation(core, pieces)


def _has_capital(piece: str) -> bool:
    return any(map(str.isupper, piece)) and piece[:1].isalpha()


def _is_designation(core: str, pieces: list[str]) -> bool:
    """Tell whether a word in small letters is a designation with digits, as o3 or gpt-oss-20b."""
    if not core[:1].isalpha() or not any(map(str.isdigit, core)):
        return False
    return pieces[0].casefold() not in _PREFIXES
