"""Prints what is wrong with an outline."""

from __future__ import annotations

from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.diagnostics import format_diagnostic


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
