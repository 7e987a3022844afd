"""The phrases that training text is made of."""

from __future__ import annotations

from random import Random

import pytest

from models.demo.lexicon import all_words, lines
from models.demo.samples import draw_article
from models.demo.world import World


@pytest.mark.parametrize("seed", range(40))
def test_marks_go_around_a_few_words(seed: int) -> None:
    """Scare quotes change nothing but add a pair of marks around one to three words."""
    world = World(Random(seed), 0.3)
    text = world.sentence()

    marked = world.with_marks(text)

    if marked != text:
        before, inner, after = marked.replace("“", '"').replace("”", '"').split('"')
        assert text == before + inner + after
        assert 1 <= len(inner.split()) <= 3
        assert inner == inner.strip()


def test_some_texts_get_marks() -> None:
    """Most texts get marks; words that have marks already get none."""
    world = World(Random(3), 0.0)
    texts = [world.sentence() for _ in range(100)]

    assert 50 < sum(world.with_marks(text) != text for text in texts)
    assert {'a "b" c d e'} == {world.with_marks('a "b" c d e') for _ in range(50)}


def test_every_word_of_the_lists_can_be_met() -> None:
    """The words that may stand anywhere are those of the lists and the templates, once each."""
    words = all_words()

    assert sorted(set(words)) == list(words)
    assert {word for name in ("adverbs", "nouns", "says") for word in _plain(lines(name))} <= set(
        words
    )
    assert {"quotations", "exactly", "paragraphs"} <= set(words)
    assert "endif" not in words
    assert all(word == word.lower() for word in words)


def test_the_same_seed_gives_the_same_sample() -> None:
    """A sample is a matter of its seed alone."""
    first, second, other = (draw_article(Random(seed)) for seed in (5, 5, 6))

    assert first == second
    assert first != other


def _plain(entries: tuple[str, ...]) -> set[str]:
    return {
        word
        for entry in entries
        for word in entry.split()
        if word.isascii() and word.isalpha() and word.islower()
    }
