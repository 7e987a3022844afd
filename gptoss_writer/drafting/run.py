"""A whole run: plan, size, load, and write one section after the other to disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gptoss_writer.draft import Attempt, Sampling, SectionDraft, Steering, TokenUsage
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.guarding import budget_rule
from gptoss_writer.drafting.identity import all_ingredients, section_fingerprints
from gptoss_writer.drafting.plan import SectionJob, SectionState, plan
from gptoss_writer.drafting.section import write_section
from gptoss_writer.drafting.sizing import RunSize, fitting_prompt, size_run
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.events import ModelLoading, RunStarted, SectionAccepted, SectionFailed, Sink
from gptoss_writer.outline.models import DEFAULT_TOLERANCE, Outline, Section, WordBudget
from gptoss_writer.prompt.digest import make_digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.sampling.params import SamplingParams, derive_seed
from gptoss_writer.text import strip_controls
from gptoss_writer.workspace.workspace import Workspace

Status = Literal["accepted", "kept", "failed", "pending"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run writes.

    `pinned` are the model, templates and sampling of the workspace, from which fingerprints are
    made;
    `sampling` draws the text and differs from it only where sections are asked for with settings
    of their own. `seed_is_explicit`: the user named the seed, so the same command gives the same
    text; otherwise each regeneration draws a new one.
    """

    sampling: Sampling
    pinned: Sampling
    pinned_model: str
    pinned_templates: str = ""
    asked: tuple[str, ...] = ()
    because: str = ""
    keeps_stale: bool = False
    seed_is_explicit: bool = False
    tolerance: float = DEFAULT_TOLERANCE
    analysis_tokens: int | None = None
    context_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class SectionReport:
    """What became of one section in this run, what it cost, and how often it was steered.

    `words` and `in_band` are those of the text that stands in the workspace now, whenever it was
    written. `is_partial`: the run was stopped while this section was being written.
    """

    section_id: str
    title: str
    status: Status
    budget_words: int
    words: int
    in_band: bool
    attempts: int
    usage: TokenUsage
    steering: Steering
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What became of every section, in the order of the article.

    `was_interrupted`: the caller asked to stop before every planned section was done.
    """

    sections: tuple[SectionReport, ...]
    was_interrupted: bool

    @property
    def usage(self) -> TokenUsage:
        """What the whole run cost."""
        return sum((section.usage for section in self.sections), TokenUsage())

    @property
    def steering(self) -> Steering:
        """How often the guard stepped in, in all attempts of the run."""
        return sum((section.steering for section in self.sections), Steering())

    @property
    def failed(self) -> tuple[SectionReport, ...]:
        """The sections that have no text, or none from this run where one was asked for."""
        return tuple(section for section in self.sections if section.status == "failed")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that may begin: what is to be written, and that it fits.

    `ingredients` are what the fingerprints cover, each part by itself.
    """

    jobs: tuple[SectionJob, ...]
    fingerprints: dict[str, str]
    size: RunSize
    ingredients: dict[str, dict[str, str]]


def prepare(
    prompts: PromptWriter, states: Mapping[str, SectionState], engine: Engine, options: RunOptions
) -> Prepared:
    """Plan a run and count its tokens; nothing is loaded and nothing written.

    Raises `UsageError` where a section does not fit the context.
    """
    model, sampling, templates = options.pinned_model, options.pinned, options.pinned_templates
    fingerprints = section_fingerprints(
        prompts, model=model, sampling=sampling, templates=templates
    )
    ingredients = all_ingredients(prompts, model=model, sampling=sampling, templates=templates)
    jobs = plan(
        prompts.outline,
        states,
        fingerprints,
        options.asked,
        ingredients=ingredients,
        keeps_stale=options.keeps_stale,
    )
    size = size_run(
        jobs,
        prompts,
        engine,
        effort=prompts.effort,
        analysis_tokens=options.analysis_tokens,
        context_tokens=options.context_tokens,
        because=options.because,
        tolerance=options.tolerance,
    )
    return Prepared(jobs, fingerprints, size, ingredients)


class Run:
    """One run over one workspace. The caller holds the workspace's lock and has reconciled it."""

    def __init__(
        self, prompts: PromptWriter, workspace: Workspace, engine: Engine, options: RunOptions
    ) -> None:
        self._prompts = prompts
        self._outline = prompts.outline
        self._workspace = workspace
        self._engine = engine
        self._options = options

    def write(self, prepared: Prepared, cancellation: Cancellation, sink: Sink) -> RunReport:
        """Write the planned sections, each durable before the next begins.

        Ends early where the caller asks to stop; what was accepted stays. Raises `ModelError`,
        `EngineError` and `ResourceError`.
        """
        jobs = prepared.jobs
        sink(
            RunStarted(
                self._outline.title,
                jobs=len(jobs),
                kept=len(self._outline.sections) - len(jobs),
                budget_words=sum(job.section.words for job in jobs),
            )
        )
        reports: dict[str, SectionReport] = {}
        if jobs:
            self._load(prepared.size.context_tokens, cancellation, sink)
        for job in jobs:
            if cancellation.is_cancelled:
                break
            reports[job.section.id] = self._write_job(job, prepared, cancellation, sink)
        is_short = len(reports) < len(jobs)
        return RunReport(
            tuple(
                reports.get(section.id) or self._report(section)
                for section in self._outline.sections
            ),
            was_interrupted=is_short or any(report.is_partial for report in reports.values()),
        )

    def _load(self, context_tokens: int, cancellation: Cancellation, sink: Sink) -> None:
        path = self._engine.identity.path
        self._engine.prepare(
            context_tokens, cancellation, lambda fraction: sink(ModelLoading(path, fraction))
        )

    def _write_job(
        self, job: SectionJob, prepared: Prepared, cancellation: Cancellation, sink: Sink
    ) -> SectionReport:
        section = job.section
        task = self._task(job, prepared)
        attempts: list[Attempt] = []
        numbers: list[int] = []
        for attempt in write_section(task, self._engine, self._prompts, cancellation, sink):
            attempts.append(attempt)
            if attempt.raw or attempt.text or attempt.analysis or attempt.verdict != "interrupted":
                numbers.append(self._workspace.save_attempt(attempt))
        if attempts[-1].verdict == "interrupted":
            return self._report(section, None, attempts, is_partial=True)
        chosen = policy.best(attempts, self._budget(section))
        if chosen is None:
            reason = policy.reason_of(attempts[-1].findings)
            sink(SectionFailed(section.id, section.title, len(attempts), reason))
            return self._report(section, "failed", attempts)
        accepted = self._workspace.accept(section.id, job.number, numbers[chosen])
        # Another number where a person edited the section meanwhile: that text stands.
        status: Status = "accepted" if accepted == numbers[chosen] else "kept"
        report = self._report(section, status, attempts)
        sink(
            SectionAccepted(
                section.id,
                section.title,
                report.words,
                section.words,
                report.in_band,
                len(attempts),
                report.usage.seconds,
            )
        )
        return report

    def _report(
        self,
        section: Section,
        status: Status | None = None,
        attempts: Sequence[Attempt] = (),
        *,
        is_partial: bool = False,
    ) -> SectionReport:
        """Report a section with the text it has now; without a status it was not written now."""
        accepted = self._workspace.accepted(section.id)
        words = accepted.words if accepted else 0
        return SectionReport(
            section.id,
            section.title,
            status or ("kept" if accepted else "pending"),
            section.words,
            words,
            accepted is not None and self._budget(section).contains(words),
            len(attempts),
            sum((attempt.usage for attempt in attempts), TokenUsage()),
            sum((attempt.steering or Steering() for attempt in attempts), Steering()),
            is_partial,
        )

    def _budget(self, section: Section) -> WordBudget:
        return section.budget_within(self._options.tolerance)

    def _task(self, job: SectionJob, prepared: Prepared) -> SectionTask:
        options, section_id = self._options, job.section.id
        drafts = accepted_drafts(self._workspace, self._outline)
        earlier = {name: draft.text for name, draft in drafts.items()}
        digest = make_digest(self._outline, self._prompts.material(section_id), earlier)
        sampling = options.sampling
        return SectionTask(
            job=job,
            of=len(self._outline.sections),
            prompt=fitting_prompt(
                self._prompts,
                section_id,
                digest,
                self._engine,
                prepared.size.suffix_room(section_id),
            ),
            limits=prepared.size.limits(section_id),
            notes_tokens=prepared.size.notes_room(section_id),
            outline=self._outline,
            material=self._prompts.material(section_id),
            budget=self._budget(job.section),
            rule=budget_rule(
                self._outline,
                job.section,
                {name: draft.words for name, draft in drafts.items()},
                self._budget(job.section),
            ),
            sampling=SamplingParams(
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                top_k=sampling.top_k,
                min_p=sampling.min_p,
                seed=derive_seed(sampling.seed, "take", self._take(section_id)),
            ),
            effort=sampling.effort,
            model=self._engine.identity.fingerprint,
            fingerprint=prepared.fingerprints[section_id],
            because=" ".join(strip_controls(options.because).split()),
            model_name=strip_controls(self._engine.identity.name),
            made_from=prepared.ingredients[section_id],
        )

    def _take(self, section_id: str) -> int:
        """Give the number that tells this draw from earlier ones of the same seed.

        0 where the text must be repeatable: a first draft, or a seed the user named. A
        regeneration counts the model's attempts so far that were judged, so that it differs from
        all of them, and an interrupted one is drawn again as it was.
        """
        if not self._options.asked or self._options.seed_is_explicit:
            return 0
        records = self._workspace.attempts(section_id)
        return sum(
            record.origin == "model" and record.verdict != "interrupted" for record in records
        )


def section_states(workspace: Workspace, outline: Outline) -> dict[str, SectionState]:
    """Read what is on disk for each section of the outline, by id."""
    states = {}
    for section in outline.sections:
        accepted = workspace.accepted(section.id)
        if accepted is not None:
            record = accepted.record
            states[section.id] = SectionState(
                accepted.origin,
                record.fingerprint,
                record.made_from,
                workspace.is_locked(section.id),
            )
    return states


def accepted_drafts(workspace: Workspace, outline: Outline) -> dict[str, SectionDraft]:
    """Read the accepted text of each section of the outline, by id."""
    accepted = (workspace.accepted(section.id) for section in outline.sections)
    return {section.section_id: section.draft for section in accepted if section is not None}
