"""Draws the sections of a draft again, each under the conditions of its record, and compares bytes.

A section is drawn again only where all that it was made from can be put together again, which the
record's `request` tells. Else the comparison would say nothing, and it is said why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gptoss_writer.draft import Attempt, Conditions, Sampling
from gptoss_writer.drafting.conditions import draw_fingerprint
from gptoss_writer.drafting.identity import outline_fingerprint
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.drafting.policy import MAX_ATTEMPTS
from gptoss_writer.drafting.preparing import RunOptions, prepare
from gptoss_writer.drafting.section import write_section
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.drafting.tasks import Tasks
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.errors import Interrupted, UsageError
from gptoss_writer.events import Sink
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import Templates
from gptoss_writer.sampling.params import derive_seed
from gptoss_writer.workspace.history import content_of
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.records import AttemptRecord
from gptoss_writer.workspace.workspace import Workspace

Verdict = Literal["same", "different", "not comparable"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one section: `reason` is a whole sentence, "" where the bytes are the same."""

    section_id: str
    attempt: int
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A section that may be drawn again: its accepted attempt, and under which conditions."""

    record: AttemptRecord
    conditions: Conditions
    sampling: Sampling

    @property
    def loading(self) -> tuple[int, str]:
        """How many threads computed, and how the weights were loaded."""
        return self.conditions.threads, self.conditions.weights


def sort_out(draft: Workspace, outline: Outline) -> tuple[tuple[Again, ...], tuple[Compared, ...]]:
    """Tell the sections that a model can draw again from those that it cannot, and why not."""
    again, others = [], []
    for section in outline.sections:
        accepted = draft.accepted(section.id)
        if accepted is None:
            continue
        record = accepted.record
        reason = _refusal(record)
        if reason:
            others.append(Compared(section.id, record.number, "not comparable", reason))
        elif record.conditions and record.sampling:
            again.append(Again(record, record.conditions, record.sampling))
    return tuple(again), tuple(others)


def _refusal(record: AttemptRecord) -> str:
    if record.origin == "hand":
        return "You wrote it."
    if record.conditions is None or record.sampling is None:
        return "An earlier version wrote it, which did not record what that takes."
    if not record.model.startswith("gguf:"):
        return "A recorded tape wrote it, and no model."
    return ""


class Rerun:
    """Draws sections again with one engine, in drafts below `folder`, which is a temporary one."""

    def __init__(
        self,
        draft: Workspace,
        outline: Outline,
        templates: Templates,
        folder: Path,
    ) -> None:
        self._draft = draft
        self._outline = outline
        self._templates = templates
        self._folder = folder

    def compare(
        self, again: Again, engine: Engine, cancellation: Cancellation, sink: Sink
    ) -> Compared:
        """Draw a section again; raises what an engine raises, and `Interrupted`."""
        record = again.record

        def verdict(verdict: Verdict, reason: str = "") -> Compared:
            return Compared(record.section_id, record.number, verdict, reason)

        if engine.identity.fingerprint != record.model:
            return verdict("not comparable", f"Another model wrote it: {record.model_name}.")
        accepted = self._draft.accepted_when_written(record.section_id, record.number)
        if accepted is None:
            return verdict("not comparable", "The journal does not tell when it was accepted.")
        try:
            place = self._place(record, accepted)
            task, context = self._task(again, place, engine)
        except UsageError as error:
            return verdict("not comparable", error.message)
        number = _number_of(task, record)
        if draw_fingerprint(task) != again.conditions.request or number is None:
            return verdict("not comparable", self._why(again.conditions))
        engine.prepare(context, cancellation)
        made = self._draw(task, number, place, engine, cancellation, sink)
        if made is not None and digest(content_of(made)) == record.sha256:
            return verdict("same")
        return verdict("different", "The same model wrote other bytes from the same prompt.")

    def _place(self, record: AttemptRecord, accepted: dict[str, int]) -> Workspace:
        """Make a draft that stands as this one did when the section was written."""
        place = Workspace.create(self._folder / record.section_id, self._draft.settings)
        with place.lock():
            for section_id, number in accepted.items():
                attempt = self._draft.attempt(section_id, number)
                place.accept(section_id, 1, place.save_attempt(attempt))
        return place

    def _task(self, again: Again, place: Workspace, engine: Engine) -> tuple[SectionTask, int]:
        record, conditions = again.record, again.conditions
        sampling = replace(again.sampling, seed=conditions.seed)
        options = RunOptions(
            sampling=sampling,
            pinned=sampling,
            pinned_model=record.model,
            asked=(record.section_id,),
            because=record.because,
            tolerance=conditions.tolerance,
            analysis_tokens=conditions.analysis_tokens,
            conditions=conditions,
        )
        effort = ReasoningEffort(sampling.effort)
        prompts = PromptWriter(self._outline, self._templates, effort, self._draft.settings.date)
        prepared = prepare(prompts, {}, engine, options)
        job: SectionJob = prepared.jobs[0]
        task = Tasks(prompts, place, engine, options).draw(job, prepared, conditions.take)
        return task, prepared.size.context_tokens

    def _draw(
        self,
        task: SectionTask,
        number: int,
        place: Workspace,
        engine: Engine,
        cancellation: Cancellation,
        sink: Sink,
    ) -> Attempt | None:
        """Write attempts up to that number of the draw; None where it ended before."""
        prompts = PromptWriter(
            self._outline, self._templates, ReasoningEffort(task.effort), self._draft.settings.date
        )
        made: list[Attempt] = []
        with place.lock():
            for attempt in write_section(task, engine, prompts, cancellation, sink):
                if attempt.verdict == "interrupted":
                    raise Interrupted("Stopped.", "Nothing of the draft was changed.")
                place.save_attempt(attempt)
                made.append(attempt)
                if len(made) == number:
                    return attempt
        return None

    def _why(self, conditions: Conditions) -> str:
        """Say why what a section was made from cannot be put together again."""
        if conditions.outline != outline_fingerprint(self._outline):
            return "The outline was changed since it was written."
        if conditions.templates != self._templates.fingerprint:
            return "The prompt templates were changed since it was written."
        return (
            "It was written beside other texts of the sections before it, as with regenerate or "
            "--takes, or by a version that puts prompts together otherwise."
        )


def _number_of(task: SectionTask, record: AttemptRecord) -> int | None:
    """Tell which attempt of its draw a record is of: each has a seed of its own."""
    if record.sampling is None:
        return None
    for number in range(1, MAX_ATTEMPTS + 1):
        if derive_seed(task.sampling.seed, record.section_id, number) == record.sampling.seed:
            return number
    return None


def what_may_differ(again: Again, bindings: str) -> Iterator[str]:
    """Name what is otherwise here than where a section was written, as far as that is known."""
    if again.conditions.bindings != bindings:
        yield f"llama-cpp-python {again.conditions.bindings} wrote it, and this is {bindings}"
    yield "another processor or GPU, another build of llama.cpp"
