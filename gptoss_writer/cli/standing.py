"""How a draft stands: what is written, edited, stale or missing, looked at without a lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gptoss_writer.cli.bundled import demo_line, sections_by_demo
from gptoss_writer.cli.places import open_draft, read_settings, workspace_path
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.cli.wanted import wanted_prompts
from gptoss_writer.draft import Origin
from gptoss_writer.drafting.identity import section_fingerprints
from gptoss_writer.drafting.plan import SectionState, plan
from gptoss_writer.drafting.run import section_states
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline, Section
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.settings import Settings
from gptoss_writer.text import count_words
from gptoss_writer.workspace.workspace import Workspace

SCHEMA_VERSION = 1
_TITLE_WIDTH = 48

Condition = Literal["fresh", "edited", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one section stands; `words` counts what its file holds now."""

    section: Section
    condition: Condition
    words: int


def states_as_found(draft: Workspace, outline: Outline) -> dict[str, SectionState]:
    """Give the states that the next run would find, edits of section files included."""
    states = section_states(draft, outline)
    hand: Origin = "hand"
    for section in outline.sections:
        if draft.edited_text(section.id) is not None:
            old = states.get(section.id)
            states[section.id] = SectionState(hand, old.fingerprint if old else "")
    return states


def report_status(
    path: Path, workspace: Path | None, prompts: Path | None, terminal: Terminal, *, as_json: bool
) -> int:
    """Print the state of every section."""
    settings = read_settings({"workspace": workspace, "prompts": prompts})
    file = read_outline(path)
    draft = open_draft(file, workspace_path(path, settings))
    standings = _standings(file.outline, draft, settings)
    if as_json:
        terminal.json(_json(draft, file.outline, standings))
    else:
        terminal.data(_table(draft, file.outline, standings))
    return 0


def _standings(outline: Outline, draft: Workspace, settings: Settings) -> list[Standing]:
    states = states_as_found(draft, outline)
    stale = _stale(outline, draft, settings, states)
    found = []
    for section in outline.sections:
        state = states.get(section.id)
        condition: Condition = "missing"
        if state is not None and state.origin == "hand":
            condition = "edited"
        elif state is not None:
            condition = "stale" if section.id in stale else "fresh"
        found.append(Standing(section, condition, _words(draft, section.id)))
    return found


def _words(draft: Workspace, section_id: str) -> int:
    edited = draft.edited_text(section_id)
    if edited is not None:
        return count_words(edited)
    accepted = draft.accepted(section_id)
    return accepted.words if accepted else 0


def _stale(
    outline: Outline, draft: Workspace, settings: Settings, states: dict[str, SectionState]
) -> set[str]:
    pinned = draft.settings
    if pinned.sampling is None or pinned.model is None:
        return set()
    effort = ReasoningEffort(pinned.sampling.effort)
    templates = load_templates(wanted_prompts(settings, pinned))
    prompts = PromptWriter(outline, templates, effort, pinned.date)
    wanted = section_fingerprints(prompts, model=pinned.model.fingerprint, sampling=pinned.sampling)
    return {job.section.id for job in plan(outline, states, wanted) if job.reason == "stale"}


def _table(draft: Workspace, outline: Outline, standings: list[Standing]) -> str:
    width = max(len(standing.section.id) for standing in standings)
    lines = []
    for number, standing in enumerate(standings, start=1):
        section = standing.section
        words = f"{standing.words} of {section.words} words" if standing.words else ""
        lines.append(
            f"{number:>3}  {section.id:<{width}}  {standing.condition:<7}  {words:<20}  "
            f"{one_line(section.title, _TITLE_WIDTH)}".rstrip()
        )
    written = sum(standing.condition != "missing" for standing in standings)
    words_written = sum(standing.words for standing in standings)
    budget = sum(standing.section.words for standing in standings)
    lines += [
        "",
        f"{written} of {len(standings)} sections, {words_written:,} of {budget:,} words",
    ]
    if draft.article_path.exists():
        lines.append(f"Article: {draft.article_path}")
    lines += filter(None, [demo_line(sections_by_demo(draft, outline), outline)])
    return "\n".join(lines)


def _json(draft: Workspace, outline: Outline, standings: list[Standing]) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(draft.path),
        "article": str(draft.article_path) if draft.article_path.exists() else None,
        "demo_sections": list(sections_by_demo(draft, outline)),
        "sections": [
            {
                "id": standing.section.id,
                "title": standing.section.title,
                "status": standing.condition,
                "budget_words": standing.section.words,
                "words": standing.words,
            }
            for standing in standings
        ],
    }
