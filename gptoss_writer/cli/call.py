"""A request with the engine that will do it: planned, rehearsed, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gptoss_writer import __version__
from gptoss_writer.cli.article import assemble_article, send_copy
from gptoss_writer.cli.choosing import Ask, choose_take
from gptoss_writer.cli.concluding import Outcome, conclude, kept_line, stopped
from gptoss_writer.cli.outlook import outlook_json, outlook_lines
from gptoss_writer.cli.progress import watching
from gptoss_writer.cli.report import plan_json, plan_text, run_json
from gptoss_writer.cli.request import Request, WritingCommand
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
from gptoss_writer.draft import Conditions, Sampling
from gptoss_writer.drafting.identity import outline_fingerprint
from gptoss_writer.drafting.plan import SectionState
from gptoss_writer.drafting.policy import MAX_ATTEMPTS
from gptoss_writer.drafting.preparing import Prepared, RunOptions, prepare
from gptoss_writer.drafting.reports import RunReport
from gptoss_writer.drafting.run import Run
from gptoss_writer.drafting.sizing import tokens_per_word
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.measured import MeasuredEngine
from gptoss_writer.engine.preflight import SMALL_MODEL_BYTES, Preflight
from gptoss_writer.errors import Interrupted, WriterError
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.machine.processors import default_threads
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import Templates, load_templates
from gptoss_writer.receipt.versions import bindings_version
from gptoss_writer.settings import speeds_file
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
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
    def of(cls, request: Request, engine: MeasuredEngine, pinned: WorkspaceSettings) -> Call:
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
            keeps_stale=command.stale == "keep",
            takes=command.takes,
            picks_best=command.pick == "best",
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
        ask = Ask(self.command.pick is None, cancellation)
        report = choose_take(draft, self.outline, report, ask, terminal)
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
        options = replace(self.options, conditions=self._conditions(prepared))
        run = Run(self.prompts, draft, self.engine, options)
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

    def _conditions(self, prepared: Prepared) -> Conditions:
        """Say under which conditions the run writes, for the records."""
        preflight, identity = self.preflight(prepared), self.engine.identity
        return Conditions(
            program=__version__,
            bindings=bindings_version() if preflight else "",
            model_bytes=identity.size_bytes,
            outline=outline_fingerprint(self.outline),
            templates=self.prompts.templates.fingerprint,
            threads=(self.threads or default_threads()) if preflight else 0,
            weights=preflight.mode if preflight else "",
        )

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
