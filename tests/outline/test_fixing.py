"""Repairs: the file keeps its layout and comments, the outline keeps every word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gptoss_writer.outline.balancing import balanced
from gptoss_writer.outline.fixing import fix, mendable
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.reading import parse_outline, read_outline
from gptoss_writer.outline.rules.rule import Linted
from gptoss_writer.outline.yaml_writer import to_yaml
from gptoss_writer.text import fold
from tests.outline.test_wild import ALL
from tests.support.outlines import outlines

YAML = """\
title: Tides   # a working title
total_words: 700

# The sections.
sections:
  - title: Shores
    words: 150          # short
    notes: 'Call it "the long ebb” once.'
  - {title: Bays, words: 250}

  - title: "Funnels"
    words: '200-300'
    evidence:
      - A fact.   # keep me
    key_points:
      - Morrow says so.

elements:
  takeaways: [Wait.]
  quotes:
    # of the keeper
    - quote: >-
        The sea comes in and takes
        the road.
      speaker: Ada Morrow
    - {quote: "Another one, unlike all others.", speaker: Nobody}
"""
MENDED = """\
title: Tides   # a working title
total_words: 700

# The sections.
sections:
  - id: shores
    title: Shores
    words: 160          # short
    notes: 'Call it “the long ebb” once.'
  - {id: bays, title: Bays, words: 270}

  - id: funnels
    title: "Funnels"
    words: '215-325'
    evidence:
      - A fact.   # keep me
      # of the keeper
      - quote: >-
          The sea comes in and takes
          the road.
        speaker: Ada Morrow
    key_points:
      - Morrow says so.

elements:
  takeaways: [Wait.]
  quotes:
    - {quote: "Another one, unlike all others.", speaker: Nobody}
"""


def _fixed(text: str, name: str = "outline.yaml") -> str:
    return fix(parse_outline(Path(name), text)).text


def test_everything_at_once() -> None:
    """Budgets, quotations, marks and ids are mended; comments, quotes and order stay."""
    fixed = fix(parse_outline(Path("outline.yaml"), YAML))

    assert MENDED == fixed.text
    assert (
        "OL201: scaled the budgets to 700 words",
        "OL222: moved a quotation of Ada Morrow into section 3",
        "OL223: made quotation marks of a kind",
        "OL213: wrote the ids of 3 sections",
    ) == fixed.repairs


def test_what_is_ignored_stays() -> None:
    """A code that is ignored, in the file or by hand, is not mended either."""
    file = parse_outline(Path("outline.yaml"), YAML + "lint: {ignore: [OL201, OL222]}\n")
    fixed = fix(file, ["OL223", "OL213"])

    assert (file.text, ()) == (fixed.text, fixed.repairs)


def test_the_last_quotation_takes_its_keys_along() -> None:
    """No empty `elements` is left behind, and a section without evidence gets the key."""
    text = """\
title: Tides
elements:
  quotes:
    - quote: The sea takes the road.
      speaker: Ada Morrow
sections:
  - id: shores
    title: Shores of Ada Morrow
    words: 150
"""
    expected = """\
title: Tides
sections:
  - id: shores
    title: Shores of Ada Morrow
    words: 150
    evidence:
      - quote: The sea takes the road.
        speaker: Ada Morrow
"""

    assert expected == _fixed(text)


@pytest.mark.parametrize(
    "text",
    [
        (
            "title: T\nsections: [{id: a, title: Ada Morrow, words: 80}]\n"
            "elements: {quotes: [{quote: One two three four., speaker: Ada Morrow}]}\n"
        ),
        (
            "title: T\nsections:\n  - {id: a, title: Ada Morrow, words: 80}\n"
            "elements:\n  quotes:\n    - {quote: One two three four., speaker: Ada Morrow}\n"
        ),
        (
            "title: T\nsections:\n  - id: a\n    title: Ada Morrow\n    words: 80\n"
            "    evidence: [x]\n"
            "elements:\n  quotes:\n    - {quote: One two three four., speaker: Ada Morrow}\n"
        ),
    ],
)
def test_what_cannot_be_moved_safely_stays(text: str) -> None:
    """Lists and mappings in brackets are left to the writer."""
    assert text == _fixed(text)


def test_json_gets_ids_with_quotes() -> None:
    """An outline in JSON stays JSON."""
    text = '{"title": "T", "sections": [{"title": "Shores", "words": 80}]}\n'

    assert text.replace('{"title": "Shores"', '{"id": "shores", "title": "Shores"') == _fixed(text)


def test_markdown_is_mended_too() -> None:
    """Budgets in headings and where they are repeated, marks, and a quotation of nobody's."""
    text = """\
# Tides

Total words: 1,400

## 1. Shores (Approx. 500 words)

- **Evidence:** "It rose,” says Ann Lee.
- **Word count:** 500 words

## 2. Bays (200-300 words)

**Content Elements:**

- **Quotes:**
  - Ann Lee: "The sea takes the shores and the road."
"""
    expected = """\
# Tides

Total words: 1,400

## 1. Shores (Approx. 933 words)

- **Evidence:** “It rose,” says Ann Lee.
    - Ann Lee: "The sea takes the shores and the road."
- **Word count:** 933 words

## 2. Bays (375-560 words)

**Content Elements:**

- **Quotes:**
"""

    assert expected == _fixed(text, "outline.md")


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_word_is_touched(path: Path) -> None:
    """Whatever is mended, the texts are the same, and mending again changes nothing."""
    before = read_outline(path)
    fixed = fix(before)
    after = parse_outline(path, fixed.text)

    assert _words_of(before) == _words_of(after)
    assert fixed.text == fix(after).text
    assert {"OL201", "OL223"}.isdisjoint(item.code for item in lint(after))


def _words_of(file: object) -> list[str]:
    texts = Linted(file).texts  # type: ignore[arg-type] # any outline file
    return sorted(fold(text) for loc, text in texts if loc[-1] not in ("id", "role"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(outlines)
def test_any_outline_can_be_mended(outline: object) -> None:
    """Repairs of any outline give a valid one with the same texts."""
    # A property test gives the outline as an object.
    before = parse_outline(Path("outline.yaml"), to_yaml(outline))  # type: ignore[arg-type]
    after = parse_outline(Path("outline.yaml"), fix(before).text)

    assert _words_of(before) == _words_of(after)


@given(
    st.lists(st.integers(1, 2000).map(lambda words: (words, words)), min_size=1, max_size=12),
    st.integers(100, 20_000),
)
def test_scaled_budgets_add_up(ranges: list[tuple[int, int]], total: int) -> None:
    """The sum is the total, unless every section would need more than it has."""
    scaled = balanced(ranges, total)

    assert all(low >= 1 for low, _ in scaled)
    assert total == sum(low for low, _ in scaled) or total < 6 * len(ranges)


ESCAPED = r"""title: Tides
sections:
  - id: shores
    title: Shores
    words: 150
    evidence:
      - "He called \"the long ebb” it."
      - 'He called "it''s long” it.'
      - "He said \u201cthe ebb\" too."
      - He never opened” it.
  - title: "The \"new” one"
    words: 100
elements:
  quotes: [{quote: The long sea is here, speaker: N}]
"""


def test_only_what_can_be_mended_is_called_so() -> None:
    """Escaped marks can, also beside some that cannot; a mark that is missing cannot."""
    file = parse_outline(Path("outline.yaml"), ESCAPED)
    found = mendable(file, lint(file))
    fixed = fix(file, ["OL213"])
    offered = {(item.code, item.line) for item in found if item.is_fixable}
    expected = (
        ESCAPED.replace(r"\"the long ebb”", "“the long ebb”")
        .replace("\"it''s long”", "“it''s long”")
        .replace(r"\"new”", "“new”")
    )

    assert {("OL223", 7), ("OL223", 8), ("OL223", 11), ("OL213", 11)} == offered
    assert {9, 10} <= {item.line for item in found if item.code == "OL223"}
    assert expected == fixed.text


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_what_is_offered_is_mended(path: Path) -> None:
    """Of what can be mended in a wild outline nothing is left behind a repair."""
    file = read_outline(path)
    offered = Counter(item.code for item in mendable(file, lint(file)) if item.is_fixable)
    before = Counter(item.code for item in lint(file))
    after = Counter(item.code for item in lint(parse_outline(path, fix(file).text)))

    assert offered == Counter({code: before[code] - after[code] for code in offered})
