"""Which part of an article is which section."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.article import parse_article
from gptoss_writer.grounding.matching import match_sections
from gptoss_writer.outline.models import Outline

OUTLINE = Outline.model_validate(
    {
        "title": "Bees",
        "sections": [
            {"id": "a", "role": "introduction", "title": "Why Bees Dance", "words": 10},
            {"id": "b", "title": "The Waggle: How a Dance Tells the Way", "words": 10},
            {"id": "c", "title": "Dark Hives and Bright Fields", "words": 10},
            {"id": "d", "role": "conclusion", "title": "What We Still Do Not Know", "words": 10},
        ],
    }
)


def matched(text: str) -> tuple[dict[str, str], list[str], list[str]]:
    """Give the titles by section, the missing sections, and the unknown titles."""
    matching = match_sections(parse_article(text), OUTLINE)
    return (
        {section.id: part.title for section, part in matching.pairs},
        [section.id for section in matching.missing],
        [part.title for part in matching.unknown],
    )


@pytest.mark.parametrize(
    ("text", "pairs", "missing", "unknown"),
    [
        (
            (
                "# Bees\nx\n## 2. The waggle – how a dance tells the way!\ny\n"
                "## Dark hives, bright fields\nz\n## Conclusion\nw"
            ),
            {
                "a": "",
                "b": "2. The waggle – how a dance tells the way!",
                "c": "Dark hives, bright fields",
                "d": "Conclusion",
            },
            [],
            [],
        ),
        (
            "# Bees\n## Introduction\nx\n## The Waggle\ny",
            {"a": "Introduction"},
            ["b", "c", "d"],
            ["The Waggle"],
        ),
        (
            "# Bees\n## How a dance\ny\n## Honey\nz",
            {},
            ["a", "b", "c", "d"],
            ["How a dance", "Honey"],
        ),
        (
            "# Bees\nx\n## What We Still Do Not Know\ny\n## Dark Hives and Bright Fields\nz",
            {"a": "", "c": "Dark Hives and Bright Fields", "d": "What We Still Do Not Know"},
            ["b"],
            [],
        ),
        (
            "# Bees\nx\n## Why Bees Dance\ny",
            {"a": "Why Bees Dance"},
            ["b", "c", "d"],
            [""],
        ),
        (
            (
                "# Bees\nx\n## The Waggle: How a Dance Tells the Way\ny\n## Dark Hives in Spring\nz"
                "\n## What We Still Do Not Know\nw"
            ),
            {
                "a": "",
                "b": "The Waggle: How a Dance Tells the Way",
                "c": "Dark Hives in Spring",
                "d": "What We Still Do Not Know",
            },
            [],
            [],
        ),
        ("", {}, ["a", "b", "c", "d"], []),
    ],
)
def test_sections_are_matched_by_title(
    text: str, pairs: dict[str, str], missing: list[str], unknown: list[str]
) -> None:
    """Numbers, case and punctuation are no difference; what has no partner is reported."""
    assert (pairs, missing, unknown) == matched(text)


def test_equal_titles_go_by_their_order() -> None:
    """Of two sections with one title the first is the first."""
    outline = Outline.model_validate(
        {
            "title": "T",
            "sections": [{"id": name, "title": "Notes", "words": 5} for name in ("a", "b")],
        }
    )
    article = parse_article("# T\n## Notes\nfirst\n## Notes\nsecond")
    matching = match_sections(article, outline)

    assert [("a", article.sections[0]), ("b", article.sections[1])] == [
        (section.id, part) for section, part in matching.pairs
    ]
