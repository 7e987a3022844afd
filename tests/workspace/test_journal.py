"""What counts, and what a crash leaves of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.journal import Journal
from gptoss_writer.workspace.journal_events import (
    Accepted,
    Assembled,
    Began,
    JournalEvent,
    Lock,
    Undone,
    Written,
    decode,
    encode,
)
from gptoss_writer.workspace.storage import Storage
from tests.support.workspaces import UnsyncedCalls

EVENTS: tuple[JournalEvent, ...] = (
    Accepted("intro", 1, "aa"),
    Written("intro"),
    Accepted("crabs", 2, "bb", replaces="cc"),
    Assembled("dd"),
    Written("crabs"),
    Accepted("crabs", 1, "cc", replaces="bb"),
)
OTHERS: tuple[JournalEvent, ...] = (
    Began("generate"),
    Began(""),
    Lock("crabs", is_on=True),
    Lock("crabs", is_on=False),
    Undone(("intro@1", "crabs@0"), locked=("intro",), unlocked=("crabs",)),
    Assembled("ee", head="ff", parts=("intro@1", "crabs@2#0123")),
)


def a_journal(folder: Path) -> Journal:
    """Open the journal of a folder."""
    return Journal(Storage(folder, UnsyncedCalls()), folder / "journal.jsonl")


@pytest.mark.parametrize("event", [*EVENTS, *OTHERS])
def test_events_survive_the_disk(event: JournalEvent) -> None:
    """An event read back equals the one written."""
    assert event == decode(encode(event))


def test_adds_up(tmp_path: Path) -> None:
    """The last acceptance of a section counts, and is unwritten until its file was written."""
    journal = a_journal(tmp_path)
    for event in EVENTS:
        journal.append(event)
    state = journal.state()

    assert {"intro": EVENTS[0], "crabs": EVENTS[5]} == state.accepted
    assert frozenset({"crabs"}) == state.unwritten
    assert {"intro": 1, "crabs": 2} == state.highest
    assert frozenset({"dd"}) == state.assembled


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    """Before the first event nothing is accepted."""
    assert {} == a_journal(tmp_path).state().accepted


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    """Cut anywhere, a journal counts its whole lines, and goes on behind the torn one."""
    path = tmp_path / "journal.jsonl"
    lines = [encode(event) + b"\n" for event in EVENTS]
    data = b"".join(lines)
    for cut in range(len(data) + 1):
        whole = [event for event, end in zip(EVENTS, _ends(lines), strict=True) if end <= cut]
        path.write_bytes(data[:cut])
        journal = a_journal(tmp_path)
        journal.append(Accepted("last", 7, "ee"))
        again = tmp_path / "whole"
        again.mkdir(exist_ok=True)
        (again / "journal.jsonl").write_bytes(b"".join(encode(event) + b"\n" for event in whole))
        undisturbed = a_journal(again)
        undisturbed.append(Accepted("last", 7, "ee"))

        assert undisturbed.state() == journal.state()


def _ends(lines: list[bytes]) -> list[int]:
    """Give the offsets from which on each line is whole: its closing brace is there."""
    return [sum(len(line) for line in lines[: number + 1]) - 1 for number in range(len(lines))]


@pytest.mark.parametrize("rest", [b"\0\0\0\0", b'{"event": "acc\0\0\0', b"\r\n", b"\n\n"])
def test_passes_over_what_a_power_cut_leaves(tmp_path: Path, rest: bytes) -> None:
    """Zero bytes and empty lines, alone or behind a torn piece, are no damage."""
    journal = a_journal(tmp_path)
    journal.append(EVENTS[0])
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(rest)
    journal.append(EVENTS[2])

    assert {"intro": EVENTS[0], "crabs": EVENTS[2]} == journal.state().accepted


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"<<<<<<< HEAD", "Expecting value: line 1 column 1 (char 0)"),
        (b'{"event": "moved"}', 'the event "moved" is not known'),
        (b'{"event": "written", "section": "../x"}', "'../x' cannot be the id of a section"),
        (b'{"event": "written", "section": "a", "b": 1}', '"b" is not known'),
        (b'"event"', "an object in braces is missing"),
        (
            b'{"event": "undone", "sections": [1], "locked": [], "unlocked": []}',
            '"sections" is not a list of strings',
        ),
        (b'{"event": "assembled", "sha256": "a", "parts": ["b"]}', '"head" is missing'),
        (b'{"event": "lock", "section": "A"}', "'A' cannot be the id of a section"),
        (b'{"event": "wri}', "Unterminated string starting at: line 1 column 11 (char 10)"),
    ],
)
def test_damage_is_reported_with_its_line(tmp_path: Path, line: bytes, complaint: str) -> None:
    """A whole line that is not an event is never passed over, since it may have been one."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(encode(EVENTS[0]) + b"\n" + line + b"\n" + encode(EVENTS[1]) + b"\n")
    with pytest.raises(WorkspaceError) as caught:
        a_journal(tmp_path).state()

    assert f"{path}, line 2, is damaged: {complaint}." == caught.value.message


def test_sees_what_another_process_added(tmp_path: Path) -> None:
    """A reader that looks again sees the events that came since."""
    reader, writer = a_journal(tmp_path), a_journal(tmp_path)
    writer.append(EVENTS[0])
    reader.state()
    writer.append(EVENTS[2])

    assert {"intro", "crabs"} == reader.state().accepted.keys()
