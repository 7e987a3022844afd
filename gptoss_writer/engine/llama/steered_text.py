"""A text while it is written under a constraint: its tokens, its sentences, and ways back.

The constraint takes in every token, and what is dropped of the text is taken back from it too. The
KV cache is the writer's.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gptoss_writer.sampling.interface import Constraint, Mark
from gptoss_writer.text import fold, sentence_spans

REPEATED_WORDS = 6
"""A sentence of so many words is written otherwise where the text has it already."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text to come back to: how many tokens it has, and the constraint's state."""

    tokens: int
    mark: Mark


class SteeredText:
    """The text so far.

    `sentences` are the numbers of tokens at which a sentence begins: the first of the text, and
    those that were noted since. `taken_back` counts the tokens that were dropped again.
    """

    def __init__(self, constraint: Constraint, piece: Callable[[int], bytes]) -> None:
        self._constraint = constraint
        self._piece = piece
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.tokens: list[int] = []
        self.pieces: list[str] = []
        self.sentences: list[int] = [0]
        self.taken_back = 0
        self.sentence = Place(0, constraint.mark())
        self.said: set[str] = set()
        self._trail: list[Mark] = []  # behind each token of the sentence

    def __str__(self) -> str:
        """Give the text."""
        return "".join(self.pieces)

    def __len__(self) -> int:
        """Count its tokens."""
        return len(self.tokens)

    def take(self, token: int) -> str:
        """Put a token behind the text; give the characters that it completed."""
        piece = self._piece(token)
        self._constraint.advance(piece)
        text = self._decoder.decode(piece)
        self.tokens.append(token)
        self.pieces.append(text)
        self._trail.append(self._constraint.mark())
        return text

    def note_sentence(self) -> None:
        """Note that a sentence begins here, and with it that the last one is said."""
        if len(self.tokens) > self.sentence.tokens:
            self.said.add(self.last_sentence())
            self.sentences.append(len(self.tokens))
        self.sentence = Place(len(self.tokens), self._constraint.mark())
        self._trail = []

    def last_sentence(self) -> str:
        """Give the present sentence, folded."""
        return fold("".join(self.pieces[self.sentence.tokens :]))

    def inner_sentence(self) -> str:
        """Give what reads as the last sentence, folded, also where a bracket around it is open."""
        tail = "".join(self.pieces[self.sentence.tokens :]).rsplit("\n", 1)[-1]
        spans = sentence_spans(tail)
        return fold(tail[slice(*spans[-1])]) if spans else ""

    def is_said(self, sentence: str) -> bool:
        """Tell whether the text has a folded sentence already; short ones may come again."""
        return sentence in self.said and len(sentence.split()) >= REPEATED_WORDS

    def places(self) -> Iterable[Place]:
        """Give the places behind each token of the sentence."""
        for tokens, mark in enumerate(self._trail, start=self.sentence.tokens + 1):
            yield Place(tokens, mark)

    def place(self, tokens: int) -> Place:
        """Give the place in the sentence, or at its beginning, where the text had so many."""
        if tokens == self.sentence.tokens:
            return self.sentence
        return Place(tokens, self._trail[tokens - self.sentence.tokens - 1])

    def retract(self, place: Place) -> int:
        """Go back to a place of the sentence; count the characters that were dropped."""
        characters = sum(map(len, self.pieces[place.tokens :]))
        self.taken_back += len(self.tokens) - place.tokens
        del self.tokens[place.tokens :], self.pieces[place.tokens :]
        self._decoder.reset()
        del self._trail[max(0, place.tokens - self.sentence.tokens) :]
        self._constraint.rollback(place.mark)
        return characters

    def begins_word(self, number: int) -> bool:
        """Tell whether a word or mark begins with a token that is not the first of the text."""
        before, text = self.pieces[number - 1][-1:], self.pieces[number]
        if not text.strip() or self._piece(self.tokens[number])[0] in _CONTINUATION_BYTES:
            return False
        return not (before.isalnum() and text[0].isalnum())

    def is_in_word(self, tokens: int, *, is_word_whole: bool) -> bool:
        """Tell whether a word goes on behind so many tokens; `is_word_whole`: not at the end."""
        following = next(filter(None, self.pieces[tokens:]), "")
        if not following:
            return not is_word_whole
        return following[0].isalnum() or following[0] in _GOES_ON


_CONTINUATION_BYTES = range(0x80, 0xC0)  # of UTF-8; no character begins with them
_GOES_ON = frozenset("'’-")  # a word does, behind these
