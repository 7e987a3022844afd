"""Traps of YAML, of encodings and of Markdown: a diagnostic each, no traceback, no code run."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.reading import read_outline
from tests.support.outline_traps import traps

TRAPS = traps()


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_seen(tmp_path: Path, name: str) -> None:
    """Each gets its code, with a place in the file or none, and a cure."""
    content, code = TRAPS[name]
    path = tmp_path / name
    path.write_bytes(content)
    try:
        found = lint(read_outline(path))
    except OutlineError as error:
        found = error.diagnostics

    assert code in {item.code for item in found}
    assert all(item.hint and item.line >= 0 for item in found)
    assert not Path("/tmp/owned").exists()  # noqa: S108 - what one of the traps would write


def test_what_yaml_would_turn_into_something_else(tmp_path: Path) -> None:
    """Scalars mean what was typed."""
    words = ["NO", "on", "12:30:45", "2025-08-05", "010", "1e3", "0x1F", "1_000", "=", "<<"]
    path = tmp_path / "outline.yaml"
    path.write_text(
        "title: T\nsections:\n  - title: A\n    words: 80\n    key_points:\n"
        + "".join(f"      - {word}\n" for word in words),
        encoding="utf-8",
    )

    assert words == [point.detail for point in read_outline(path).outline.sections[0].key_points]
