"""What can be done with an outline alone: find a section of it, check it."""

from __future__ import annotations

import difflib
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from gptoss_writer.cli.diagnostics import diagnostic_lines
from gptoss_writer.cli.outline_report import (
    concise_lines,
    counted,
    github_lines,
    refusal_json,
    summary,
    summary_json,
)
from gptoss_writer.cli.painting import line_width, paint
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import Diagnostic, FindingsError, OutlineError, UsageError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.linting import IGNORABLE, lint, nearest_code
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile, read_outline

FORMATS = ("full", "concise", "json", "github")


def announce(file: OutlineFile, terminal: Terminal) -> None:
    """Print the warnings that came up while an outline was read, unless quiet is wanted.

    Codes that the outline itself ignores are left out.
    """
    ignored = {code.upper() for code in file.outline.lint.ignore}
    for diagnostic in () if terminal.quiet else file.warnings:
        if diagnostic.severity == "warning" and diagnostic.code not in ignored:
            terminal.block(format_diagnostic(diagnostic))


def mention_lint(file: OutlineFile, terminal: Terminal) -> None:
    """Say in one line how many warnings the linter has besides those that `announce` prints."""
    seen = set(file.warnings)
    more = sum(item.severity == "warning" and item not in seen for item in lint(file))
    if more:
        what, them = ("1 warning", "it") if more == 1 else (f"{more} warnings", "them")
        shows = f"gptoss-writer check {shlex.quote(str(file.path))}"
        terminal.say(f"The linter has {what} about this outline; see {them} with: {shows}")


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


@dataclass(frozen=True, slots=True)
class OutlineCheck:
    """How an outline is to be checked. `ignore` is a list of codes with commas between them."""

    path: Path
    form: str = "full"
    ignore: str = ""
    is_strict: bool = False
    fixes: bool = False
    shows_fixes: bool = False
    watches: bool = False

    def __post_init__(self) -> None:
        """Raise `UsageError` where a format or a code does not exist."""
        if self.form not in FORMATS:
            raise UsageError(
                f"--format: '{self.form}' is not a format.", f"Give one of: {', '.join(FORMATS)}."
            )
        for code in self.ignored:
            if code not in IGNORABLE:
                near = nearest_code(code)
                raise UsageError(
                    f"--ignore: {code} is not the code of a warning."
                    + (f" Did you mean {near}?" if near else ""),
                    "See the codes with: gptoss-writer explain",
                )

    @property
    def ignored(self) -> tuple[str, ...]:
        """The codes that are not to be reported."""
        return tuple(code.strip().upper() for code in self.ignore.split(",") if code.strip())


def check_outline(check: OutlineCheck, terminal: Terminal) -> int:
    """Read an outline and sum it up on stdout, with everything that is wrong with it.

    Gives 0, 1 where warnings are to fail, 2 where the outline is not valid. Raises `OutlineError`
    where the file cannot be read at all. Repairs come first, where they are wanted.
    """
    if check.watches:
        from gptoss_writer.cli.watching import watch

        return watch(check.path, lambda: check_outline(replace(check, watches=False), terminal))
    try:
        if check.shows_fixes or check.fixes:
            from gptoss_writer.cli.outline_fixing import show_repairs, write_repairs

            if check.shows_fixes:
                return show_repairs(check.path, check.ignored, terminal)
            write_repairs(check.path, check.ignored, terminal)
        file = read_outline(check.path)
    except OutlineError as error:
        return _refuse(check, error, terminal)
    found = lint(file, check.ignored)
    if any(item.is_fixable for item in found):
        from gptoss_writer.outline.fixing import mendable

        found = mendable(file, found)
    shown = tuple(item for item in found if item.severity != "note" or terminal.verbose)
    warnings = [item for item in shown if item.severity == "warning"]
    if check.form == "json":
        terminal.json(summary_json(file, shown))
    else:
        if check.form == "full":
            shown = () if terminal.quiet else shown
            terminal.data(summary(file.outline, line_width()) + ("\n\n" if shown else ""))
        _print(check, shown, terminal)
        if check.form != "github":
            terminal.say(counted(found, is_verbose=terminal.verbose, is_mended=check.fixes))
    return FindingsError.exit_code if check.is_strict and warnings else 0


def _refuse(check: OutlineCheck, error: OutlineError, terminal: Terminal) -> int:
    """Print what makes an outline unusable; what is wrong with the file as a whole is raised."""
    if check.form == "json":
        terminal.json(refusal_json(check.path, error.diagnostics))
    elif check.form != "full" or all(item.line for item in error.diagnostics):
        _print(check, error.diagnostics, terminal)
    if check.form == "full" and not all(item.line for item in error.diagnostics):
        raise error
    mistakes = [item for item in error.diagnostics if item.severity == "error"]
    if len(mistakes) == 1 and mistakes[0].line:
        hint = "Mend the place listed, then check again."
        terminal.error(f"{check.path} has 1 problem", hint)
    else:
        terminal.error(error.message, error.hint)
    return error.exit_code


def _print(check: OutlineCheck, found: tuple[Diagnostic, ...], terminal: Terminal) -> None:
    if check.form == "full":
        text = paint(diagnostic_lines(found, line_width()))
        if found:
            terminal.painted(text)
        return
    lines = concise_lines(found) if check.form == "concise" else github_lines(found)
    if lines:
        terminal.data("\n".join(lines))
