"""`check --fix` and `check --diff`: mends an outline in place, or shows how it would be mended."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gptoss_writer.cli.copies import write_file
from gptoss_writer.cli.painting import Line, Style, paint
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import FindingsError
from gptoss_writer.outline.fixing import Fixed, fix
from gptoss_writer.outline.reading import OutlineFile, encoded_as, read_outline

_STYLES: dict[str, Style] = {"+": "green", "-": "red", "@": "cyan"}


def show_repairs(path: Path, ignored: tuple[str, ...], terminal: Terminal) -> int:
    """Print as a diff what could be mended, on stdout; 1 where there is something."""
    file = read_outline(path)
    fixed = fix(file, ignored)
    if not fixed.repairs:
        terminal.say("There is nothing to mend.")
        return 0
    terminal.painted(paint(_diff(file, fixed)))
    terminal.say(f"{_listed(fixed)} Nothing was written; mend the file with --fix.")
    return FindingsError.exit_code


def write_repairs(path: Path, ignored: tuple[str, ...], terminal: Terminal) -> None:
    """Mend an outline in its file, and say what was mended."""
    file = read_outline(path)
    fixed = fix(file, ignored)
    if fixed.repairs:
        write_file(str(path), encoded_as(path, fixed.text))
        terminal.say(_listed(fixed))


def _diff(file: OutlineFile, fixed: Fixed) -> Iterator[Line]:
    name = str(file.path)
    before, after = (text.rstrip("\n").split("\n") for text in (file.text, fixed.text))
    lines = difflib.unified_diff(before, after, name, f"{name} (mended)", lineterm="", n=1)
    for number, line in enumerate(lines):
        style = "bold" if number < 2 else _STYLES.get(line[:1], "")  # noqa: PLR2004 - the two names
        yield ((line, style),)


def _listed(fixed: Fixed) -> str:
    counts = Counter(fixed.repairs)
    return " ".join(f"{repair[0].upper()}{repair[1:]}." for repair in counts)
