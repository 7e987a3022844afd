"""Reading Markdown in tests, as a site would, and text that tries to break out of its place."""

from __future__ import annotations

import re

import yaml
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

COMMONMARK = MarkdownIt("commonmark")

FRAGMENTS = (
    *("# ", "## ", "### ", "#", "\n", "\n\n", "---", "===", "***", "- - -", "```", "~~~", "````"),
    *("```markdown\n", "```py\n", "> ", "- ", "1. ", "    ", "\t", "  ", "|", "\\", "`", "``"),
    *(
        "<div>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<?",
        "<![CDATA[",
        "<!X",
        "<br>",
        "<p",
        "</",
    ),
    *("<https://a.b>", "<a@b.c>", "<javascript:x`>", "[a]: b\n", "[a](", "<b c>)", "a<b", "&lt;"),
    *("**", "__", "_", "*", "Title", "Section 3: ", "(150 words)", "Word count: 150", "title: x\n"),
    *(
        "Here is the section:",
        "【6†L9】",
        "【",
        "】",
        "6†",
        "<|end|>",
        "<|",
        "|>",
        "end",
        "assistant",
    ),
    *("final", "analysis", "assistantfinal", "word", "A sentence.", "é", "\u2011", "\x1b[31m"),
    *("\x9b", "\r\n", "\u2028", "\xa0", " ", "日本", "🙂"),
)

nasty_markdown = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=5)), max_size=15).map("".join),
)


def split_article(article: str) -> tuple[dict[str, object], str]:
    """Take an article apart: its front matter as YAML reads it, and the Markdown after it."""
    match = re.match(r"---\n(.*?\n)---\n", article, re.DOTALL)
    assert match, "no front matter"
    values = yaml.safe_load(match[1])
    assert isinstance(values, dict)
    return values, article[match.end() :]


def headings(markdown: str, *tags: str) -> list[tuple[str, int, str]]:
    """List the headings of the given tags, at any depth: tag, nesting level, text as read."""
    tokens = COMMONMARK.parse(markdown)
    return [
        (token.tag, token.level, as_typed(tokens[number + 1]))
        for number, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag in tags
    ]


def as_typed(inline: Token) -> str:
    """Give the text of a heading with its emphasis and code marks, all spaces taken out."""
    parts = []
    for child in inline.children or ():
        mark = child.markup if child.type.startswith(("em_", "strong_", "code_")) else ""
        parts.append(f"{mark}{child.content}{mark if child.type == 'code_inline' else ''}")
    return "".join("".join(parts).split())


def types(markdown: str) -> set[str]:
    """Name the kinds of tokens in a text, inline ones included."""
    tokens = COMMONMARK.parse(markdown)
    return {item.type for token in tokens for item in (token, *(token.children or ()))}
