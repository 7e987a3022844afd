"""Paths, and the ids they are made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.layout import Layout, attempt_of, section_of

UNSAFE = (
    "",
    ".",
    "..",
    "../x",
    "/etc/x",
    "C:\\x",
    "CON",
    "Intro",
    "-intro",
    "in_tro",
    "intro.md",
    "intro\n",
    "in tro",
    "a" * 65,
    "é",
    "e\u0301",
    "a\u202eb",
    "\N{CRAB}",
    "a\0b",
)


@pytest.mark.parametrize("section_id", UNSAFE)
def test_refuses_unsafe_ids(section_id: str) -> None:
    """No path is ever made from an id that is not small letters, digits and hyphens."""
    layout = Layout(Path("drafts"))
    for make in (layout.attempts_folder, lambda name: layout.section_file(1, name)):
        with pytest.raises(WorkspaceError, match="cannot be the id of a section"):
            make(section_id)


@pytest.mark.parametrize(
    ("place", "section_id", "name"),
    [
        (1, "intro", "01-intro.md"),
        (12, "7-habits", "12-7-habits.md"),
        (100, "a" * 64, f"100-{'a' * 64}.md"),
    ],
)
def test_section_files_sort_and_parse_back(place: int, section_id: str, name: str) -> None:
    """A section's file is its place and its id, and the id can be read from it."""
    path = Layout(Path("d")).section_file(place, section_id)

    assert (Path("d/sections") / name, section_id) == (path, section_of(path.name))


@pytest.mark.parametrize(
    "name", ["intro.md", "1-intro.md", "01-intro.md~", "01-Intro.md", ".01-intro.md.swp", "x"]
)
def test_leaves_other_files_in_sections_alone(name: str) -> None:
    """A file whose name is not one of ours belongs to no section."""
    assert section_of(name) is None


def test_attempts_have_four_digits() -> None:
    """The record of attempt 3 is 0003.json; its texts are not records."""
    path = Layout(Path("d")).attempt_file("intro", 3, "json")

    assert Path("d/history/intro/0003.json") == path
    assert [3, None, None] == [attempt_of(name) for name in ("0003.json", "0003.md", "3.json")]
