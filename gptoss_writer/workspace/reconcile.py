"""Brings a workspace in order before anything is written: a person's edits first, then crashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.workspace.founding import make_folders, migrate
from gptoss_writer.workspace.layout import Layout
from gptoss_writer.workspace.sections import Look, SectionFiles, Standing
from gptoss_writer.workspace.storage import Storage


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was done, as section ids in the order of the article.

    `adopted`: a person's text was saved and accepted. `put_back`: a person put an earlier
    attempt's text into the file, and that attempt was accepted. `restored`: the accepted text was
    written to a file that lacked it. `renamed`: the file moved to its new place in the article.
    `unlisted`: files of sections that the outline no longer has; they were left alone.
    `temporary_files` were left by a crash and removed.
    """

    adopted: tuple[str, ...] = ()
    put_back: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    temporary_files: int = 0


def reconcile(
    storage: Storage, layout: Layout, sections: SectionFiles, order: Sequence[str]
) -> Reconciled:
    """Bring files and journal in order; `order` lists the outline's sections. Needs the lock.

    All files are looked at before the first change, so that an error changes nothing. Raises
    `WorkspaceError` where a file cannot be understood and `ResourceError` where the disk refuses;
    doing it again then goes on where this stopped.
    """
    paths = sections.paths()
    for place, section_id in enumerate(order, start=1):
        layout.section_file(place, section_id)  # raises on an id that is not safe
    looks = [sections.look(section_id, paths.get(section_id)) for section_id in order]
    migrate(storage, layout)
    make_folders(storage, layout)
    removed = remove_temporary(storage, layout)
    sections.begin("edit")
    for place, look in enumerate(looks, start=1):
        _settle(sections, look, place)
    sections.begin("")
    return Reconciled(
        adopted=_with(looks, Standing.EDITED),
        put_back=_with(looks, Standing.PUT_BACK),
        restored=_with(looks, Standing.UNWRITTEN),
        renamed=tuple(
            look.section_id
            for place, look in enumerate(looks, start=1)
            if look.path and look.path != layout.section_file(place, look.section_id)
        ),
        unlisted=tuple(sorted(paths.keys() - set(order))),
        temporary_files=removed,
    )


def _settle(sections: SectionFiles, look: Look, place: int) -> None:
    if look.standing is Standing.EDITED:
        sections.accept(look, place, sections.save_edit(look.section_id, look.text))
    elif look.standing is Standing.PUT_BACK and look.match:
        sections.accept(look, place, look.match)
    else:
        sections.settle(look, place)


def _with(looks: Sequence[Look], standing: Standing) -> tuple[str, ...]:
    return tuple(look.section_id for look in looks if look.standing is standing)


def remove_temporary(storage: Storage, layout: Layout) -> int:
    """Remove the temporary files that a crash left, and give their number. Needs the lock."""
    return sum(storage.remove_temporary(folder) for folder in folders_of(storage, layout))


def folders_of(storage: Storage, layout: Layout) -> tuple[Path, ...]:
    """List the folders of a draft in which files are written."""
    attempts = (layout.history / name for name in storage.names(layout.history))
    return (layout.root, layout.sections, layout.cache, layout.history, *attempts)
