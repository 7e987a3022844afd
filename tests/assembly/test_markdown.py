"""A document becomes the Markdown that a reader and a site expect."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gptoss_writer.assembly.document import Block, Document, make_document
from gptoss_writer.assembly.front_matter import FrontMatter
from gptoss_writer.assembly.markdown import heading, to_markdown
from gptoss_writer.draft import SectionDraft
from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.outline.models import Line, Outline
from gptoss_writer.text import count_words, is_control
from tests.support.markdown import (
    COMMONMARK,
    FRAGMENTS,
    headings,
    nasty_markdown,
    split_article,
    types,
)

LINE = TypeAdapter(Line)


def as_line(text: str) -> str:
    """Give a text as an outline takes it for a title; "" where it refuses it."""
    try:
        return LINE.validate_python(text)
    except ValidationError:
        return ""


titles = (
    st.one_of(
        st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30),
        st.lists(st.sampled_from((*FRAGMENTS, "\\`", "&amp;", "&#35;", " #", "]")), max_size=8).map(
            "".join
        ),
    )
    .map(as_line)
    .filter(bool)
)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "A plain title: with a colon, 100% & 3 < 4",
            "# A plain title: with a colon, 100% & 3 < 4",
        ),
        ("C# and F#", "# C# and F#"),
        ("Learn C #", r"# Learn C \#"),
        ("## twice ##", r"# ## twice \##"),
        ("#", r"# \#"),
        ("- not a list", "# - not a list"),
        ("1. not a list", "# 1. not a list"),
        ("---", "# ---"),
        ("Why <div> is text", r"# Why \<div> is text"),
        ("Why `<div>` is code", "# Why `<div>` is code"),
        ("The *real* story of snake_case", "# The *real* story of snake_case"),
        ("[Draft] of [a](b)", r"# \[Draft] of \[a](b)"),
        ("An [open bracket", "# An [open bracket"),
        ("AT&amp;T and R&D", r"# AT\&amp;T and R&D"),
        (r"C:\new and \*stars", r"# C:\new and \\*stars"),
        ("two\nlines\x1b", "# two lines"),
        ("<https://a.b>", r"# \<https://a.b>"),
    ],
)
def test_a_title_is_escaped_only_where_its_text_would_change(title: str, expected: str) -> None:
    """Plain titles stay as typed; emphasis and inline code are the writer's."""
    assert expected == heading(1, title)


@given(titles, st.integers(1, 2))
def test_every_title_is_one_heading_with_its_text(title: str, level: int) -> None:
    """CommonMark reads one heading of that level, with the characters of the title."""
    line = heading(level, title)
    expected = [(f"h{level}", 0, "".join(title.split()))]

    assert expected == headings(line, "h1", "h2", "h3", "h4", "h5", "h6")
    assert not types(line) & {"html_inline", "link_open", "image"}


@given(titles)
def test_no_definition_in_the_text_makes_a_title_a_link(title: str) -> None:
    """A link definition of the title's own words, elsewhere in the article, does not reach it."""
    article = f"{heading(2, f'[{title}]')}\n\n[{title}]: /url\n"
    inline = COMMONMARK.parse(article)[1]

    assert "link_open" not in {child.type for child in inline.children or ()}


def test_blocks_are_one_blank_line_apart() -> None:
    """Front matter, H1, introduction, H2 and text, with one newline at the end."""
    document = Document(
        FrontMatter("T"), "T", (Block(None, "Intro."), Block("One", "Text."), Block("Two", "End."))
    )
    expected = """\
---
title: "T"
description: ""
tags: []
published: false
---

# T

Intro.

## One

Text.

## Two

End.
"""

    assert expected == to_markdown(document)


def test_an_article_without_sections_is_its_title() -> None:
    """Nothing written yet gives front matter and H1."""
    _, body = split_article(to_markdown(Document(FrontMatter("T"), "T", ())))

    assert "\n# T\n" == body


def assembled(
    title: str, section_titles: Sequence[str], texts: Sequence[str], *, introduction: bool
) -> tuple[Outline, str]:
    """Clean texts as drafting does, and assemble the article."""
    outline = Outline.model_validate(
        {
            "title": title,
            "published": True,
            "sections": [
                {
                    "id": f"s{number}",
                    "title": section_title,
                    "words": 10,
                    "role": "introduction" if introduction and number == 0 else "body",
                }
                for number, section_title in enumerate(section_titles)
            ],
        }
    )
    drafts = {}
    for section, raw in zip(outline.sections, texts, strict=True):
        text = clean(raw, title=section.title)
        drafts[section.id] = SectionDraft(section.id, text, count_words(text))
    article = to_markdown(make_document(outline, drafts))
    again = to_markdown(make_document(outline, dict(reversed(drafts.items()))))

    assert article.encode() == again.encode()
    return outline, article


@given(data=st.data(), title=titles, introduction=st.booleans())
def test_no_section_breaks_out_of_its_place(
    *, data: st.DataObject, title: str, introduction: bool
) -> None:
    """Whatever the model wrote, the article has its own H1 and H2s in order and no others."""
    texts = data.draw(st.lists(nasty_markdown, min_size=1, max_size=4))
    section_titles = [data.draw(titles) for _ in texts]
    outline, article = assembled(title, section_titles, texts, introduction=introduction)
    values, body = split_article(article)
    written = [
        section
        for section, raw in zip(outline.sections, texts, strict=True)
        if clean(raw, title=section.title) and section.role != "introduction"
    ]
    expected = [
        ("h1", 0, "".join(outline.title.split())),
        *(("h2", 0, "".join(section.title.split())) for section in written),
    ]

    assert expected == headings(body, "h1", "h2")
    assert not types(body) & {"hr", "html_block", "html_inline"}
    assert outline.title == values["title"]
    assert article.endswith("\n")
    assert not article.endswith("\n\n")
    assert "\n\n\n" not in article
    assert not any(is_control(character) for character in article)
