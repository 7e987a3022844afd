"""What `generate` and `regenerate` share: from the words on the command line to a written run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.cli.article import (
    assemble_article,
    report_reconciled,
    require_untouched,
    send_copy,
)
from gptoss_writer.cli.concluding import Outcome, conclude, kept_line, stopped
from gptoss_writer.cli.copies import STDOUT, require_free_target
from gptoss_writer.cli.interrupts import interruptible
from gptoss_writer.cli.opening import open_model
from gptoss_writer.cli.outlines import announce, find_section
from gptoss_writer.cli.outlook import outlook_json, outlook_lines
from gptoss_writer.cli.places import (
    find_draft,
    open_draft,
    read_settings,
    today,
    workspace_path,
)
from gptoss_writer.cli.progress import watching
from gptoss_writer.cli.report import plan_json, plan_text, run_json
from gptoss_writer.cli.speeds import Duration, SpeedBook, how_loaded, time_needed
from gptoss_writer.cli.standing import states_as_found
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.cli.wanted import (
    changes,
    lasting_folder,
    model_used,
    wanted_prompts,
    wanted_sampling,
    wanted_tolerance,
)
from gptoss_writer.draft import Sampling
from gptoss_writer.drafting.plan import SectionState
from gptoss_writer.drafting.policy import MAX_ATTEMPTS
from gptoss_writer.drafting.run import (
    Prepared,
    Run,
    RunOptions,
    RunReport,
    prepare,
    section_states,
)
from gptoss_writer.drafting.sizing import tokens_per_word
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.engine.measured import MeasuredEngine
from gptoss_writer.engine.preflight import SMALL_MODEL_BYTES, Preflight
from gptoss_writer.errors import Interrupted, UsageError, WriterError
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import Templates, load_templates
from gptoss_writer.settings import Settings, speeds_file
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WritingCommand:
    """One call of `generate` or `regenerate`. `section` is None for the whole article."""

    outline: Path
    flags: Mapping[str, object]
    section: str | None = None
    because: str = ""
    replace_edited: bool = False
    output: str | None = None
    no_cache: bool = False
    dry_run: bool = False
    as_json: bool = False


def write(command: WritingCommand, terminal: Terminal) -> int:
    """Carry the command out and give its exit code.

    What can be refused is refused first: before a model is opened, before a draft is begun.
    """
    _require_one_reader(command, terminal)
    request = _Request.read(command)
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
        if draft and request.asked and not command.replace_edited:
            require_untouched(draft, request.asked[0])
        pinned = draft.settings if draft else WorkspaceSettings(today(), str(command.outline))
        engine = stack.enter_context(closing(_open_engine(request, pinned, terminal)))
        call = _Call.of(request, engine, pinned)
        if command.dry_run:
            return call.rehearse(draft, terminal)
        prepared = call.prepare(section_states(draft, call.outline) if draft else {})
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


@contextmanager
def rehearsing(command: WritingCommand, terminal: Terminal) -> Iterator[Rehearsal]:
    """Plan a whole outline as if nothing of it were written; nothing is loaded or changed."""
    request = _Request.read(command)
    draft = find_draft(request.file, workspace_path(command.outline, request.settings))
    pinned = draft.settings if draft else WorkspaceSettings(today(), str(command.outline))
    with closing(_open_engine(request, pinned, terminal)) as engine:
        call = _Call.of(request, engine, pinned)
        prepared = call.prepare({})
        yield Rehearsal(call.outline, engine, prepared, call.time_needed(prepared))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would be: its plan, the engine it would have, and how long it would take."""

    outline: Outline
    engine: Engine
    prepared: Prepared
    time: Duration | None


def _open_engine(
    request: _Request, pinned: WorkspaceSettings, terminal: Terminal
) -> MeasuredEngine:
    remembered = pinned.model.path if pinned.model else ""
    no_cache = request.command.no_cache
    return MeasuredEngine(open_model(request.settings, remembered, terminal, no_cache=no_cache))


@dataclass(frozen=True, slots=True)
class _Request:
    """A command and what it names: settings, templates, the outline, a section of it."""

    command: WritingCommand
    settings: Settings
    file: OutlineFile
    asked: tuple[str, ...]

    @classmethod
    def read(cls, command: WritingCommand) -> _Request:
        """Read all of it; raises what each of the readers raises."""
        settings = read_settings(command.flags)
        load_templates(settings.prompts)  # refused here, before a model is opened
        file = read_outline(command.outline)
        section = command.section
        asked = () if section is None else (find_section(file.outline, section),)
        return cls(command, settings, file, asked)


@dataclass(frozen=True, slots=True)
class _Call:
    """A request with the engine that will do it, and with what it writes."""

    command: WritingCommand
    outline: Outline
    engine: MeasuredEngine
    pinned: WorkspaceSettings
    wanted: WorkspaceSettings
    sampling: Sampling
    prompts: PromptWriter
    options: RunOptions
    threads: int | None

    @classmethod
    def of(cls, request: _Request, engine: MeasuredEngine, pinned: WorkspaceSettings) -> _Call:
        """Decide with what is written. A regeneration leaves the draft's settings alone."""
        command, settings = request.command, request.settings
        model = model_used(engine.identity)
        sampling = wanted_sampling(settings, pinned, model)
        folder = wanted_prompts(settings, pinned)
        templates = load_templates(folder)
        wanted = WorkspaceSettings(
            pinned.date, pinned.outline, model, sampling, lasting_folder(folder)
        )
        base = pinned if request.asked and pinned.model is not None else wanted
        options = RunOptions(
            sampling=sampling,
            pinned=base.sampling or sampling,
            pinned_templates=_pinned_templates(base, templates),
            pinned_model=base.model.fingerprint if base.model else model.fingerprint,
            asked=request.asked,
            because=command.because.strip(),
            seed_is_explicit=settings.seed is not None,
            tolerance=wanted_tolerance(settings),
            analysis_tokens=settings.analysis_tokens,
            context_tokens=settings.context,
        )
        outline, effort = request.file.outline, ReasoningEffort(sampling.effort)
        prompts = PromptWriter(outline, templates, effort, wanted.date)
        return cls(
            command,
            outline,
            engine,
            pinned,
            wanted,
            sampling,
            prompts,
            options,
            settings.threads,
        )

    def prepare(self, states: Mapping[str, SectionState]) -> Prepared:
        """Plan the run and count its tokens."""
        return prepare(self.prompts, states, self.engine, self.options)

    def require_memory(self, prepared: Prepared) -> None:
        """Raise `ResourceError` where there is something to write and not the memory for it."""
        preflight = self.preflight(prepared)
        if preflight is not None:
            preflight.require_fit(self.engine.identity.path)

    def preflight(self, prepared: Prepared) -> Preflight | None:
        """Tell what the run needs of this machine; None where it needs next to nothing."""
        return self.engine.preflight(prepared.size.context_tokens) if prepared.jobs else None

    def time_needed(self, prepared: Prepared) -> Duration | None:
        """Estimate how long the run takes; None where the model never ran here."""
        speeds = self._speed_book.known(self.engine.identity, self._how_loaded(prepared))
        if speeds is None or not prepared.jobs:
            return None
        tokens = sum(
            job.section.words
            * tokens_per_word(
                self.prompts.section(job.section.id, Digest()).section_suffix, self.engine
            )
            for job in prepared.jobs
        )
        return time_needed(prepared.size, speeds, tokens, MAX_ATTEMPTS)

    @property
    def _speed_book(self) -> SpeedBook:
        return SpeedBook(speeds_file())

    def _how_loaded(self, prepared: Prepared) -> str:
        preflight = self.preflight(prepared)
        return how_loaded(preflight.mode if preflight else "", self.threads)

    def rehearse(self, draft: Workspace | None, terminal: Terminal) -> int:
        """Print what would be written; nothing is loaded and nothing changed."""
        prepared = self.prepare(states_as_found(draft, self.outline) if draft else {})
        identity = self.engine.identity
        preflight, needed = self.preflight(prepared), self.time_needed(prepared)
        if self.command.as_json:
            plan = plan_json(prepared, self.outline, identity)
            terminal.json(plan | outlook_json(preflight, needed))
        else:
            text = plan_text(prepared, self.outline, identity)
            lines = outlook_lines(preflight, needed) if prepared.jobs else []
            terminal.data("\n".join([text, *lines]))
        return 0

    def carry_out(
        self, draft: Workspace, prepared: Prepared, cancellation: Cancellation, terminal: Terminal
    ) -> int:
        """Write, assemble and report; the caller holds the draft's lock."""
        if not self.options.asked:
            draft.update_settings(self.wanted)
        draft.begin("regenerate" if self.options.asked else "generate")
        self._introduce(prepared, terminal)
        report = self._run(draft, prepared, cancellation, terminal)
        article = assemble_article(draft, self.outline, self.options.tolerance, terminal)
        if self.command.as_json:
            identity = self.engine.identity
            terminal.json(run_json(report, draft.path, article, identity, self.sampling))
        if self.command.output is not None:
            send_copy(article.text, self.command.output, terminal)
        return conclude(self._outcome(draft), report, article, terminal)

    def _run(
        self, draft: Workspace, prepared: Prepared, cancellation: Cancellation, terminal: Terminal
    ) -> RunReport:
        run = Run(self.prompts, draft, self.engine, self.options)
        how = self._how_loaded(prepared)
        try:
            with watching(terminal, cancellation) as sink:
                return run.write(prepared, cancellation, sink)
        except Interrupted:
            raise stopped(self._outcome(draft)) from None
        except WriterError:
            terminal.say(kept_line(self._outcome(draft)))
            raise
        finally:
            self._speed_book.remember(self.engine.identity, how, self.engine.spent)

    def _outcome(self, draft: Workspace) -> Outcome:
        return Outcome(
            draft, self.outline, self.command.outline, self.command.flags, self.options.asked
        )

    def _introduce(self, prepared: Prepared, terminal: Terminal) -> None:
        """Say with what the run writes, and what of it is new."""
        identity, sampling, size = self.engine.identity, self.sampling, prepared.size
        if not prepared.jobs:
            return
        terminal.say(
            f"Model: {identity.path} ({identity.architecture}, {identity.name}), "
            f"effort {sampling.effort}, seed {sampling.seed}"
        )
        changed = changes(self.pinned, self.wanted)
        if changed and not self.options.asked:
            terminal.say(f"Changed since the last run: {', '.join(changed)}.")
        for line in outlook_lines(self.preflight(prepared), self.time_needed(prepared)):
            (terminal.say if identity.size_bytes > SMALL_MODEL_BYTES else terminal.detail)(line)
        terminal.detail(
            f"Sampling: temperature {sampling.temperature:g}, top-p {sampling.top_p:g}, "
            f"top-k {sampling.top_k}, min-p {sampling.min_p:g}"
        )
        terminal.detail(
            f"Context: {size.context_tokens:,} tokens; shared prefix: {size.prefix_tokens:,} tokens"
        )


def _pinned_templates(base: WorkspaceSettings, templates: Templates) -> str:
    """Give the fingerprint of the templates that the draft is written with."""
    folder = Path(base.prompts) if base.prompts else None
    if lasting_folder(folder) == base.prompts and (folder is None or folder.is_dir()):
        return load_templates(folder).fingerprint
    return templates.fingerprint
