"""The workspace as the other rooms see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import SectionDraft
from gptoss_writer.errors import WorkspaceError, WorkspaceLockedError
from gptoss_writer.workspace.records import ModelUsed
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import SETTINGS, a_workspace, an_attempt, files_of


def test_has_the_layout_of_the_design(tmp_path: Path) -> None:
    """A workspace with one accepted section has exactly these files."""
    a_workspace(tmp_path / "drafts" / "tide", {"intro": "One."})

    assert [
        ".gitignore",
        "README.txt",
        "history/intro/0001.analysis.md",
        "history/intro/0001.json",
        "history/intro/0001.md",
        "history/intro/0001.raw.md",
        "journal.jsonl",
        "sections/01-intro.md",
        "workspace.json",
    ] == list(files_of(tmp_path / "drafts" / "tide"))
    assert (tmp_path / "drafts" / "tide" / "cache").is_dir()


def test_opening_where_there_is_none_says_what_to_do(tmp_path: Path) -> None:
    """A missing workspace has its own exit code, and the hint names the command."""
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(tmp_path / "d")

    assert (
        f"There is no workspace at {tmp_path / 'd'}.",
        "Run `gptoss-writer generate OUTLINE` to begin one.",
        10,
    ) == (caught.value.message, caught.value.hint, caught.value.exit_code)
    assert not (tmp_path / "d").exists()


def test_creating_again_opens_what_is_there(tmp_path: Path) -> None:
    """The settings of an existing workspace stand, its pinned date above all."""
    a_workspace(tmp_path / "d", {"intro": "One."})
    before = files_of(tmp_path / "d")
    workspace = Workspace.create(tmp_path / "d", replace(SETTINGS, date="2030-01-01"))

    assert workspace.settings == SETTINGS
    assert before == files_of(tmp_path / "d")


def test_creating_twice_at_once_has_one_winner(tmp_path: Path) -> None:
    """While one process lays a workspace out, another one is told to wait."""
    workspace = a_workspace(tmp_path / "d")
    with workspace.lock():
        (tmp_path / "d" / "workspace.json").unlink()
        with pytest.raises(WorkspaceLockedError):
            Workspace.create(tmp_path / "d", SETTINGS)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("article.md", "holds other files (article.md) and is not a workspace"),
        ("novel.odt", "holds other files (novel.odt) and is not a workspace"),
        ("journal.jsonl", "workspace.json is missing, though"),
    ],
)
def test_a_folder_of_other_files_is_left_alone(tmp_path: Path, name: str, complaint: str) -> None:
    """No workspace is begun in a folder that somebody uses for something else."""
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(WorkspaceError) as caught:
        Workspace.create(tmp_path, SETTINGS)

    assert complaint in caught.value.message
    assert {name: b"mine"} == files_of(tmp_path)


def test_a_file_is_not_a_workspace(tmp_path: Path) -> None:
    """A file where the folder should be is reported."""
    (tmp_path / "d").touch()
    with pytest.raises(WorkspaceError, match="is not a folder"):
        Workspace.create(tmp_path / "d", SETTINGS)


def test_hidden_files_do_not_stand_in_the_way(tmp_path: Path) -> None:
    """A folder under version control can become a workspace."""
    (tmp_path / ".git").mkdir()
    Workspace.create(tmp_path, SETTINGS)

    assert Workspace.exists(tmp_path)


def test_settings_can_change_but_for_the_date(tmp_path: Path) -> None:
    """Saved settings are read by the next command; another date is a mistake."""
    workspace = a_workspace(tmp_path / "d")
    settings = replace(SETTINGS, model=ModelUsed("tiny", "tiny.gguf", "gguf:1"))
    with workspace.lock():
        workspace.update_settings(settings)
        with pytest.raises(ValueError, match="pinned"):
            workspace.update_settings(replace(settings, date="2030-01-01"))

    assert settings == workspace.settings == Workspace.open(tmp_path / "d").settings


def test_a_newer_workspace_is_not_touched(tmp_path: Path) -> None:
    """A workspace of a newer version is refused before any write."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    path = tmp_path / "d" / "workspace.json"
    path.write_bytes(path.read_bytes().replace(b'"schema_version": 2', b'"schema_version": 3'))
    before = files_of(tmp_path / "d")
    with pytest.raises(WorkspaceError, match="newer version"):
        Workspace.create(tmp_path / "d", SETTINGS)
    with workspace.lock(), pytest.raises(WorkspaceError, match="newer version"):
        workspace.reconcile(["intro"])

    assert before == files_of(tmp_path / "d")


@pytest.mark.parametrize(
    "write",
    [
        lambda workspace: workspace.reconcile(["intro"]),
        lambda workspace: workspace.save_attempt(an_attempt()),
        lambda workspace: workspace.accept("intro", 1, 1),
        lambda workspace: workspace.update_settings(SETTINGS),
        lambda workspace: workspace.write_article("x"),
        lambda workspace: workspace.write_reports(workspace.article_path, {"scorecard": b"{}"}),
    ],
)
def test_writing_needs_the_lock(tmp_path: Path, write: Callable[[Workspace], object]) -> None:
    """Every writing method refuses to work without the lock, and writes nothing."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    before = files_of(tmp_path / "d")
    with pytest.raises(RuntimeError, match="needs its lock"):
        write(workspace)

    assert before == files_of(tmp_path / "d")


def test_only_accepted_attempts_count(tmp_path: Path) -> None:
    """A saved attempt is in the history and nowhere else until it is accepted."""
    workspace = a_workspace(tmp_path / "d")
    with workspace.lock():
        workspace.save_attempt(an_attempt(text="One."))
        workspace.save_attempt(an_attempt(text="Two."))

        assert workspace.accepted("intro") is None
        assert [] == list((tmp_path / "d" / "sections").iterdir())

        accepted_number = workspace.accept("intro", 1, 2)
    accepted = workspace.accepted("intro")

    assert accepted_number == 2
    assert accepted
    assert SectionDraft("intro", "Two.\n", 1) == accepted.draft
    assert (2, "section:intro") == (accepted.number, accepted.record.fingerprint)


def test_accepting_touches_no_other_section(tmp_path: Path) -> None:
    """One section gets a new text; every other file keeps its bytes."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One.", "crabs": "Two.", "end": "Three."})
    before = files_of(tmp_path / "d")
    with workspace.lock():
        workspace.reconcile(["intro", "crabs", "end"])
        number = workspace.save_attempt(an_attempt("crabs", "Better."))
        workspace.accept("crabs", 2, number)
    after = files_of(tmp_path / "d")
    changed = {name for name in before if before[name] != after[name]}

    assert {"sections/02-crabs.md", "journal.jsonl"} == changed


def test_an_earlier_attempt_can_be_accepted_again(tmp_path: Path) -> None:
    """Taking an attempt back restores its exact bytes and makes no new attempt."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    with workspace.lock():
        workspace.accept("intro", 1, workspace.save_attempt(an_attempt(text="Two.")))
        workspace.accept("intro", 1, 1)

    assert (tmp_path / "d/sections/01-intro.md").read_bytes() == b"One.\n"
    assert len(workspace.attempts("intro")) == 2


def test_an_edit_made_while_writing_wins(tmp_path: Path) -> None:
    """Text a person saves while a section is being written stays, and is accepted."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    path = tmp_path / "d/sections/01-intro.md"
    with workspace.lock():
        workspace.reconcile(["intro"])
        number = workspace.save_attempt(an_attempt(text="Two."))
        path.write_bytes(b"Mine.\r\n")
        accepted_number = workspace.accept("intro", 1, number)
    accepted = workspace.accepted("intro")

    assert accepted
    assert ("Mine.\r\n", "hand", 3) == (accepted.text, accepted.origin, accepted_number)
    assert path.read_bytes() == b"Mine.\r\n"
    assert workspace.attempt("intro", number).text == "Two.\n"


def test_a_missing_attempt_is_not_accepted(tmp_path: Path) -> None:
    """Accepting what the history does not have changes nothing."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})
    before = files_of(tmp_path / "d")
    with workspace.lock(), pytest.raises(WorkspaceError, match="There is no attempt 9"):
        workspace.accept("intro", 1, 9)

    assert before == files_of(tmp_path / "d")


@pytest.mark.parametrize("section_id", ["..", "/etc/x", "CON", "a/b"])
def test_unsafe_ids_reach_no_path(tmp_path: Path, section_id: str) -> None:
    """An id that is not safe is refused by every method that takes one."""
    workspace = a_workspace(tmp_path / "d")
    before = files_of(tmp_path)
    with workspace.lock():
        for use in (
            lambda: workspace.save_attempt(an_attempt(section_id)),
            lambda: workspace.accept(section_id, 1, 1),
            lambda: workspace.reconcile([section_id]),
            lambda: workspace.attempts(section_id),
        ):
            with pytest.raises(WorkspaceError, match="cannot be the id of a section"):
                use()

    assert before == files_of(tmp_path)
    assert workspace.accepted(section_id) is None


def test_readers_see_an_edit(tmp_path: Path) -> None:
    """Before a writing command adopts it, an edit can be told and read."""
    workspace = a_workspace(tmp_path / "d", {"intro": "One."})

    assert workspace.edited_text("intro") is None

    (tmp_path / "d/sections/01-intro.md").write_bytes(b"Mine.")

    assert workspace.edited_text("intro") == "Mine."
