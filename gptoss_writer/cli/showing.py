"""One section as a reader wants it: its text, what the model was told, what it thought."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gptoss_writer.cli.outlines import find_section
from gptoss_writer.cli.places import (
    command_line,
    find_draft,
    open_draft,
    read_settings,
    today,
    workspace_path,
)
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.cli.wanted import wanted_effort, wanted_prompts
from gptoss_writer.drafting.run import accepted_drafts
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.harmony.messages import Conversation
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.prompt.digest import make_digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.settings import Settings
from gptoss_writer.workspace.workspace import Workspace

View = Literal["text", "prompt", "reasoning"]


def show_section(
    path: Path,
    name: str,
    view: View,
    workspace: Path | None,
    prompts: Path | None,
    terminal: Terminal,
) -> int:
    """Print a section's text, its prompt, or the reasoning behind it."""
    settings = read_settings({"workspace": workspace, "prompts": prompts})
    file = read_outline(path)
    section_id = find_section(file.outline, name)
    folder = workspace_path(path, settings)
    if view == "prompt":
        terminal.data(_prompt_text(file.outline, section_id, settings, find_draft(file, folder)))
        return 0
    draft = open_draft(file, folder)
    if view == "text":
        terminal.data(_text(draft, file, section_id, workspace))
        return 0
    reasoning = _reasoning(draft, file, section_id, workspace)
    if reasoning:
        terminal.data(reasoning)
    else:
        terminal.say(f'There is no reasoning behind the text of section "{section_id}".')
    return 0


def _text(draft: Workspace, file: OutlineFile, section_id: str, workspace: Path | None) -> str:
    edited = draft.edited_text(section_id)
    if edited is not None:
        return edited
    accepted = draft.accepted(section_id)
    if accepted is None:
        raise _not_written(file, section_id, workspace)
    return accepted.text


def _reasoning(draft: Workspace, file: OutlineFile, section_id: str, workspace: Path | None) -> str:
    accepted = draft.accepted(section_id)
    if draft.edited_text(section_id) is not None:
        return ""
    if accepted is None:
        raise _not_written(file, section_id, workspace)
    return draft.attempt(section_id, accepted.number).analysis


def _not_written(file: OutlineFile, section_id: str, workspace: Path | None) -> WorkspaceError:
    command = command_line("generate", file.path, flags={"workspace": workspace})
    return WorkspaceError(
        f'Section "{section_id}" is not written yet.', f"Write it with:\n{command}"
    )


def _prompt_text(
    outline: Outline, section_id: str, settings: Settings, draft: Workspace | None
) -> str:
    """Give the messages of a section's first attempt, each under its role."""
    effort = wanted_effort(settings, draft.settings.sampling if draft else None)
    date = draft.settings.date if draft else today()
    folder = wanted_prompts(settings, draft.settings) if draft else settings.prompts
    templates = load_templates(folder)
    writer = PromptWriter(outline, templates, effort, date)
    drafts = accepted_drafts(draft, outline) if draft else {}
    earlier = {name: item.text for name, item in drafts.items()}
    digest = make_digest(outline, writer.material(section_id), earlier)
    prompt = writer.section(section_id, digest)
    return "\n\n".join(_messages(part) for part in prompt.parts)


def _messages(conversation: Conversation) -> str:
    return "\n\n".join(
        f"--- {message.role.value} ---\n{message.content}" for message in conversation
    )
