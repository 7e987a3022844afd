"""Quotations taken out of running text, with speakers and the remarks around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.outline.quotations import QuotedText, find_quotations

Row = tuple[str, str | None, str | None, str | None]
"""Quote, speaker, source, note."""


def _rows(text: str, *, is_expert: bool = False) -> list[Row]:
    found = find_quotations(text, is_expert=is_expert).quotations
    return [(item.quote, item.speaker, item.source, item.note) for item in found]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ('"One." "Two."', ["One.", "Two."]),
        ("“One.” “Two.”", ["One.", "Two."]),
        ('"One.” “Two."', ["One.", "Two."]),
        ('“One." "Two.”', ["One.", "Two."]),
        ('"He called it “odd”."', ["He called it “odd”."]),
        ('“He called it "odd" twice.”', ['He called it "odd" twice.']),
        ('"He called it "odd" twice."', ['He called it "odd" twice.']),
        ('The 12" pipe is "cold".', ["cold"]),
        ("It's 'single' only.", []),
        ("„Eins“, »zwei« und « trois ».", ["Eins", "zwei", " trois "]),
        ("« un » et « deux »", [" un ", " deux "]),
        ('Empty "" marks.', []),
        ('("In brackets.")', ["In brackets."]),
        ('"Kept  as typed… yes..."', ["Kept  as typed… yes..."]),
    ],
)
def test_marks_of_every_kind(text: str, quotes: list[str]) -> None:
    """Straight, curly, mixed and nested marks give the words between the outer ones."""
    assert quotes == [row[0] for row in _rows(text)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('Call it "cold".', [("cold", None, None, "Call it")]),
        ('It was "cold" at night.', [("cold", None, None, "It was … at night")]),
        ('"Cold," says Ann Lee.', [("Cold,", "Ann Lee", None, None)]),
        (
            '"Cold," says Ann Lee, a pilot. "Wet."',
            [("Cold,", "Ann Lee", None, "a pilot"), ("Wet.", None, None, None)],
        ),
        (
            '"Cold," said Ann Lee, "and wet."',
            [("Cold,", "Ann Lee", None, None), ("and wet.", "Ann Lee", None, None)],
        ),
        ('Ann Lee said: "Cold."', [("Cold.", "Ann Lee", None, None)]),
        ('"Cold." — Ann de Lee, Log of 1901', [("Cold.", "Ann de Lee", "Log of 1901", None)]),
        (
            '"Cold." (1901) Also "wet."',
            [("Cold.", None, None, "1901"), ("wet.", None, None, "Also")],
        ),
        ('"Cold" and "wet"', [("Cold", None, None, None), ("wet", None, None, None)]),
        ('Climate: "cold."', [("cold.", None, None, "Climate:")]),
        ("„Kalt“, sagt Ann Lee.", [("Kalt", "Ann Lee", None, None)]),
        ("« Froid », a dit Ann Lee.", [(" Froid ", "Ann Lee", None, None)]),
    ],
)
def test_speakers_and_remarks(text: str, rows: list[Row]) -> None:
    """Who is named as speaking becomes the speaker; other words around become the note."""
    assert rows == _rows(text)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('Ann Lee: "Cold."', ("Cold.", "Ann Lee", None, None)),
        ('**Ann Lee:** "Cold."', ("Cold.", "Ann Lee", None, None)),
        ('Ann Lee: "Cold." (of the bay)', ("Cold.", "Ann Lee", None, "of the bay")),
        ("The board: The bay is “cold.”", ("cold.", "The board", None, "The bay is")),
    ],
)
def test_an_expert_stands_before_the_colon(text: str, row: Row) -> None:
    """In a list of experts, what stands before the colon is the speaker."""
    assert [row] == _rows(text, is_expert=True)


def test_an_open_mark_is_reported() -> None:
    """A mark that is never closed is no quotation, and its place is told."""
    scan = find_quotations('"One." Then "two')

    assert (QuotedText("One.", 1, note="Then"),) == scan.quotations
    assert 12 == scan.unclosed


@given(st.text(alphabet='ab “”".,—:()\n', max_size=60))
def test_quotations_are_pieces_of_the_text(text: str) -> None:
    """Whatever the marks, a quotation is what stands at its offset, and they do not overlap."""
    end = 0
    for item in find_quotations(text).quotations:
        assert item.quote == text[item.offset : item.offset + len(item.quote)]
        assert item.offset >= end
        end = item.offset + len(item.quote)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ('"We will see it." — Ms. Agnieszka Wójcik', ["Ms. Agnieszka Wójcik"]),
        ('"We will see it." — St. John Smythe, keeper', ["St. John Smythe"]),
        ('"We will see it." (Dr. E. Achterberg)', ["Dr. E. Achterberg"]),
        ('"We will see it," says Mrs. E. Achterberg.', ["Mrs. E. Achterberg"]),
        ('Prof. A. Hill: "We will see it to the end"', ["Prof. A. Hill"]),
        (
            '"One." — J. R. Hill, clerk. "Two." — Lt. Col. Bea Ray',
            ["J. R. Hill", "Lt. Col. Bea Ray"],
        ),
    ],
)
def test_names_with_titles_and_initials_are_whole(text: str, speakers: list[str]) -> None:
    """The full stop of a title or an initial ends neither a name nor a sentence."""
    assert speakers == [quotation.speaker for quotation in find_quotations(text).quotations]
