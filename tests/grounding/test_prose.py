"""Markdown as a reader sees it."""

from __future__ import annotations

import pytest
from hypothesis import given

from gptoss_writer.grounding.prose import blocks
from tests.support.markdown import nasty_markdown


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("One\ntwo.\n\nThree.", [("paragraph", "One\ntwo."), ("paragraph", "Three.")]),
        ("## A *title* ##\ntext", [("heading", "A title"), ("paragraph", "text")]),
        ("A title\n---\ntext", [("heading", "A title"), ("paragraph", "text")]),
        ("- a\n  b\n- c\n\n1. d", [("item", "a\n  b"), ("item", "c"), ("item", "d")]),
        ("> quoted\n> more", [("paragraph", "quoted\n more")]),
        (
            "| a | b |\n|---|:-:|\n| c \\| d |",
            [("cell", " a "), ("cell", " b "), ("cell", " c | d ")],
        ),
        ("```\ncode\n```\nafter", [("paragraph", "after")]),
        ("before\n```\nnever closed", [("paragraph", "before")]),
        ("a <!-- no\n\nno --> b", [("paragraph", "a"), ("paragraph", "b")]),
        ("[ref]: https://example.org\ntext", [("paragraph", "text")]),
        ("one\n\n***\n\ntwo", [("paragraph", "one"), ("paragraph", "two")]),
        (
            "**bold** _and_ ***both*** snake_case 5 * 3",
            [("paragraph", "bold and both snake_case 5 * 3")],
        ),
        (
            '[a *link*](https://a.b "t") ![alt](x.png)[^1] [t]he',
            [("paragraph", "a link alt [t]he")],
        ),
        (r"\*stars\* &amp; &quot;more&quot; `a*b`", [("paragraph", '*stars* & "more" a*b')]),
        ("one<br>two a\u00adb\u200bc【3†L1】", [("paragraph", "one two abc")]),
    ],
)
def test_blocks(markdown: str, expected: list[tuple[str, str]]) -> None:
    """Markup goes, words stay, and every block has its kind."""
    found = [(block.kind, block.text.text) for block in blocks(markdown)]

    assert [(kind, text.strip()) for kind, text in expected] == [
        (kind, text.strip()) for kind, text in found
    ]


def test_code_and_labels_are_marked() -> None:
    """Inline code and addresses are known as such, and so is a bold label with its colon."""
    (block,) = blocks("**The Cost:** run `ls -l` or see https://example.org/7 now")
    text = block.text.text

    assert "The Cost:" == text[: block.label_end]
    assert ["ls -l", "https://example.org/7"] == [text[low:high] for low, high in block.code]


@given(nasty_markdown)
def test_every_character_has_its_place(markdown: str) -> None:
    """Places run upwards and lie in the text; a letter stands where its place says."""
    for block in blocks(markdown):
        mapped = block.text

        assert list(mapped.starts) == sorted(mapped.starts)
        assert all(
            0 <= start < end <= len(markdown)
            for start, end in zip(mapped.starts, mapped.ends, strict=True)
        )
        assert all(
            character == markdown[start]
            for character, start, end in zip(mapped.text, mapped.starts, mapped.ends, strict=True)
            if end == start + 1 and character.isalpha()
        )
