"""Looks at all of a draft without a lock, and says what does not fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.errors import NewerFormatError, WorkspaceError
from gptoss_writer.workspace.history import History
from gptoss_writer.workspace.journal import Journal
from gptoss_writer.workspace.journal_state import JournalState
from gptoss_writer.workspace.layout import Layout, digest, is_section_id, text_of
from gptoss_writer.workspace.reconcile import folders_of
from gptoss_writer.workspace.salvage import salvage
from gptoss_writer.workspace.sections import Look, SectionFiles, Standing
from gptoss_writer.workspace.storage import Storage
from gptoss_writer.workspace.troubles import Trouble

_SENTENCE_ENDS = ".!?…:;\"'”’»)*_`"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one draft that a check of all of it needs."""

    storage: Storage
    layout: Layout
    journal: Journal
    history: History
    sections: SectionFiles

    def name(self, path: Path) -> str:
        """Name a path as seen from the draft."""
        return path.relative_to(self.layout.root).as_posix()


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at, and what was found. `is_readable`: the journal tells what counts."""

    troubles: tuple[Trouble, ...]
    sections: int
    attempts: int
    is_readable: bool


def audit(parts: Parts) -> Audit:
    """Hold every file of a draft against what the journal and the records say of it.

    Raises `NewerFormatError` where a newer version of the program wrote any of it.
    """
    try:
        state = parts.journal.state()
    except WorkspaceError as error:
        bad = Trouble(parts.layout.journal.name, "damage", error.message, cure="repair")
        found = (bad, *_history(parts, JournalState()), *_leftovers(parts))
        return Audit(found, 0, _count(parts), is_readable=False)
    found = (
        *_journal(parts),
        *_history(parts, state),
        *_sections(parts, state),
        *_article(parts, state),
        *_leftovers(parts),
    )
    return Audit(found, len(state.accepted), _count(parts), is_readable=True)


def _count(parts: Parts) -> int:
    names = filter(is_section_id, parts.history.folders())
    return sum(len(parts.history.numbers(name)) for name in names)


def _journal(parts: Parts) -> Iterator[Trouble]:
    for number in parts.journal.pieces():
        yield Trouble(
            f"{parts.layout.journal.name}, line {number}",
            "note",
            "The line was cut off while it was written; it never counted.",
            cure="repair",
        )


def _history(parts: Parts, state: JournalState) -> Iterator[Trouble]:
    wanted: dict[str, set[int]] = {}
    for section_id, number in state.ever:
        wanted.setdefault(section_id, set()).add(number)
    found = salvage(parts.storage, parts.layout, lost_texts(parts, state))
    names = set(filter(is_section_id, parts.history.folders()))
    for section_id in sorted(names | wanted.keys()):
        there = set(parts.history.numbers(section_id))
        known = there | wanted.get(section_id, set())
        for number in sorted(known):
            yield from _attempt(parts, state, (section_id, number), found)
        folder = parts.layout.attempts_folder(section_id)
        for name in parts.storage.names(folder):
            of_text = text_of(name)
            if of_text and of_text not in known:
                what = "A text that no record names: a command was stopped before it counted."
                yield Trouble(parts.name(folder / name), "note", what)


def lost_texts(parts: Parts, state: JournalState) -> set[str]:
    """Give the hashes of the texts that the history should have and has not."""
    lost = set()
    for section_id in filter(is_section_id, parts.history.folders()):
        for number in parts.history.numbers(section_id):
            try:
                wanted = parts.history.record(section_id, number).sha256
            except NewerFormatError:
                raise
            except WorkspaceError:
                continue
            if not _has_text(parts, section_id, number, wanted):
                lost.add(wanted)
    for (section_id, number), accepted in state.ever.items():
        if not _has_text(parts, section_id, number, accepted.sha256):
            lost.add(accepted.sha256)
    return lost


def _has_text(parts: Parts, section_id: str, number: int, sha256: str) -> bool:
    data = parts.storage.read(parts.layout.attempt_file(section_id, number, "md"))
    return data is not None and digest(data) == sha256


def _attempt(
    parts: Parts, state: JournalState, key: tuple[str, int], found: Mapping[str, bytes]
) -> Iterator[Trouble]:
    """Hold one attempt's record and text against each other, and against the journal."""
    section_id, number = key
    path = parts.layout.attempt_file(section_id, number, "json")
    accepted = state.ever.get(key)
    counts = state.accepted.get(section_id)
    is_current = counts is not None and counts.attempt == number
    of = f"It is the text of section {section_id} now." if is_current else ""
    try:
        record = parts.history.record(section_id, number)
    except NewerFormatError:
        raise
    except WorkspaceError as error:
        is_gone = parts.storage.read(path) is None
        what = "The record of an attempt is missing." if is_gone else error.message
        there = parts.storage.read(parts.layout.attempt_file(section_id, number, "md"))
        can = there is not None or (accepted is not None and accepted.sha256 in found)
        yield _lost(parts.name(path), f"{what} {of}".strip(), can=can or is_current)
        return
    if accepted is not None and accepted.sha256 != record.sha256:
        yield Trouble(
            parts.name(path),
            "damage",
            f"The record and the journal name different texts. {of}".strip(),
            advice="Put the file back from a copy.",
        )
    text = parts.layout.attempt_file(section_id, number, "md")
    data = parts.storage.read(text)
    if data is None or digest(data) != record.sha256:
        what = "The text of an attempt is missing" if data is None else "The text was changed"
        can = record.sha256 in found or is_current
        yield _lost(parts.name(text), f"{what}. {of}".strip(), can=can)


def _lost(where: str, what: str, *, can: bool) -> Trouble:
    if can:
        return Trouble(where, "damage", what, cure="repair")
    advice = "The draft does not have it anywhere else. Put the file back from a copy."
    return Trouble(where, "damage", what, advice=advice)


def _sections(parts: Parts, state: JournalState) -> Iterator[Trouble]:
    try:
        paths = parts.sections.paths()
    except WorkspaceError as error:
        yield Trouble(parts.layout.sections.name, "damage", error.message, advice=error.hint)
        return
    for section_id in sorted(paths.keys() | state.accepted.keys()):
        path = paths.get(section_id)
        where = parts.name(path) if path else f"sections/..-{section_id}.md"
        try:
            look = parts.sections.look(section_id, path)
        except WorkspaceError as error:
            # A damaged record in history/ is told of there; here only what is this file's.
            if path is not None and str(path) in error.message:
                yield Trouble(where, "damage", error.message, advice=error.hint)
            continue
        yield from _section(parts, look, where)


def _section(parts: Parts, look: Look, where: str) -> Iterator[Trouble]:
    kept = "The next command that writes keeps it as an attempt before it does anything else."
    match look.standing:
        case Standing.EDITED if is_cut_off(parts, look):
            what = "The file is cut off."
            yield Trouble(where, "change", what, "repair", section=look.section_id)
        case Standing.EDITED:
            what = f"You edited it. {kept}"
            yield Trouble(where, "change", what, "assemble", section=look.section_id)
        case Standing.PUT_BACK:
            what = f"It has the text of attempt @{look.match}; the journal names another, or none."
            advice = "The next command that writes lets it be the section's text."
            yield Trouble(where, "change", what, "assemble", advice, look.section_id)
        case Standing.UNWRITTEN if look.path is None:
            what = "The file of the section is gone."
            yield Trouble(where, "change", what, "repair", section=look.section_id)
        case Standing.UNWRITTEN | Standing.WITHDRAWN:
            what = "It has the text before the last change; a command stopped before it was done."
            yield Trouble(where, "change", what, "repair", section=look.section_id)


def is_cut_off(parts: Parts, look: Look) -> bool:
    """Tell whether a file has nothing but a beginning of the accepted text, ended in a sentence.

    Nobody ends a text there by hand; a file that was copied by halves looks so. Nothing in it is
    lost where the whole text takes its place.
    """
    accepted = parts.journal.state().accepted.get(look.section_id)
    if accepted is None or look.content is None:
        return False
    try:
        record = parts.history.record(look.section_id, accepted.attempt)
        whole = parts.history.content(record)
    except WorkspaceError:
        return False
    rest = look.content.rstrip(b"\0")
    if not rest.strip():
        return True
    last = rest.decode("utf-8", "replace").rstrip()[-1:]
    is_open = rest == rest.rstrip() and last not in _SENTENCE_ENDS
    return whole.startswith(rest) and is_open and len(rest) < len(whole.rstrip())


def _article(parts: Parts, state: JournalState) -> Iterator[Trouble]:
    article, beside = parts.layout.article, parts.layout.article_beside
    content = parts.storage.read(article)
    if content is None and state.accepted:
        yield Trouble(article.name, "change", "There is no assembled article.", cure="repair")
    if parts.storage.read(beside) is not None:
        yield Trouble(
            beside.name,
            "note",
            f"It is the assembled article; {article.name} was edited by hand and was left alone.",
            advice="Keep the one you want, and move the other out of the folder.",
        )


def _leftovers(parts: Parts) -> Iterator[Trouble]:
    """Name what a crash left behind, or what a command is writing at this moment."""
    for folder in folders_of(parts.storage, parts.layout):
        for name in parts.storage.temporary_names(folder):
            what = "A command was stopped while it wrote this file, or writes it now."
            yield Trouble(parts.name(folder / name), "note", what, cure="repair")
