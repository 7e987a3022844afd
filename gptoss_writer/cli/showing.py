"""One section as a reader wants it: its text, what the model was told, what it thought."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gptoss_writer.cli.attempts import attempt_json, find_attempt
from gptoss_writer.cli.desk import Desk, read_desk
from gptoss_writer.cli.outlines import find_section
from gptoss_writer.cli.places import find_draft, read_settings, today, workspace_path
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.cli.wanted import wanted_effort, wanted_prompts
from gptoss_writer.drafting.standing import accepted_drafts
from gptoss_writer.errors import UsageError, WorkspaceError
from gptoss_writer.harmony.messages import Conversation
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.prompt.digest import make_digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.settings import Settings
from gptoss_writer.workspace.records import AttemptRecord
from gptoss_writer.workspace.workspace import Workspace

View = Literal["text", "prompt", "reasoning", "json"]
SCHEMA_VERSION = 1


def show_section(
    path: Path,
    name: str,
    view: View,
    workspace: Path | None,
    prompts: Path | None,
    terminal: Terminal,
) -> int:
    """Print a section's text, its prompt, or the reasoning behind it; SECTION@N of an attempt."""
    if view == "prompt":
        settings = read_settings({"workspace": workspace, "prompts": prompts})
        file = read_outline(path)
        if "@" in name:
            raise UsageError(
                "--prompt shows what the model is told now, and not of an earlier attempt.",
                f"Leave @{name.partition('@')[2]} or --prompt out.",
            )
        section_id = find_section(file.outline, name)
        draft = find_draft(file, workspace_path(path, settings))
        terminal.data(_prompt_text(file.outline, section_id, settings, draft))
        return 0
    desk = read_desk(path, workspace, prompts, name=name)
    section_id, number = find_attempt(desk, name)
    shown = _shown(desk, section_id, number)
    if view == "json":
        terminal.json(_json(desk, section_id, shown))
    elif view == "text":
        terminal.data(shown.text)
    elif shown.reasoning:
        terminal.data(shown.reasoning)
    else:
        terminal.say(f'There is no reasoning behind the text of section "{section_id}".')
    return 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """A text, and its record and reasoning; an edit that is in the file only has neither."""

    text: str
    record: AttemptRecord | None = None
    reasoning: str = ""


def _shown(desk: Desk, section_id: str, number: int | None) -> _Shown:
    draft = desk.draft
    edited, accepted = draft.edited_text(section_id), draft.accepted(section_id)
    if number is None and edited is not None:
        return _Shown(edited)
    if number is None and accepted is None:
        raise WorkspaceError(
            f'Section "{section_id}" is not written yet.',
            f"Write it with:\n{desk.command('generate')}",
        )
    wanted = number or (accepted.number if accepted else 0)
    attempt = draft.attempt(section_id, wanted)
    record = next(item for item in draft.attempts(section_id) if item.number == wanted)
    return _Shown(attempt.text, record, attempt.analysis)


def _json(desk: Desk, section_id: str, shown: _Shown) -> dict[str, object]:
    """Give what `show --json` prints; of an edit that is in the file only `attempt` is null."""
    accepted, record = desk.draft.accepted(section_id), shown.record
    is_accepted = record is not None and accepted is not None and accepted.number == record.number
    about = attempt_json(record, is_accepted=is_accepted) if record else {"attempt": None}
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(desk.draft.path),
        "section": section_id,
        **about,
        "text": shown.text,
        "reasoning": shown.reasoning,
    }


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
