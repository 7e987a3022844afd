"""Articles taken apart."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.article import parse_article


def parts(text: str) -> list[tuple[str, str]]:
    """List the titles and texts of an article's parts."""
    return [(part.title, text[part.start : part.end].strip()) for part in parse_article(text).parts]


def test_an_ordinary_article() -> None:
    """Front matter, title, introduction and sections are told apart; H3s stay in their section."""
    text = (
        "---\ntitle: T\n---\n\n# T\n\nIntro.\n\n"
        "## One ##\n\nFirst.\n\n### Deep\n\nMore.\n\n## Two\nLast."
    )
    article = parse_article(text)

    assert article.front_matter == (0, 17)
    assert article.title is not None
    assert "T" == article.title.text
    assert text[article.title.start : article.title.end] == "# T\n"
    assert [
        ("", "Intro."),
        ("One", "First.\n\n### Deep\n\nMore."),
        ("Two", "Last."),
    ] == parts(text)
    assert [1, 2, 1] == [part.words for part in article.parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Only text.", [("", "Only text.")]),
        ("# T\n", []),
        ("# T\n\n## A\nx", [("A", "x")]),
        ("## A\nx\n## B\n", [("A", "x"), ("B", "")]),
        ("T\n=\n\nx\n\nA\n---\n\ny", [("", "x"), ("A", "y")]),
        ("# T\n\n### A\nx\n### B\ny", [("A", "x"), ("B", "y")]),
        ("# T\n\nx\n\n# A\ny\n\n## B\nz", [("", "x"), ("A", "y"), ("B", "z")]),
        ("# T\n\n```\n## not\n```\n\n## A\nx", [("", "```\n## not\n```"), ("A", "x")]),
        ("# T\n\n<!--\n## not\n-->\n## A\nx", [("A", "x")]),
        ("---\n\n## A\nx\n\n---\n", [("A", "x\n\n---")]),
        ("# T\r\n\r\n## A\r\nx\r\n", [("A", "x")]),
    ],
)
def test_unusual_articles(text: str, expected: list[tuple[str, str]]) -> None:
    """Whatever the headings, the parts are what a reader takes for them."""
    assert expected == parts(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Here it is:\n\n```markdown\n# T\n\n## A\nx\n```\n\nDone.", [("A", "x")]),
        ("```markdown\n# T\n\n## A\nx\n", [("A", "x")]),
        ("```md\n---\ntitle: T\n---\n# T\n\nx\n```", [("", "x")]),
        (
            "```markdown\n# T\n\n## A\n```py\n## code\n```\nx\n```",
            [("A", "```py\n## code\n```\nx")],
        ),
        ("```markdown\n# T\n\n## A\n```\ncode\n```\nx\n```", [("A", "```\ncode\n```\nx")]),
        ("````markdown\n# T\n\n## A\nx\n````", [("A", "x")]),
        ("# T\n\n## A\n```markdown\n# not\n```", [("A", "```markdown\n# not\n```")]),
    ],
)
def test_a_fence_around_the_article(text: str, expected: list[tuple[str, str]]) -> None:
    """A `markdown` fence around the article is taken off; one inside it is an example."""
    assert expected == parts(text)
