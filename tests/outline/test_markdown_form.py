"""The Markdown form: it gives the same outline as YAML, and drops nothing in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.models import Fact, KeyPoint, Outline, Quotation
from gptoss_writer.outline.reading import OutlineFile, read_outline

FIXTURES = Path(__file__).parent / "fixtures"

SMALL = """\
# Tides

**1. Introduction (50 words)**
- **Key points:**
  - The moon pulls.
"""


def _read(folder: Path, text: str) -> OutlineFile:
    path = folder / "outline.md"
    path.write_text(text, encoding="utf-8")
    return read_outline(path)


def _warnings(file: OutlineFile) -> list[tuple[int, str, str]]:
    return [(found.line, found.code, found.message) for found in file.warnings]


@pytest.mark.parametrize("name", ["lighthouses", "bread"])
def test_both_forms_give_the_same_outline(name: str) -> None:
    """A Markdown outline equals its YAML twin, and every one of its lines is read."""
    markdown = read_outline(FIXTURES / f"{name}.md")
    yaml = read_outline(FIXTURES / f"{name}.yaml")

    assert ("markdown", "yaml") == (markdown.form, yaml.form)
    assert yaml.outline == markdown.outline
    assert [] == [item for item in markdown.warnings if item.severity == "warning"]


def test_values_know_their_place() -> None:
    """Each value can be found again in the file, down to one quotation of a run."""
    file = read_outline(FIXTURES / "lighthouses.md")

    def text_at(*loc: str | int) -> str:
        span = file.span(*loc)
        line = file.text.split("\n")[span.line - 1]
        return line[span.column - 1 : span.column - 1 + span.width]

    assert text_at("sections", 1, "evidence", 2) == "and it turned all night."
    assert text_at("sections", 1, "title") == "Glass Against the Dark"
    assert text_at("sections", 2, "key_points", 0) == "**Automation**"
    assert text_at("elements", "quotes", 1) == "no longer economical"


@pytest.mark.parametrize(
    ("heading", "words", "title"),
    [
        ("**1. Shores (Approx. 150 words)**", 150, "Shores"),
        ("**1. Shores (250 words)**", 250, "Shores"),
        ("**1. Shores** (~250 words)", 250, "Shores"),
        ("## 1. Shores (200-250 words)", 225, "Shores"),
        ("## 1) Shores [about 1,200 words]", 1200, "Shores"),
        ("### **Section 1: Shores** – 90 words", 90, "Shores"),
        ("# Shores (100 to 200 words):", 150, "Shores"),
        ("1. **Shores (80 words)**", 80, "Shores"),
        ("1. Shores (80 words)", 80, "Shores"),
        ("**1. Shores, 1990-2000 (80 words)**", 80, "Shores, 1990-2000"),
    ],
)
def test_headings_of_sections(tmp_path: Path, heading: str, words: int, title: str) -> None:
    """A section's heading may be written in many ways; of a range the middle is the budget."""
    outline = _read(tmp_path, f"{heading}\n").outline

    assert [("body", title, words)] == [(s.role, s.title, s.words) for s in outline.sections]


@pytest.mark.parametrize("marker", ["-", "*", "+", "•", "1.", "2)"])
def test_markers_of_lists(tmp_path: Path, marker: str) -> None:
    """Any list marker will do, and a line that is continued is one key point."""
    text = (
        f"# Tides\n**1. Shores (50 words)**\n{marker} **Key points:**\n"
        f"    {marker} The moon\n      pulls.\n\t{marker} **Neap:** Half the pull.\n"
    )
    expected = (KeyPoint(detail="The moon pulls."), KeyPoint(label="Neap", detail="Half the pull."))

    assert expected == _read(tmp_path, text).outline.sections[0].key_points


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("# Tides\n\n", "Tides"),
        ("Title: Tides\n\n", "Tides"),
        ('**Title:** "Tides"\n\n', "Tides"),
        ("---\ntitle: Tides\n---\n", "Tides"),
        ("---\ntitle: Tides\n---\n```markdown\n", "Tides"),
        ("", "Shores"),
    ],
)
def test_where_the_title_comes_from(tmp_path: Path, head: str, title: str) -> None:
    """The title is the H1, the front matter's, a `Title:` line, or the first section's."""
    assert title == _read(tmp_path, f"{head}**1. Shores (50 words)**\n").outline.title


def test_roles_follow_place_and_name(tmp_path: Path) -> None:
    """Only a first section can be the introduction, and only a last one the conclusion."""
    names = ["The Opening Hook", "Closing Bays", "An Introduction to Dykes", "In Conclusion"]
    text = "".join(f"**{n}. {name} (50 words)**\n" for n, name in enumerate(names, start=1))

    outline = _read(tmp_path, text).outline

    assert ["introduction", "body", "body", "conclusion"] == [s.role for s in outline.sections]


def test_a_line_that_cannot_be_placed_is_a_warning(tmp_path: Path) -> None:
    """Nothing inside the outline is dropped in silence."""
    text = (
        "Here is your outline!\n" + SMALL + "- **Mood:** stormy\n  - very\n"
        "- **Evidence:** none\n\nA loose end.\n"
        "**Content Elements**\n- **Expert quotes:**\n  - Ann Lee thinks tides are neat.\n"
        "- **Music:** drums\n"
    )
    unread = "this line was not understood, so it is not in the outline"
    unquoted = "no quotation was found on this line, so it is not in the outline"
    expected = [
        (1, "OL031", unread),
        (7, "OL031", unread),
        (8, "OL031", unread),
        (11, "OL031", unread),
        (14, "OL031", unquoted),
        (15, "OL031", unread),
    ]

    assert expected == _warnings(_read(tmp_path, text))


def test_a_warning_shows_its_line(tmp_path: Path) -> None:
    """A warning reads like an error, but says that it is none."""
    file = _read(tmp_path, SMALL + "- **Mood:** stormy\n")
    expected = f"""\
OL031 warning: this line was not understood, so it is not in the outline
 --> {file.path}:6:3
  |
5 |   - The moon pulls.
6 | - **Mood:** stormy
  |   ^^^^^^^^^^^^^^^^
  |
help: Put it under a label that is known, such as `**Key points:**`, or remove it."""

    assert expected == format_diagnostic(file.warnings[0])


def test_what_is_said_twice_is_a_warning(tmp_path: Path) -> None:
    """The first of two titles or budgets stays, and the other is pointed at."""
    text = "# Tides\nTitle: Ebb\n**1. Shores (50 words)**\n- **Words:** 60 words\n"
    file = _read(tmp_path, text)

    assert ("Tides", 50) == (file.outline.title, file.outline.sections[0].words)
    assert [
        (2, "OL033", "the title is given twice; this line is not in the outline"),
        (4, "OL033", "the heading of this section says 50 words, and so it stays"),
    ] == _warnings(file)


@pytest.mark.parametrize(
    ("line", "words", "minutes"),
    [
        ("~900 words, 4 min read", 900, 4),
        ("*~900 words · 4 min read*", 900, 4),
        ("(900-1,000 words | 4-5 minutes)", 950, 4.5),
        ("Approx. 900 words / 4 minutes", 900, 4),
        ("A 4-minute read", None, None),
        ("4 min read", None, 4),
        ("~900w", 900, None),
    ],
)
def test_a_line_on_the_length_needs_no_label(
    tmp_path: Path, line: str, words: int | None, minutes: float | None
) -> None:
    """Below the title a line of nothing but figures is the stated length; others are pointed at."""
    file = _read(tmp_path, f"# Tides\n\n{line}\n\n## Shores (400 words)\n- The sea rose.\n")

    assert (words, minutes) == (file.outline.total_words, file.outline.reading_minutes)
    assert ([] if words or minutes else [3]) == [item.line for item in file.warnings]


def test_the_length_may_stand_behind_the_title(tmp_path: Path) -> None:
    """Words and minutes are read from the brackets, and a section's own minutes are passed over."""
    text = "# Tides (~400 words, 2 min read)\n\n## Shores\n400 words, 2 min\n- The sea rose.\n"
    outline = _read(tmp_path, text).outline

    assert ("Tides", 400, 2) == (outline.title, outline.total_words, outline.reading_minutes)
    assert [400] == [section.words for section in outline.sections]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Tides\n## Shores (80 words, told by a fisherman)\n", 2),
        ("# Tides (80 words, by Friday)\n## Shores (80 words)\n", 1),
        ("# Tides\nLength: 80 words, please\n## Shores (80 words)\n", 2),
        ("# Tides\n## Shores\nTarget: 80 and no more\n", 3),
        ("# Tides\n## Shores (80 words)\nTotal words: 80 (or so they say)\n", 3),
    ],
)
def test_words_beside_figures_are_noted(tmp_path: Path, text: str, line: int) -> None:
    """Of a line on length the figures are kept, and a note says that the rest is not."""
    file = _read(tmp_path, f"{text}- The sea rose.\n")

    assert [80] == [section.words for section in file.outline.sections]
    assert [(line, "OL035", "only the figures of this line are in the outline")] == _warnings(file)


@pytest.mark.parametrize(
    "budget",
    ["(150-word opening)", "(about 150 words in total)", "[~150 words, 1 min]", "– max. 150 words"],
)
def test_words_that_belong_to_figures_are_not_noted(tmp_path: Path, budget: str) -> None:
    """What only says that a figure is a length tells the writer nothing that would be lost."""
    file = _read(tmp_path, f"# Tides\n## Shores {budget}\n- The sea rose.\n")

    assert ([150], ()) == ([section.words for section in file.outline.sections], file.warnings)


@pytest.mark.parametrize(
    "line", ["#### Sub heading", "### Sub heading", "**Sub heading**", "#### **Sub heading:**"]
)
@pytest.mark.parametrize("below", ["- The sea rose.", "The sea rose."])
def test_what_stands_below_a_heading_of_a_section(tmp_path: Path, line: str, below: str) -> None:
    """A heading below the section's own, whatever it is called, is what key points are about."""
    head = "# Tides\n\n## Shores (80 words)\n\n"
    file = _read(tmp_path, f"{head}{line}\n\n{below}\n")

    assert () == file.warnings
    assert (KeyPoint(label="Sub heading", detail="The sea rose."),) == file.outline.sections[
        0
    ].key_points


@pytest.mark.parametrize("line", ["**80 words**", "*(~80 words)*", "### 80 words", "**80 words:**"])
def test_a_budget_below_its_heading_may_be_bold(tmp_path: Path, line: str) -> None:
    """However it is set, a line of nothing but a budget is the section's."""
    section = _read(tmp_path, f"# Tides\n\n## Shores\n{line}\n\n- It rose.\n").outline.sections[0]

    assert (80, ("It rose.",)) == (section.words, tuple(point.text for point in section.key_points))


@pytest.mark.parametrize("label", ["Evidence", "Sources", "Key points"])
def test_a_label_below_a_bullet_is_no_part_of_it(tmp_path: Path, label: str) -> None:
    """However far it is indented, the label of a list ends the bullet above it."""
    text = f"# Tides\n\n## Shores (80 words)\n\n- It rose.\n    {label}: It fell.\n"
    outline = _read(tmp_path, text).outline
    section = outline.sections[0]

    assert "It rose." == section.key_points[0].text
    assert "It fell." == [*section.key_points[1:], *section.evidence][0].text


def test_a_second_length_is_pointed_at(tmp_path: Path) -> None:
    """The first one stays; saying the same again is no mistake."""
    head = "Length: 400 words\nTotal words: 400\nTotal words: 450\n"
    file = _read(tmp_path, f"# Tides\n\n{head}\n## Shores (400 words)\n- The sea rose.\n")
    message = "the length in words is given twice; this line is not in the outline"

    assert 400 == file.outline.total_words
    assert [(5, "OL033", message)] == _warnings(file)


def test_an_unclosed_quotation_mark_is_a_warning(tmp_path: Path) -> None:
    """What stands behind the open mark is kept, as a fact, since nobody knows where it ends."""
    file = _read(tmp_path, SMALL + '- **Evidence:** "It rose." And "then it fell.\n')

    assert (
        Quotation(quote="It rose."),
        Fact(fact='"then it fell.'),
    ) == file.outline.sections[0].evidence
    assert [(6, 32)] == [(found.line, found.column) for found in file.warnings]
    assert "OL032" == file.warnings[0].code


@pytest.mark.parametrize(
    "article",
    [
        "\n```markdown\n# Tides\n\nThe sea rose.\n```\n",
        "\n```md\nThe sea rose.\n",
        "\n---\ntitle: Tides\n---\n\n# Tides\n\nThe sea rose.\n",
    ],
)
def test_the_article_behind_the_outline_is_not_read(tmp_path: Path, article: str) -> None:
    """An article in a fence or with front matter of its own ends the outline."""
    alone = _read(tmp_path, SMALL)
    followed = _read(tmp_path, SMALL + article)

    assert alone.outline == followed.outline
    assert () == followed.warnings


def test_an_article_without_a_fence_is_announced(tmp_path: Path) -> None:
    """Where only a heading shows that the article begins, a warning says so."""
    file = _read(tmp_path, SMALL + "\n# The Sea\n\nThe sea rose.\n")

    assert [
        (7, "OL031", "from this heading on, the file was taken for an article and not read")
    ] == _warnings(file)


@pytest.mark.parametrize("fence", ["```", "```markdown", "~~~"])
def test_a_fence_around_the_outline(tmp_path: Path, fence: str) -> None:
    """An outline in a code fence is read like one without, and ends with the fence."""
    plain: Outline = _read(tmp_path, SMALL).outline
    fenced = _read(tmp_path, f"{fence}\n{SMALL}{fence[:3]}\n\nAnything else?\n")

    assert plain == fenced.outline
    assert () == fenced.warnings


@pytest.mark.parametrize("fence", ["", "```markdown\n"])
def test_code_within_the_outline_is_left_out_and_announced(tmp_path: Path, fence: str) -> None:
    """What stands behind a block of code is read, also where the outline is in a fence."""
    more = "\n## 2. Bays (60 words)\n- The bay is narrow.\n"
    plain = _read(tmp_path, SMALL + more)
    file = _read(tmp_path, f"{fence}{SMALL}\n```python\n# Not a title\n```\n{more}")
    first = 7 + fence.count("\n")

    assert plain.outline == file.outline
    assert [
        (first, "OL031", f"this block of code, up to line {first + 2}, is not in the outline")
    ] == _warnings(file)


def test_code_without_an_end_is_announced(tmp_path: Path) -> None:
    """A fence that nobody closes takes the rest of the file, and the warning says so."""
    file = _read(tmp_path, SMALL + "\n```\n\n## 2. Bays (60 words)\n")

    assert 1 == len(file.outline.sections)
    assert [
        (7, "OL031", "this block of code, which is never closed, is not in the outline")
    ] == _warnings(file)


def test_a_section_without_words_is_an_error(tmp_path: Path) -> None:
    """The message says where the words belong, and every such section is listed."""
    with pytest.raises(OutlineError) as caught:
        _read(tmp_path, "# Tides\n\n## 1. Shores\n\n## 2. Bays\n")
    expected = f"""\
OL102 this section has no words
 --> {tmp_path}/outline.md:5:4
  |
5 | ## 2. Bays
  |    ^^^^^^^
  |
help: Write it in the heading, as in `**2. The first lamps (250 words)**`."""

    assert 2 == len(caught.value.diagnostics)
    assert expected == format_diagnostic(caught.value.diagnostics[1])


def test_sections_in_a_table_are_refused_with_the_way_out(tmp_path: Path) -> None:
    """Where a table holds the plan, the hint says that it is not read."""
    table = "| Section | Words |\n|---|---:|\n| Shores | 100 |\n| Bays | 200 |\n"
    with pytest.raises(OutlineError) as caught:
        _read(tmp_path, f"# Tides\n\n{table}")

    assert ["OL102"] == [item.code for item in caught.value.diagnostics]
    assert caught.value.hint.startswith("A table is not read; begin each section with a line like")


def test_a_file_without_sections_is_an_error(tmp_path: Path) -> None:
    """Any other text is refused, and the message shows how a section begins."""
    with pytest.raises(OutlineError) as caught:
        _read(tmp_path, "Dear Sir,\n\nthank you for your letter.\n")

    assert f"{tmp_path}/outline.md: the file has no sections" == caught.value.message
    assert "Begin each one like `**1. Introduction (150 words)**`." == caught.value.hint


def test_too_large_a_budget_points_at_its_heading(tmp_path: Path) -> None:
    """What validation finds is shown in the Markdown file, on the right line."""
    with pytest.raises(OutlineError) as caught:
        _read(tmp_path, "# Tides\n\n## 1. Shores (90,000 words)\n")

    assert (
        f"{tmp_path}/outline.md:3:15: words: 90000 is too large; the most is 20,000"
        == caught.value.message
    )
