"""Mends a draft from what it has itself: nothing is made up, and nothing a person wrote is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.draft import Attempt
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.text import count_words
from gptoss_writer.workspace.auditing import Parts, is_cut_off, lost_texts
from gptoss_writer.workspace.founding import make_folders, migrate
from gptoss_writer.workspace.journal_events import Undone
from gptoss_writer.workspace.journal_state import JournalState
from gptoss_writer.workspace.layout import attempt_of, digest, is_section_id, text_of
from gptoss_writer.workspace.reconcile import folders_of
from gptoss_writer.workspace.records import AttemptRecord, record_to_json
from gptoss_writer.workspace.salvage import salvage


@dataclass(frozen=True, slots=True)
class Mended:
    """One thing that was mended: a path in the draft, and a whole sentence that says how."""

    where: str
    what: str


def mend(parts: Parts) -> tuple[Mended, ...]:
    """Mend what can be, in an order in which each step rests on those before it. Needs the lock.

    The journal comes first, then the texts and records of the history, from bytes that are
    elsewhere in the draft; then section files that were cut off, and what a crash left. What stood
    in the place of a mended file is kept beside it, unless the draft has it all. `WorkspaceError`
    where a file of the history cannot be read, or is a newer version's: then nothing is touched.
    """
    _require_readable(parts)
    migrate(parts.storage, parts.layout)
    make_folders(parts.storage, parts.layout)
    done = [*_journal(parts), *_history(parts), *_lost(parts), *_cut_off(parts)]
    return (*done, *_leftovers(parts))


def _require_readable(parts: Parts) -> None:
    """Raise `WorkspaceError` where a file of the history may not be read, or is a newer version's.

    What may not be read is not lost, so nothing may take its place.
    """
    for section_id in filter(is_section_id, parts.history.folders()):
        folder = parts.layout.attempts_folder(section_id)
        for name in parts.storage.names(folder):
            if attempt_of(name) or text_of(name):
                parts.storage.read(folder / name)
    lost_texts(parts, JournalState())


def _history(parts: Parts) -> Iterator[Mended]:
    state = parts.journal.state()
    found = salvage(parts.storage, parts.layout, lost_texts(parts, state))
    names = {name for name in parts.history.folders() if is_section_id(name)}
    wanted = {(name, number) for name in names for number in parts.history.numbers(name)}
    for section_id, number in sorted(wanted | state.ever.keys()):
        accepted = state.ever.get((section_id, number))
        sha256 = accepted.sha256 if accepted else ""
        if sha256 in found:
            parts.storage.create_folder(parts.layout.attempts_folder(section_id))
        yield from _mend_record(parts, section_id, number, sha256, found)
        yield from _mend_text(parts, section_id, number, found)


def _mend_record(
    parts: Parts, section_id: str, number: int, sha256: str, found: dict[str, bytes]
) -> Iterator[Mended]:
    """Write a record anew that is lost, where its text is there; it is a person's text then."""
    path = parts.layout.attempt_file(section_id, number, "json")
    try:
        parts.history.record(section_id, number)
    except WorkspaceError:
        text = parts.storage.read(parts.layout.attempt_file(section_id, number, "md"))
        if sha256 and (text is None or digest(text) != sha256):
            text = found.get(sha256)
        if text is None or not _is_utf8(text):
            return
        kept = _keep_aside(parts, path)
        record = AttemptRecord.of(
            Attempt(
                section_id,
                text.decode("utf-8"),
                count_words(text.decode("utf-8")),
                origin="hand",
                verdict="good",
            ),
            number,
            digest(text),
        )
        parts.storage.replace_file(path, record_to_json(record))
        yield Mended(
            parts.name(path),
            "The record was lost; a new one says what is known. The text counts as yours from now "
            f"on, so that nothing replaces it unasked.{kept}",
        )


def _mend_text(
    parts: Parts, section_id: str, number: int, found: dict[str, bytes]
) -> Iterator[Mended]:
    path = parts.layout.attempt_file(section_id, number, "md")
    try:
        record = parts.history.record(section_id, number)
    except WorkspaceError:
        return
    data = parts.storage.read(path)
    if (data is not None and digest(data) == record.sha256) or record.sha256 not in found:
        return
    kept = _keep_aside(parts, path)
    parts.storage.replace_file(path, found[record.sha256])
    yield Mended(
        parts.name(path), f"The text was put back; another file of the draft had it.{kept}"
    )


def _lost(parts: Parts) -> Iterator[Mended]:
    """Let a section count as not written where its text is nowhere any more."""
    paths = parts.sections.paths()
    for section_id, accepted in parts.journal.state().accepted.items():
        try:
            parts.history.content(parts.history.record(section_id, accepted.attempt))
        except WorkspaceError:
            if section_id not in paths or not _is_known(parts, section_id):
                parts.journal.append(Undone((f"{section_id}@0",)))
                yield Mended(
                    f"history/{section_id}/{accepted.attempt:04d}.md",
                    f"The text of section {section_id} is nowhere in the draft any more, so the "
                    "section counts as not written. If you have a copy of the file, put it back "
                    f"and restore {section_id}@{accepted.attempt}.",
                )


def _is_known(parts: Parts, section_id: str) -> bool:
    """Tell whether the accepted attempt has its record: a person's edit can rest on it then."""
    accepted = parts.journal.state().accepted[section_id]
    try:
        parts.history.record(section_id, accepted.attempt)
    except WorkspaceError:
        return False
    return True


def _journal(parts: Parts) -> Iterator[Mended]:
    try:
        parts.journal.state()
    except WorkspaceError:
        aside = _free_name(parts, parts.layout.journal)
        dropped = parts.journal.drop_damaged(aside)
        lines = "1 damaged line" if dropped == 1 else f"{dropped} damaged lines"
        yield Mended(
            parts.layout.journal.name,
            f"Took out {lines}; the section files tell what counts, but not which sections were "
            f"locked: see status. The journal as it was is {parts.name(aside)}.",
        )
    dropped = parts.journal.drop_pieces()
    if dropped:
        lines = "a line that was" if dropped == 1 else f"{dropped} lines that were"
        yield Mended(
            parts.layout.journal.name, f"Took out {lines} cut off; no event of it had counted."
        )


def _cut_off(parts: Parts) -> Iterator[Mended]:
    state = parts.journal.state()
    for section_id, path in parts.sections.paths().items():
        accepted = state.accepted.get(section_id)
        if accepted is None or parts.storage.read(path) is None:
            continue
        try:
            look = parts.sections.look(section_id, path)
            if not look.standing.is_by_hand or not is_cut_off(parts, look):
                continue
            content = parts.history.content(parts.history.record(section_id, accepted.attempt))
        except WorkspaceError:
            continue
        parts.storage.replace_file(path, content)
        yield Mended(parts.name(path), "The file was cut off; it has the whole text again.")


def _leftovers(parts: Parts) -> Iterator[Mended]:
    for folder in folders_of(parts.storage, parts.layout):
        for name in parts.storage.temporary_names(folder):
            parts.storage.remove(folder / name)
            yield Mended(parts.name(folder / name), "Removed; a command was stopped there.")


def _keep_aside(parts: Parts, path: Path) -> str:
    """Give a damaged file another name, so that nothing of it is lost; say so."""
    if parts.storage.read(path) is None:
        return ""
    aside = _free_name(parts, path)
    parts.storage.rename(path, aside)
    return f" What stood there is {parts.name(aside)}."


def _free_name(parts: Parts, path: Path) -> Path:
    """Give a name beside a file's that nothing has yet."""
    number = 1
    while True:
        mark = "found" if number == 1 else f"found-{number}"
        aside = path.with_name(f"{path.stem}.{mark}{path.suffix}")
        if parts.storage.read(aside) is None:
            return aside
        number += 1


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
