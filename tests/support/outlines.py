"""Outlines for property tests: any valid one, with text that is awkward to write down."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from gptoss_writer.outline.models import (
    Elements,
    Fact,
    KeyPoint,
    Lint,
    Outline,
    Quotation,
    Section,
    Strategy,
)
from gptoss_writer.text import is_control

_AWKWARD = (
    *("NO", "on", "010", "12:30:45", "2025-08-05", "null", "~", "1e3", "0x1F", "true", "=", "<<"),
    *("- a", "? b", "a: b", "a #b", "#", ": ", "'", '"', "''", "\\n", "\\", "%TAG", "@me", "`x`"),
    *("*a*", "&b", "!c", "|", ">", "---", "...", "--- a", "{a: b}", "[c]", "it's", "she said “no”"),
    *("a  b", "sections:", "- id: x", "<|end|>", "é", "e\u0301", "日本", "🙂", "\u00a0x\u00a0y"),
    "The quick brown fox jumps over the lazy dog, and then over the next one, and so on: again.",
    "wide " * 30 + "end",
    "a" * 120,
)
_CHARACTERS = st.one_of(
    st.sampled_from(string.ascii_letters + string.punctuation + " " * 20),
    st.characters(exclude_categories=("Cs", "Cc")).filter(
        lambda character: not is_control(character)
    ),
)
_WORDS = st.one_of(st.sampled_from(_AWKWARD), st.text(_CHARACTERS, min_size=1, max_size=12))

lines = (
    st.lists(_WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda text: text.strip() != "")
)
"""Text on one line."""

_BREAKS = st.sampled_from([" ", "\n", "\n\n", "\n  ", " \n", "\t", "  "])

prose = (
    st.lists(st.tuples(_WORDS, _BREAKS), min_size=1, max_size=6)
    .map(lambda parts: "".join(word + gap for word, gap in parts))
    .filter(lambda text: text.strip() != "")
)
"""Text that may have several lines."""

_maybe_line = st.none() | lines
_maybe_prose = st.none() | prose

quotations = st.builds(
    Quotation,
    quote=prose,
    speaker=_maybe_line,
    source=_maybe_line,
    url=_maybe_line,
    note=_maybe_prose,
    required=st.booleans(),
)
facts = st.builds(Fact, fact=prose, source=_maybe_line, url=_maybe_line)
key_points = st.one_of(
    st.builds(KeyPoint, detail=prose),
    st.builds(KeyPoint, label=lines),
    st.builds(KeyPoint, label=lines, detail=prose),
)
_ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True)


_budgets = st.one_of(
    st.integers(1, 20_000).map(lambda words: {"words": words}),
    st.lists(st.integers(1, 20_000), min_size=3, max_size=3).map(
        lambda found: {"words": sorted(found)[1], "band": (min(found), max(found))}
    ),
)


@st.composite
def sections(draw: st.DrawFn) -> tuple[Section, ...]:
    """Draw sections with ids of their own, of which only the first may be the introduction."""
    ids = draw(st.lists(_ids, min_size=1, max_size=3, unique=True))
    return tuple(
        Section(
            id=name,
            role=draw(
                st.sampled_from(["body", "conclusion", *(["introduction"] if number == 0 else [])])
            ),
            title=draw(lines),
            **draw(_budgets),
            key_points=tuple(draw(st.lists(key_points, max_size=2))),
            evidence=tuple(draw(st.lists(quotations | facts, max_size=2))),
            notes=draw(_maybe_prose),
        )
        for number, name in enumerate(ids)
    )


_items = st.lists(prose, max_size=2).map(tuple)
_pace = st.integers(1, 10_000)

_codes = st.from_regex(r"OL[0-9]{3}", fullmatch=True)

outlines = st.builds(
    Outline,
    title=lines,
    description=_maybe_line,
    tags=st.lists(lines, max_size=3).map(tuple),
    published=st.booleans(),
    strategy=st.builds(
        Strategy,
        angle=_maybe_prose,
        audience=_maybe_prose,
        value=_maybe_prose,
        approach=_maybe_prose,
    ),
    total_words=st.none() | st.integers(1, 10_000_000),
    reading_minutes=st.none() | st.floats(0, 100_000, exclude_min=True),
    words_per_minute=st.none() | st.tuples(_pace, _pace),
    sections=sections(),
    elements=st.builds(
        Elements,
        statistics=_items,
        quotes=st.lists(quotations, max_size=2).map(tuple),
        examples=_items,
        takeaways=_items,
    ),
    lint=st.lists(_codes, max_size=2).map(lambda codes: Lint(ignore=tuple(codes))),
)
"""Any valid outline."""
