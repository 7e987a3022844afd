"""What the model wrote becomes a section body; what was cut off ends with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.drafting import cleaning
from gptoss_writer.drafting.cleaning import clean, trim_to_sentence
from gptoss_writer.outline.models import WordBudget
from gptoss_writer.text import count_words, ends_with_sentence, strip_controls
from tests.support.markdown import headings, nasty_markdown, types

TITLE = "Why the file matters"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "One sentence.",
        "### A subheading\n\nText with **bold**, *italics*, `code <b>` and [a link](https://a.b).",
        "- one\n- two\n  - three\n\n1. first\n2. second",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "```python\n# not a heading\nx = 1 < 2\n```",
        "> A quotation\n> of two lines.",
        "An autolink <https://example.org/a> and <me@example.org>, 3 < 4, i<j.",
        "Why the file matters is a question.\n\nText.",
        "Is it enough?\n\nAbsolutely.",
        "Here is the thing about the text:\n\nIt is short.",
        "It costs:\n\n- 150 words",
        "Non-breaking\u202fspaces and accents: e\u0301, 日本, 🙂 stay.",
        "#hashtag",
        "The 3 * 4 of a_b_c.",
    ],
)
def test_good_text_stays_as_it_is(raw: str) -> None:
    """Markdown that may stand in a section is not touched."""
    assert raw == clean(raw, title=TITLE)


@pytest.mark.parametrize(
    "repeated",
    [
        "# Why the file matters",
        "## Why the File Matters ##",
        "###### Section 3: Why the file matters",
        "## 3. Why the file matters",
        "## 3 Why the file matters (150 words)",
        "**Why the file matters**",
        "**Why the file matters:**",
        "**Section III: Why the file matters**",
        "__Why the file matters__",
        "Why the file matters\n===",
        "Why the file matters\n---",
        "Why the file matters\n",
        "# Why the file matters\n\n**Why the file matters**",
        "Here is the section:\n\n# Why the file matters\n\n(150 words)",
    ],
)
def test_the_title_is_not_repeated(repeated: str) -> None:
    """A title at the start goes, whatever its level, number or emphasis."""
    assert "Text of it." == clean(f"{repeated}\nText of it.", title=TITLE)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("It rained [E1].", "It rained."),
        ("It rained. [K1] Then it snowed [E1] again.", "It rained. Then it snowed again."),
        ("[K1] It rained.\n\n[K2]: It snowed.", "It rained.\n\nIt snowed."),
        ("**[K1]** It rained.", "It rained."),
        ("K. Holm (must appear) says: it rained (must appear).", "K. Holm says: it rained."),
        ("**[K1] Rain:** it rained.", "**Rain:** it rained."),
        ("- [K1] rain\n- [K2] snow", "- rain\n- snow"),
        ("### [K1] Rain\n\nIt rained.", "### Rain\n\nIt rained."),
        ("It rained[E1] all day[E2].", "It rained all day."),
        ("It rained ([E1]) all day.", "It rained all day."),
        ("It rained (see [E1]).", "It rained (see)."),
        ("It rained [E1, E2] and [K1][E3], [Q12] snowed.", "It rained and snowed."),
        ("It rained [E1–E3]; it snowed [K1 and K2, K4].", "It rained; it snowed."),
        ("It rained [E1-3] and snowed [K1; K12].", "It rained and snowed."),
        (
            "He said “no” [Q1], she “yes.” [Q2]\n\nIt rained.",
            "He said “no”, she “yes.”\n\nIt rained.",
        ),
        ("It rained in [K]ent, in [E 1], in [Q1 2024] and in [1].", None),
        ("Press K1, (K1) and E1.", None),
    ],
)
def test_the_marks_of_a_request_go(raw: str, expected: str | None) -> None:
    """Marks of key points, evidence and quotations go with their space, and only they do."""
    assert (expected or raw) == clean(raw, title=TITLE)


def test_marks_of_the_outline_itself_stay() -> None:
    """What the outline writes in brackets is its subject, wherever it stands."""
    raw = "He said: “Press [K1] twice.” Then comes `key[K1]`, and [K1] again [K2]."

    assert raw.replace(" [K2]", "") == clean(raw, title=TITLE, known="Press [K1] twice.")


def test_a_title_without_letters_is_not_repeated_either() -> None:
    """A title of symbols is compared as it stands."""
    assert "Text." == clean("## 🙂 → 🙂\n\nText.", title="🙂 → 🙂")
    assert "### 🙂\n\nText." == clean("## 🙂\n\nText.", title="🙂 → 🙂")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("# One\n\ntext\n\n## Two\n\ntext", "### One\n\ntext\n\n### Two\n\ntext"),
        ("#### Deep stays\n\ntext", "#### Deep stays\n\ntext"),
        ("A short title\n---\nMore.", "### A short title\n\nMore."),
        ("A whole sentence.\n---\nMore.", "A whole sentence.\n\nMore."),
        ("Two lines\nof text\n===\nMore.", "Two lines\nof text\n\nMore."),
        ("> # Quoted\n> text", "> ### Quoted\n> text"),
        ("1. ## Listed", "1. ### Listed"),
        ("> Quoted\n> ===\n> text", "> Quoted\n\n> text"),
        ("text\n\n#\n\n##\n\nmore", "text\n\nmore"),
    ],
)
def test_no_heading_reaches_the_section_s_own_level(raw: str, expected: str) -> None:
    """H1 and H2 become H3, also in lists and quotes; an underlined sentence is no heading."""
    assert expected == clean(raw, title=TITLE)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("```markdown\n## Sub\n\nText.\n```", "### Sub\n\nText."),
        ("```\nText.\n```", "Text."),
        ("```md\nText.\n\n```py\nx\n```\n\nMore.\n```", "Text.\n\n```py\nx\n```\n\nMore."),
        ("```python\nx = 1\n```", "```python\nx = 1\n```"),
        ("Text.\n\n```", "Text."),
        ("Text.\n\n```\n```\n\nMore.", "Text.\n\nMore."),
        ("Text.\n\n```py\nx = 1\n\nMore.", "Text.\n\nx = 1\n\nMore."),
        ("- item\n\n  ~~~\n  code", "- item\n\n  code"),
    ],
)
def test_no_fence_holds_the_text_or_stays_open(raw: str, expected: str) -> None:
    """A fence around everything goes, and so does one that never closes or holds nothing."""
    assert expected == clean(raw, title=TITLE)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<div>a</div>", r"\<div>a\</div>"),
        ("text <!-- open", r"text \<!-- open"),
        ("<script>\nx", "\\<script>\nx"),
        ("<details>\n\ntext", "\\<details>\n\ntext"),
        ("Vec<u8> and `Vec<u8>`", r"Vec\<u8> and `Vec<u8>`"),
        (r"\<b> and \\<b>", r"\<b> and \\\<b>"),
        ("one<br>two<br/>three", "one two three"),
        ('<a title="`">x</a> `', '\\<a title="`">x</a> `'),
        ("    <b> is code", "    <b> is code"),
        ("<https://a`b> <i> `", "\\<https://a`b> <i> `"),
    ],
)
def test_html_is_shown_and_not_obeyed(raw: str, expected: str) -> None:
    """Tags outside code are escaped; only a line break becomes a space."""
    assert expected == clean(raw, title=TITLE)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("It says so【6†L9-L12】. More 【3†source】.", "It says so. More."),
        ("Cut off 【6†L9", "Cut off"),
        ("Chinese 【标题】 stays", "Chinese 【标题】 stays"),
        ("assistantfinalThe text.<|end|>", "The text."),
        ("doneassistantfinalThe text.", "done The text."),
        ("analysisWe need text.assistantfinalThe text.", "The text."),
        ("<|start|>assistant<|channel|>final<|message|>The text.<|return|>", "The text."),
        ("a<|<|end|>end|>b", "a b"),
        ("a `<|call|>` b", "a `` b"),
        ("\x1b[31mred\x9b\x00", "[31mred"),
        ("non\u2011breaking", "non-breaking"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    ],
)
def test_nothing_of_the_wire_leaks(raw: str, expected: str) -> None:
    """Control tokens, channel names, browser marks, reasoning and control characters go."""
    assert expected == clean(raw, title=TITLE)


def test_tokens_nested_without_end_are_broken() -> None:
    """Where taking one token out makes the next, none is left in the end."""
    raw = "<|" * 500 + "<|end|>" + "end|>" * 500 + "assistant" * 500 + "final" * 500
    cleaned = clean(raw, title=TITLE)

    assert "<|end|>" not in cleaned
    assert "assistantfinal" not in cleaned
    assert cleaned == clean(cleaned, title=TITLE)


@pytest.mark.parametrize(
    "talk",
    [
        "Here is the section:\n\n{}",
        "Sure! Here's the revised section (150 words):\n\n{}",
        "Certainly!\n\n{}",
        "Here is the next paragraph:\n\n{}",
        "Below is the 150-word introduction for your article:\n{}",
        "(150 words)\n\n{}",
        "{}\n\n(150 words)",
        "{} (about 150 words)",
        "{}\n\n**Word count:** 150 words",
        "{}\n\n*Word count: 150*",
        "{}\n\n[End of section]",
        "---\ntitle: x\ntags: [a, b]\n---\n\n{}",
        "---\n\n{}\n\n---",
        "\n\n  {}  \n\n",
    ],
)
def test_talk_about_the_text_is_not_the_text(talk: str) -> None:
    """Announcements, word counts, front matter and rules around a section go."""
    assert "The text." == clean(talk.format("The text."), title=TITLE)


def test_blank_lines_and_line_ends_are_tidy() -> None:
    """One blank line at a time; no spaces at line ends; nothing before or after."""
    raw = "\n\n One  \ntwo\t\n \n\n\nthree\u00a0\n***\n- - -\nfour\n\n"

    assert "One\ntwo\n\nthree\n\nfour" == clean(raw, title=TITLE)


def test_containers_too_deep_to_read_are_flattened() -> None:
    """Fifty quotes or lists inside each other hide no heading."""
    cleaned = clean("> " * 50 + "# one\n\n" + "- " * 50 + "# two", title=TITLE)

    assert "### one\n\n### two" == cleaned


@given(nasty_markdown)
def test_a_cleaned_text_keeps_its_place(raw: str) -> None:
    """No H1 or H2, rule or HTML at any depth, no double blank lines; cleaning twice is once."""
    cleaned = clean(raw, title=TITLE)

    assert [] == headings(cleaned, "h1", "h2")
    assert not types(cleaned) & {"hr", "html_block", "html_inline"}
    assert "\n\n\n" not in cleaned
    assert cleaned == cleaned.strip("\n")
    assert all(line == line.rstrip() for line in cleaned.split("\n"))
    assert cleaned == clean(cleaned, title=TITLE)


@given(nasty_markdown)
def test_a_heading_after_a_cleaned_text_is_a_heading(raw: str) -> None:
    """Nothing in a cleaned text swallows what follows it."""
    document = f"{clean(raw, title=TITLE)}\n\n## Next\n\nText.\n"

    assert [("h2", 0, "Next")] == headings(document, "h1", "h2")


@given(nasty_markdown)
def test_the_last_resort_is_clean_as_well(raw: str) -> None:
    """Plain paragraphs, made where no careful mending settles, need no further cleaning."""
    flat = cleaning._flatten(strip_controls(raw).replace("\u2011", "-"), TITLE)

    assert flat == clean(flat, title=TITLE)
    assert [] == headings(flat, "h1", "h2")


@pytest.mark.parametrize(
    "unit",
    [
        *("<!--", "](a", "<a ", "[", "``a```", "\\", ">", "> ", "1. ", "- ", "[a]: ", "a`"),
        *("<!-- a\n", "a<b ", "# T\n", "(150 words)\n", "---\na: b\n---\n", "```py\n", "```\n"),
        *(
            "> # a\n",
            "- # a\n\n",
            "a\n===\n",
            "【6†",
            "~~~\n```\n",
            "<div>\n",
            "  ",
            "<a@",
            "<|end|>",
        ),
    ],
)
def test_hostile_text_comes_back(unit: str) -> None:
    """No repeated unit makes cleaning or trimming take more than linear time."""
    hostile = unit * (40_000 // len(unit)) + "x"
    cleaned = clean(hostile, title=TITLE)

    assert cleaned == clean(cleaned, title=TITLE)
    assert hostile.startswith(trim_to_sentence(hostile, WordBudget(50)))


CUT = "One two three. Four five six. Seven eight nine ten. Eleven twel"


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (1, "One two three."),
        (4, "One two three."),
        (6, "One two three. Four five six."),
        (8, "One two three. Four five six. Seven eight nine ten."),
        (500, "One two three. Four five six. Seven eight nine ten."),
    ],
)
def test_a_cut_text_ends_at_the_sentence_nearest_its_budget(budget: int, expected: str) -> None:
    """The end that leaves the number of words nearest the budget; the longer one of two."""
    assert expected == trim_to_sentence(CUT, WordBudget(budget))


@pytest.mark.parametrize(
    ("text", "budget", "expected"),
    [
        ("no end at all", 2, "no end at all"),
        ("", 2, ""),
        ("**One two. Three four.** Five six. Sev", 2, "**One two. Three four.**"),
        ('He said "one. Two three." Then more. And', 3, 'He said "one. Two three."'),
        ("He (one. Two three.) went. And", 2, "He (one. Two three.) went."),
        (
            "A list:\n\n1. First item.\n2. Second item.\n3.",
            9,
            "A list:\n\n1. First item.\n2. Second item.",
        ),
        ("- One two three.\n- Four five. Si", 9, "- One two three.\n- Four five."),
        ("One. Two.\n\n### Heading. More\n\nAnd", 9, "One. Two."),
        ("One.\n\n```\ncode. More.\n```\n\nAnd", 9, "One."),
        ("- One.\n- ```\n  code. More.\n  ```\n\nAnd", 9, "- One."),
        ("One.\n\n| a. | b. |\n|---|---|\n| c. | d", 9, "One."),
        ("5 * 3 is it. 4 * 2 too. And", 9, "5 * 3 is it. 4 * 2 too."),
        ("It works. As Dr. Smith", 9, "It works."),
    ],
)
def test_a_cut_leaves_nothing_open(text: str, budget: int, expected: str) -> None:
    """Emphasis, quotations, brackets, list items, tables and code are not cut in two."""
    assert expected == trim_to_sentence(text, WordBudget(budget))


@given(nasty_markdown, st.integers(1, 60))
def test_trimming_takes_a_beginning_that_is_as_clean(raw: str, budget: int) -> None:
    """The result is a beginning of the text that ends a sentence, or the text itself."""
    text = clean(raw, title=TITLE)
    trimmed = trim_to_sentence(text, WordBudget(budget))

    assert text.startswith(trimmed)
    assert trimmed == text or ends_with_sentence(trimmed)
    assert [] == headings(trimmed, "h1", "h2")
    assert not types(trimmed) & {"hr", "html_block", "html_inline"}


def test_trimming_counts_as_budgets_do() -> None:
    """On a long text the nearest end is within half a sentence of the budget."""
    text = " ".join(f"Sentence {number} has exactly seven words here." for number in range(200))
    words = count_words(trim_to_sentence(text[:-20], WordBudget(500)))

    assert 497 <= words <= 503
