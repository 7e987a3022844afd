"""Edits of article.md go back to the sections they are in, where that is plain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.assembly.splitting import Part, Split, is_same_text, split
from gptoss_writer.cli.places import command_line
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.article import EditedArticle
from gptoss_writer.workspace.journal_events import Assembled
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Flow:
    """What an edited article.md asks for.

    `edits` are the new texts by section id, in the order of the article; nothing, where what was
    changed are only newlines or blank lines. Where the edits cannot be taken over, `reason` says
    why, as the end of a sentence, and `hint` what to do.
    """

    edits: dict[str, str]
    reason: str = ""
    hint: str = "Move your edits into sections/, or keep your article and delete the new one."


def examine(draft: Workspace, outline: Outline) -> Flow | None:
    """See what was edited in article.md; None where nobody touched it. Reads only."""
    edited = draft.edited_article()
    return _flow(draft, outline, edited) if edited else None


def say_waiting(draft: Workspace, outline: Outline, terminal: Terminal) -> None:
    """Say before a long run that edits of article.md will not be in the article it makes."""
    flow = examine(draft, outline)
    if flow is not None and flow.reason:
        terminal.say(
            f"Your edits of article.md cannot be taken over: {flow.reason}. It stays as it is; the "
            "assembled article will be article.new.md."
        )


def flow_back(draft: Workspace, outline: Outline, terminal: Terminal) -> None:
    """Make the edits of article.md the texts of their sections; needs the lock.

    Where one of them cannot be taken over, none is, and the article stays as it is.
    """
    edited = draft.edited_article()
    flow = _flow(draft, outline, edited) if edited else None
    if edited is None or flow is None or flow.reason:
        return
    places = _places(outline)
    draft.begin("article edit")
    for section_id, text in flow.edits.items():
        number = draft.adopt(section_id, places[section_id], text)
        terminal.say(f"Your edit of {section_id} in article.md is kept as its attempt @{number}.")
    draft.take_over_article(edited.content)


def _places(outline: Outline) -> dict[str, int]:
    return {section.id: place for place, section in enumerate(outline.sections, start=1)}


def _flow(draft: Workspace, outline: Outline, edited: EditedArticle) -> Flow:
    try:
        article = edited.content.decode("utf-8")
    except UnicodeDecodeError:
        return Flow({}, "it is not UTF-8 text", "Save it as UTF-8 and assemble again.")
    tried = list(_tries(draft, article, edited.bases))
    if not tried:
        return Flow({}, "it is not known what it was assembled from")
    # After a crash the article may be the one before the last that the journal names.
    best = min(tried, key=lambda item: (bool(item[1].reason), len(item[2])))
    parts, pieces, changed = best
    if pieces.reason:
        return Flow({}, pieces.reason, _hint(pieces.reason))
    return _allowed(draft, outline, {part.section_id: part.attempt for part in parts}, changed)


_Tried = tuple[tuple[Part, ...], Split, dict[str, str]]


def _tries(draft: Workspace, article: str, bases: tuple[Assembled, ...]) -> Iterator[_Tried]:
    """Take the article apart as an edit of each base that is whole, the likeliest first."""
    for base in reversed(bases):
        # A base that is damaged is none: the article is left alone then, which loses nothing.
        with suppress(ValueError, WorkspaceError):
            yield _tried(draft, article, base)


def _tried(draft: Workspace, article: str, base: Assembled) -> _Tried:
    """Take the article apart as an edit of `base`; what was changed comes with it."""
    parts = tuple(Part.parse(text) for text in base.parts)
    texts = {part.section_id: draft.attempt(part.section_id, part.attempt).text for part in parts}
    pieces = split(article, base.head, parts, texts)
    changed = {
        name: text for name, text in pieces.texts.items() if not is_same_text(text, texts[name])
    }
    return parts, pieces, changed


def _allowed(
    draft: Workspace, outline: Outline, attempts: dict[str, int], changed: dict[str, str]
) -> Flow:
    """Leave out what the sections have already; refuse where one changed on its own, or may not."""
    edits = {}
    for section_id, text in changed.items():
        accepted = draft.accepted(section_id)
        present = draft.edited_text(section_id)
        if present is None and accepted is not None:
            present = accepted.text
        if present is not None and is_same_text(text, present):
            continue
        if section_id not in _places(outline):
            return Flow({}, f'section "{section_id}" is no longer in the outline')
        if draft.is_locked(section_id):
            return Flow(
                {},
                f'section "{section_id}" is locked',
                f"Unlock it, and your edit is taken over by the next command:\n"
                f"{command_line('unlock', Path(draft.settings.outline), section_id)}",
            )
        is_moved = accepted is None or accepted.number != attempts[section_id]
        if is_moved or draft.edited_text(section_id) is not None:
            return Flow(
                {}, f'section "{section_id}" was edited there, and changed since it was assembled'
            )
        edits[section_id] = text
    return Flow(edits)


def _hint(reason: str) -> str:
    if "title" in reason:
        return (
            "Title and front matter come from the outline: change them there, put them back in "
            "article.md, and assemble again; or delete article.md once your edits are in sections/."
        )
    if "headings" in reason:
        return (
            "Headings come from the outline: put them back in article.md and assemble again, or "
            "move your edits into sections/ and delete article.md."
        )
    return (
        "Move your edits into sections/ and delete article.md, or keep your article and delete the "
        "new one."
    )
