"""Whatever line is put into a Markdown outline, its words are in the outline or pointed at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.reading import OutlineFile, parse_outline, read_outline
from tests.support.commands import ROOT

HERE = Path(__file__).parent
_LABELLED = re.compile(r"(?s)(.*:\**(?:\s+|$))?(.*)")
"""A line cut into what stands up to its last label, and the text behind that."""
WORD = "zorvax"
"""A word that no outline has."""
LINES = (
    *(
        "zorvax",
        "zorvax is a thing.",
        "- zorvax",
        "* **Zorvax:** quelb",
        "- **Zorvax**",
        "1. zorvax",
    ),
    *("# Zorvax", "## Zorvax", "#### Zorvax", "#### Zorvax heading", "### Zorvax title"),
    *("**Zorvax**", "**Zorvax heading**", "**Zorvax:** quelb", "Zorvax: quelb", "Zorvax quelb:"),
    *(
        "> zorvax",
        '> "Zorvax," says Quelb',
        "  - zorvax",
        "      - zorvax",
        "    zorvax",
        "\tzorvax",
    ),
    *('"zorvax quelb here now," says N', '- "zorvax quelb here now"', "“zorvax", '- "zorvax'),
    *("| zorvax | b |", "<b>zorvax</b>", "[zorvax](http://a.b)", "`zorvax`", "~~zorvax~~"),
    *("Tone: zorvax", "Sources: zorvax", "Evidence: zorvax", "- Evidence: zorvax", "Notes: zorvax"),
    *(
        "**Title:** zorvax",
        "Tags: zorvax",
        "Audience: zorvax",
        "Description: zorvax",
        "Angle: zorvax",
    ),
    *("Words: zorvax", "Length: zorvax", "Target: 250 zorvax", "**Words:** 60 words zorvax"),
    *(
        "Reading time: 4 min, zorvax",
        "Total words: 1000 (zorvax)",
        "- Total word count: 900 zorvax",
    ),
    *("~900 words, 4 min read, zorvax", "Zorvax (250 words)", "## 7. Shores (120 words, zorvax)"),
    *("## Zorvax (120 words)", "2. Zorvax", "II. Zorvax", "Section 2: Zorvax", "  a. zorvax"),
    *("- Speaker: zorvax", "- Source: zorvax", "    - by: zorvax", "- [ ] zorvax", "[^1]: zorvax"),
    *(
        "Key points: zorvax",
        "### Sources: zorvax",
        "Quotes: zorvax",
        "Statistics: zorvax",
        "+ zorvax",
    ),
    *('- Ann Lee: "zorvax quelb"', '- "a b c d e" says Zorvax', 'Zorvax said "a b c d e"'),
    *('- (zorvax) "a b c d e"', '- "a b c d e", "f g h i" zorvax', '- Quote: "a b c d e" (zorvax)'),
    *("- The zorvax evidence: quelb", "- Bad zorvax data: 4 %", "Points of zorvax: two"),
    *(
        "None: zorvax",
        "- n/a zorvax",
        "— zorvax",
        "\\zorvax",
        "-zorvax",
        "> - zorvax",
        "Zorvax – 9",
    ),
)


def _outlines() -> Iterator[tuple[str, list[str]]]:
    """Give the Markdown outlines of the tests and the examples, up to where an article begins."""
    folders = (HERE / "wild", HERE / "fixtures", ROOT / "outlines")
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        if path.suffix in {".md", ".txt"}:
            text = path.read_text(encoding="utf-8")
            yield path.name, text.partition("\n```markdown\n")[0].split("\n")


OUTLINES = dict(_outlines())


def _first(name: str) -> int:
    """Give the number of lines that front matter takes at the top of an outline."""
    lines = OUTLINES[name]
    return lines.index("---", 1) + 1 if lines[0] == "---" else 0


def _paragraph(lines: list[str], number: int) -> range:
    """Give the numbers of the lines from the beginning of a paragraph to a line of it."""
    first = number
    while first > 1 and lines[first - 2].strip():
        first -= 1
    return range(first, number + 1)


def _read(lines: list[str]) -> OutlineFile | None:
    """Read an outline; None where it is refused, so that nothing is taken over from it."""
    try:
        return parse_outline(Path("outline.md"), "\n".join(lines))
    except OutlineError:
        return None


def _is_kept(file: OutlineFile, lines: list[str], number: int) -> bool:
    """Tell whether the word is in the outline, in a section's own heading, or pointed at.

    A heading counts also where the section gives its title below. What a line of a paragraph lost
    is pointed at where the paragraph begins.
    """
    pointed_at = {item.line for item in file.warnings}
    starts = {file.spans["sections", index].line for index in range(len(file.outline.sections))}
    is_in_text = WORD in file.outline.model_dump_json(exclude={"lint"}).lower()
    return is_in_text or number in starts or not pointed_at.isdisjoint(_paragraph(lines, number))


@settings(max_examples=400)
@given(
    name=st.sampled_from(sorted(OUTLINES)),
    line=st.sampled_from(LINES),
    share=st.floats(0, 1),
    blanks=st.tuples(st.booleans(), st.booleans()),
)
def test_a_line_more_is_read_or_pointed_at(
    name: str, line: str, share: float, blanks: tuple[bool, bool]
) -> None:
    """Wherever a line is put, of whatever kind, it does not vanish."""
    lines = OUTLINES[name]
    at = _first(name) + round(share * (len(lines) - _first(name)))
    more = [*[""] * blanks[0], line, *[""] * blanks[1]]
    changed = [*lines[:at], *more, *lines[at:]]
    file = _read(changed)

    assert file is None or _is_kept(file, changed, at + more.index(line) + 1)


@pytest.mark.parametrize("name", OUTLINES)
def test_words_of_every_line_are_kept(name: str) -> None:
    """An unheard word in place of the longest one behind each label is kept as well."""
    lines = OUTLINES[name]
    lost = []
    for number in range(_first(name) + 1, len(lines) + 1):
        label, text = _LABELLED.findall(lines[number - 1])[0]
        longest = max(text.split(" "), key=len)
        if len(longest) < 6 or not longest.isalpha():
            continue
        changed = list(lines)
        changed[number - 1] = label + text.replace(longest, WORD, 1)
        file = _read(changed)
        if file is not None and not _is_kept(file, changed, number):
            lost.append(changed[number - 1])

    assert [] == lost


def test_the_outlines_are_many_and_of_different_make() -> None:
    """The corpus is large enough to mean something, and all of it can be read."""
    files = [read_outline(path) for path in (HERE / "wild").glob("*.md")]

    assert 14 <= len(OUTLINES)
    assert {"markdown"} == {file.form for file in files}
