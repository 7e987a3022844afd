"""How far a section has come that is being written: a file of the cache for each such section.

It only saves time. One that is missing, damaged or of another version counts for nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict

from gptoss_writer.draft import Checkpoint, SectionProgress, Steering
from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.fields import Fields
from gptoss_writer.workspace.layout import Layout
from gptoss_writer.workspace.records import steering_of
from gptoss_writer.workspace.storage import Storage

_FORMAT = 1


def save_progress(storage: Storage, layout: Layout, progress: SectionProgress) -> None:
    """Keep how far a section has come, in one step. Where that cannot be, it is no error."""
    path = layout.progress(progress.section_id)
    data = json.dumps({"format": _FORMAT, **asdict(progress)}).encode("ascii") + b"\n"
    with suppress(ResourceError, WorkspaceError):
        storage.create_folder(layout.cache)
        storage.replace_file(path, data)


def load_progress(storage: Storage, layout: Layout, section_id: str) -> SectionProgress | None:
    """Read how far a section has come; None where it was not begun, or nobody can tell."""
    try:
        data = storage.read(layout.progress(section_id))
        progress = None if data is None else _read(Fields.parse(data))
    except (ValueError, WorkspaceError):
        return None
    return progress if progress and progress.section_id == section_id else None


def drop_progress(storage: Storage, layout: Layout, section_id: str) -> None:
    """Forget how far a section had come: it is written, or given up."""
    path = layout.progress(section_id)
    with suppress(WorkspaceError):
        storage.refuse_links(path)
        storage.discard(path)


def _read(fields: Fields) -> SectionProgress:
    if fields.whole("format") != _FORMAT:
        raise ValueError("another format")
    progress = SectionProgress(
        section_id=fields.text("section_id"),
        attempt=fields.whole("attempt"),
        take=fields.whole("take"),
        request=fields.text("request"),
        earlier=fields.wholes("earlier"),
        parent=fields.whole("parent"),
        words=fields.whole("words"),
        checkpoint=_checkpoint(fields.optional("checkpoint")),
    )
    fields.finish()
    return progress


def _checkpoint(fields: Fields | None) -> Checkpoint | None:
    if fields is None:
        return None
    checkpoint = Checkpoint(
        analysis=fields.wholes("analysis"),
        is_closed=fields.flag("is_closed"),
        final=fields.wholes("final"),
        sentences=fields.wholes("sentences"),
        following=fields.optional_whole("following"),
        refused=fields.flag("refused"),
        drawn=fields.whole("drawn"),
        taken_back=fields.whole("taken_back"),
        steering=steering_of(fields.nested("steering")) or Steering(),
    )
    fields.finish()
    return checkpoint
