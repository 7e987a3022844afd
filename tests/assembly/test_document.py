"""Drafts come into the outline's order; what is not written is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from markdown_it import MarkdownIt

from gptoss_writer.assembly.document import Block, Document, make_document, whole_body
from gptoss_writer.assembly.front_matter import FrontMatter
from gptoss_writer.draft import Origin, SectionDraft
from gptoss_writer.outline.models import Outline

OUTLINE = Outline.model_validate(
    {
        "title": "Tea",
        "description": "How to make it.",
        "tags": ["tea", "kitchen"],
        "published": True,
        "sections": [
            {"id": "opening", "role": "introduction", "title": "Opening", "words": 50},
            {"id": "water", "title": "The water", "words": 50},
            {"id": "closing", "role": "conclusion", "title": "The cup", "words": 50},
        ],
    }
)


def drafts(texts: Mapping[str, str], origin: Origin = "model") -> dict[str, SectionDraft]:
    """Give drafts by section id."""
    return {name: SectionDraft(name, text, 1, origin) for name, text in texts.items()}


def test_a_whole_article_follows_the_outline() -> None:
    """The introduction has no heading; the order is the outline's, not that of the drafts."""
    document = make_document(
        OUTLINE, drafts({"closing": "C", "water": "W", "opening": "O", "other": "X"})
    )

    assert (
        Document(
            FrontMatter("Tea", "How to make it.", ("tea", "kitchen"), published=True),
            "Tea",
            (Block(None, "O"), Block("The water", "W"), Block("The cup", "C")),
        )
        == document
    )


@pytest.mark.parametrize("missing", [{}, {"water": ""}, {"water": " \n\t\n"}])
def test_an_incomplete_article_is_never_published(missing: dict[str, str]) -> None:
    """A section without text is left out, and the article stays a draft in any case."""
    document = make_document(OUTLINE, drafts({"opening": "O", "closing": "C", **missing}))

    assert (Block(None, "O"), Block("The cup", "C")) == document.blocks
    assert not document.front_matter.published


def test_a_complete_article_is_published_only_where_the_outline_says_so() -> None:
    """The default of an outline is a draft."""
    outline = OUTLINE.model_copy(update={"published": False})
    document = make_document(outline, drafts({"opening": "O", "water": "W", "closing": "C"}))

    assert not document.front_matter.published


def test_a_description_that_is_absent_is_empty() -> None:
    """The key is there all the same."""
    outline = OUTLINE.model_copy(update={"description": None})

    assert not make_document(outline, {}).front_matter.description


def test_a_person_s_text_is_inserted_as_it_is() -> None:
    """Only newlines and the blank lines around it change: no heading, space or odd letter."""
    text = "\r\n \t\r\n  # Mine  \r\n\r\n\r\n<b>x</b> a\u2011b\u00a0\r\n***\rlast  \r\n\r\n"
    document = make_document(OUTLINE, drafts({"water": text}, "hand"))

    assert "  # Mine  \n\n\n<b>x</b> a\u2011b\u00a0\n***\nlast  " == document.blocks[0].text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("```sh\nls", "```sh\nls\n```"),
        ("1. ```sh\n   ls\n   ```", "1. ```sh\n   ls\n   ```"),
        ("- ~~~\n  ls\n  ~~~", "- ~~~\n  ls\n  ~~~"),
        ("10. ```\n    ls\n    ```", "10. ```\n    ls\n    ```"),
        ("- Do:\n\n  ```\n  ls", "- Do:\n\n  ```\n  ls\n  ```"),
        ("1. ```\n   ls", "1. ```\n   ls\n   ```"),
        ("```\n- ```\n", "```\n- ```\n```"),
    ],
)
def test_a_fence_is_closed_where_it_is_open(text: str, whole: str) -> None:
    """Also in a list; a reader of Markdown finds the next heading then."""
    found = MarkdownIt().parse(f"{whole_body(text)}\n\n## Next\n")

    assert whole == whole_body(text)
    assert "heading_open" in [token.type for token in found]
