"""Prints what is wrong with an outline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gptoss_writer.cli.painting import Line, Style
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import Diagnostic, OutlineError, Severity
from gptoss_writer.outline.diagnostics import format_diagnostic

_STYLES: dict[Severity, Style] = {"error": "red", "warning": "yellow", "note": "cyan"}
_CARETS = re.compile(r"(?P<gutter> +\| *)(?P<carets>\^+)$")


def print_outline_error(terminal: Terminal, error: OutlineError) -> None:
    """Print every diagnostic with its place, and nothing twice.

    One mistake is shown as the error itself; behind several stands their number.
    """
    mistakes = [item for item in error.diagnostics if item.severity == "error"]
    alone = mistakes[0] if len(mistakes) == 1 else None
    for diagnostic in error.diagnostics:
        if diagnostic is not alone:
            terminal.block(format_diagnostic(diagnostic))
    if alone is None or not alone.line:
        terminal.error(error.message, error.hint)
    else:
        terminal.block(format_diagnostic(alone), label="error:")


def diagnostic_lines(diagnostics: Iterable[Diagnostic], width: int | None) -> Iterator[Line]:
    """Give diagnostics in full as lines to paint, a blank line behind each."""
    for diagnostic in diagnostics:
        style = _STYLES[diagnostic.severity]
        lines = format_diagnostic(diagnostic, width).split("\n")
        place = next(at for at, line in enumerate(lines) if line.lstrip().startswith("-->"))
        code, _, rest = lines[0].partition(" ")
        yield ((code, style), (f" {rest}", "bold"))
        yield from (((line, "bold"),) for line in lines[1:place])
        yield from (_styled(line, style) for line in lines[place:])
        yield ()


def _styled(line: str, style: Style) -> Line:
    if found := _CARETS.match(line):
        return ((found["gutter"], "dim"), (found["carets"], style))
    if line.startswith("help: "):
        return (("help:", "cyan"), (line.removeprefix("help:"), ""))
    return ((line, ""),)
