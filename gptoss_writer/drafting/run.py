"""A whole run: plan, size, load, and write one section after the other to disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gptoss_writer.draft import Attempt, SectionProgress, Steering, TokenUsage
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.drafting.preparing import Prepared, RunOptions
from gptoss_writer.drafting.reports import RunReport, SectionReport, Status, Take
from gptoss_writer.drafting.section import write_section
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.drafting.tasks import Tasks
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.events import ModelLoading, RunStarted, SectionAccepted, SectionFailed, Sink
from gptoss_writer.outline.models import Section, WordBudget
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The attempts at one text, and the one that was chosen, with its number in the history."""

    attempts: tuple[Attempt, ...]
    chosen: Attempt | None = None
    number: int = 0
    is_interrupted: bool = False


def _accepted(report: SectionReport, attempts: int, seconds: float) -> SectionAccepted:
    return SectionAccepted(
        report.section_id,
        report.title,
        report.words,
        report.budget_words,
        report.in_band,
        attempts,
        seconds,
    )


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
        self._tasks = Tasks(prompts, workspace, engine, options)

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
                takes=self._options.takes,
                is_current=not self._leaves_stale(),
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

    def _leaves_stale(self) -> bool:
        sections = self._outline.sections
        return self._options.keeps_stale or any(
            self._workspace.is_locked(section.id) for section in sections
        )

    def _load(self, context_tokens: int, cancellation: Cancellation, sink: Sink) -> None:
        path = self._engine.identity.path
        self._engine.prepare(
            context_tokens, cancellation, lambda fraction: sink(ModelLoading(path, fraction))
        )

    def _write_job(
        self, job: SectionJob, prepared: Prepared, cancellation: Cancellation, sink: Sink
    ) -> SectionReport:
        if self._options.takes > 1:
            return self._write_takes(job, prepared, cancellation, sink)
        section = job.section
        drawn = self._draw(self._tasks.task(job, prepared), cancellation, sink)
        if drawn.is_interrupted:
            return self._report(section, None, drawn.attempts, is_partial=True)
        if drawn.chosen is None:
            self._workspace.drop_progress(section.id)
            return self._report(section, "failed", drawn.attempts)
        before = self._workspace.accepted(section.id)
        accepted = self._workspace.accept(section.id, job.number, drawn.number)
        self._workspace.drop_progress(section.id)
        # Another number where a person edited the section meanwhile: that text stands.
        status: Status = "accepted" if accepted == drawn.number else "kept"
        report = self._report(section, status, drawn.attempts)
        sink(_accepted(report, len(drawn.attempts), report.usage.seconds))
        is_repeat = before is not None and before.text.strip() == drawn.chosen.text.strip()
        return replace(report, is_repeat=is_repeat and job.reason == "asked for")

    def _write_takes(
        self, job: SectionJob, prepared: Prepared, cancellation: Cancellation, sink: Sink
    ) -> SectionReport:
        """Write a section several times; accept the best where that is wanted, else none."""
        section, budget = job.section, self._budget(job.section)
        attempts: list[Attempt] = []
        takes: list[Take] = []
        is_partial = False
        for number in range(1, self._options.takes + 1):
            task = self._tasks.take(job, prepared, number)
            drawn = self._draw(task, cancellation, sink)
            self._workspace.drop_progress(section.id)
            attempts += drawn.attempts
            is_partial = drawn.is_interrupted or cancellation.is_cancelled
            if drawn.chosen is not None:
                chosen = drawn.chosen
                in_band = budget.contains(chosen.words)
                takes.append(Take(drawn.number, chosen.words, in_band, chosen))
                report = replace(self._report(section), words=chosen.words, in_band=in_band)
                seconds = sum(attempt.usage.seconds for attempt in drawn.attempts)
                sink(_accepted(report, len(drawn.attempts), seconds))
            if is_partial:
                break
        if not takes and not is_partial:
            return self._report(section, "failed", attempts)
        index = policy.best_take([take.attempt for take in takes], budget)
        best = None if index is None else takes[index].number
        picked = None
        if self._options.picks_best and best is not None and not is_partial:
            picked = self._workspace.accept(section.id, job.number, best)
        status: Status | None = "accepted" if picked else None
        report = self._report(section, status, attempts, is_partial=is_partial)
        return replace(report, takes=tuple(takes), picked=picked, best=best)

    def _draw(self, task: SectionTask, cancellation: Cancellation, sink: Sink) -> _Drawn:
        """Write a section up to three times, saving each attempt, and choose the best."""
        attempts = list(task.begun.earlier if task.begun else ())
        numbers = list(task.begun.progress.earlier if task.begun else ())

        def keep(progress: SectionProgress) -> None:
            self._workspace.save_progress(replace(progress, earlier=tuple(numbers)))

        for attempt in write_section(task, self._engine, self._prompts, cancellation, sink, keep):
            attempts.append(attempt)
            if attempt.raw or attempt.text or attempt.analysis or attempt.verdict != "interrupted":
                numbers.append(self._workspace.save_attempt(attempt))
        if attempts[-1].verdict == "interrupted":
            return _Drawn(tuple(attempts), is_interrupted=True)
        chosen = policy.best(attempts, task.budget)
        if chosen is None:
            reason = policy.reason_of(attempts[-1].findings)
            sink(SectionFailed(task.section.id, task.section.title, len(attempts), reason))
            return _Drawn(tuple(attempts))
        return _Drawn(tuple(attempts), attempts[chosen], numbers[chosen])

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
