"""What is true of every text, however hostile."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.grounding.article import parse_article
from gptoss_writer.grounding.report import to_json
from gptoss_writer.grounding.scorecard import check_section, score
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.outline.models import Outline
from gptoss_writer.text import count_words
from tests.support.articles import TIDE_CLOCK
from tests.support.markdown import nasty_markdown
from tests.support.outlines import outlines

_PIECES = (
    *(
        '"',
        "“",
        "”",
        '"quoted words are here"',
        "Nathan Quill",
        "Ada Merrow",
        "said",
        "12 GB",
        "1987",
    ),
    *("in May", "5 August 2025", "# T\n", "## The Long Repair\n", "\n\n", "- ", "**", "`", "```\n"),
    *("<!--", "-->", ". ", "1990s", "—", "24/7", "[a](b)", "| a | b |\n", "---\n", "https://a.b"),
    *("&quot;", '\\"', "\u200b", "e\u0301", "ﬁ", "日本語", "<|end|>", "assistantfinal", "【1†L2】"),
    *("We need to write 200 words. ", "'s", "U.S.", "Dr. ", "$5 million", "\r\n", "\r", "\u2028"),
    *(
        "it has never once been wrong",
        "put back all but two of them",
        "```markdown\n",
        "title: x\n",
    ),
)
texts = st.one_of(
    nasty_markdown,
    st.text(max_size=60),
    st.lists(st.sampled_from(_PIECES), max_size=30).map("".join),
    st.lists(st.sampled_from(_PIECES), max_size=30).map(" ".join),
)


@settings(max_examples=60, deadline=None)
@given(texts, outlines)
def test_no_text_and_no_outline_breaks_the_scorecard(text: str, outline: Outline) -> None:
    """Any text can be held against any outline, and the report is JSON."""
    card = score(text, outline)
    report = json.loads(json.dumps(to_json(card)))

    assert len(outline.sections) == len(report["sections"])


@settings(max_examples=150, deadline=None)
@given(texts)
def test_offsets_point_at_the_text_they_claim(text: str) -> None:
    """Findings, quotations and uses lie in the text; a finding's line and column lead to it."""
    card = score(text, TIDE_CLOCK)
    ends = text.replace("\r\n", "\n\n").replace("\r", "\n")
    for finding in card.findings:
        before = ends[: finding.start]
        line_start = before.rfind("\n") + 1

        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.start - line_start + 1 == finding.column or text[finding.start - 1] == "\r"
    for quotation in card.quotations:
        quoted = quotation.quoted

        assert text[quoted.start : quoted.end].strip()
        assert quoted.text.split()[0][0] in text[quoted.start : quoted.end] or "&" in text
    for entry in card.entries:
        assert all(0 <= use.start < use.end <= len(text) for use in entry.uses)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_parts_do_not_overlap(text: str) -> None:
    """The parts of an article follow each other, and their words are those of their text."""
    article = parse_article(text)
    edges = [edge for part in article.parts for edge in (part.start, part.end)]

    assert edges == sorted(edges)
    assert all(count_words(text[part.start : part.end]) == part.words for part in article.parts)


@settings(max_examples=60, deadline=None)
@given(texts)
def test_a_section_checked_alone_is_checked_the_same_twice(text: str) -> None:
    """Checking is a function of the text and the outline: nothing is kept between two checks."""
    section = TIDE_CLOCK.sections[1]
    first = check_section(section, text, TIDE_CLOCK)
    check_section(TIDE_CLOCK.sections[2], "Another “text with five words”.", TIDE_CLOCK)

    assert first == check_section(section, text, TIDE_CLOCK)


_NAMES = st.sampled_from(
    ["Ada Merrow", "Port Ellery", "OpenAI", "McCoy", "GPT-4o", "H100s", "U.S. Navy"]
)
_NUMBERS = st.sampled_from(
    [
        "12 GB",
        "12GB",
        "twelve gigabytes",
        "120B",
        "40%",
        "$5 million",
        "14 to 20 kg",
        "3.5",
        "1,500",
    ]
)
_DATES = st.sampled_from(
    ["in 1871", "on 5 August 2025", "in March 1987", "in the 1990s", "on Monday"]
)
_SENTENCES = st.tuples(
    st.sampled_from(
        [
            "{name} moved {number} {date}.",
            "The {number} of {name}, {date}, were new.",
            "{name}’s team — {name} said — had “{number}” {date}.",
            "Experts at {name} saw {number} rise {date}; nobody knew.",
        ]
    ),
    _NAMES,
    _NUMBERS,
    _DATES,
).map(lambda parts: parts[0].format(name=parts[1], number=parts[2], date=parts[3]))


@settings(max_examples=100, deadline=None)
@given(st.lists(_SENTENCES, min_size=1, max_size=5), st.data())
def test_a_text_of_outline_sentences_rests_on_the_outline(
    sentences: list[str], data: st.DataObject
) -> None:
    """What is put together from the outline's sentences has nothing unsupported."""
    outline = Outline.model_validate(
        {
            "title": "T",
            "sections": [
                {
                    "id": "a",
                    "title": "Anything",
                    "words": 20,
                    "evidence": sentences[::2],
                    "key_points": sentences[1::2],
                }
            ],
        }
    )
    chosen = data.draw(st.lists(st.sampled_from(sentences), min_size=1, max_size=6))
    gaps = data.draw(
        st.lists(st.sampled_from([" ", "\n", "\n\n", "\n\n- "]), min_size=5, max_size=5)
    )
    text = chosen[0] + "".join(map("".join, zip(gaps, chosen[1:], strict=False)))
    quoted = " ".join(sentence.rstrip(".").join("“”") for sentence in chosen if "“" not in sentence)
    for whole in (text, quoted):
        codes = {finding.code for finding in check_section(outline.sections[0], whole, outline)}

        assert (
            not {
                *("number-unsupported", "date-unsupported", "name-unsupported"),
                *("quotation-absent", "quotation-near", "scare-quote"),
            }
            & codes
        )


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_piece_of_a_source_is_verbatim(data: st.DataObject) -> None:
    """Four words or more of a source, in any marks and with any comma, are a verbatim quotation."""
    source = data.draw(st.sampled_from(sources_of(TIDE_CLOCK).items))
    words = source.text.split()
    start = data.draw(st.integers(0, len(words) - 4))
    piece = " ".join(words[start : data.draw(st.integers(start + 4, len(words)))])
    before, after = data.draw(st.sampled_from([('"', '"'), ("“", "”"), ('"', "”"), ("“", '"')]))
    end = data.draw(st.sampled_from(["", ",", "."])) if piece[-1].isalnum() else ""
    card = score(f"# T\n\nIt says: {before}{piece}{end}{after} and so on.", TIDE_CLOCK)

    assert ["verbatim"] == [quotation.verdict for quotation in card.full_quotations]


@pytest.mark.parametrize(
    "piece",
    [
        "“",
        '"a b c d" ',
        "<!--",
        "【1",
        "# x\n",
        "May 5 ",
        "**A**: ",
        "`a",
        "1.",
        "A-",
        "said Xy ",
        "| ",
        'said Oakes "it has never once been wrong". ',
    ],
)
def test_long_hostile_texts_end(piece: str) -> None:
    """A text of one piece over and over is judged like any other."""
    card = score(piece * 1500, TIDE_CLOCK)

    assert len(TIDE_CLOCK.sections) == len(card.sections)
