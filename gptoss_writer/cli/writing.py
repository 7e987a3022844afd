"""What `generate` and `regenerate` share: what can be refused first, then the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.cli.article import report_reconciled, require_unlocked, require_untouched
from gptoss_writer.cli.call import Call
from gptoss_writer.cli.choosing import require_pick
from gptoss_writer.cli.copies import STDOUT, require_free_target
from gptoss_writer.cli.flowing import say_waiting
from gptoss_writer.cli.interrupts import interruptible
from gptoss_writer.cli.leaving import say_left_alone
from gptoss_writer.cli.opening import open_model
from gptoss_writer.cli.outlines import announce, mention_lint
from gptoss_writer.cli.places import find_draft, open_draft, today, workspace_path
from gptoss_writer.cli.request import Request, WritingCommand
from gptoss_writer.cli.speeds import Duration
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.drafting.preparing import Prepared
from gptoss_writer.drafting.standing import section_states
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.engine.measured import MeasuredEngine
from gptoss_writer.errors import Interrupted, UsageError
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace

STALE = ("rewrite", "keep")


def write(command: WritingCommand, terminal: Terminal) -> int:
    """Carry the command out and give its exit code.

    What can be refused is refused first: before a model is opened, before a draft is begun.
    """
    _require_one_reader(command, terminal)
    require_pick(command.takes, command.pick)
    if command.stale not in STALE:
        raise UsageError(
            f"--stale: '{command.stale}' is no choice.", f"Give one of: {', '.join(STALE)}."
        )
    request = Request.read(command)
    announce(request.file, terminal)
    path = workspace_path(command.outline, request.settings)
    cancellation = Cancellation()
    with ExitStack() as stack:
        stack.enter_context(interruptible(cancellation))
        draft = (open_draft if request.asked else find_draft)(request.file, path)
        _require_target(command, path, draft)
        if draft and not command.dry_run:
            stack.enter_context(draft.lock())
            report_reconciled(draft, request.file.outline, terminal)
            say_waiting(draft, request.file.outline, terminal)
        if draft and request.asked:
            require_unlocked(
                draft, request.asked[0], "written anew", command.outline, command.flags
            )
            if not command.replace_edited:
                require_untouched(draft, request.asked[0])
        pinned = draft.settings if draft else WorkspaceSettings(today(), str(command.outline))
        engine = stack.enter_context(closing(_open_engine(request, pinned, terminal)))
        call = Call.of(request, engine, pinned)
        if not request.asked:
            mention_lint(request.file, terminal)
        if command.dry_run:
            return call.rehearse(draft, terminal)
        states = section_states(draft, call.outline) if draft else {}
        prepared = call.prepare(states)
        if not request.asked:
            say_left_alone(call.outline, states, prepared, terminal)
        call.require_memory(prepared)
        if cancellation.is_cancelled:
            raise Interrupted("Stopped before anything was written.", "Run the same command again.")
        if draft is None:
            draft = Workspace.create(path, pinned)
            stack.enter_context(draft.lock())
        return call.carry_out(draft, prepared, cancellation, terminal)


def _require_one_reader(command: WritingCommand, terminal: Terminal) -> None:
    if command.as_json and command.output == STDOUT:
        raise UsageError(
            "--json and -o - both want stdout.", "Leave one out, or give -o a file's name."
        )
    if command.as_json or command.output == STDOUT:
        terminal.require_stdout()


def _require_target(command: WritingCommand, path: Path, draft: Workspace | None) -> None:
    if command.output is not None and command.output != STDOUT:
        require_free_target(
            command.output,
            command.outline,
            path,
            draft.has_assembled if draft else lambda _data: False,
        )


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would be: its plan, the engine it would have, and how long it would take."""

    outline: Outline
    engine: Engine
    prepared: Prepared
    time: Duration | None


@contextmanager
def rehearsing(command: WritingCommand, terminal: Terminal) -> Iterator[Rehearsal]:
    """Plan a whole outline as if nothing of it were written; nothing is loaded or changed."""
    request = Request.read(command)
    draft = find_draft(request.file, workspace_path(command.outline, request.settings))
    pinned = draft.settings if draft else WorkspaceSettings(today(), str(command.outline))
    with closing(_open_engine(request, pinned, terminal)) as engine:
        call = Call.of(request, engine, pinned)
        prepared = call.prepare({})
        yield Rehearsal(call.outline, engine, prepared, call.time_needed(prepared))


def _open_engine(request: Request, pinned: WorkspaceSettings, terminal: Terminal) -> MeasuredEngine:
    remembered = pinned.model.path if pinned.model else ""
    no_cache = request.command.no_cache
    return MeasuredEngine(open_model(request.settings, remembered, terminal, no_cache=no_cache))
