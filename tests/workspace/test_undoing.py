"""The last change of what is accepted can be taken back, whatever it was, and so can that."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gptoss_writer.draft import Attempt
from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.journal_events import Accepted, Undone, encode
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import (
    RefusingCalls,
    UnsyncedCalls,
    a_workspace,
    an_attempt,
    files_of,
    reconciled,
)

ORDER = ("intro", "crabs")
TEXTS = {"intro": "One.", "crabs": "Two."}


def begun(folder: Path) -> Workspace:
    """Write both sections with one command."""
    workspace = Workspace.open(a_workspace(folder).path, UnsyncedCalls())
    with workspace.lock():
        workspace.reconcile(ORDER)
        workspace.begin("generate")
        for place, (name, text) in enumerate(TEXTS.items(), start=1):
            workspace.accept(name, place, workspace.save_attempt(an_attempt(name, text)))
    return workspace


def undo(folder: Path) -> str | None:
    """Take the last change back as a command of its own would, and name what it was."""
    workspace = Workspace.open(folder, UnsyncedCalls())
    with workspace.lock():
        change = workspace.undo(ORDER)
    return change.command if change else None


def standing(folder: Path) -> dict[str, bytes]:
    """Read the section files."""
    return {name: data for name, data in files_of(folder).items() if name.startswith("sections/")}


def locks(folder: Path) -> list[str]:
    """List the locked sections."""
    return [name for name in ORDER if Workspace.open(folder).is_locked(name)]


def regenerate(workspace: Workspace) -> None:
    """Accept a new text for one section."""
    workspace.begin("regenerate")
    workspace.accept("crabs", 2, workspace.save_attempt(an_attempt("crabs", "Better.")))


def restore(workspace: Workspace) -> None:
    """Accept an earlier text again, and a new one of another section."""
    workspace.begin("restore")
    workspace.accept("crabs", 2, 1)
    workspace.accept("intro", 1, workspace.save_attempt(an_attempt("intro", "Also.")))


def edit(workspace: Workspace) -> None:
    """Write into a section's file and let the program find it."""
    (workspace.path / "sections/02-crabs.md").write_bytes(b"Mine \r\n")
    workspace.reconcile(ORDER)


def lock(workspace: Workspace) -> None:
    """Keep a section from changes."""
    workspace.begin("lock")
    workspace.set_lock("crabs", is_on=True)


def unlock(workspace: Workspace) -> None:
    """Let a section go."""
    workspace.begin("unlock")
    workspace.set_lock("crabs", is_on=False)


CHANGES: dict[str, Callable[[Workspace], None]] = {
    "regenerate": regenerate,
    "restore": restore,
    "edit": edit,
    "lock": lock,
    "unlock": unlock,
}


BEFORE = {"restore": regenerate, "unlock": lock}
"""What has to happen first."""


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_can_be_taken_back_and_brought_back(tmp_path: Path, name: str) -> None:
    """One undo gives the bytes and locks of before, a second one those of after."""
    workspace = begun(tmp_path)
    with workspace.lock():
        if name in BEFORE:
            BEFORE[name](workspace)
        before = standing(tmp_path), locks(tmp_path)
        CHANGES[name](workspace)
    after = standing(tmp_path), locks(tmp_path)

    assert before != after
    assert name == undo(tmp_path)
    assert before == (standing(tmp_path), locks(tmp_path))
    assert "undo" == undo(tmp_path)
    assert after == (standing(tmp_path), locks(tmp_path))


def test_what_one_command_wrote_goes_back_in_one_step(tmp_path: Path) -> None:
    """A first draft that is taken back leaves no section files, and its texts in the history."""
    begun(tmp_path)
    before = standing(tmp_path)

    assert "generate" == undo(tmp_path)
    assert {} == standing(tmp_path)
    workspace = Workspace.open(tmp_path)
    assert [None, None] == [workspace.accepted(name) for name in ORDER]
    assert ["One.\n", "Two.\n"] == [workspace.attempt(name, 1).text for name in ORDER]

    assert "undo" == undo(tmp_path)
    assert before == standing(tmp_path)


def test_there_is_nothing_to_take_back_in_a_new_workspace(tmp_path: Path) -> None:
    """Nothing is written then."""
    a_workspace(tmp_path)
    before = files_of(tmp_path)

    assert undo(tmp_path) is None
    assert before == files_of(tmp_path)


def test_an_edit_that_was_not_seen_yet_is_the_last_change(tmp_path: Path) -> None:
    """It is saved before it is taken back."""
    workspace = begun(tmp_path)
    with workspace.lock():
        regenerate(workspace)
    (tmp_path / "sections/01-intro.md").write_bytes(b"Mine.")

    assert "edit" == undo(tmp_path)
    assert {"sections/01-intro.md": b"One.\n", "sections/02-crabs.md": b"Better.\n"} == standing(
        tmp_path
    )
    assert Workspace.open(tmp_path).attempt("intro", 2).text == "Mine."


@pytest.mark.parametrize("gone", [(), ("01-intro.md",), ("01-intro.md", "02-crabs.md")])
def test_a_crash_behind_the_journal_is_finished(tmp_path: Path, gone: tuple[str, ...]) -> None:
    """With the line that takes a change back on disk, the next command does the rest."""
    begun(tmp_path)
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(encode(Undone(("intro@0", "crabs@0"))) + b"\n")
    for name in gone:
        (tmp_path / "sections" / name).unlink()
    reconciled(tmp_path, ORDER)

    assert {} == standing(tmp_path)
    assert "undo" == undo(tmp_path)
    assert {"sections/01-intro.md": b"One.\n", "sections/02-crabs.md": b"Two.\n"} == standing(
        tmp_path
    )


def test_an_edit_of_a_text_that_is_to_go_is_kept(tmp_path: Path) -> None:
    """What a person wrote between a crash and the next command is no remnant."""
    begun(tmp_path)
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(encode(Undone(("intro@0", "crabs@0"))) + b"\n")
    (tmp_path / "sections/01-intro.md").write_bytes(b"Mine.")
    reconciled(tmp_path, ORDER)

    assert {"sections/01-intro.md": b"Mine."} == standing(tmp_path)


def test_journals_of_earlier_versions_go_back_one_acceptance(tmp_path: Path) -> None:
    """They do not say what belonged together."""
    begun(tmp_path)
    lines = (tmp_path / "journal.jsonl").read_bytes().splitlines(keepends=True)
    old = [text for text in lines if b'"began"' not in text]
    (tmp_path / "journal.jsonl").write_bytes(b"".join(old))

    assert "" == undo(tmp_path)
    assert {"sections/01-intro.md": b"One.\n"} == standing(tmp_path)


def test_a_line_that_goes_back_to_nowhere_is_damage(tmp_path: Path) -> None:
    """Taking it for something else could lose what was accepted."""
    begun(tmp_path)
    path = tmp_path / "journal.jsonl"
    path.write_bytes(
        encode(Accepted("intro", 1, digest(b"One.\n")))
        + b'\n{"event": "undone", "sections": ["intro@7"], "locked": [], "unlocked": []}\n'
    )
    with pytest.raises(WorkspaceError, match='line 2, is damaged: "intro@7" was not accepted'):
        Workspace.open(tmp_path).accepted("intro")


def test_attempts_know_what_they_were_made_from(tmp_path: Path) -> None:
    """A record names the attempt that stood before it; an edit keeps what its text rests on."""
    workspace = begun(tmp_path)
    with workspace.lock():
        edit(workspace)
        workspace.save_attempt(Attempt("crabs", "Third.", 1))
    records = workspace.attempts("crabs")

    assert [0, 1, 2] == [record.parent for record in records]
    assert [{"title": "0a1b"}, {"title": "0a1b"}, {}] == [record.made_from for record in records]
    assert all(record.made.endswith("+00:00") for record in records)


def test_an_edit_made_while_a_command_writes_is_a_change_of_its_own(tmp_path: Path) -> None:
    """What the command wrote before and after it are others."""
    workspace = begun(tmp_path)
    with workspace.lock():
        workspace.begin("generate")
        workspace.accept("intro", 1, workspace.save_attempt(an_attempt("intro", "Zero.")))
        number = workspace.save_attempt(an_attempt("crabs", "Better."))
        (tmp_path / "sections/02-crabs.md").write_bytes(b"Mine.")

        assert number != workspace.accept("crabs", 2, number)
    assert "edit" == undo(tmp_path)
    assert {"sections/01-intro.md": b"Zero.\n", "sections/02-crabs.md": b"Two.\n"} == standing(
        tmp_path
    )


def test_a_disk_that_refuses_anywhere_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Whichever call fails, the next command finds the texts of before or those of after."""
    start = tmp_path / "start"
    workspace = begun(start)
    with workspace.lock():
        workspace.begin("generate")
        for place, name in enumerate(ORDER, start=1):
            number = workspace.save_attempt(an_attempt(name, f"New {name}."))
            workspace.accept(name, place, number)
    texts = ([b"One.\n", b"Two.\n"], [b"New intro.\n", b"New crabs.\n"])
    seen = set()
    for refuse in range(40):
        folder = tmp_path / str(refuse)
        shutil.copytree(start, folder)
        calls = RefusingCalls(refuse, errno.EIO, is_lasting=True)
        with suppress(ResourceError), (refused := Workspace.open(folder, calls)).lock():
            refused.undo(ORDER)
        reconciled(folder, ORDER)
        found = list(standing(folder).values())

        assert found in texts, f"call {refuse}"
        seen.add(texts.index(found))
        if not calls.refused:
            break
    assert {0, 1} == seen
