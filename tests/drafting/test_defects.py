"""Empty, looping and degenerate text is found; prose, lists, tables, poems and noise are not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pydoc_data.topics import topics

import pytest

from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.drafting.defects import LoopWatch, find_defects

INTRO = "A model that fits on a laptop is a different thing from one that does not. "

PIECES = (
    *(bytes([byte]) for byte in range(256)),
    *(
        b" the",
        b" of",
        b" and",
        b"ing",
        b"tion",
        b" open",
        b" model",
        b" weight",
        b"er",
        b"s",
        b" re",
    ),
    *(
        text.encode()
        for text in ("é", "日本", "🙂", "# ", "```", " **", "- ", "\n\n", ". ", ", ", "“")
    ),
)


def noise(generator: random.Random) -> str:
    """Write as random weights do: bytes and word pieces, some likelier than others."""
    pieces = list(PIECES)
    generator.shuffle(pieces)
    skew = generator.choice((0.0, 0.0, 0.3, 0.6, 0.9))
    weights = [1 / (rank + 1) ** skew for rank in range(len(pieces))]
    drawn = generator.choices(pieces, weights, k=generator.randint(20, 700))
    return b"".join(drawn).decode("utf-8", "replace")


def codes(text: str) -> list[str]:
    """Name what is found."""
    return [finding.code for finding in find_defects(text)]


def first_loop(text: str) -> int | None:
    """Give the number of characters after which the watch says that a text loops."""
    watch = LoopWatch()
    return next((count for count, piece in enumerate(text, start=1) if watch.feed(piece)), None)


@pytest.mark.parametrize("text", ["", "   \n", "— … !", "### Only a heading", "> -\n> *"])
def test_a_text_without_words_is_empty(text: str) -> None:
    """Blanks, marks and headings are no text."""
    assert ["empty"] == codes(text)


def test_an_empty_text_names_the_reasoning_before_it() -> None:
    """The message says how much was thought where nothing was written."""
    (finding,) = find_defects("", analysis="We need to write three words.")

    assert "The text has no words after 6 words of reasoning." == finding.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (INTRO + "G" * 40, 'The character "G" is repeated 40 times or more in a row.'),
        ("G" * 16, 'Most of the text is the character "G".'),
        ("? " * 30, 'Most of the text is the character "?".'),
        ("?!&" * 30, "The text has hardly any letters."),
        ("?" * 60, 'The character "?" is repeated 40 times or more in a row.'),
        (INTRO + "-" * 400, 'The character "-" is repeated 400 times or more in a row.'),
        ("the " * 20, 'Most of the text is the word "the".'),
        ("la di " + "la " * 30 + "end", 'Most of the text is the word "la".'),
    ],
)
def test_one_token_over_and_over_is_degenerate(text: str, message: str) -> None:
    """Runs of a character or a word, and text that is hardly letters, are named as such."""
    (finding,) = find_defects(text)

    assert ("degenerate", message) == (finding.code, finding.message)


@pytest.mark.parametrize(
    "text",
    [
        INTRO + "The weights are open and anyone can run them. " * 4,
        INTRO + "and so on, " * 8,
        INTRO * 4,
        "".join(f"{INTRO}Part {number} comes next, and it is new. " for number in range(5)),
        "\n".join("- It runs on a single card with plenty of memory." for _ in range(5)),
        "".join(f"The model of year {n} was released under an open licence. " for n in range(9)),
        " ".join(f"w{n}" for _ in range(3) for n in range(90)),
        "| a row | that is always the same | in this table |\n" * 12,
    ],
)
def test_a_passage_that_comes_back_and_back_is_a_loop(text: str) -> None:
    """Sentences, clauses, runs of words, long passages and table rows, after a good start too."""
    assert ["looping"] == codes(text)


REFRAIN = "The river runs and does not ask me why it runs.\n"


@pytest.mark.parametrize(
    "text",
    [
        INTRO,
        "Yes.",
        "No, no, no, no!",
        "Yes. " * 12,
        INTRO + REFRAIN * 3,
        "\n\n".join(f"{REFRAIN}Verse {n} is about water and stone." for n in "abc"),
        " ".join(
            f"We shall fight {where}."
            for where in (
                *("in France", "on the seas and oceans", "with growing confidence in the air"),
                *("on the beaches", "on the landing grounds", "in the fields", "in the hills"),
            )
        ),
        " ".join(
            f"I dream that one day {rest}."
            for rest in (
                "this valley will be green again and the mill will turn",
                "my children will read by the light of their own lamps",
                "nobody in our town has to ask for bread in winter",
                "the road over the pass is open to carts and to walkers",
                "the old and the young sit together under the lime tree",
            )
        ),
        "\n".join(f"- Model {n}\n  - Licence: Apache 2.0\n  - Memory: 16 GB" for n in range(12)),
        "| Model | Open | Free |\n|---|---|---|\n"
        + "".join(f"| Model {n} | Yes | Yes |\n" for n in range(40)),
        "| a | b |\n|" + "-" * 200 + "|" + "-" * 150 + "|\n| 1 | 2 |",
        "```\n" + "\n".join(f"x{n} = {n}, {n + 1}, {n * 7}" for n in range(40)) + "\n```",
        "Introduction" + "." * 120 + " 1\nThe rest" + "." * 130 + " 2",
        "\ufffd" * 120 + " a few words \ufffd\ufffd between broken characters",
    ],
)
def test_prose_lists_tables_and_poems_are_not_defects(text: str) -> None:
    """What people write on purpose, refrains of three and anaphora included, is left alone."""
    assert [] == codes(text)
    assert first_loop(text) is None


def test_real_documents_are_not_defects() -> None:
    """Python's own reference pages, with their lists, tables and code, raise no alarm."""
    assert len(topics) > 50
    assert {} == {name: found for name, text in topics.items() if (found := codes(text))}


def test_noise_of_random_weights_is_not_a_defect() -> None:
    """Over thousands of samples of varied noise, raw and cleaned, not one alarm."""
    generator = random.Random(20)
    alarms = []
    for _ in range(1000):
        text = noise(generator)
        found = {*codes(text), *codes(clean(text, title="A title"))} - {"empty"}
        alarms += [text] if found or LoopWatch().feed(text) else []

    assert [] == alarms


@pytest.mark.parametrize(
    ("unit", "at_most"),
    [
        ("G", 320),
        ("la ", 330),
        ("and so on, ", 352),
        ("The weights are open and anyone can run them. ", 384),
        (INTRO * 4, 4 * 4 * len(INTRO) + 32),
        ("-", 640),
    ],
)
def test_a_loop_is_seen_while_it_streams(unit: str, at_most: int) -> None:
    """After some 300 characters of a loop, or four times a long unit, the watch says so."""
    count = first_loop(unit * 1000)

    assert count is not None
    assert count <= at_most


def test_a_loop_after_good_text_is_seen_too() -> None:
    """A long good beginning does not hide the loop, and what was seen stays seen."""
    good = "".join(f"Sentence {n} says something about the number {n * n}. " for n in range(300))
    watch = LoopWatch()

    assert not watch.feed(good)
    assert watch.feed("over and over, " * 30)
    assert watch.feed("something else")


def pieces_of(text: str, generator: random.Random) -> Iterator[str]:
    """Cut a text into pieces of random lengths, empty ones included."""
    position = 0
    while position < len(text):
        length = generator.choice((0, 1, 3, 17, 200))
        yield text[position : position + length]
        position += length


def test_the_watch_does_not_care_how_text_is_cut() -> None:
    """The same text gives the same answer in any pieces, and find_defects agrees with it."""
    generator = random.Random(5)
    for _ in range(40):
        good = noise(generator)
        text = good + generator.choice((good, "once more, " * generator.randint(1, 60)))
        watch = LoopWatch()
        streamed = any(watch.feed(piece) for piece in pieces_of(text, generator))

        assert LoopWatch().feed(text) == streamed
        assert not streamed or codes(text)


def test_the_watch_keeps_a_bounded_tail() -> None:
    """However much is fed, no more than the window is kept."""
    watch = LoopWatch()
    for number in range(20_000):
        watch.feed(f"{number} ")

    assert len(watch._tail) < 6100
