"""Where the line is drawn: just enough counts, a little less does not."""

from __future__ import annotations

from itertools import islice

import pytest

from gptoss_writer.grounding.article import parse_article
from gptoss_writer.grounding.ledger import coverage, ledger, missing_quotations, reused
from gptoss_writer.grounding.matching import SAME_TITLE, likeness, match_sections
from gptoss_writer.grounding.numbers import find_numbers
from gptoss_writer.grounding.repetition import alike_openings, closing_lines, shared_runs
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.outline.models import Outline
from tests.support.articles import passage

TEN = "alder birch cedar daisy elder fennel garlic hazel iris juniper".split()  # noqa: SIM905 - reads better
FILLER = "Nothing of that kind grows here."


def outline_of(evidence: object, **section: object) -> Outline:
    """Make an outline whose second section has nothing of its own."""
    first = {"id": "a", "title": "Alpha", "words": 50, "evidence": [evidence], **section}
    return Outline.model_validate(
        {"title": "T", "sections": [first, {"id": "b", "title": "Beta", "words": 50}]}
    )


def status(evidence: str, text: str, section: str = "a") -> str:
    """Give what became of one evidence in a text."""
    outline = outline_of(evidence)
    (entry,) = ledger([passage(text, section, outline)], sources_of(outline))
    return entry.status


def spread(*shares: int) -> str:
    """Spread the ten words over sentences."""
    words = iter(TEN)
    return " ".join(f"Here {' '.join(islice(words, share))} grow." for share in shares)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (spread(6), "used"),
        (spread(5), "unused"),
        (spread(4, 3), "used"),
        (spread(3, 3), "unused"),
        (f"{spread(3)} {FILLER} {spread(9).replace('alder birch cedar', 'there')}", "used"),
        (spread(3, 3, 3), "used"),
        (spread(3, 2, 3), "unused"),
    ],
    ids=["6 in one", "5 in one", "7 in two", "6 in two", "apart", "9 in three", "8 in three"],
)
def test_evidence_in_other_words(text: str, expected: str) -> None:
    """A sentence needs six words in ten, two need seven, a paragraph nine."""
    assert expected == status(" ".join(TEN), text)


@pytest.mark.parametrize(("count", "expected"), [(8, "elsewhere"), (7, "unused")])
def test_evidence_of_another_section(count: int, expected: str) -> None:
    """A sentence of another section needs three quarters of the words."""
    assert expected == status(" ".join(TEN), spread(count), "b")


@pytest.mark.parametrize(
    ("evidence", "count", "expected"),
    [(3, 2, "unused"), (3, 3, "used"), (4, 3, "used"), (4, 2, "unused")],
)
def test_short_evidence(evidence: int, count: int, expected: str) -> None:
    """Of three words of content or fewer, all must be there."""
    assert expected == status(" ".join(TEN[:evidence]), spread(count))


@pytest.mark.parametrize(
    ("evidence", "expected"), [("It was up to them.", "used"), ("It was them.", "unused")]
)
def test_words_in_a_row(evidence: str, expected: str) -> None:
    """Four words of an evidence without words of content are it; three are anybody's."""
    assert expected == status(evidence, f"They said: {evidence}")


@pytest.mark.parametrize(("count", "is_covered"), [(5, True), (4, False)])
def test_key_points(count: int, is_covered: bool) -> None:  # noqa: FBT001 - a case
    """Half of a key point's words have to be there."""
    outline = outline_of("Nothing.", key_points=[" ".join(TEN)])
    (point,) = coverage(outline.sections[0], passage(spread(count), "a", outline).vocabulary)

    assert is_covered is point.is_covered


@pytest.mark.parametrize(("count", "is_missing"), [(20, False), (19, False), (18, True)])
def test_required_quotations(count: int, is_missing: bool) -> None:  # noqa: FBT001 - a case
    """Nine tenths of a required quotation have to stand between marks."""
    words = [f"w{number:03}" for number in range(20)]
    outline = outline_of({"quote": " ".join(words), "speaker": "Ann", "required": True})
    quotations = passage(f'Ann said: "{" ".join(words[:count])}".', "a", outline).quotations

    assert is_missing is bool(missing_quotations(sources_of(outline).items[:1], quotations))


@pytest.mark.parametrize(("shared", "times"), [(4, 1), (3, 0)])
def test_reuse(shared: int, times: int) -> None:
    """Two quotations that share four words are one used twice; with three they are two."""
    outline = outline_of(" ".join(TEN))
    text = f'"{" ".join(TEN[:5])}" and "{" ".join(TEN[5 - shared : 10 - shared])}"'

    assert times == len(reused(passage(text, "a", outline).quotations))


@pytest.mark.parametrize(
    "words", ["The float hangs eleven metres below the street", "The buoy hangs twelve feet below"]
)
def test_what_is_less_like_than_ninety_is_absent(words: str) -> None:
    """Two words changed are no slip."""
    (quotation,) = passage(f'"{words} the road"').quotations

    assert ("absent", True) == (quotation.verdict, 75 < quotation.score < 90)


TITLES = Outline.model_validate(
    {
        "title": "Bees",
        "sections": [
            {"id": "a", "role": "introduction", "title": "Why Bees Dance", "words": 10},
            {"id": "b", "title": "Dark Hives and Bright Fields", "words": 10},
            {"id": "c", "title": "Notes", "words": 10},
        ],
    }
)


def is_matched(title: str, neighbour: str = "Something Else Altogether") -> bool:
    """Tell whether a heading is taken for the second section's."""
    article = parse_article(f"# Bees\nx\n## {title}\ny\n## {neighbour}\nz")
    part = match_sections(article, TITLES).part("b")
    return part is not None and part.title == title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Darker Hives and Brighter Lands", True),  # 84.7
        ("Dark Hives, Bright Meadows", False),  # 79.2
        ("Dark Hives and Bright", True),  # its beginning
        ("Dark Hives and", True),
        ("Dark Hives", False),  # its beginning, too short to be sure
    ],
)
def test_titles_out_of_place(title: str, expected: bool) -> None:  # noqa: FBT001 - a case
    """A heading is a section's where four fifths of it are, or its beginning is."""
    assert expected == is_matched(title)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bees in the Field", True),  # 53.3
        ("Dark Hives and Meadows in Bloom", True),  # 61.0
        ("Bright Meadows in Spring", False),  # 49.0
    ],
)
def test_titles_between_neighbours(title: str, expected: bool) -> None:  # noqa: FBT001 - a case
    """Between two neighbours that match, half of a heading is enough."""
    assert expected == is_matched(title, "Notes")


def test_one_word_is_no_beginning() -> None:
    """However long it is, other titles may begin with it."""
    title = "beekeeping in the mountains of the south"

    assert likeness("beekeeping", title) < SAME_TITLE <= likeness("beekeeping in", title)


@pytest.mark.parametrize(
    ("text", "is_fact"),
    [
        ("ten", False),
        ("eleven", True),
        ("one day", False),
        ("two days", True),
        ("ten grams", True),
    ],
)
def test_small_numbers(text: str, is_fact: bool) -> None:  # noqa: FBT001 - a case
    """Up to ten in words, and one of a loose unit, are no facts."""
    assert [is_fact] == [number.is_fact for number in find_numbers(text)]


SHARED = "once the water has risen over the wall"


@pytest.mark.parametrize(("count", "runs"), [(6, 1), (5, 0)])
def test_shared_runs(count: int, runs: int) -> None:
    """Six words in a row are told of, five are not."""
    outline = outline_of("Nothing.")
    words = " ".join(SHARED.split()[:count])
    first = passage(f"We know: {words}.", "a", outline)
    found, _ = shared_runs([first, passage(f"Then {words}, they said.", "b", outline)])

    assert runs == len(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("They had a boat. They had a house. They had a dog.", 1),
        ("They had a boat. They had a house. Then it rained.", 0),
        ("They had a boat. They had the house. They had no dog.", 0),
        ("They had a boat there. They had a house there. They had a dog too.", 1),
        ("They had a. They had a. They had a.", 0),
    ],
)
def test_alike_openings(text: str, found: int) -> None:
    """Three sentences that open with the same three words, and go on, are alike."""
    assert found == len(alike_openings([passage(text, "a", outline_of("Nothing."))]))


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("The journey has only just begun!", 1),
        ("The journeys have only just begun.", 1),
        ("The journey has long since begun.", 0),
    ],
)
def test_closing_lines(last: str, found: int) -> None:
    """A closing line may change a word's form, and no more."""
    outline = outline_of("Nothing.")
    first = passage("Rain. The journey has only just begun.", "a", outline)

    assert found == len(closing_lines([first, passage(f"Snow. {last}", "b", outline)]))
