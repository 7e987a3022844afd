"""Rules about budgets: the arithmetic is told, and rounding is no mistake."""

from __future__ import annotations

import pytest

from tests.outline.rules.remarks import remarks, sections

HALVES = ("title: Shores\nwords: 300", "title: Bays\nwords: 300")


def test_budgets_below_the_total() -> None:
    """The sum, the difference and the stated total stand in one sentence."""
    expected = """\
OL201 warning: the budgets add up to 600 words, 200 fewer than the 800 stated here
 --> outline.yaml:2:14
  |
1 | title: Tides
2 | total_words: 800
  |              ^^^
  |
help: Change this total or the budgets; `check --fix` scales the budgets to it."""
    text = sections(*HALVES, head="title: Tides\ntotal_words: 800\n")

    assert [expected] == remarks("OL201", text)


def test_budgets_above_the_total() -> None:
    """Too many are told as too few are."""
    [found] = remarks("OL201", sections(*HALVES, head="title: Tides\ntotal_words: 500\n"))

    assert "600 words, 100 more than the 500 stated here" in found


@pytest.mark.parametrize("total", [590, 600, 610])
def test_a_rounded_total_is_no_mistake(total: int) -> None:
    """Two in a hundred are let pass."""
    assert [] == remarks("OL201", sections(*HALVES, head=f"title: Tides\ntotal_words: {total}\n"))


def test_too_few_words_for_the_minutes() -> None:
    """What is read in which time is told with the arithmetic, and what would fit."""
    expected = """\
OL202 warning: 600 words are read in 2.4 to 3 minutes, not in 4: at 200 to 250 words a minute \
that takes 800 to 1,000 words
 --> outline.yaml:2:18
  |
1 | title: Tides
2 | reading_minutes: 4
  |                  ^
  |
help: Plan 200 words more, or state 2.5 minutes."""

    assert [expected] == remarks(
        "OL202", sections(*HALVES, head="title: Tides\nreading_minutes: 4\n")
    )


def test_too_many_words_for_the_minutes() -> None:
    """The other direction, with a pace of the outline's own."""
    expected = """\
OL202 warning: 600 words are read in 6 minutes, not in 2: at 100 words a minute that takes 200 words
 --> outline.yaml:2:18
  |
1 | title: Tides
2 | reading_minutes: 2
  |                  ^
  |
help: Plan 400 fewer, or state 6 minutes."""
    head = "title: Tides\nreading_minutes: 2\nwords_per_minute: [100, 100]\n"

    assert [expected] == remarks("OL202", sections(*HALVES, head=head))


@pytest.mark.parametrize(
    ("minutes", "words"), [("3", 600), ("2", 350), ("4", 780), ("2.5", 600), ("1", 130)]
)
def test_minutes_are_rounded(minutes: str, words: int) -> None:
    """A whole number of minutes stands for a little less or more."""
    head = f"title: Tides\nreading_minutes: {minutes}\n"

    assert [] == remarks("OL202", sections(f"title: Shores\nwords: {words}", head=head))


def test_a_tiny_budget() -> None:
    """Under forty words there is no section."""
    expected = """\
OL203 warning: 39 words are too few for a section
 --> outline.yaml:4:12
  |
3 |   - title: Shores
4 |     words: 39
  |            ^^
  |
help: Give it at least 40, or join it with a neighbour."""

    assert [expected] == remarks("OL203", sections("title: Shores\nwords: 39"))
    assert [] == remarks("OL203", sections("title: Shores\nwords: 40"))


def test_a_huge_budget() -> None:
    """Over twelve hundred words a section is divided."""
    expected = """\
OL204 warning: 1,201 words are too many for one section
 --> outline.yaml:4:12
  |
3 |   - title: Shores
4 |     words: 1201
  |            ^^^^
  |
help: Divide it into sections of at most 1,200 words."""

    assert [expected] == remarks("OL204", sections("title: Shores\nwords: 1201"))
    assert [] == remarks("OL204", sections("title: Shores\nwords: 1200"))


def test_a_crowded_section() -> None:
    """More than one key point for 25 words are too many."""
    expected = """\
OL205 warning: 3 key points in 70 words leave 23 words for each
 --> outline.yaml:4:12
  |
3 |   - title: Shores
4 |     words: 70
  |            ^^
  |
help: Give the section 75 words, or keep 2 of the points."""
    text = "title: Shores\nwords: {}\nkey_points: [a, b, c]"

    assert [expected] == remarks("OL205", sections(text.format(70)))
    assert [] == remarks("OL205", sections(text.format(75)))


def test_one_key_point_crowds_nothing() -> None:
    """A budget that is too small for a single point is the matter of another rule."""
    text = "title: T\nsections:\n  - {title: A, words: 20, key_points: [The moon pulls.]}\n"

    assert [] == remarks("OL205", text)


def test_a_mostly_quoted_section() -> None:
    """Required quotations may take a third of the words, and others do not count."""
    expected = """\
OL206 warning: the required quotations take 14 of this section's 40 words
 --> outline.yaml:4:12
  |
3 |   - title: Shores
4 |     words: 40
  |            ^^
  |
help: Give the section at least 42 words, or require fewer."""
    quote = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    body = "title: Shores\nwords: {}\nevidence: [{{quote: {}, speaker: A, required: {}}}]"

    assert [expected] == remarks("OL206", sections(body.format(40, quote, "true")))
    assert [] == remarks("OL206", sections(body.format(42, quote, "true")))
    assert [] == remarks("OL206", sections(body.format(40, quote, "false")))


def test_a_narrow_range() -> None:
    """A range leaves room for a sentence to end."""
    expected = """\
OL207 warning: between 200 and 209 words hardly any sentence ends
 --> outline.yaml:4:12
  |
3 |   - title: Shores
4 |     words: 200-209
  |            ^^^^^^^
  |
help: Allow at least 10 words between the two, or give one number."""

    assert [expected] == remarks("OL207", sections("title: Shores\nwords: 200-209"))
    assert [] == remarks("OL207", sections("title: Shores\nwords: 200 to 210"))
