"""How a draft stands: what is written, edited, stale or missing, looked at without a lock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gptoss_writer.cli.bundled import demo_line, sections_by_demo
from gptoss_writer.cli.flowing import Flow, examine
from gptoss_writer.cli.places import open_draft, read_settings, workspace_path
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.cli.wanted import wanted_prompts, wanted_sampling
from gptoss_writer.draft import Origin
from gptoss_writer.drafting.identity import (
    all_ingredients,
    changed_since,
    section_fingerprints,
)
from gptoss_writer.drafting.plan import SectionState
from gptoss_writer.drafting.standing import section_states
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
_WRITTEN_NEXT = ("stale", "missing", "failed")

Condition = Literal["fresh", "edited", "stale", "locked", "missing", "failed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one section stands.

    `words` counts what its file holds now, and `attempt` is the accepted one, None where its text
    is in the file only. `changed` names what is otherwise since the text was written, as far as
    that is known; also of a text that is never written again for that. A section is "failed"
    where it has attempts and none was acceptable. `begun` is not None where its writing was cut
    off: so many words are kept, to go on from.
    """

    section: Section
    condition: Condition
    words: int
    attempt: int | None = None
    changed: tuple[str, ...] = ()
    is_stale: bool = False
    is_edited: bool = False
    is_locked: bool = False
    begun: int | None = None


def states_as_found(draft: Workspace, outline: Outline) -> dict[str, SectionState]:
    """Give the states that the next run would find, edits of section files included."""
    states = section_states(draft, outline)
    hand: Origin = "hand"
    for section in outline.sections:
        if draft.edited_text(section.id) is not None:
            old = states.get(section.id)
            states[section.id] = (
                replace(old, origin=hand) if old else SectionState(hand, fingerprint="")
            )
    return states


def report_status(
    path: Path, workspace: Path | None, prompts: Path | None, terminal: Terminal, *, as_json: bool
) -> int:
    """Print the state of every section."""
    settings = read_settings({"workspace": workspace, "prompts": prompts})
    file = read_outline(path)
    draft = open_draft(file, workspace_path(path, settings))
    found = standings(file.outline, draft, settings)
    if as_json:
        terminal.json(_json(draft, file.outline, found))
    else:
        terminal.data(_table(draft, file.outline, found))
    return 0


def standings(outline: Outline, draft: Workspace, settings: Settings) -> list[Standing]:
    """Tell how every section stands, with the settings that the next run would have."""
    states = states_as_found(draft, outline)
    now = _identities(outline, draft, settings)
    return [
        _standing(section, draft, states.get(section.id), now.get(section.id))
        for section in outline.sections
    ]


def _standing(
    section: Section, draft: Workspace, state: SectionState | None, now: _Identity | None
) -> Standing:
    progress = draft.progress(section.id)
    begun = progress.words if progress else None
    if state is None:
        was_judged = any(item.verdict != "interrupted" for item in draft.attempts(section.id))
        was_refused = was_judged and not draft.was_accepted(section.id)
        return Standing(section, "failed" if was_refused else "missing", words=0, begun=begun)
    accepted, edited = draft.accepted(section.id), draft.edited_text(section.id)
    is_stale = now is not None and bool(state.fingerprint) and state.fingerprint != now.fingerprint
    is_edited = state.origin == "hand"
    condition: Condition = "edited" if is_edited else "stale" if is_stale else "fresh"
    return Standing(
        section,
        "locked" if state.is_locked else condition,
        words=count_words(edited) if edited is not None else accepted.words if accepted else 0,
        attempt=accepted.number if accepted and edited is None else None,
        changed=changed_since(state.made_from, now.ingredients) if now and is_stale else (),
        is_stale=is_stale,
        is_edited=is_edited,
        is_locked=state.is_locked,
        begun=begun,
    )


@dataclass(frozen=True, slots=True)
class _Identity:
    """What a section would be written from now."""

    fingerprint: str
    ingredients: dict[str, str]


def _identities(outline: Outline, draft: Workspace, settings: Settings) -> dict[str, _Identity]:
    """Give what each section would be written from; nothing where no run told with what."""
    pinned = draft.settings
    if pinned.sampling is None or pinned.model is None:
        return {}
    sampling = wanted_sampling(settings, pinned, pinned.model)
    templates = load_templates(wanted_prompts(settings, pinned))
    prompts = PromptWriter(outline, templates, ReasoningEffort(sampling.effort), pinned.date)
    model = pinned.model.fingerprint
    fingerprints = section_fingerprints(prompts, model=model, sampling=sampling)
    ingredients = all_ingredients(prompts, model=model, sampling=sampling)
    return {name: _Identity(fingerprints[name], ingredients[name]) for name in fingerprints}


def _table(draft: Workspace, outline: Outline, found: list[Standing]) -> str:
    width = max(len(standing.section.id) for standing in found)
    lines = []
    for number, standing in enumerate(found, start=1):
        section = standing.section
        words = f"{standing.words} of {section.words} words" if standing.words else ""
        lines.append(
            f"{number:>3}  {section.id:<{width}}  {standing.condition:<7}  {words:<20}  "
            f"{one_line(section.title, _TITLE_WIDTH)}".rstrip()
        )
        lines += [f"     {' ' * width}  {note}" for note in _notes(standing)]
    written = sum(standing.attempt is not None or standing.is_edited for standing in found)
    words_written = sum(standing.words for standing in found)
    budget = sum(standing.section.words for standing in found)
    lines += [
        "",
        f"{written} of {len(found)} sections, {words_written:,} of {budget:,} words",
    ]
    lines += _to_write(found)
    if draft.article_path.exists():
        lines.append(f"Article: {draft.article_path}")
        lines += _article_notes(examine(draft, outline))
    lines += filter(None, [demo_line(sections_by_demo(draft, outline), outline)])
    return "\n".join(lines)


def _to_write(found: list[Standing]) -> list[str]:
    """Say what the next run writes."""
    names = [item.section.id for item in found if item.condition in _WRITTEN_NEXT]
    return [f"The next generate writes: {', '.join(names)}"] if names else []


def _article_notes(flow: Flow | None) -> list[str]:
    """Say what became of edits of article.md, or will."""
    if flow is None:
        return []
    if flow.reason:
        return [f"  edited by hand; the edits are not taken over: {flow.reason}"]
    edits = ", ".join(flow.edits) or "nothing but newlines"
    return [f"  edited by hand; the next command that writes takes over: {edits}"]


def _notes(standing: Standing) -> list[str]:
    """Say under a section what its condition does not."""
    said = ["edited by hand"] if standing.is_locked and standing.is_edited else []
    if standing.changed:
        said.append(f"changed since: {', '.join(standing.changed)}")
    elif standing.is_stale:  # a record of an earlier version does not say what
        said.append("changed since: the outline or the settings")
    if standing.begun is not None:
        said.append(f"begun, {standing.begun} words" if standing.begun else "begun")
    return ["; ".join(said)] if said else []


def _article_json(flow: Flow | None) -> dict[str, object] | None:
    """Give the edits of article.md: the sections they are in, or why they are not taken over."""
    if flow is None:
        return None
    return {"sections": list(flow.edits), "refused": flow.reason or None}


def _json(draft: Workspace, outline: Outline, found: list[Standing]) -> dict[str, object]:
    """Give what `status --json` prints.

    `status` is one word; `edited`, `locked` and `stale` tell each by itself, and `changed` what a
    text was written from that is otherwise now.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(draft.path),
        "article": str(draft.article_path) if draft.article_path.exists() else None,
        "article_edits": _article_json(examine(draft, outline)),
        "demo_sections": list(sections_by_demo(draft, outline)),
        "sections": [
            {
                "id": standing.section.id,
                "title": standing.section.title,
                "status": standing.condition,
                "budget_words": standing.section.words,
                "words": standing.words,
                "attempt": standing.attempt,
                "edited": standing.is_edited,
                "locked": standing.is_locked,
                "stale": standing.is_stale,
                "changed": list(standing.changed),
                "begun_words": standing.begun,
            }
            for standing in found
        ],
    }
