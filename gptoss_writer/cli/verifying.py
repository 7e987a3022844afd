"""What `verify` does: look, mend where that is wanted, look again, and say what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gptoss_writer.cli.article import assemble_article, report_reconciled
from gptoss_writer.cli.desk import Desk, read_desk
from gptoss_writer.cli.flowing import Flow
from gptoss_writer.cli.flowing import examine as examine_edits
from gptoss_writer.cli.painting import broken, line_width, paint
from gptoss_writer.cli.places import model_folders, read_settings, surroundings, workspace_path
from gptoss_writer.cli.standing import standings
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.cli.verified import INDENT, Found, conclude, found_json, found_lines
from gptoss_writer.cli.wanted import wanted_tolerance
from gptoss_writer.errors import ModelError
from gptoss_writer.models.elsewhere import find_models
from gptoss_writer.models.finding import find_model
from gptoss_writer.receipt.comparing import (
    ARTICLE,
    RECEIPT,
    Surroundings,
    compare,
    read_receipt,
)
from gptoss_writer.receipt.making import template_hashes
from gptoss_writer.receipt.receipt import Receipt
from gptoss_writer.receipt.versions import bindings_version
from gptoss_writer.workspace.founding import refuse_foreign
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.mending import Mended
from gptoss_writer.workspace.troubles import Trouble
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be verified, and what is wanted beside that."""

    outline: Path
    workspace: Path | None
    model: str | None = None
    repairs: bool = False
    reruns: bool = False


def verify_draft(wish: Wish, terminal: Terminal, *, as_json: bool) -> int:
    """Print what was found; raises `FindingsError` or `WorkspaceError` where it is not well."""
    if as_json:
        terminal.require_stdout()
    settings = read_settings({"workspace": wish.workspace})
    path = workspace_path(wish.outline, settings)
    if path.is_dir() and not Workspace.exists(path):
        refuse_foreign(path)
    desk = read_desk(wish.outline, wish.workspace)
    mended = tuple(_repair(desk, terminal)) if wish.repairs else ()
    found = _look(desk, mended)
    if wish.reruns and not found.is_damaged:
        from gptoss_writer.cli.rerunning import run_again

        found = found.with_rerun(run_again(desk, wish.model, terminal))
    if as_json:
        terminal.json(found_json(desk, found))
    else:
        width = line_width()
        lines = (part for line in found_lines(desk, found) for part in broken(line, width, INDENT))
        terminal.painted(paint(lines))
    return conclude(desk, found)


def _look(desk: Desk, mended: tuple[Mended, ...] = ()) -> Found:
    """Look at all of a draft; what needs a whole history is left out where that is damaged."""
    audit = desk.draft.audit()
    troubles = [*audit.troubles]
    receipt, wrong = read_receipt(desk.draft)
    troubles += wrong
    if not any(trouble.weight == "damage" for trouble in troubles):
        unsettled = frozenset(trouble.section for trouble in troubles)
        flow = examine_edits(desk.draft, desk.outline)
        if flow is not None:
            troubles += _article(desk, receipt, flow)
            if flow.reason:  # what is assembled stands beside it, and its receipt too
                unsettled |= set(desk.order)
                troubles = [_without_repair(trouble) for trouble in troubles]
        if receipt is not None:
            troubles += compare(desk.draft, receipt, _surroundings(desk, receipt, unsettled))
        troubles += _stale(desk, unsettled)
        if any(desk.draft.accepted(name) is None for name in desk.order):
            troubles = [_as_unfinished(desk, trouble) for trouble in troubles]
    return Found(tuple(troubles), audit, receipt is not None, mended)


def _as_unfinished(desk: Desk, trouble: Trouble) -> Trouble:
    """Let an article that is not there be no fault where its sections are not written yet."""
    if trouble.where != ARTICLE or desk.draft.article is not None:
        return trouble
    what = "There is no assembled article yet."
    return replace(trouble, weight="note", what=what, cure="generate")


def _without_repair(trouble: Trouble) -> Trouble:
    """Offer no repair of the receipt of an article that stays a person's for now."""
    is_idle = trouble.where == RECEIPT and trouble.cure == "repair"
    return replace(trouble, cure="") if is_idle else trouble


def _article(desk: Desk, receipt: Receipt | None, flow: Flow) -> Iterator[Trouble]:
    """Say of an article that is no longer what was assembled whose hand that was."""
    content = desk.draft.article or b""
    if receipt is not None and digest(content) == receipt.article:
        what = "It is as it was assembled, and the journal does not say so: lines of that are gone."
        yield Trouble(ARTICLE, "change", what, cure="repair")
    elif flow.reason:
        what = f"You edited it. The edits cannot go to the sections: {flow.reason}."
        yield Trouble(ARTICLE, "change", what, advice=flow.hint)
    else:
        sections = ", ".join(flow.edits)
        where = f"to {sections}" if sections else "nowhere: only newlines were changed"
        what = f"You edited it. The next command that writes takes the edits over {where}."
        if not sections:
            what = "You changed newlines in it, and nothing else."
        yield Trouble(ARTICLE, "change", what, cure="assemble")


def _stale(desk: Desk, unsettled: frozenset[str]) -> Iterator[Trouble]:
    """Say which sections would be written again, and why."""
    for standing in standings(desk.outline, desk.draft, desk.settings):
        where = f"section {standing.section.id}"
        changed = ", ".join(standing.changed) or "the outline or the settings"
        if standing.condition == "stale":
            yield Trouble(where, "change", f"Stale; changed since: {changed}.", cure="generate")
        elif standing.condition in {"missing", "failed"} and standing.section.id not in unsettled:
            yield Trouble(where, "note", "It is not written yet.", cure="generate")
        elif standing.is_stale:
            yield Trouble(where, "note", f"Kept as it is; changed since: {changed}.")


def _surroundings(desk: Desk, receipt: Receipt, unsettled: frozenset[str]) -> Surroundings:
    used = desk.draft.settings.model
    return Surroundings(
        desk.outline,
        template_hashes(desk.draft),
        bindings_version(),
        {
            model.fingerprint: _fingerprint_here(desk)
            for model in receipt.models
            if used
            and used.fingerprint == model.fingerprint
            and model.fingerprint.startswith("gguf:")
        },
        unsettled,
    )


def _fingerprint_here(desk: Desk) -> str:
    """Read the header of the draft's model; "" where it cannot be found or read."""
    from gptoss_writer.engine.llama.header import read_header

    used = desk.draft.settings.model
    try:
        path = find_model(
            used.path if used else "", model_folders(), lambda: find_models(surroundings())
        )
        return read_header(path).fingerprint
    except ModelError:
        return ""


def _repair(desk: Desk, terminal: Terminal) -> Iterator[Mended]:
    """Mend what can be, bring the draft in order, assemble what is not there; say what was done."""
    draft = desk.draft
    with draft.lock():
        before = _look(desk)
        yield from (mended := draft.mend())
        report_reconciled(draft, desk.outline, terminal)
        now = _look(desk)
        if any(map(_is_of_the_article, now.troubles)):
            tolerance = wanted_tolerance(desk.settings)
            article = assemble_article(draft, desk.outline, tolerance, terminal)
            yield Mended(article.path.name, "Assembled again, with its receipt and reports.")
    told = {item.where for item in mended}
    for trouble in before.troubles:
        if trouble.cure == "repair" and trouble.section and trouble.where not in told:
            files = sorted((draft.path / "sections").glob(f"*-{trouble.section}.md"))
            if files:
                yield Mended(f"sections/{files[0].name}", "It has the accepted text again.")


def _is_of_the_article(trouble: Trouble) -> bool:
    """Tell whether assembling the article again is what mends this."""
    return trouble.cure == "repair" and (
        trouble.where in {ARTICLE, RECEIPT} or trouble.where.startswith("section ")
    )
