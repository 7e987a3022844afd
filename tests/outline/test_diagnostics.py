"""Diagnostics as text: a caret under the right character, whatever the line looks like."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import gptoss_writer.outline
from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.diagnostics import format_diagnostic, format_github
from gptoss_writer.outline.explanations.catalog import catalog
from gptoss_writer.outline.linting import RULES


def _shown(source: str, column: int, width: int = 1) -> tuple[str, str]:
    diagnostic = Diagnostic("o.yaml", 7, column, "OL010", "m", "h", source=source, width=width)
    lines = format_diagnostic(diagnostic).split("\n")
    return lines[3].removeprefix("7 | "), lines[4].removeprefix("  | ")


def test_a_file_without_a_line_has_no_source() -> None:
    """A diagnostic on the whole file is three lines: message, name, help."""
    diagnostic = Diagnostic("o.yaml", 0, 0, "OL001", "there is no such file", "Check the name.")

    assert "OL001 there is no such file\n --> o.yaml\nhelp: Check the name." == format_diagnostic(
        diagnostic
    )


@pytest.mark.parametrize(
    ("source", "column", "width", "expected"),
    [
        ("title: x", 8, 1, ("title: x", "       ^")),
        ("title: x", 1, 5, ("title: x", "^^^^^")),
        ("title: x", 9, 1, ("title: x", "        ^")),
        ("title: x", 1, 99, ("title: x", "^^^^^^^^")),
        ("\ttitle", 2, 5, (" title", " ^^^^^")),
        ("日本: x", 5, 1, ("日本: x", "      ^")),
        ("e\u0301: x", 5, 1, ("e\u0301: x", "   ^")),
        ("a\x1b[31m\u202eb", 2, 1, ("a\ufffd[31m\ufffdb", " ^")),
    ],
)
def test_carets_stand_under_their_text(
    source: str, column: int, width: int, expected: tuple[str, str]
) -> None:
    """Tabs, wide characters, accents and controls do not move the caret away."""
    assert expected == _shown(source, column, width)


@pytest.mark.parametrize("column", [1, 40, 5_000, 9_990, 10_000])
def test_a_long_line_is_cut_around_the_caret(column: int) -> None:
    """Of a very long line only the neighbourhood of the caret is shown."""
    source = "".join(chr(ord("a") + at % 26) for at in range(10_000))
    shown, carets = _shown(source, column)

    assert len(shown) <= 98
    assert source[column - 1] == shown[carets.index("^")]
    assert source[:20] in shown or shown.startswith("…")
    assert source[-20:] in shown or shown.endswith("…")


def test_a_question_needs_no_full_stop() -> None:
    """GitHub's line has one mark between the message and the cure."""
    found = Diagnostic("a.yaml", 0, 0, "OL101", "unknown key; did you mean `title`?", "Write it.")

    assert (
        "::error file=a.yaml,title=OL101::unknown key; did you mean `title`? Write it."
    ) == format_github(found)


def test_every_code_is_explained_and_used() -> None:
    """The codes that the outline room reports are those that it explains."""
    folder = Path(gptoss_writer.outline.__file__).parent
    used = {rule.explanation.code for rule in RULES}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"OL\d{3}", str(node.value)):
                used.add(str(node.value))

    assert set(catalog()) == used
