"""Words, sentences, comparable text, and what is stripped from all text."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.text import (
    code_spans,
    count_words,
    ends_with_sentence,
    fold,
    is_control,
    sentence_spans,
    sentences,
    strip_controls,
    words,
)
from tests.support.markdown import nasty_markdown

SEED = Path(__file__).parents[2] / "shared" / "seed" / "000_11d9e62553fd55cb.txt"

prose = st.text(st.sampled_from("abcABC .!?…\"')”\n1Mr-—*_é"), max_size=80)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", 0),
        ("One two three.", 3),
        ("A Mixture-of-Experts model of 120B parameters", 6),
        ("Yes — no - maybe … so", 4),
        ("# A heading\n\nTwo words", 2),
        ("###### Deep\nOne", 1),
        ("A heading\n===\n\nTwo words", 2),
        ("A heading\n---\n\nTwo words", 2),
        ("This one is a sentence.\n---\nTwo words", 7),
        ("- one\n* two\n+ three\n1. four\n2) five", 5),
        ("> - quoted item", 2),
        ("> quoted", 1),
        ("**bold** _and_ `code`", 3),
        ('[a link](https://example.org/a_(b) "its title") here', 3),
        ("![the alt text](image.png)", 3),
        ("[ref]: https://example.org", 0),
        ("[note]: see below for all of it", 7),
        ("see <https://example.org>", 2),
        ("<div class='x'>inside</div>", 1),
        ("before <!-- not these --> after", 2),
        ("before <!-- not\nthese\nwords --> after", 2),
        ("before <!-- never closed", 3),
        (r"shown \<div> as text", 4),
        ("inline `<div>` is a word", 5),
        ("```python\nx = 1\n# note\n```\nafter", 4),
        ("```inline``` is not a fence", 5),
        ("~~~\ncode ```\n~~~\nafter", 2),
        ("| a | b |\n|---|---|\n|c|d|", 4),
        ("日本 语", 2),
    ],
)
def test_words_are_what_a_reader_would_count(markdown: str, expected: int) -> None:
    """Markup is no word; headings do not count; a token with a letter or a digit does."""
    assert expected == count_words(markdown)


def test_words_are_listed_in_order() -> None:
    """The list behind the count is the text's own tokens."""
    assert ["The", "**20B**", "model,", "here"] == words("# T\n\nThe **20B** model, — here")


@given(nasty_markdown)
def test_any_text_can_be_counted(markdown: str) -> None:
    """No text has more words than tokens between spaces, after tags and pipes."""
    assert 0 <= count_words(markdown) <= len(re.split(r"[\s|<>]+", markdown))


@pytest.mark.skipif(not SEED.exists(), reason="the reference article is not on this machine")
def test_the_reference_article_has_the_words_that_were_measured() -> None:
    """The seven sections of the reference article count as the quality figures say."""
    text = SEED.read_text(encoding="utf-8")
    article = text[text.index("\n# ") :]
    sections = re.split(r"^#{1,2} .*$", article, flags=re.MULTILINE)[1:]

    assert [169, 250, 462, 299, 369, 397, 239] == [count_words(section) for section in sections]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("", []),
        ("   ", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("  One.  Two", ["One.", "Two"]),
        ("He said “Go.” Then he went.", ["He said “Go.”", "Then he went."]),
        ("**Bold one.** Next.", ["**Bold one.**", "Next."]),
        ("Dr. Smith met J. R. Tolkien. Both left.", ["Dr. Smith met J. R. Tolkien.", "Both left."]),
        (
            "See No. 5 there. She said no. Then left.",
            ["See No. 5 there.", "She said no.", "Then left."],
        ),
        ("Version 3.5 is out. It is fast.", ["Version 3.5 is out.", "It is fast."]),
        ("Wait... what? Fine.", ["Wait... what?", "Fine."]),
        ("1. First item. More.", ["1. First item.", "More."]),
        ("It ended in 2019. Then more.", ["It ended in 2019.", "Then more."]),
        ("“Why?” she asked. No answer.", ["“Why?” she asked.", "No answer."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(paragraph: str, expected: list[str]) -> None:
    """Abbreviations, initials, decimals and list numbers do not end a sentence."""
    assert expected == sentences(paragraph)


@given(prose)
def test_sentences_hold_all_visible_text_in_order(paragraph: str) -> None:
    """Spans do not overlap, do not go back, and leave nothing but spaces between them."""
    position = 0
    between = ""
    for start, end in sentence_spans(paragraph):
        assert position <= start < end <= len(paragraph)
        between += paragraph[position:start]
        position = end

    assert "" == (between + paragraph[position:]).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("It is done.", True),
        ("It is done.\n\n", True),
        ("“It is done.”", True),
        ("*It is done!*", True),
        ("Apples, pears, etc.", True),
        ("It is done. And then", False),
        ("As seen by Dr.", False),
        ("As seen by J.", False),
        ("A list:\n\n1.", False),
        ("In 2019.", True),
        ("...", True),
        ("a ." + " " * 200, True),
    ],
)
def test_a_text_closes_with_a_sentence_or_not(text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """What must be followed by something is not an end; closing marks and spaces do not matter."""
    assert expected == ends_with_sentence(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Open” — «weights»", '"Open" - "weights"'),
        ("it’s a non\u2011breaking\u202fspace", "it's a non-breaking space"),
        ("a\u0301 \ufb01ne  \n line", "á fine line"),
        ("so\u00adft zero\u200bwidth", "soft zerowidth"),
        ("an ´accent´ and ‹guillemets›", "an 'accent' and 'guillemets'"),
        ("Case Stays", "Case Stays"),
    ],
)
def test_folding_unifies_what_only_looks_different(text: str, expected: str) -> None:
    """Quotation marks, dashes, spaces and compatibility forms become plain; case stays."""
    assert expected == fold(text)


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    """Folded text is folded, in NFKC, and has single spaces."""
    folded = fold(text)

    assert folded == fold(folded)
    assert folded == unicodedata.normalize("NFKC", folded)
    assert "  " not in folded


@given(st.text())
def test_stripped_text_has_no_controls_and_keeps_the_rest(text: str) -> None:
    """What is left is what is not a control; stripping again changes nothing."""
    stripped = strip_controls(text)
    unified = text.replace("\r\n", "\n").replace("\r", "\n")

    assert not any(is_control(character) for character in stripped)
    assert [character for character in unified if not is_control(character)] == list(stripped)


def test_stripping_takes_escapes_and_keeps_newlines() -> None:
    """ESC, C1, lone surrogates, bidi overrides go; tabs, newlines and emoji stay."""
    text = "a\x1b[31m\x9b\ud800\u202eb\tc\r\nd\re🙂\x00"

    assert "a[31mb\tc\nd\ne🙂" == strip_controls(text)


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("a `b` c", ["`b`"]),
        ("``a ` b``", ["``a ` b``"]),
        (r"\`a` b`", ["` b`"]),
        (r"\\`a`", ["`a`"]),
        ("`a\\`", ["`a\\`"]),
        ("```a``", []),
        ("`a\nb`", ["`a\nb`"]),
    ],
)
def test_inline_code_is_found_as_commonmark_does(paragraph: str, expected: list[str]) -> None:
    """Runs of equal length pair up; a backslash takes one backtick from an opening run."""
    assert expected == [paragraph[start:end] for start, end in code_spans(paragraph)]


@pytest.mark.parametrize(
    "unit",
    [
        *("." * 10, "<!--", "](a", "<a ", "[", "``a```", "Mr. ", "\\", '"', "> ", "1. ", "[a]: "),
        *("<!-- a\n", "a`", "](((", "*_", " ", "…”", "a\n---\n", "\\`", "|", "&", "é\u0301"),
    ],
)
def test_hostile_text_of_a_hundred_kilobytes_is_read(unit: str) -> None:
    """No repeated unit makes counting, cutting or folding take more than linear time.

    Quadratic time on this input would be minutes: the test would not come back.
    """
    hostile = unit * (100_000 // len(unit)) + "x"
    count_words(hostile)
    ends_with_sentence(hostile)
    code_spans(hostile)

    assert fold(hostile)
    assert len(hostile) == sentence_spans(hostile)[-1][1]
