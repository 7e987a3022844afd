"""Writes the starter outline and the schema beside it, and replaces nothing of the user's."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from gptoss_writer.cli.copies import require_place, write_file
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError
from gptoss_writer.outline.schema import SCHEMA_ID, SCHEMA_NAME, schema_text
from gptoss_writer.outline.starter import starter

_SUFFIXES = (".yaml", ".yml")


def write_starter(name: str, terminal: Terminal) -> int:
    """Write the starter outline; `UsageError` where a file of that name exists."""
    if not Path(name).name:
        raise UsageError(f"'{name}' is no name for a file.", "Give one, such as tides.yaml.")
    target = name if name.lower().endswith(_SUFFIXES) else f"{name}.yaml"
    path = require_place(target, "init")
    if path.exists() or path.is_symlink():
        raise UsageError(f"{target} exists and was not replaced.", "Give init another name.")
    schema = path.parent / SCHEMA_NAME
    keeps_schema = schema.exists() and not _is_ours(schema)
    write_file(target, starter(target))
    if not keeps_schema:
        write_file(str(schema), schema_text())
    terminal.say(f"{target}: an outline to change; it works as it is.")
    if keeps_schema:
        terminal.say(f"{schema} is another file and was kept; see gptoss-writer schema.")
    else:
        terminal.say(f"{schema}: what editors need to complete and check it.")
    terminal.say(f"Look at it with:\ngptoss-writer check {shlex.quote(target)}")
    return 0


def _is_ours(path: Path) -> bool:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("$id") == SCHEMA_ID
