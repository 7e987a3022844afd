"""Numbers, dates and names that stand nowhere in the outline."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.dates import find_dates
from gptoss_writer.grounding.numbers import find_numbers
from gptoss_writer.outline.models import Outline
from tests.support.articles import passage

OUTLINE = Outline.model_validate(
    {
        "title": "Why open-weight Models Fit on Laptops",
        "sections": [
            {
                "id": "a",
                "title": "Memory",
                "words": 50,
                "key_points": ["Rosa Bauer of Delta Labs measured gpt-oss-20b on 5 August 2025."],
                "evidence": [
                    "The model has 120 billion parameters and needs 12 GB, or 40% of the memory.",
                    {"quote": "We ran it for 80 hours on two H100 cards.", "speaker": "Kim Osei"},
                    "It is released under Apache 2.0; LLMs such as o4-mini are not.",
                    "The work began in the 1990s, on a Monday, and cost $5 million.",
                ],
            }
        ],
    }
)


def unsupported(text: str) -> list[str]:
    """List the facts of a text that the outline does not have."""
    return [fact.text for fact in passage(text, "a", OUTLINE).facts if not fact.is_supported]


@pytest.mark.parametrize(
    "text",
    [
        "It needs 12GB, 12 GB, 12-GB cards, twelve gigabytes or 12 gigabyte of it.",
        "It has 120B, 120b, 120 billion or one hundred and twenty billion of them.",
        "That is 40 percent, 40%, 40 per cent or forty percent of all.",
        "It ran for eighty hours, an 80-hour run; 80 of them.",
        "It cost $5 million, 5 million dollars, five million dollars or $5,000,000.",
        "On August 5, 2025, on 5 August, in August 2025, in August, in 2025 or on 2025-08-05.",
        "It began in the '90s on Monday.",
        "Bauer met Osei. Rosa Bauer's cards were H100s; the LLM ran. Bauer said so.",
        "However, Apache is fine. Nobody doubts it. Developers agree: We do.",
        "One of the three things that two people need is one day.",
        "It works 24/7 with RAM and a CPU, an API, PhD-level AI and the US web.",
        "An OPEN-WEIGHT model, open-weights, Delta-style and o4-style or gpt-oss.",
        "## Nine Ways to Please Big Cats\n\n**Great Wide World:** it is.",
        "Run `Foo.Bar(99)` or see https://example.org/2031/Zed now.",
        "```\nZed = 77\n```",
        'They "Run it for hours," she said. "Wait," he said.',
        "It’s ready. I’m sure. We’ve seen. Don’t ask.",
        "- Memory matters\n- Speed matters\n\n1. Cost matters",
    ],
)
def test_supported_texts(text: str) -> None:
    """The same fact in another form is known, and ordinary capitals are no names."""
    assert [] == unsupported(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It needs 32GB of RAM.", ["32GB"]),
        ("It needs 12 MB, or 12%.", ["12 MB", "12%"]),
        ("It takes ten to fifteen minutes.", ["fifteen minutes"]),
        ("From 2019 to 2023 it slept.", ["2019", "2023"]),
        ("On 6 August 2025 it came; in May it left.", ["6 August 2025", "May"]),
        ("It began in the 1980s on a Tuesday.", ["1980s", "Tuesday"]),
        ("It scored 97.5 on AIME 2025 last year.", ["97.5", "AIME 2025"]),
        (
            "Nathan Lambert, of the Allen Institute for Brains, left.",
            ["Nathan Lambert", "Allen Institute for Brains"],
        ),
        ("It was built by Rosa Lambert at MIT with PyTorch.", ["Rosa Lambert", "MIT", "PyTorch"]),
        ("It was Kim Bauer who ran it.", ["Kim Bauer"]),
        ("Lambert said no. Lamberts says so.", ["Lambert"]),
        ("She runs GPT-9 and o7-mini on an A100.", ["GPT-9", "o7-mini", "A100"]),
        ("It was Dr. J. Doe, with McCoy's team.", ["J. Doe", "McCoy"]),
        ("The Delta Labs researcher Ivy Chen left.", ["Ivy Chen"]),
        ("It is three times faster, a threefold gain.", ["three times", "threefold"]),
        ("Version 3.1.4 came at 10:30.", ["3.1.4", "10:30"]),
        ("| Zurich | 7 |\n|---|---|\n| from Basel | 12 km |", ["7", "Basel", "12 km"]),
        ("It moved—Ivy Chen knows—to Spain.", ["Ivy Chen", "Spain"]),
        ("It cost €5 million.", ["€5 million"]),
    ],
)
def test_unsupported_facts(text: str, expected: list[str]) -> None:
    """Another value, another unit, another day, another person: each is listed once, in order."""
    assert expected == unsupported(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10-20 GB and 5 to 7%", ["10", "20 GB", "5 ", "7 %"]),
        ("1,500 words, 1.5k, 1500", ["1500", "1500", "1500"]),
        ("21st century, 3x, 4 times, fivefold", ["21 century", "3 x", "4 x", "5 x"]),
        ("twenty-five, one hundred and two, two thousand", ["25", "102", "2000"]),
        ("a 3:1 ratio of 1/2", ["3:1", "1/2"]),
        ("gpt-oss-20b, A4 paper, x86", []),
        ("half-empty 007", ["7"]),
    ],
)
def test_numbers_have_one_form(text: str, expected: list[str]) -> None:
    """However a number is written, its key is its value and its unit."""
    assert [key.strip() for key in expected] == [number.key for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 August 2025, August 5th, 2025 and 2025-08-05", ["2025-8-5"] * 3),
        ("the 7th of September", ["?-9-7"]),
        ("in 1854-1855, mid-1990, post-2001", ["1854-?-?", "1855-?-?", "1990-?-?", "2001-?-?"]),
        ("since March; they march; in May they may", ["?-3-?", "?-5-?"]),
        ("2019 GB, 2,019 and $2019, v2019", []),
        ("1990s and '90s", ["90s", "90s"]),
    ],
)
def test_dates_have_one_form(text: str, expected: list[str]) -> None:
    """However a date is written, its key is year, month and day."""
    assert expected == [date.key for date in find_dates(text)]


def test_a_fact_has_its_place() -> None:
    """Offsets lead to the words as typed, whatever markup stands before them."""
    text = "*It* needs &amp; uses **32 GB** of [it](https://a.b), says **Nathan** Lambert."
    facts = [fact for fact in passage(text, "a", OUTLINE).facts if not fact.is_supported]

    assert ["32 GB", "Nathan** Lambert"] == [text[fact.start : fact.end] for fact in facts]
