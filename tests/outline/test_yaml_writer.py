"""Writing an outline as YAML: it reads back the same, and looks as a person would write it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings

from gptoss_writer.outline.models import (
    Fact,
    KeyPoint,
    Lint,
    Outline,
    Quotation,
    Section,
    Strategy,
)
from gptoss_writer.outline.source import Source
from gptoss_writer.outline.validation import validate
from gptoss_writer.outline.yaml_form import read_yaml
from gptoss_writer.outline.yaml_writer import Comments, to_yaml
from tests.support.outlines import outlines

FIXTURES = Path(__file__).parent / "fixtures"


def _read_back(text: str) -> Outline:
    raw = read_yaml(Source.of("outline.yaml", text))
    outline = validate(raw)

    assert raw.diagnostics == []
    assert outline is not None
    return outline


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(outlines)
@example(
    Outline(
        title="It's 010: NO",
        strategy=Strategy(angle="one\n  two \nthree"),
        sections=(
            Section(
                id="a",
                title="- id: a",
                words=1,
                key_points=(KeyPoint(label="null"), KeyPoint(detail="~")),
                evidence=(Fact(fact="x: y"), Quotation(quote='"', note="\\")),
            ),
        ),
    )
)
def test_what_is_written_reads_back_the_same(outline: Outline) -> None:
    """Reading the YAML of any outline gives that outline again."""
    assert outline == _read_back(to_yaml(outline))


def test_ranges_and_ignored_codes_are_written() -> None:
    """A range stands where its middle would; an uneven band has a key of its own."""
    outline = Outline(
        title="T",
        sections=(
            Section(id="a", title="A", words=225, band=(200, 250)),
            Section(id="b", title="B", words=210, band=(200, 250)),
        ),
        lint=Lint(ignore=("OL211",)),
    )
    expected = """\
title: T

sections:
  - id: a
    title: A
    words: 200-250

  - id: b
    title: B
    words: 210
    band: [200, 250]

lint:
  ignore: [OL211]
"""

    assert expected == to_yaml(outline)
    assert outline == _read_back(expected)


def test_comments_say_where_it_came_from() -> None:
    """Lines above, above each section, and below; whatever is in them stays a comment."""
    outline = Outline(title="T", sections=(Section(id="a", title="A", words=9),))
    comments = Comments(head=["From a.md."], sections=["line 3"], tail=["Not placed: x\ny: z"])
    expected = """\
# From a.md.

title: T

sections:
  # line 3
  - id: a
    title: A
    words: 9

# Not placed: x y: z
"""

    assert expected == to_yaml(outline, comments)


def test_the_text_looks_as_a_person_writes_it() -> None:
    """Plain strings stay plain, quotes are used only where needed, defaults are left out."""
    outline = Outline(
        title="Keepers: a history",
        tags=("sea", "light"),
        words_per_minute=(200, 250),
        reading_minutes=3.0,
        sections=(
            Section(
                id="intro",
                role="introduction",
                title="Before the keeper's lamp",
                words=120,
                key_points=(
                    KeyPoint(detail="Fires came first."),
                    KeyPoint(label="Cost", detail="Coal was dear: a ton a night."),
                ),
                evidence=(
                    Fact(fact="The keeper's oil: whale, then colza, then paraffin."),
                    Fact(fact="A fire burned on the headland.", source="Parish roll"),
                ),
            ),
            Section(
                id="end",
                role="conclusion",
                title="Dark",
                words=80,
                evidence=(Quotation(quote="We put it out.", speaker="A. Keeper", required=True),),
                notes="Short.\nNo moral.",
            ),
        ),
    )
    expected = """\
title: 'Keepers: a history'
tags: [sea, light]

reading_minutes: 3
words_per_minute: [200, 250]

sections:
  - id: intro
    role: introduction
    title: Before the keeper's lamp
    words: 120
    key_points:
      - Fires came first.
      - label: Cost
        detail: 'Coal was dear: a ton a night.'
    evidence:
      - "The keeper's oil: whale, then colza, then paraffin."
      - fact: A fire burned on the headland.
        source: Parish roll

  - id: end
    role: conclusion
    title: Dark
    words: 80
    evidence:
      - quote: We put it out.
        speaker: A. Keeper
        required: true
    notes: |-
      Short.
      No moral.
"""

    assert expected == to_yaml(outline)


def test_long_text_is_folded() -> None:
    """A long text goes on lines of its own, and no line is much longer than a hundred columns."""
    words = "The lamp turned once in thirty seconds and was seen from nineteen miles. " * 4
    outline = Outline(title="T", sections=(Section(id="a", title="A", words=9, notes=words),))

    written = to_yaml(outline)

    assert "    notes: >-\n      The lamp turned once" in written
    assert max(len(line) for line in written.splitlines()) <= 100
    assert outline == _read_back(written)
