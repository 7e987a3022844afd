"""What `generate` and `regenerate` share: from the words on the command line to a written run."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from gptoss_writer.cli.article import assemble_article, write_copy
from gptoss_writer.cli.outlines import announce
from gptoss_writer.cli.progress import watching
from gptoss_writer.cli.report import plan_json, plan_text, run_json
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.draft import Sampling
from gptoss_writer.drafting.run import (
    Prepared,
    Run,
    RunOptions,
    RunReport,
    prepare,
    section_states,
)
from gptoss_writer.engine.choose import open_engine
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.errors import FindingsError, Interrupted, SectionsFailedError, UsageError
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.settings import Settings, resolve
from gptoss_writer.workspace.records import ModelUsed, WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace

DRAFTS = Path("drafts")
DEFAULT_EFFORT = ReasoningEffort.MEDIUM


@dataclass(frozen=True, slots=True)
class WritingCommand:
    """One call of `generate` or `regenerate`. `section` is None for the whole article."""

    outline: Path
    flags: Mapping[str, object]
    section: str | None = None
    because: str = ""
    replace_edited: bool = False
    output: str | None = None
    dry_run: bool = False
    as_json: bool = False


def write(command: WritingCommand, terminal: Terminal) -> int:
    """Carry the command out and give its exit code."""
    if command.as_json and command.output == "-":
        raise UsageError(
            "--json and -o - both want stdout.", "Leave one out, or give -o a file's name."
        )
    settings = resolve(command.flags, os.environ, Path.cwd())
    file = read_outline(command.outline)
    announce(file, terminal)
    path = workspace_path(command.outline, settings)
    workspace = _existing(command, path)
    pinned = workspace.settings if workspace else _fresh_settings(command.outline)
    engine = open_engine(
        settings.model or (pinned.model.path if pinned.model else None),
        folders=model_folders(),
        threads=settings.threads or 0,
    )
    with closing(engine):
        wanted = _wanted(settings, pinned, engine)
        call = _Call(command, settings, file.outline, engine, pinned, wanted, terminal)
        if command.dry_run:
            return _rehearse(call, workspace)
        return _carry_out(call, workspace or Workspace.create(path, pinned))


@dataclass(frozen=True, slots=True)
class _Call:
    """A command with all that was found for it."""

    command: WritingCommand
    settings: Settings
    outline: Outline
    engine: Engine
    pinned: WorkspaceSettings
    wanted: WorkspaceSettings
    terminal: Terminal

    @property
    def asked(self) -> tuple[str, ...]:
        """The sections that are asked for; none for a whole article."""
        if self.command.section is None:
            return ()
        return (find_section(self.outline, self.command.section),)

    def prompts(self) -> PromptWriter:
        """Make the writer of this run's prompts."""
        sampling = _sampling_of(self.wanted)
        return PromptWriter(
            self.outline,
            load_templates(self.settings.prompts),
            ReasoningEffort(sampling.effort),
            self.wanted.date,
        )

    def options(self) -> RunOptions:
        """Give the options of the run. A regeneration leaves the workspace's settings alone."""
        keeps = self.command.section is not None and self.pinned.model is not None
        base = self.pinned if keeps else self.wanted
        return RunOptions(
            sampling=_sampling_of(self.wanted),
            pinned=_sampling_of(base),
            pinned_model=base.model.fingerprint if base.model else "",
            asked=self.asked,
            because=self.command.because,
            seed_is_explicit=self.settings.seed is not None,
            analysis_tokens=self.settings.analysis_tokens,
            context_tokens=self.settings.context,
        )


def workspace_path(outline: Path, settings: Settings) -> Path:
    """Give the folder of an outline's draft: the one that was set, else drafts/<stem>."""
    return settings.workspace or DRAFTS / outline.stem


def _existing(command: WritingCommand, path: Path) -> Workspace | None:
    if command.section is None and not Workspace.exists(path):
        return None
    return Workspace.open(path)


def _fresh_settings(outline: Path) -> WorkspaceSettings:
    return WorkspaceSettings(date=today(), outline=str(outline))


def today() -> str:
    """Give the date that a new workspace pins for its prompts."""
    return dt.datetime.now().astimezone().date().isoformat()


def _wanted(settings: Settings, pinned: WorkspaceSettings, engine: Engine) -> WorkspaceSettings:
    """Fill what the user did not set from the workspace, and what it does not say from defaults."""
    identity = engine.identity
    defaults = SamplingParams()
    old = pinned.sampling or Sampling(
        effort=DEFAULT_EFFORT.value,
        seed=defaults.seed,
        temperature=defaults.temperature,
        top_p=defaults.top_p,
        top_k=defaults.top_k,
        min_p=defaults.min_p,
    )
    sampling = Sampling(
        effort=old.effort if settings.effort is None else settings.effort.value,
        seed=old.seed if settings.seed is None else settings.seed,
        temperature=old.temperature if settings.temperature is None else settings.temperature,
        top_p=old.top_p if settings.top_p is None else settings.top_p,
        top_k=old.top_k if settings.top_k is None else settings.top_k,
        min_p=old.min_p if settings.min_p is None else settings.min_p,
    )
    model = ModelUsed(identity.name, _lasting(identity.path), identity.fingerprint)
    return WorkspaceSettings(pinned.date, pinned.outline, model, sampling)


def _lasting(path: str) -> str:
    """Give a path that means the same from any folder; a tape's name stays as it is."""
    return str(Path(path).absolute()) if Path(path).exists() else path


def _sampling_of(settings: WorkspaceSettings) -> Sampling:
    if settings.sampling is None:
        raise UsageError("The workspace names no settings.", "Run `generate` on its outline first.")
    return settings.sampling


def _rehearse(call: _Call, workspace: Workspace | None) -> int:
    states = section_states(workspace, call.outline) if workspace else {}
    prepared = prepare(call.prompts(), states, call.engine, call.options())
    if call.command.as_json:
        call.terminal.json(plan_json(prepared, call.outline, call.engine.identity))
    else:
        call.terminal.data(plan_text(prepared, call.outline, call.engine.identity))
    return 0


def _carry_out(call: _Call, workspace: Workspace) -> int:
    command, terminal = call.command, call.terminal
    cancellation = Cancellation()
    with interruptible(cancellation, terminal), workspace.lock():
        report_reconciled(workspace, call.outline, terminal)
        _require_unedited(call, workspace)
        prompts, options = call.prompts(), call.options()
        prepared = prepare(prompts, section_states(workspace, call.outline), call.engine, options)
        if command.section is None:
            workspace.update_settings(call.wanted)
        introduce(call, prepared)
        with watching(terminal) as sink:
            report = Run(prompts, workspace, call.engine, options).write(
                prepared, cancellation, sink
            )
        article = assemble_article(workspace, call.outline)
        if command.output is not None:
            write_copy(article.text, command.output, terminal)
        if command.as_json:
            sampling = _sampling_of(call.wanted)
            terminal.json(
                run_json(report, workspace.path, article.path, call.engine.identity, sampling)
            )
        return _conclude(call, report, article.path, kept=article.kept)


def _conclude(call: _Call, report: RunReport, article: Path, *, kept: Path | None) -> int:
    """Say what came of it; raise where something is missing or needs the writer's eye."""
    again = f"gptoss-writer generate {call.command.outline}"
    if report.was_interrupted:
        done = sum(section.status in {"accepted", "kept"} for section in report.sections)
        raise Interrupted(
            f"Stopped. {done} of {len(report.sections)} sections are written and kept.",
            f"Go on with: {again}",
        )
    words = sum(section.words for section in report.sections)
    call.terminal.say(
        f"Article: {article} ({words:,} words of {call.outline.budget_words:,} wanted)"
    )
    if report.failed:
        names = ", ".join(section.section_id for section in report.failed)
        raise SectionsFailedError(
            f"No acceptable text came for: {names}.",
            f"Try again with: {again} --seed {_sampling_of(call.wanted).seed + 1}",
        )
    if kept is not None:
        raise FindingsError(
            f"{kept} was edited by hand and stays as it is; the assembled article is {article}.",
            "Move your edits into sections/, or keep your article and delete the new one.",
        )
    return 0


def _require_unedited(call: _Call, workspace: Workspace) -> None:
    for section_id in call.asked:
        accepted = workspace.accepted(section_id)
        if accepted and accepted.origin == "hand" and not call.command.replace_edited:
            raise UsageError(
                f'Section "{section_id}" was edited by hand; your text is safe as attempt '
                f"{accepted.number} in {workspace.path / 'history' / section_id}.",
                "Add --replace-edited to have it written anew.",
            )


def report_reconciled(workspace: Workspace, outline: Outline, terminal: Terminal) -> None:
    """Bring the workspace in order and say what was found there."""
    found = workspace.reconcile([section.id for section in outline.sections])
    for section_id in found.adopted:
        terminal.say(f"Your edit of section {section_id} is kept as a new attempt.")
    for section_id in found.put_back:
        terminal.say(f"Section {section_id} is back at an earlier attempt, as you put it.")
    for section_id in found.restored:
        terminal.say(f"The file of section {section_id} was missing and is restored.")
    if found.unlisted:
        names = ", ".join(found.unlisted)
        terminal.say(f"Not in the outline any more, left as they are: {names}.")


def introduce(call: _Call, prepared: Prepared) -> None:
    """Say with what the run writes."""
    identity, sampling = call.engine.identity, _sampling_of(call.wanted)
    call.terminal.say(
        f"Model: {identity.path} ({identity.architecture}, {identity.name}), "
        f"effort {sampling.effort}, seed {sampling.seed}"
    )
    size = prepared.size
    call.terminal.detail(
        f"Context: {size.context_tokens} tokens; shared prefix: {size.prefix_tokens} tokens"
    )


def find_section(outline: Outline, name: str) -> str:
    """Give the id of the section with this id or number; `UsageError` with those there are."""
    section = outline.section(name)
    if section is not None:
        return section.id
    import difflib

    ids = [item.id for item in outline.sections]
    close = difflib.get_close_matches(name, ids, n=1)
    raise UsageError(
        f"The outline has no section {name}." + (f" Did you mean {close[0]}?" if close else ""),
        f"Give a number from 1 to {len(ids)}, or one of: {', '.join(ids)}.",
    )


def model_folders() -> tuple[Path, ...]:
    """Give the folders in which a model may be named: models/ here, and that of the checkout."""
    return (Path.cwd() / "models", Path(__file__).resolve().parents[2] / "models")


@contextmanager
def interruptible(cancellation: Cancellation, terminal: Terminal) -> Iterator[None]:
    """Turn the first Ctrl-C or SIGTERM into a request to stop, and a second into an end.

    The handler only raises a flag: an exception out of it would be lost inside llama.cpp's
    callbacks.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        if cancellation.is_cancelled:
            raise KeyboardInterrupt
        cancellation.cancel()
        terminal.say("Stopping after this token. Press Ctrl-C again to stop at once.")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
