"""What can be done with a draft on disk without a model: look at it, assemble it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from gptoss_writer.cli.article import assemble_article, write_copy
from gptoss_writer.cli.outlines import announce
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.cli.writing import (
    DEFAULT_EFFORT,
    find_section,
    report_reconciled,
    today,
    workspace_path,
)
from gptoss_writer.drafting.identity import section_fingerprints
from gptoss_writer.drafting.plan import plan
from gptoss_writer.drafting.run import accepted_drafts, section_states
from gptoss_writer.errors import FindingsError, WorkspaceError
from gptoss_writer.harmony.messages import Conversation, ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline, read_outline
from gptoss_writer.prompt.digest import make_digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.settings import Settings, resolve
from gptoss_writer.workspace.workspace import Workspace

View = Literal["text", "prompt", "reasoning"]


def _settings(workspace: Path | None, prompts: Path | None = None) -> Settings:
    return resolve({"workspace": workspace, "prompts": prompts}, os.environ, Path.cwd())


def assemble_draft(
    path: Path, workspace: Path | None, output: str | None, terminal: Terminal
) -> int:
    """Adopt edits, assemble the article, and raise `FindingsError` where it is not whole."""
    file = read_outline(path)
    announce(file, terminal)
    outline = file.outline
    draft = Workspace.open(workspace_path(path, _settings(workspace)))
    with draft.lock():
        report_reconciled(draft, outline, terminal)
        article = assemble_article(draft, outline)
    if output is not None:
        write_copy(article.text, output, terminal)
    terminal.say(f"Article: {article.path}")
    if article.kept is not None:
        raise FindingsError(
            f"{article.kept} was edited by hand and stays as it is; the assembled article is "
            f"{article.path}.",
            "Move your edits into sections/, or keep your article and delete the new one.",
        )
    written = accepted_drafts(draft, outline)
    missing = [section.id for section in outline.sections if section.id not in written]
    if missing:
        raise FindingsError(
            f"The article lacks {len(missing)} of {len(outline.sections)} sections: "
            f"{', '.join(missing)}.",
            f"Write them with: gptoss-writer generate {path}",
        )
    return 0


def show_section(
    path: Path,
    name: str,
    view: View,
    workspace: Path | None,
    prompts: Path | None,
    terminal: Terminal,
) -> int:
    """Print a section's accepted text, its prompt, or the reasoning behind it."""
    outline = load_outline(path)
    section_id = find_section(outline, name)
    settings = _settings(workspace, prompts)
    folder = workspace_path(path, settings)
    if view == "prompt":
        draft = Workspace.open(folder) if Workspace.exists(folder) else None
        terminal.data(_prompt_text(outline, section_id, settings, draft))
        return 0
    draft = Workspace.open(folder)
    accepted = draft.accepted(section_id)
    if accepted is None:
        raise WorkspaceError(
            f'Section "{section_id}" is not written yet.',
            f"Write it with: gptoss-writer generate {path}",
        )
    if view == "text":
        terminal.data(draft.edited_text(section_id) or accepted.text)
        return 0
    analysis = draft.attempt(section_id, accepted.number).analysis
    if not analysis:
        terminal.warn(f'There is no reasoning behind the text of section "{section_id}".')
    terminal.data(analysis)
    return 0


def _prompt_text(
    outline: Outline, section_id: str, settings: Settings, draft: Workspace | None
) -> str:
    """Give the messages of a section's first attempt, each under its role."""
    sampling = draft.settings.sampling if draft else None
    effort = settings.effort or ReasoningEffort(sampling.effort if sampling else DEFAULT_EFFORT)
    date = draft.settings.date if draft else today()
    writer = PromptWriter(outline, load_templates(settings.prompts), effort, date)
    drafts = accepted_drafts(draft, outline) if draft else {}
    earlier = {name: item.text for name, item in drafts.items()}
    digest = make_digest(outline, writer.material(section_id), earlier)
    prompt = writer.section(section_id, digest)
    return "\n\n".join(_messages(part) for part in prompt.parts)


def _messages(conversation: Conversation) -> str:
    return "\n\n".join(
        f"--- {message.role.value} ---\n{message.content}" for message in conversation
    )


def report_status(
    path: Path, workspace: Path | None, prompts: Path | None, terminal: Terminal, *, as_json: bool
) -> int:
    """Print the state of every section."""
    outline = load_outline(path)
    settings = _settings(workspace, prompts)
    draft = Workspace.open(workspace_path(path, settings))
    rows = _status_rows(outline, draft, settings)
    if as_json:
        terminal.json(
            {
                "schema_version": 1,
                "workspace": str(draft.path),
                "article": str(draft.article_path) if draft.article_path.exists() else None,
                "sections": rows,
            }
        )
        return 0
    width = max(len(section.id) for section in outline.sections)
    for number, (section, row) in enumerate(zip(outline.sections, rows, strict=True), start=1):
        words = f"{row['words']} of {section.words} words" if row["words"] else ""
        terminal.data(
            f"{number:>3}  {section.id:<{width}}  {row['status']:<7}  {words:<18}  "
            f"{one_line(section.title, 48)}".rstrip()
        )
    return 0


def _status_rows(
    outline: Outline, draft: Workspace, settings: Settings
) -> list[dict[str, str | int]]:
    states = section_states(draft, outline)
    stale = _stale(outline, draft, settings)
    rows: list[dict[str, str | int]] = []
    for section in outline.sections:
        accepted = draft.accepted(section.id)
        if section.id not in states:
            status = "missing"
        elif draft.edited_text(section.id) is not None or states[section.id].origin == "hand":
            status = "edited"
        else:
            status = "stale" if section.id in stale else "fresh"
        rows.append(
            {
                "id": section.id,
                "title": section.title,
                "status": status,
                "budget_words": section.words,
                "words": accepted.words if accepted else 0,
            }
        )
    return rows


def _stale(outline: Outline, draft: Workspace, settings: Settings) -> set[str]:
    pinned = draft.settings
    if pinned.sampling is None or pinned.model is None:
        return set()
    effort = ReasoningEffort(pinned.sampling.effort)
    prompts = PromptWriter(outline, load_templates(settings.prompts), effort, pinned.date)
    wanted = section_fingerprints(prompts, model=pinned.model.fingerprint, sampling=pinned.sampling)
    jobs = plan(outline, section_states(draft, outline), wanted)
    return {job.section.id for job in jobs if job.reason == "stale"}
