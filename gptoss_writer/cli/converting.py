"""Writes an outline as YAML, and replaces nothing unasked."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.cli.copies import STDOUT, is_same_file, require_place, write_file
from gptoss_writer.cli.outlines import announce
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError
from gptoss_writer.outline.origin import origin_of
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.outline.yaml_writer import to_yaml


def convert_outline(path: Path, output: str | None, terminal: Terminal, *, force: bool) -> int:
    """Write an outline as YAML, to stdout where no file is named."""
    file = read_outline(path)
    announce(file, terminal)
    text = to_yaml(file.outline, origin_of(file))
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
    number = len(file.outline.sections)
    sections = "1 section" if number == 1 else f"{number} sections"
    terminal.say(f"{output}: {sections}, {file.outline.budget_words:,} words.")
    return 0
