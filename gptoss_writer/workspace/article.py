"""Writes the assembled article, and keeps off one that a person has edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.journal import Journal
from gptoss_writer.workspace.journal_events import Assembled
from gptoss_writer.workspace.layout import Layout, digest
from gptoss_writer.workspace.storage import Storage

ReportKind = Literal["provenance", "receipt", "scorecard"]


@dataclass(frozen=True, slots=True)
class ArticleWritten:
    """Where the assembled article stands.

    `is_changed` is False where the same bytes stood there already. `kept` is the edited article
    that was left as it is, None where there is none.
    """

    path: Path
    is_changed: bool
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class EditedArticle:
    """An `article.md` that a person changed since it was assembled, and what it can rest on.

    `bases` are the last articles that were assembled to there, the likeliest last.
    """

    content: bytes
    bases: tuple[Assembled, ...]


def edited_article(storage: Storage, layout: Layout, journal: Journal) -> EditedArticle | None:
    """Give the article where a person changed it; None where nobody did, or there is none."""
    content, state = storage.read(layout.article), journal.state()
    if content is None or digest(content) in state.assembled:
        return None
    return EditedArticle(content, state.bases)


def write_article(
    storage: Storage,
    layout: Layout,
    journal: Journal,
    data: bytes,
    *,
    head: str = "",
    parts: tuple[str, ...] = (),
) -> ArticleWritten:
    """Write the article to `article.md`, or to `article.new.md` where the first was edited.

    A file is ours if its bytes were ever assembled here. Where both were edited nothing is
    written and `WorkspaceError` says so. `head` and `parts` are remembered, so that later edits
    of `article.md` can be traced to their sections. Needs the lock.
    """
    ours = journal.state().assembled
    article, beside = storage.read(layout.article), storage.read(layout.article_beside)
    if _may_replace(article, data, ours):
        event = Assembled(digest(data), head, parts)
        is_changed = _put(storage, journal, layout.article, article, data, event)
        if beside is not None and digest(beside) in ours:
            storage.remove(layout.article_beside)
        return ArticleWritten(layout.article, is_changed)
    if _may_replace(beside, data, ours):
        event = Assembled(digest(data))
        is_changed = _put(storage, journal, layout.article_beside, beside, data, event)
        return ArticleWritten(layout.article_beside, is_changed, kept=layout.article)
    raise WorkspaceError(
        f"{layout.article} and {layout.article_beside.name} were both edited by hand, so the "
        "assembled article was not written.",
        "Keep the one you want, move the other out of the workspace, and assemble again.",
    )


def write_reports(
    storage: Storage, layout: Layout, article: Path, reports: Mapping[ReportKind, bytes]
) -> None:
    """Write reports about an assembled article beside it, replacing earlier ones.

    Where the article is back at `article.md`, the reports about `article.new.md` go with it.
    Needs the lock.
    """
    for kind, data in reports.items():
        path = layout.report(article, kind)
        if storage.read(path) != data:
            storage.replace_file(path, data)
        stale = layout.report(layout.article_beside, kind)
        if stale != path and storage.read(layout.article_beside) is None and stale.exists():
            storage.remove(stale)


def _may_replace(standing: bytes | None, data: bytes, ours: frozenset[str]) -> bool:
    return standing is None or standing == data or digest(standing) in ours


def _put(
    storage: Storage,
    journal: Journal,
    path: Path,
    standing: bytes | None,
    data: bytes,
    event: Assembled,
) -> bool:
    # The journal comes first: an article that a crash let through would else pass for an edit.
    state = journal.state()
    is_base = bool(event.parts) and state.bases[-1:] != (event,)
    if event.sha256 not in state.assembled or is_base:
        journal.append(event)
    if standing == data:
        return False
    storage.replace_file(path, data)
    return True
