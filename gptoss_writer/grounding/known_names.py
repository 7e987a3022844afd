"""The names and words that an outline has, against which the names of an article are held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from gptoss_writer.grounding.name_words import NOT_NAMES, PIECES, core_of, forms_of, is_titlecase
from gptoss_writer.grounding.names import NameMention

_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")


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
                words.update(forms_of(word))
                if word.islower():
                    small.add(word)
            words.update(
                form
                for token in text.split()
                for form in (*forms_of(core_of(token)), *forms_of(core_of(token).replace(".", "")))
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
        if any(form in self.words for form in (*forms_of(word), *forms_of(word.replace(".", "")))):
            return True
        pieces = [piece for piece in PIECES.split(word) if piece]
        return len(pieces) > 1 and all(
            piece.casefold() in self.words or _is_plain(piece) or piece.casefold() in NOT_NAMES
            for piece in pieces
        )

    def is_name_of_its_own(self, word: str) -> bool:
        """Tell whether a word is known, and has the look of a whole name: OpenAI, GPT-2."""
        if not self.knows_word(word):
            return False
        return not is_titlecase(word)

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


def _is_plain(piece: str) -> bool:
    return piece.isalpha() and piece.islower()


def _people(text: str, small_words: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Find pairs of capitalised words that no text writes small: they may be persons."""
    for first, second in pairwise(text.split()):
        name, surname = first, core_of(second)
        if (
            name.isalpha()
            and surname.isalpha()
            and is_titlecase(name)
            and is_titlecase(surname)
            and not {name.casefold(), surname.casefold()} & (small_words | NOT_NAMES)
        ):
            yield name, surname
