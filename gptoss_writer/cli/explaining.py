"""Explanations on the screen: one in full, or all in a list."""

from __future__ import annotations

import textwrap

from gptoss_writer.cli.painting import table_width
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError
from gptoss_writer.outline.explanations.catalog import catalog
from gptoss_writer.outline.explanations.explanation import as_text
from gptoss_writer.outline.linting import nearest_of

_EXAMPLE = "    "


def explain_code(code: str | None, terminal: Terminal) -> int:
    """Print the explanation of a code, or the list of all; `UsageError` for an unknown code."""
    known = catalog()
    if code is None:
        terminal.data("\n".join(item.heading for item in known.values()))
        return 0
    names = {item.name: item for item in known.values()}
    found = known.get(code.upper()) or names.get(code.lower())
    if found is None:
        near = nearest_of(code, {item.code: item.name for item in known.values()})
        raise UsageError(
            f"There is no code {code}." + (f" Did you mean {near}?" if near else ""),
            "List them with: gptoss-writer explain",
        )
    width = table_width()
    terminal.data(
        "\n".join(
            line if line.startswith(_EXAMPLE) else textwrap.fill(line, width)
            for line in as_text(found).split("\n")
        )
    )
    return 0
