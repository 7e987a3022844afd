"""Drafts of format 1 are read as they are, and are of format 2 once something was written."""

from __future__ import annotations

import json
from pathlib import Path

from gptoss_writer.workspace.layout import IGNORED, README
from gptoss_writer.workspace.workspace import Workspace
from tests.support.version_1 import ORDER, a_draft_of_version_1
from tests.support.workspaces import a_workspace, an_attempt, files_of, reconciled


def version(folder: Path) -> object:
    """Read the format version of a draft."""
    return json.loads((folder / "workspace.json").read_bytes())["schema_version"]


def test_a_new_draft_is_of_format_2(tmp_path: Path) -> None:
    """So are its records, and it has what version control is told to leave out."""
    folder = a_workspace(tmp_path / "d", {"intro": "One."}).path
    record = json.loads((folder / "history/intro/0001.json").read_bytes())

    assert 2 == version(folder) == record["schema_version"]
    assert IGNORED == (folder / ".gitignore").read_text(encoding="utf-8")


def test_a_draft_of_format_1_is_read_as_it_is(tmp_path: Path) -> None:
    """Texts, records and settings come out of it, and no byte of it changes."""
    folder = a_draft_of_version_1(tmp_path / "d")
    before = files_of(folder)
    draft = Workspace.open(folder)
    accepted = [draft.accepted(name) for name in ORDER]

    assert [1, 2, 1] == [item.number for item in accepted if item]
    assert ["", "too dry"] == [record.because for record in draft.attempts("two")]
    assert all(record.conditions is None for record in draft.attempts("two"))
    assert draft.settings.sampling
    assert draft.edited_article() is None
    assert before == files_of(folder)


def test_the_first_command_that_writes_migrates(tmp_path: Path) -> None:
    """Settings, README.txt and .gitignore are new; all else is as it was."""
    folder = a_draft_of_version_1(tmp_path / "d")
    before, settings = files_of(folder), Workspace.open(folder).settings
    reconciled(folder, ORDER)
    after = files_of(folder)

    assert 2 == version(folder)
    assert settings == Workspace.open(folder).settings
    assert {".gitignore", "README.txt", "workspace.json"} == {
        name for name in after if before.get(name) != after[name]
    }
    assert README.encode() == after["README.txt"]


def test_a_second_command_migrates_nothing(tmp_path: Path) -> None:
    """A person who took .gitignore away, or changed it, has it so."""
    folder = a_draft_of_version_1(tmp_path / "d")
    reconciled(folder, ORDER)
    (folder / ".gitignore").unlink()
    (folder / "README.txt").write_text("My notes.\n")
    before = files_of(folder)
    reconciled(folder, ORDER)

    assert before == files_of(folder)


def test_what_a_person_wrote_there_stays(tmp_path: Path) -> None:
    """Notes in README.txt and a .gitignore of one's own are left alone by the migration."""
    folder = a_draft_of_version_1(tmp_path / "d")
    (folder / "README.txt").write_text("My notes.\n")
    (folder / ".gitignore").write_text("history/\n")
    reconciled(folder, ORDER)

    assert "My notes.\n" == (folder / "README.txt").read_text()
    assert "history/\n" == (folder / ".gitignore").read_text()
    assert 2 == version(folder)


def test_a_folder_with_a_gitignore_becomes_a_draft(tmp_path: Path) -> None:
    """And keeps it."""
    (tmp_path / ".gitignore").write_text("*\n")
    a_workspace(tmp_path)

    assert "*\n" == (tmp_path / ".gitignore").read_text()


def test_records_of_both_formats_stand_side_by_side(tmp_path: Path) -> None:
    """Old ones are never written again."""
    folder = a_draft_of_version_1(tmp_path / "d")
    old = (folder / "history/two/0002.json").read_bytes()
    draft = reconciled(folder, ORDER)
    with draft.lock():
        assert 3 == draft.save_attempt(an_attempt("two"))

    assert old == (folder / "history/two/0002.json").read_bytes()
    assert [None, None, "0.1"] == [
        record.conditions and record.conditions.program for record in draft.attempts("two")
    ]
