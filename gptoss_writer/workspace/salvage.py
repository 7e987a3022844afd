"""Finds the bytes of lost texts elsewhere in a draft, by their SHA-256: what is found is exact."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from gptoss_writer.workspace.layout import Layout, digest, is_section_id, section_of
from gptoss_writer.workspace.reconcile import folders_of
from gptoss_writer.workspace.storage import Storage

_HEADING = re.compile(rb"^#{1,6} .*\n?", re.MULTILINE)
_MOST_CUTS = 400
"""An article with more headings than half of this is not taken apart."""


def salvage(storage: Storage, layout: Layout, wanted: Collection[str]) -> dict[str, bytes]:
    """Give the texts with the hashes that are `wanted`, as far as the draft has them.

    They may be section files, texts of other attempts, what a command that was stopped wrote, and
    pieces of the assembled article. Raises `WorkspaceError` where a file cannot be read.
    """
    if not wanted:
        return {}
    found = {}
    for file in _files(storage, layout):
        data = storage.read(file)
        if data is not None:
            found[digest(data)] = data
    for article in (layout.article, layout.article_beside):
        missing = set(wanted) - found.keys()
        if missing:
            found |= _pieces(storage.read(article) or b"", missing)
    return {sha256: data for sha256, data in found.items() if sha256 in wanted}


def _files(storage: Storage, layout: Layout) -> list[Path]:
    files = [layout.sections / name for name in storage.names(layout.sections) if section_of(name)]
    for folder in folders_of(storage, layout):
        if folder != layout.cache:
            files += [folder / name for name in storage.temporary_names(folder)]
    for section_id in filter(is_section_id, storage.names(layout.history)):
        folder = layout.attempts_folder(section_id)
        files += [folder / name for name in storage.names(folder)]
    return [file for file in files if not file.is_dir()]  # nobody's texts are in one


def _pieces(article: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """Cut an article at its headings, in every way, and keep the pieces that are wanted."""
    cuts = {0, len(article)}
    for heading in _HEADING.finditer(article):
        cuts |= {heading.start(), heading.end()}
    ordered = sorted(cuts)
    found = {}
    for place, start in enumerate(ordered if len(ordered) <= _MOST_CUTS else ()):
        for end in ordered[place + 1 :]:
            piece = article[start:end].strip(b"\n") + b"\n"
            if (sha256 := digest(piece)) in wanted:
                found[sha256] = piece
    return found
