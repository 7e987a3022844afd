"""Hand edits, crashes and outlines that changed: what the next command makes of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.draft import Attempt
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.journal_events import Accepted, encode
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.reconcile import Reconciled
from gptoss_writer.workspace.workspace import Workspace
from tests.support.workspaces import UnsyncedCalls, a_workspace, an_attempt, files_of, reconciled

ORDER = ("intro", "crabs")
TEXTS = {"intro": "One.", "crabs": "Two."}


def reconcile(folder: Path, order: tuple[str, ...] = ORDER) -> Reconciled:
    """Do what every writing command does first, and give its report."""
    workspace = Workspace.open(folder, UnsyncedCalls())
    with workspace.lock():
        return workspace.reconcile(order)


def test_a_workspace_in_order_is_left_as_it_is(tmp_path: Path) -> None:
    """Reconciling changes no byte where nothing happened."""
    a_workspace(tmp_path, TEXTS)
    before = files_of(tmp_path)
    report = reconcile(tmp_path)

    assert Reconciled() == report
    assert before == files_of(tmp_path)


def test_an_edit_is_adopted(tmp_path: Path) -> None:
    """An edited file becomes an attempt of origin hand and is the accepted text."""
    a_workspace(tmp_path, TEXTS)
    (tmp_path / "sections/02-crabs.md").write_bytes(b"Zwei  Krabben. \r\n\r\n")
    report = reconcile(tmp_path)
    workspace = Workspace.open(tmp_path)
    accepted = workspace.accepted("crabs")

    assert Reconciled(adopted=("crabs",)) == report
    assert accepted
    assert ("Zwei  Krabben. \r\n\r\n", 2, "hand", 2, "section:crabs") == (
        accepted.text,
        accepted.words,
        accepted.origin,
        accepted.number,
        accepted.record.fingerprint,
    )
    assert workspace.attempt("crabs", 1).text == "Two.\n"
    assert Reconciled() == reconcile(tmp_path)


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.sampled_from("ab \t\r\n\v\f\0\x1b\ufeff\u2028\u202e\u0301é\N{CRAB}\"'#-")
        | st.characters(exclude_categories=["Cs"])
    )
)
def test_an_edit_keeps_every_byte(text: str) -> None:
    """Whatever a person writes, the file, the history and the accepted text agree to the byte."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a_workspace(folder, TEXTS)
        (folder / "sections/01-intro.md").write_bytes(text.encode())
        workspace = reconciled(folder, ORDER)
        accepted = workspace.accepted("intro")

        assert accepted
        assert text == accepted.text
        assert text.encode() == (folder / "sections/01-intro.md").read_bytes()
        assert text.encode() == (folder / f"history/intro/{accepted.number:04d}.md").read_bytes()


def test_an_edit_that_is_not_text_stops_everything(tmp_path: Path) -> None:
    """A file in another encoding is named with the offset, and no file changes, nor any other."""
    a_workspace(tmp_path, TEXTS)
    (tmp_path / "sections/01-intro.md").write_bytes(b"Mine.\n")
    path = tmp_path / "sections/02-crabs.md"
    path.write_bytes("Ebbe.\nKüste.\n".encode("latin-1"))
    before = files_of(tmp_path)
    with pytest.raises(WorkspaceError) as caught:
        reconcile(tmp_path)

    assert (
        f"{path} is not UTF-8 text: byte 0xFC at offset 7, line 2.",
        "Save it as UTF-8 and run the same command again; nothing was changed.",
    ) == (caught.value.message, caught.value.hint)
    assert before == files_of(tmp_path)


def test_a_deleted_file_comes_back(tmp_path: Path) -> None:
    """The accepted text is written again where its file is gone."""
    a_workspace(tmp_path, TEXTS)
    (tmp_path / "sections/02-crabs.md").unlink()
    report = reconcile(tmp_path)

    assert Reconciled(restored=("crabs",)) == report
    assert (tmp_path / "sections/02-crabs.md").read_bytes() == b"Two.\n"


def test_an_acceptance_that_a_crash_cut_short_is_finished(tmp_path: Path) -> None:
    """Where the journal accepts a text and the file still has the one before, the file follows."""
    workspace = a_workspace(tmp_path, TEXTS)
    with workspace.lock():
        workspace.save_attempt(an_attempt("crabs", "Better."))
    event = Accepted("crabs", 2, digest(b"Better.\n"), replaces=digest(b"Two.\n"))
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(encode(event) + b"\n")
    report = reconcile(tmp_path)

    assert Reconciled(restored=("crabs",)) == report
    assert (tmp_path / "sections/02-crabs.md").read_bytes() == b"Better.\n"
    assert Reconciled() == reconcile(tmp_path)


def test_an_earlier_text_put_back_by_hand_is_accepted(tmp_path: Path) -> None:
    """Pasting an old attempt into the file takes it back; it is not taken for a crash."""
    workspace = a_workspace(tmp_path, TEXTS)
    with workspace.lock():
        workspace.accept("crabs", 2, workspace.save_attempt(an_attempt("crabs", "Worse.")))
    (tmp_path / "sections/02-crabs.md").write_bytes(b"Two.\n")
    report = reconcile(tmp_path)
    accepted = Workspace.open(tmp_path).accepted("crabs")

    assert Reconciled(put_back=("crabs",)) == report
    assert accepted
    assert (1, "model") == (accepted.number, accepted.origin)
    assert (tmp_path / "sections/02-crabs.md").read_bytes() == b"Two.\n"


def test_a_section_written_by_hand_from_the_start_is_adopted(tmp_path: Path) -> None:
    """A file that a person adds for a section of the outline is that section's text."""
    a_workspace(tmp_path, {"intro": "One."})
    (tmp_path / "sections/02-crabs.md").write_bytes(b"All mine.")
    report = reconcile(tmp_path)
    accepted = Workspace.open(tmp_path).accepted("crabs")

    assert Reconciled(adopted=("crabs",)) == report
    assert accepted
    assert ("All mine.", "", 1) == (accepted.text, accepted.record.fingerprint, accepted.number)


def test_files_follow_the_order_of_the_outline(tmp_path: Path) -> None:
    """Reordered sections take their texts along, edits too; no byte of them changes."""
    a_workspace(tmp_path, {"a": "One.", "b": "Two.", "c": "Three."})
    (tmp_path / "sections/03-c.md").write_bytes(b"Mine.\r\n")
    report = reconcile(tmp_path, ("c", "a", "b"))

    assert Reconciled(adopted=("c",), renamed=("c", "a", "b")) == report
    assert {"01-c.md": b"Mine.\r\n", "02-a.md": b"One.\n", "03-b.md": b"Two.\n"} == files_of(
        tmp_path / "sections"
    )


def test_a_section_that_left_the_outline_keeps_its_text(tmp_path: Path) -> None:
    """File and history of a removed section stay, and serve again when it returns."""
    a_workspace(tmp_path, {"a": "One.", "b": "Two.", "c": "Three."})
    gone = reconcile(tmp_path, ("a", "c"))

    assert Reconciled(renamed=("c",), unlisted=("b",)) == gone
    assert {"01-a.md", "02-b.md", "02-c.md"} == files_of(tmp_path / "sections").keys()

    back = reconcile(tmp_path, ("a", "c", "b"))

    assert Reconciled(renamed=("b",)) == back
    assert Workspace.open(tmp_path).accepted("b")


def test_two_files_of_one_section_are_reported(tmp_path: Path) -> None:
    """Which of two files is meant is for the writer to say; nothing is touched."""
    a_workspace(tmp_path, TEXTS)
    (tmp_path / "sections/07-crabs.md").write_bytes(b"Mine.")
    before = files_of(tmp_path)
    with pytest.raises(WorkspaceError) as caught:
        reconcile(tmp_path)

    assert (
        'Two files hold the section "crabs": 02-crabs.md and 07-crabs.md in '
        f"{tmp_path / 'sections'}." == caught.value.message
    )
    assert before == files_of(tmp_path)


def test_what_a_crash_left_is_cleared_away(tmp_path: Path) -> None:
    """Temporary files go, in every folder; what an editor left stays."""
    a_workspace(tmp_path, TEXTS)
    for folder in (".", "sections", "history/intro"):
        (tmp_path / folder / ".x.md.gptoss-writer-tmp").touch()
    (tmp_path / "sections/.01-intro.md.swp").touch()
    report = reconcile(tmp_path)

    assert Reconciled(temporary_files=3) == report
    assert "sections/.01-intro.md.swp" in files_of(tmp_path)


def test_a_lost_journal_is_made_anew(tmp_path: Path) -> None:
    """Without its journal a workspace still knows its sections by their files."""
    a_workspace(tmp_path, TEXTS)
    (tmp_path / "journal.jsonl").unlink()
    report = reconcile(tmp_path)
    accepted = Workspace.open(tmp_path).accepted("crabs")

    assert Reconciled(put_back=ORDER) == report
    assert accepted
    assert ("Two.\n", "model") == (accepted.text, accepted.origin)


def test_a_linked_section_is_refused(tmp_path: Path) -> None:
    """A section file that is a link is neither read nor replaced."""
    a_workspace(tmp_path / "d", TEXTS)
    outside = tmp_path / "outside.md"
    outside.write_bytes(b"theirs")
    (tmp_path / "d/sections/01-intro.md").unlink()
    (tmp_path / "d/sections/01-intro.md").symlink_to(outside)
    with pytest.raises(WorkspaceError, match=r"01-intro\.md is a symbolic link"):
        reconcile(tmp_path / "d")

    assert outside.read_bytes() == b"theirs"


def test_an_edit_saved_just_before_a_crash_wins(tmp_path: Path) -> None:
    """An edit on top of an unfinished acceptance is kept, also if only its saving was done."""
    workspace = a_workspace(tmp_path, TEXTS)
    with workspace.lock():
        workspace.save_attempt(an_attempt("crabs", "Better."))
        workspace.save_attempt(Attempt("crabs", "Mine.", 1, origin="hand"))
    event = Accepted("crabs", 2, digest(b"Better.\n"), replaces=digest(b"Two.\n"))
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(encode(event) + b"\n")
    (tmp_path / "sections/02-crabs.md").write_bytes(b"Mine.")
    reconcile(tmp_path)
    accepted = Workspace.open(tmp_path).accepted("crabs")

    assert accepted
    assert (3, "hand") == (accepted.number, accepted.origin)
    assert (tmp_path / "sections/02-crabs.md").read_bytes() == b"Mine."
