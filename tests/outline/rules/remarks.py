"""Lints a text and gives what one rule says of it."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.reading import parse_outline


def remarks(code: str, text: str, name: str = "outline.yaml") -> list[str]:
    """Give the diagnostics with a code, in full."""
    found = lint(parse_outline(Path(name), text))
    return [format_diagnostic(item) for item in found if item.code == code]


def sections(*bodies: str, head: str = "title: Tides\n") -> str:
    """Give an outline in YAML with sections whose keys are given, one string for each."""
    items = "".join(f"  - {body.strip().replace(chr(10), chr(10) + '    ')}\n" for body in bodies)
    return f"{head}sections:\n{items}"
