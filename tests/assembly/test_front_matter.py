"""Front matter says what it was given, to every YAML reader."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.assembly.front_matter import FrontMatter, render_front_matter
from tests.support.markdown import split_article

ODD = (
    *('a: b "c" # d', "---", "- x", "# x", "'single'", '"double"', "back\\slash", "tab\there"),
    *("two\nlines", "no", "NO", "on", "y", "null", "~", "true", "12:30:45", "2025-08-05", "010"),
    *("1e3", ".inf", "=", "<<", "{a: b}", "[a]", "*a", "&a", "!!str", "%TAG", "@x", "`x`", "|"),
    *(">", "?", "", " lead", "trail ", "🙂 emoji", "מימין לשמאל", "\u200fmark", "x" * 300),
    *("a\u00a0b", "a\u2028b", "\ufeffx", "a\x85b", "\x07", "{{ liquid }}", "{% x %}"),
)

texts = st.one_of(st.text(), st.sampled_from(ODD))


def test_the_keys_come_in_their_order_one_to_a_line() -> None:
    """Title, description, tags, published: always all four, always in this order."""
    values = FrontMatter("A title", tags=("ai", "local-llm", "c++", "no"))
    expected = """\
---
title: "A title"
description: ""
tags: [ai, local-llm, "c++", "no"]
published: false
---"""

    assert expected == render_front_matter(values)


def test_a_remark_is_a_comment_below_the_keys() -> None:
    """Whoever opens the file sees it; readers of the keys do not."""
    block = render_front_matter(FrontMatter("A title", remark="Written by a tiny model."))

    assert block.endswith("\npublished: false\n# Written by a tiny model.\n---")
    assert "Written" not in str(split_article(block + "\n")[0])


@given(remark=texts)
def test_any_remark_is_one_line_and_no_value(remark: str) -> None:
    """Whatever stands in a remark, it ends no front matter and sets no key."""
    plain = render_front_matter(FrontMatter("T")).split("\n")
    block = render_front_matter(FrontMatter("T", remark=remark))
    lines = block.split("\n")

    assert len(plain) + bool(len(lines) > len(plain)) == len(block.splitlines()) == len(lines)
    assert plain == [line for line in lines if not line.startswith("# ")]
    assert yaml.safe_load("\n".join(plain[1:-1])) == yaml.safe_load("\n".join(lines[1:-1]))


@pytest.mark.parametrize("text", ODD)
def test_odd_values_read_back(text: str) -> None:
    """YAML's traps in a title, a description or a tag are only text."""
    block = render_front_matter(FrontMatter(text, text, (text, "x"), published=True))
    values, rest = split_article(block + "\n")

    assert {"title": text, "description": text, "tags": [text, "x"], "published": True} == values
    assert "" == rest


@given(title=texts, description=texts, tags=st.lists(texts, max_size=4), published=st.booleans())
def test_any_values_read_back(
    *, title: str, description: str, tags: list[str], published: bool
) -> None:
    """Whatever the values, YAML gives them back equal, from six lines of text."""
    block = render_front_matter(FrontMatter(title, description, tuple(tags), published))
    lines = block.split("\n")
    values = yaml.safe_load("\n".join(lines[1:-1]))

    assert 6 == len(block.splitlines()) == len(lines)
    assert ["title", "description", "tags", "published"] == list(values)
    assert [title, description, tags, published] == list(values.values())
