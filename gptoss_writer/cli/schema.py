"""`schema`: the outline's keys, for editors."""

from __future__ import annotations

from gptoss_writer.cli.terminal import Terminal


def schema() -> int:
    """Print a JSON Schema of outlines in YAML.

    Editors that know the YAML language server complete and check keys with it. `init` writes it
    beside a new outline.
    """
    from gptoss_writer.outline.schema import schema_text

    Terminal().data(schema_text())
    return 0
