"""From accepted sections to the article's file, and to a copy where the user wants one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.assembly.document import make_document
from gptoss_writer.assembly.markdown import to_markdown
from gptoss_writer.assembly.splitting import head_of, parts_of
from gptoss_writer.cli.beside import say_scorecard, write_beside
from gptoss_writer.cli.bundled import demo_line, sections_by_demo
from gptoss_writer.cli.copies import STDOUT, require_free_target, write_file
from gptoss_writer.cli.flowing import Flow, examine, flow_back
from gptoss_writer.cli.outlines import announce
from gptoss_writer.cli.places import command_line, open_draft, read_settings, workspace_path
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.cli.wanted import wanted_tolerance
from gptoss_writer.drafting.standing import accepted_drafts
from gptoss_writer.errors import FindingsError, UsageError
from gptoss_writer.grounding.scorecard import Scorecard
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Assembled:
    """The article's text and where it stands; `kept` is an edited article that was left alone.

    `flow` says why its edits were not taken over. `by_demo` are the sections that the bundled demo
    model wrote.
    """

    text: str
    path: Path
    kept: Path | None
    card: Scorecard
    by_demo: tuple[str, ...]
    flow: Flow | None = None


def assemble_draft(
    path: Path, workspace: Path | None, output: str | None, terminal: Terminal
) -> int:
    """Adopt edits, assemble the article, and raise `FindingsError` where it is not whole."""
    settings = read_settings({"workspace": workspace})
    file = read_outline(path)
    announce(file, terminal)
    outline = file.outline
    draft = open_draft(file, workspace_path(path, settings))
    if output is not None and output != STDOUT:
        require_free_target(output, path, draft.path, draft.has_assembled)
    with draft.lock():
        report_reconciled(draft, outline, terminal)
        article = assemble_article(draft, outline, wanted_tolerance(settings), terminal)
    if output is not None:
        send_copy(article.text, output, terminal)
    terminal.say(f"Article: {article.path}")
    say_scorecard(article.card, article.path, path, terminal)
    say_who_wrote(article, outline, terminal)
    require_current(article)
    written = accepted_drafts(draft, outline)
    missing = [section.id for section in outline.sections if section.id not in written]
    if missing:
        raise FindingsError(
            f"The article lacks {len(missing)} of {len(outline.sections)} sections: "
            f"{', '.join(missing)}.",
            "Write them with:\n" + command_line("generate", path, flags={"workspace": workspace}),
        )
    return 0


def assemble_article(
    draft: Workspace, outline: Outline, tolerance: float, terminal: Terminal
) -> Assembled:
    """Assemble the accepted sections; write the article and its reports into the workspace.

    What a person wrote into article.md meanwhile goes to its sections first, where it can.
    """
    flow_back(draft, outline, terminal)
    by_demo = sections_by_demo(draft, outline)
    remark = demo_line(by_demo, outline)
    text = to_markdown(make_document(outline, accepted_drafts(draft, outline), remark))
    accepted = (draft.accepted(section.id) for section in outline.sections)
    parts = parts_of(
        outline, {item.section_id: (item.number, item.text) for item in accepted if item}
    )
    written = draft.write_article(text, head=head_of(text), parts=tuple(map(str, parts)))
    card = write_beside(draft, written.path, text, outline, tolerance)
    flow = examine(draft, outline) if written.kept else None
    return Assembled(text, written.path, written.kept, card, by_demo, flow)


def say_who_wrote(article: Assembled, outline: Outline, terminal: Terminal) -> None:
    """Say which sections the bundled demo model wrote, if any."""
    if article.by_demo:
        terminal.say(demo_line(article.by_demo, outline))


def send_copy(text: str, target: str, terminal: Terminal) -> None:
    """Write the article to a file of the user's, or to stdout for "-"."""
    if target == STDOUT:
        terminal.data(text)
        return
    write_file(target, text)
    terminal.say(f"Copy: {target}")


def require_current(article: Assembled) -> None:
    """Raise `FindingsError` where the article had to go beside one that was edited by hand."""
    if article.kept is not None:
        flow = article.flow or Flow({})
        why = f" Your edits were not taken over: {flow.reason}." if flow.reason else ""
        raise FindingsError(
            f"{article.kept} was edited by hand and stays as it is; the assembled article is "
            f"{article.path}.{why}",
            flow.hint,
        )


def require_untouched(draft: Workspace, section_id: str) -> None:
    """Raise `UsageError` where a person wrote what is to be written anew."""
    accepted = draft.accepted(section_id)
    is_by_hand = accepted is not None and accepted.origin == "hand"
    if is_by_hand or draft.edited_text(section_id) is not None:
        raise UsageError(
            f'Section "{section_id}" was edited by hand and was not written anew.',
            f"Add --replace-edited to do so; your text stays in {draft.path / 'history'}.",
        )


def require_unlocked(
    draft: Workspace, section_id: str, what: str, outline: Path, flags: Mapping[str, object]
) -> None:
    """Raise `UsageError` where a section is kept from any change; `what` would be one."""
    if draft.is_locked(section_id):
        flags = {"workspace": flags.get("workspace")}
        raise UsageError(
            f'Section "{section_id}" is locked and was not {what}.',
            f"Unlock it first:\n{command_line('unlock', outline, section_id, flags=flags)}",
        )


def report_reconciled(draft: Workspace, outline: Outline, terminal: Terminal) -> None:
    """Bring the workspace in order and say what was found there. Needs its lock.

    A person's edits become attempts first: those of section files, then those of article.md.
    """
    found = draft.reconcile([section.id for section in outline.sections])
    for section_id in found.adopted:
        accepted = draft.accepted(section_id)
        number = f" @{accepted.number}" if accepted else ""
        terminal.say(f"Your edit of section {section_id} is kept as its attempt{number}.")
    flow_back(draft, outline, terminal)
    for section_id in found.put_back:
        terminal.say(f"Section {section_id} has the text of an earlier attempt, as its file does.")
    for section_id in found.restored:
        terminal.say(f"The file of section {section_id} was missing and is restored.")
    if found.unlisted:
        names = ", ".join(found.unlisted)
        terminal.say(f"Not in the outline any more, left as they are: {names}.")
        _mention_renaming(draft, outline, found.unlisted, terminal)


def _mention_renaming(
    draft: Workspace, outline: Outline, unlisted: tuple[str, ...], terminal: Terminal
) -> None:
    """Say how a section that was renamed keeps its text, where it looks as if one was."""
    if any(draft.accepted(section.id) is None for section in outline.sections):
        first = unlisted[0]
        terminal.say(
            f"Text goes by a section's id: if you renamed {first}, give the new section the line "
            f"id: {first}."
        )
