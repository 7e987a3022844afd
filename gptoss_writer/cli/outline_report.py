"""An outline summed up, and its diagnostics as lines and as values for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gptoss_writer.cli.terminal import one_line
from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.diagnostics import format_concise, format_github
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile

_TITLE_WIDTH = 48
_LEAST_TITLE = 16
_FIGURES = 34
"""Columns that a section's number and its figures take."""


def summary(outline: Outline, columns: int | None = None) -> str:
    """Give a line for each section, with what it has, and the sum.

    On a terminal of so many columns ids are cut, and titles too, or left out.
    """
    longest = max(len("section"), *(len(section.id) for section in outline.sections))
    width = longest if columns is None else min(longest, max(len("section"), columns - _FIGURES))
    left = _TITLE_WIDTH if columns is None else min(_TITLE_WIDTH, columns - _FIGURES - width - 2)
    has_titles = left >= _LEAST_TITLE
    heads = f"     {'section':<{width}}  words  key points  evidence"
    lines = [one_line(outline.title), "", heads + ("  title" if has_titles else "")]
    for number, section in enumerate(outline.sections, start=1):
        line = (
            f"{number:>3}  {one_line(section.id, width):<{width}}  {section.words:>5}  "
            f"{len(section.key_points):>10}  {len(section.evidence):>8}"
        )
        lines.append(line + (f"  {one_line(section.title, left)}" if has_titles else ""))
    lines += ["", f"{_count(len(outline.sections), 'section')}, {outline.budget_words:,} words"]
    if outline.total_words and outline.total_words != outline.budget_words:
        lines[-1] += f" (the outline states {outline.total_words:,})"
    return "\n".join(lines)


def counted(found: Sequence[Diagnostic], *, is_verbose: bool, is_mended: bool) -> str:
    """Say how much was found, how much of it can be mended, and what was not shown.

    What is left where --fix has been at work is not for it to mend.
    """
    warnings = [item for item in found if item.severity == "warning"]
    notes = [item for item in found if item.severity == "note"]
    shown = [*warnings, *(notes if is_verbose else ())]
    parts = [_count(len(warnings), "warning")] if warnings else []
    parts += [_count(len(notes), "note")] if notes and is_verbose else []
    text = f"Found {' and '.join(parts)}." if parts else "No problems found."
    fixable = 0 if is_mended else sum(item.is_fixable for item in shown)
    if fixable:
        can = "can be mended" if fixable > 1 else "may be mended"
        text += f" {fixable} {can} with --fix; look first with --diff."
    if notes and not is_verbose:
        text += f" {_count(len(notes), 'note')} more with --verbose."
    return text


def concise_lines(found: Iterable[Diagnostic]) -> list[str]:
    """Give each diagnostic on a line of its own."""
    return [format_concise(item) for item in found]


def github_lines(found: Iterable[Diagnostic]) -> list[str]:
    """Give each diagnostic as GitHub's workflow command."""
    return [format_github(item) for item in found]


def refusal_json(path: Path, found: Iterable[Diagnostic]) -> dict[str, object]:
    """Give the report on an outline that cannot be used."""
    return {
        "schema_version": 1,
        "file": str(path),
        "is_valid": False,
        "diagnostics": [_diagnostic_json(item) for item in found],
    }


def summary_json(file: OutlineFile, found: Iterable[Diagnostic]) -> dict[str, object]:
    """Give the report on a valid outline."""
    outline = file.outline
    return {
        "schema_version": 1,
        "file": str(file.path),
        "is_valid": True,
        "form": file.form,
        "title": outline.title,
        "budget_words": outline.budget_words,
        "total_words": outline.total_words,
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "role": section.role,
                "words": section.words,
                "key_points": len(section.key_points),
                "evidence": len(section.evidence),
            }
            for section in outline.sections
        ],
        "diagnostics": [_diagnostic_json(item) for item in found],
    }


def _diagnostic_json(item: Diagnostic) -> dict[str, object]:
    return {
        "code": item.code,
        "severity": item.severity,
        "line": item.line,
        "column": item.column,
        "end_column": item.column + item.width if item.line else 0,
        "message": item.message,
        "hint": item.hint,
        "is_fixable": item.is_fixable,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
