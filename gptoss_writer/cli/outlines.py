"""What can be done with an outline alone: check it, convert it."""

from __future__ import annotations

import difflib
from pathlib import Path

from gptoss_writer.cli.copies import STDOUT, is_same_file, require_place, write_file
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.errors import Diagnostic, OutlineError, UsageError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.outline.yaml_writer import to_yaml

_TITLE_WIDTH = 48


def announce(file: OutlineFile, terminal: Terminal) -> None:
    """Print the warnings that came up while an outline was read, unless quiet is wanted."""
    for diagnostic in () if terminal.quiet else file.warnings:
        terminal.block(format_diagnostic(diagnostic))


def find_section(outline: Outline, name: str) -> str:
    """Give the id of the section with this id or number; `UsageError` with those there are."""
    section = outline.section(name)
    if section is not None:
        return section.id
    ids = [item.id for item in outline.sections]
    close = difflib.get_close_matches(name.lower(), ids, n=1)
    raise UsageError(
        f'The outline has no section "{name}".' + (f" Did you mean {close[0]}?" if close else ""),
        f"Give a number from 1 to {len(ids)}, or one of: {', '.join(ids)}.",
    )


def check_outline(path: Path, terminal: Terminal, *, as_json: bool) -> int:
    """Read an outline and sum it up on stdout; its mistakes are raised as `OutlineError`.

    As JSON the mistakes stand on stdout too.
    """
    try:
        file = read_outline(path)
    except OutlineError as error:
        if as_json:
            terminal.json(_refusal_json(path, error))
        raise
    if as_json:
        terminal.json(_summary_json(file))
        return 0
    announce(file, terminal)
    terminal.data(_summary(file.outline))
    return 0


def _summary(outline: Outline) -> str:
    width = max(len("section"), *(len(section.id) for section in outline.sections))
    lines = [
        one_line(outline.title),
        "",
        f"     {'section':<{width}}  words  key points  evidence  title",
    ]
    for number, section in enumerate(outline.sections, start=1):
        lines.append(
            f"{number:>3}  {section.id:<{width}}  {section.words:>5}  "
            f"{len(section.key_points):>10}  {len(section.evidence):>8}  "
            f"{one_line(section.title, _TITLE_WIDTH)}"
        )
    lines += ["", f"{_count(len(outline.sections), 'section')}, {outline.budget_words:,} words"]
    if outline.total_words and outline.total_words != outline.budget_words:
        lines[-1] += f" (the outline states {outline.total_words:,})"
    return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _refusal_json(path: Path, error: OutlineError) -> dict[str, object]:
    return {
        "schema_version": 1,
        "file": str(path),
        "is_valid": False,
        "diagnostics": [_diagnostic_json(item) for item in error.diagnostics],
    }


def _summary_json(file: OutlineFile) -> dict[str, object]:
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
        "diagnostics": [_diagnostic_json(item) for item in file.warnings],
    }


def _diagnostic_json(item: Diagnostic) -> dict[str, object]:
    return {
        "code": item.code,
        "severity": item.severity,
        "line": item.line,
        "column": item.column,
        "message": item.message,
        "hint": item.hint,
    }


def convert_outline(path: Path, output: str | None, terminal: Terminal, *, force: bool) -> int:
    """Write an outline as YAML, to stdout where no file is named."""
    file = read_outline(path)
    announce(file, terminal)
    text = to_yaml(file.outline)
    if output is None or output == STDOUT:
        terminal.data(text)
        return 0
    target = require_place(output)
    if is_same_file(target, path):
        raise UsageError(f"-o {output} is the outline that is read.", "Give -o another name.")
    if target.is_file() and not force:
        raise UsageError(
            f"{output} exists and was not replaced.", "Add --force, or give -o another name."
        )
    write_file(output, text)
    sections = _count(len(file.outline.sections), "section")
    terminal.say(f"{output}: {sections}, {file.outline.budget_words:,} words.")
    return 0
