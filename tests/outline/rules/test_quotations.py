"""Rules about evidence, and about key points without any."""

from __future__ import annotations

import pytest

from tests.outline.rules.remarks import remarks, sections

SEA = "The sea comes in and takes the road."
MORE = "The sea comes in and takes the road, and gives it back."


def _section(title: str, *evidence: str) -> str:
    items = "\n".join(f"  - {item}" for item in evidence)
    return f"title: {title}\nwords: 80\nevidence:\n{items}"


def _said(quote: str) -> str:
    return f'{{quote: "{quote}", speaker: A. Keeper}}'


def test_evidence_in_two_sections() -> None:
    """The later place is pointed at, and the earlier one named."""
    expected = """\
OL220 warning: this stands in section 1 too, on line 6
 --> outline.yaml:10:9
   |
 9 |     evidence:
10 |       - the sea comes in and takes the road
   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
help: Keep it in the section that needs it most."""
    text = sections(_section("Shores", _said(SEA)), _section("Bays", SEA.lower().rstrip(".")))

    assert [expected.replace(" --> ", "  --> ")] == remarks("OL220", text)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (SEA, MORE, "a piece of this stands in section 1 too, on line 6"),
        (MORE, SEA, "these words stand in section 1 too, on line 6"),
    ],
)
def test_a_piece_in_another_section(first: str, second: str, message: str) -> None:
    """A cut quotation is the same evidence, whichever of the two is cut."""
    text = sections(_section("Shores", _said(first)), _section("Bays", _said(second)))
    [found] = remarks("OL220", text)

    assert found.startswith(f"OL220 warning: {message}\n")


def test_few_words_are_no_quotation() -> None:
    """Three words may stand in two sections."""
    text = sections(_section("Shores", _said("takes the road")), _section("Bays", _said(SEA)))

    assert [] == remarks("OL220", text)


def test_the_whole_quotation_is_named() -> None:
    """Where the article-wide list has more of it, the hint says so; no other rule repeats it."""
    text = sections(_section("Shores", _said(SEA)), _section("Bays", _said(SEA)))
    text += f"elements:\n  quotes:\n    - {_said(MORE)}\n"
    [found] = remarks("OL220", text)

    assert found.endswith(
        "help: Keep it in the section that needs it most. Line 13 has more of the quotation."
    )
    assert [] == remarks("OL221", text)


def test_a_cut_quotation() -> None:
    """The shorter one is pointed at."""
    expected = """\
OL221 warning: more of this quotation stands on line 7
 --> outline.yaml:6:9
  |
5 |     evidence:
6 |       - {quote: "The sea comes in and takes the road.", speaker: A. Keeper}
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
help: Keep one of them, best the whole one."""

    assert [expected] == remarks("OL221", sections(_section("Shores", _said(SEA), _said(MORE))))


def test_a_quotation_that_is_assigned_may_be_listed() -> None:
    """The same words in a section and for the whole article are one quotation."""
    text = sections(_section("Shores", _said(SEA)))
    text += f"elements:\n  quotes:\n    - {_said(SEA)}\n"

    assert [] == remarks("OL221", text) + remarks("OL222", text)


def test_an_unassigned_quotation() -> None:
    """The section that shares most words with it is suggested, a named speaker counting double."""
    expected = """\
OL222 warning: this quotation of A. Keeper belongs to no section
  --> outline.yaml:11:7
   |
10 |   quotes:
11 |     - {quote: "The sea comes in and takes the road.", speaker: A. Keeper}
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
help: Move it into the evidence of a section; section 2 fits best."""
    text = sections(
        "title: The road\nwords: 80\nkey_points: [A road in the sea.]",
        "title: The keeper\nwords: 80\nkey_points: [What the keeper says of the sea.]",
    )

    assert [expected] == remarks("OL222", f"{text}elements:\n  quotes:\n    - {_said(SEA)}\n")


def test_mixed_marks_in_markdown() -> None:
    """The pair is pointed at in the line as it is typed."""
    expected = """\
OL223 warning: this quotation opens with " and closes with ”
 --> outline.md:6:3
  |
5 | Evidence:
6 | - "I am very excited,” says Ann Lee.
  |   ^^^^^^^^^^^^^^^^^^^^
  |
help: Use one kind of quotation marks on both sides."""
    text = '# Tides\n\n## Shores (80 words)\n\nEvidence:\n- "I am very excited,” says Ann Lee.\n'

    assert [expected] == remarks("OL223", text, "outline.md")


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ("He said “no.", "the quotation mark opened here is not closed"),
        ("He said no” twice.", "a quotation mark closes here that nothing opened"),
        ("'Call it \"ebb” once.'", 'this quotation opens with " and closes with ”'),
    ],
)
def test_broken_marks_in_yaml(notes: str, message: str) -> None:
    """Marks without a partner are found in any text."""
    [found] = remarks("OL223", sections(f"title: Shores\nwords: 80\nnotes: {notes}"))

    assert found.startswith(f"OL223 warning: {message}\n")


@pytest.mark.parametrize(
    "notes", ['A 12" pipe.', "It's “fine”, she said.", "‘yes’ and “no”", "5'10\" tall"]
)
def test_inches_and_apostrophes_are_no_marks(notes: str) -> None:
    """What follows a figure or stands in a word opens nothing."""
    assert [] == remarks("OL223", sections(f"title: Shores\nwords: 80\nnotes: |-\n  {notes}"))


def test_a_quotation_of_nobody() -> None:
    """In YAML each quotation says where it is from; one remark for a section."""
    expected = """\
OL224 warning: 2 quotations of this section have neither a speaker nor a source
 --> outline.yaml:6:9
  |
5 |     evidence:
6 |       - {quote: It rose.}
  |         ^^^^^^^^^^^^^^^^^
  |
help: Add `speaker:`, or `source:` where nobody is named."""
    text = sections(
        _section("Shores", "{quote: It rose.}", "{quote: It fell.}", "{quote: So, source: Log}")
    )

    assert [expected] == remarks("OL224", text)


def test_quoted_research_in_markdown_needs_no_speaker() -> None:
    """Only what is listed as somebody's words does."""
    text = (
        '# Tides\n\n## Shores (80 words)\n\nEvidence:\n- "The sea takes the road."\n\n'
        '**Content Elements**\n\n**Expert quotes:**\n- "It gives it back again."\n'
    )
    [found] = remarks("OL224", text, "outline.md")

    assert found.startswith(
        "OL224 warning: this quotation has neither a speaker nor a source\n  --> outline.md:11:4\n"
    )


@pytest.mark.parametrize(
    ("point", "strange"),
    [
        ("The range is 12 metres.", "12"),
        ("It was measured in 1954.", "1954"),
        ("About 7 % of the shore.", "7 %"),
        ("Nobody asked Marlow about it.", "Marlow"),
        ("Model X-200 was used.", "X-200"),
        ("The range is 9.5 metres, says Ann Lee.", None),
        ("In March the Bay of Fundy is calm.", None),
        ("Three boats, two keepers.", None),
    ],
)
def test_key_points_with_figures_and_names(point: str, strange: str | None) -> None:
    """A figure or a name must stand in evidence; small numbers in words and months need not."""
    text = sections(
        f'title: The Bay of Fundy\nwords: 80\nkey_points: ["{point}"]\n'
        "evidence: [{quote: The range is 9.5 metres., speaker: Ann Lee}]"
    )
    found = remarks("OL230", text)

    assert (f"no evidence has `{strange}`" in "".join(found)) == (strange is not None)
    assert len(found) == (strange is not None)


@pytest.mark.parametrize(
    ("point", "evidence", "strange"),
    [
        ("Zwischen Büsum und Husum wartet der Hafenmeister.", "Die Flut ist hoch.", None),
        ("Die Flut steigt im Winter um 14 Meter.", "Die Flut ist hoch und der Deich nicht.", "14"),
        ("There were 12 boats.", "Only twelve of the boats came back.", None),
        ("There were 12 boats.", "Only one of the boats came back.", "12"),
    ],
)
def test_nouns_and_numbers_in_words(point: str, evidence: str, strange: str | None) -> None:
    """German nouns are no names, and a number may stand in words in the evidence."""
    found = remarks(
        "OL230", sections(f'title: T\nwords: 80\nkey_points: ["{point}"]\nevidence: ["{evidence}"]')
    )

    assert ([] if strange is None else [f"OL230 note: no evidence has `{strange}`"]) == [
        item.partition("\n")[0] for item in found
    ]
