"""Two texts compared word by word: nothing is lost, and it reads as prose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.cli.word_diff import Piece, compare, count_changed

_TEXTS = st.lists(
    st.sampled_from(["the", "tide", "goes", "out", ".", ",", "\n\n", "\n", "don't", "é", "—"])
).map(" ".join)


def words(pieces: tuple[Piece, ...], *ops: str) -> list[str]:
    """Give the words and marks of the pieces of these kinds, without the blanks."""
    return re.findall(r"\w+|[^\w\s]", "".join(piece.text for piece in pieces if piece.op in ops))


@settings(max_examples=200)
@given(_TEXTS, _TEXTS)
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    """What is the same and what went is the first text; with what came, the second."""
    pieces = compare(before, after)

    assert re.findall(r"\w+|[^\w\s]", before) == words(pieces, "same", "removed")
    assert re.findall(r"\w+|[^\w\s]", after) == words(pieces, "same", "added")


@given(_TEXTS)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    """Also with other newlines, and with more spaces between its words."""
    for other in (text, text.replace("\n", "\r\n"), text.replace(" ", "  ")):
        assert {"same"} >= {piece.op for piece in compare(text, other)}


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (
            "It is far too salesy, really.",
            "It is plain, really.",
            [("same", "It is "), ("removed", "far too salesy"), ("added", "plain")],
        ),
        (
            "One two three.",
            "One, 2; three.",
            [("same", "One "), ("removed", "two "), ("added", ", 2; "), ("same", "three.")],
        ),
        ("One.\n\nTwo.", "One. Two.", [("same", "One. "), ("removed", "\n\n"), ("same", "Two.")]),
    ],
)
def test_reads_as_a_person_would_mark_it(
    before: str, after: str, pieces: list[tuple[str, str]]
) -> None:
    """One change is one, with its punctuation, and a lost paragraph is seen."""
    found = [(piece.op, piece.text) for piece in compare(before, after)]

    assert pieces == found[: len(pieces)]


def test_counts_words() -> None:
    """Those that came and those that went."""
    pieces = compare("a red fox ran", "a quick brown fox ran")

    assert (2, 1) == (count_changed(pieces, "added"), count_changed(pieces, "removed"))
