"""Rules about sections, front matter and characters."""

from __future__ import annotations

import pytest

from tests.outline.rules.remarks import remarks, sections

BARE = "title: Shores\nwords: 80"


def test_a_section_without_key_points() -> None:
    """The section is pointed at."""
    expected = """\
OL210 warning: this section has no key points
 --> outline.yaml:3:5
  |
2 | sections:
3 |   - title: Shores
  |     ^^^^^^^^^^^^^
  |
help: Write what it must say, one sentence for each point."""

    assert [expected] == remarks("OL210", sections(BARE))
    assert [] == remarks("OL210", sections(f"{BARE}\nkey_points: [a]"))


def test_a_section_without_evidence() -> None:
    """A fact or a quotation is enough."""
    expected = """\
OL211 warning: this section has no evidence
 --> outline.yaml:3:5
  |
2 | sections:
3 |   - title: Shores
  |     ^^^^^^^^^^^^^
  |
help: Add a fact or a quotation that its key points rest on."""

    assert [expected] == remarks("OL211", sections(BARE))
    assert [] == remarks("OL211", sections(f"{BARE}\nevidence: [a]"))


def test_two_sections_with_one_title() -> None:
    """Case, marks and spaces make no difference; the later one is pointed at."""
    expected = """\
OL212 warning: section 1 has the same title, on line 3
 --> outline.yaml:5:12
  |
4 |     words: 80
5 |   - title: “the  shore”!
  |            ^^^^^^^^^^^^^
  |
help: Give each section a title that says what is only in it."""
    text = sections("title: The Shore\nwords: 80", "title: “the  shore”!\nwords: 80")

    assert [expected] == remarks("OL212", text)


def test_a_derived_id() -> None:
    """A note in YAML; in Markdown nobody could write one."""
    expected = """\
OL213 note: this section has no id, so its title makes it `shores`
 --> outline.yaml:3:12
  |
2 | sections:
3 |   - title: Shores
  |            ^^^^^^
  |
help: Write `id: shores` above it, so that the title can change."""

    assert [expected] == remarks("OL213", sections(BARE))
    assert [] == remarks("OL213", sections(f"id: a\n{BARE}"))
    assert [] == remarks("OL213", "# Tides\n\n## Shores (80 words)\n", "outline.md")


def test_a_long_title() -> None:
    """128 characters pass."""
    [found] = remarks("OL215", sections(BARE, head=f"title: {'a' * 129}\n"))

    assert found.startswith("OL215 warning: the title has 129 characters; sites take 128\n")
    assert [] == remarks("OL215", sections(BARE, head=f"title: {'a' * 128}\n"))


def test_a_long_description() -> None:
    """160 characters pass."""
    head = "title: Tides\ndescription: {}\n"
    [found] = remarks("OL216", sections(BARE, head=head.format("a" * 161)))

    assert found.startswith("OL216 warning: the description has 161 characters; sites show 160\n")
    assert [] == remarks("OL216", sections(BARE, head=head.format("a" * 160)))


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ("[a, b, c, d, e]", "there are 5 tags; dev.to takes 4"),
        ("[deep-sea]", "the tag `deep-sea` has other characters than letters and digits"),
        (f"[{'a' * 31}]", f"the tag `{'a' * 31}` has more than 30 characters"),
    ],
)
def test_tags_that_are_refused(tags: str, message: str) -> None:
    """Too many, too long, or with a hyphen."""
    [found] = remarks("OL217", sections(BARE, head=f"title: Tides\ntags: {tags}\n"))

    assert found.startswith(f"OL217 warning: {message}\n")


def test_a_tag_with_a_hyphen_gets_its_cure() -> None:
    """The same word without it."""
    expected = """\
OL217 warning: the tag `deep-sea` has other characters than letters and digits
 --> outline.yaml:2:8
  |
1 | title: Tides
2 | tags: [deep-sea, Tides2]
  |        ^^^^^^^^
  |
help: Write it as `deepsea`."""

    assert [expected] == remarks(
        "OL217", sections(BARE, head="title: Tides\ntags: [deep-sea, Tides2]\n")
    )


def test_the_tags_of_the_article_behind_an_outline() -> None:
    """They are counted where the outline has none of its own."""
    text = """\
# Tides

## Shores (80 words)

- The moon pulls.

```markdown
---
title: Tides
tags: [a, b, c, d, e]
published: true
---
"""
    [found] = remarks("OL217", text, "outline.md")

    assert found.startswith(
        "OL217 warning: there are 5 tags; dev.to takes 4\n  --> outline.md:10:1\n"
    )


def test_a_control_token() -> None:
    """It is named and pointed at, wherever it stands in the value."""
    expected = """\
OL231 warning: `<|end|>` is a control token of a language model
 --> outline.yaml:5:22
  |
4 |     words: 80
5 |     notes: Keep calm.<|end|> Or not.
  |                      ^^^^^^^
  |
help: Remove it, unless the article is about such tokens."""

    assert [expected] == remarks("OL231", sections(f"{BARE}\nnotes: Keep calm.<|end|> Or not."))


def test_an_invisible_character() -> None:
    """It is named by its number and its name."""
    [found] = remarks("OL232", sections("title: Sho\u200bres\nwords: 80"))

    assert found.startswith(
        "OL232 warning: the text holds U+200B, zero width space, which cannot be seen\n"
        " --> outline.yaml:3:15\n"
    )


@pytest.mark.parametrize(
    "text", ["👩\u200d🚀", "🏴\U000e0067\U000e0062\U000e007f", "می\u200cخواهم"]
)
def test_joiners_are_writing(text: str) -> None:
    """Emoji, flags and Persian words are written with invisible characters."""
    assert [] == remarks("OL232", sections(f"title: Sea {text}\nwords: 80"))
