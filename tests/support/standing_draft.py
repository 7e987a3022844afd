"""What is seen of a draft on disk, and what a kill may and may not have done to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.errors import WriterError
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.workspace import Workspace

TEMPORARY = ".gptoss-writer-tmp"


@dataclass(frozen=True)
class Draft:
    """A draft as it stands: all its files, what is accepted, what is locked."""

    files: dict[str, bytes]
    accepted: dict[str, str]
    locked: frozenset[str]
    attempts: dict[str, int]
    hand: frozenset[str]

    @property
    def visible(self) -> dict[str, bytes]:
        """What a writer looks at: the files of the sections, and the article."""
        return {
            name: data
            for name, data in self.files.items()
            if name.startswith(("sections/", "article")) and name.endswith(".md")
        }

    @property
    def outcome(self) -> tuple[dict[str, bytes], dict[str, str], frozenset[str]]:
        """What a command is for: what is seen, accepted and locked."""
        return self.visible, self.accepted, self.locked


EMPTY = Draft({}, {}, frozenset(), {}, frozenset())


def read_draft(folder: Path) -> Draft:
    """Read a draft as a reader does; raises `WriterError` where anything in it is half-written."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".lock")
    }
    if not Workspace.exists(folder):
        return Draft(files, {}, frozenset(), {}, frozenset())
    workspace = Workspace.open(folder)
    ids = sorted(path.name for path in (folder / "history").glob("*") if path.is_dir())
    accepted, attempts, hand = {}, {}, set()
    for name in ids:
        found = workspace.accepted(name)
        if found is not None:
            accepted[name] = found.text
        records = workspace.attempts(name)
        attempts[name] = len(records)
        for record in records:
            attempt = workspace.attempt(name, record.number)
            if attempt.origin == "hand":
                hand.add(attempt.text)
    locked = frozenset(name for name in ids if workspace.is_locked(name))
    return Draft(files, accepted, locked, attempts, frozenset(hand))


def half_written(folder: Path, before: Draft) -> Iterator[str]:
    """Name what a reader finds half-written behind a kill; `before` is what it began with."""
    try:
        now = read_draft(folder)
    except (WriterError, ValueError) as error:
        yield f"unreadable: {error}"
        return
    texts = {data for name, data in now.files.items() if name.startswith("history/")}
    journal = now.files.get("journal.jsonl", b"").decode("ascii", "replace")
    for name, data in now.files.items():
        if Path(name).name.startswith(".") or data == before.files.get(name):
            continue
        if name.startswith("sections/") and data not in texts | set(before.visible.values()):
            yield f"{name} is neither the old text nor the new one"
        elif name.startswith("article") and name.endswith(".md") and digest(data) not in journal:
            yield f"{name} is neither the old article nor the new one"
        elif name.endswith(".json"):
            try:
                json.loads(data)
            except ValueError:
                yield f"{name} is no JSON"


def losses(now: Draft, before: Draft, after: Draft, edits: tuple[str, ...]) -> Iterator[str]:
    """Name what a kill lost: `after` is the draft behind an undisturbed command."""
    for name, data in before.files.items():
        if name.startswith("history/") and now.files.get(name) != data:
            yield f"{name} is not what it was"
    for section in before.accepted.keys() | now.accepted.keys():
        # The number may be another one: an attempt that was cut short is not drawn under it again.
        allowed = (before.accepted.get(section), after.accepted.get(section))
        found = now.accepted.get(section)
        is_edit = found is not None and any(edit.strip() in found for edit in edits)
        if found not in allowed and not is_edit:
            yield f"section {section} has a text that nobody accepted, or none"
    for section in now.locked ^ before.locked:
        if (section in now.locked) != (section in after.locked):
            yield f"section {section} is locked otherwise than before and after"
    seen = [data.decode("utf-8", "replace") for data in now.visible.values()]
    for edit in edits:
        if not any(edit.strip() in text for text in (*seen, *now.hand)):
            yield f"an edit is gone: {edit!r}"
