"""What can be done with an outline alone: check it, convert it."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.errors import Diagnostic, ResourceError, UsageError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.outline.yaml_writer import to_yaml


def announce(file: OutlineFile, terminal: Terminal) -> None:
    """Print the warnings that came up while an outline was read."""
    for diagnostic in file.warnings:
        terminal.block(format_diagnostic(diagnostic))


def check_outline(path: Path, terminal: Terminal, *, as_json: bool) -> int:
    """Read an outline and sum it up on stdout; its mistakes are raised as `OutlineError`."""
    file = read_outline(path)
    if as_json:
        terminal.json(_summary_json(file))
        return 0
    announce(file, terminal)
    terminal.data(_summary(file.outline))
    return 0


def _summary(outline: Outline) -> str:
    lines = [one_line(outline.title), ""]
    width = max(len(section.id) for section in outline.sections)
    for number, section in enumerate(outline.sections, start=1):
        lines.append(
            f"{number:>3}  {section.id:<{width}}  {section.words:>5} words  "
            f"{len(section.key_points)} key points, {len(section.evidence)} evidence"
        )
    lines += ["", f"{len(outline.sections)} sections, {outline.budget_words:,} words"]
    if outline.total_words and outline.total_words != outline.budget_words:
        lines[-1] += f" (the outline states {outline.total_words:,})"
    return "\n".join(lines)


def _summary_json(file: OutlineFile) -> dict[str, object]:
    outline = file.outline
    return {
        "schema_version": 1,
        "file": str(file.path),
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


def convert_outline(path: Path, output: Path | None, terminal: Terminal, *, force: bool) -> int:
    """Write an outline as YAML, to stdout where no file is named."""
    file = read_outline(path)
    announce(file, terminal)
    text = to_yaml(file.outline)
    if output is None:
        terminal.data(text)
        return 0
    if output.exists() and not force:
        raise UsageError(
            f"{output} exists and was not replaced.", "Add --force, or give -o another name."
        )
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ResourceError(
            f"{output} could not be written: {error.strerror}.", "Give -o another place."
        ) from error
    sections = len(file.outline.sections)
    terminal.say(f"{output}: {sections} sections, {file.outline.budget_words:,} words.")
    return 0
