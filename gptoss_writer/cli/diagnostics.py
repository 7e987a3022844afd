"""Prints what is wrong with an outline."""

from __future__ import annotations

from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.diagnostics import format_diagnostic


def print_outline_error(terminal: Terminal, error: OutlineError) -> None:
    """Print every diagnostic with its place, then what cannot be done because of them."""
    for diagnostic in error.diagnostics:
        terminal.block(format_diagnostic(diagnostic))
    terminal.error(error.message, error.hint)
