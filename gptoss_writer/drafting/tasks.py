"""From a job to the task that its section is written from, with what is on disk by then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gptoss_writer.drafting.guarding import budget_rule
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.drafting.preparing import Prepared, RunOptions
from gptoss_writer.drafting.section import can_go_on
from gptoss_writer.drafting.sizing import fitting_prompt
from gptoss_writer.drafting.standing import accepted_drafts
from gptoss_writer.drafting.task import Begun, SectionTask
from gptoss_writer.engine.interface import Engine
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.prompt.digest import make_digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.sampling.params import SamplingParams, derive_seed
from gptoss_writer.text import strip_controls
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Tasks:
    """Makes the tasks of one run."""

    prompts: PromptWriter
    workspace: Workspace
    engine: Engine
    options: RunOptions

    def task(self, job: SectionJob, prepared: Prepared) -> SectionTask:
        """Give the task of a section; where its writing was cut off, that of going on with it."""
        task = self.draw(job, prepared, self._take(job.section.id, 0))
        return self._gone_on(task) or task

    def take(self, job: SectionJob, prepared: Prepared, number: int) -> SectionTask:
        """Give the task of one of several takes, `number` from 1."""
        task = self.draw(job, prepared, self._take(job.section.id, number - 1))
        return replace(task, label=f"take {number} of {self.options.takes}")

    def draw(self, job: SectionJob, prepared: Prepared, take: int) -> SectionTask:
        """Give the task of one draw of a section."""
        options, outline, section_id = self.options, self.prompts.outline, job.section.id
        drafts = accepted_drafts(self.workspace, outline)
        earlier = {name: draft.text for name, draft in drafts.items()}
        digest = make_digest(outline, self.prompts.material(section_id), earlier)
        sampling = options.sampling
        return SectionTask(
            job=job,
            of=len(outline.sections),
            prompt=fitting_prompt(
                self.prompts,
                section_id,
                digest,
                self.engine,
                prepared.size.suffix_room(section_id),
            ),
            limits=prepared.size.limits(section_id),
            notes_tokens=prepared.size.notes_room(section_id),
            outline=outline,
            material=self.prompts.material(section_id),
            budget=job.section.budget_within(options.tolerance),
            rule=budget_rule(
                outline,
                job.section,
                {name: draft.words for name, draft in drafts.items()},
                job.section.budget_within(options.tolerance),
            ),
            sampling=SamplingParams(
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                top_k=sampling.top_k,
                min_p=sampling.min_p,
                seed=self._seed(take),
            ),
            effort=sampling.effort,
            model=self.engine.identity.fingerprint,
            fingerprint=prepared.fingerprints[section_id],
            because=" ".join(strip_controls(options.because).split()),
            label=f"stale: {', '.join(job.changed)} changed" if job.changed else "",
            model_name=strip_controls(self.engine.identity.name),
            made_from=prepared.ingredients[section_id],
            take=take,
            conditions=options.conditions
            and replace(options.conditions, seed=sampling.seed, tolerance=options.tolerance),
        )

    def _gone_on(self, task: SectionTask) -> SectionTask | None:
        """Give the task as it was left; None where there is none, or it was another one.

        A take that was cut off is another text than the one that a named seed gives.
        """
        progress = self.workspace.progress(task.section.id)
        if progress is None or (self._is_repeatable and progress.take != task.take):
            return None
        try:
            earlier = tuple(
                self.workspace.attempt(task.section.id, number) for number in progress.earlier
            )
        except WorkspaceError:  # one of them is damaged or gone: all is written again
            return None
        same = replace(
            task,
            sampling=replace(task.sampling, seed=self._seed(progress.take)),
            take=progress.take,
            begun=Begun(progress, earlier),
        )
        return same if can_go_on(same, self.engine, self.prompts) else None

    def _seed(self, take: int) -> int:
        return derive_seed(self.options.sampling.seed, "take", take)

    def _take(self, section_id: str, number: int) -> int:
        """Give the number that tells this draw from earlier ones of the same seed.

        The place among the takes, from 0, where the text must be repeatable. Else a regeneration
        counts the model's attempts so far that were judged, so that it differs from all of them,
        and an interrupted one is drawn again as it was.
        """
        if self._is_repeatable:
            return number
        records = self.workspace.attempts(section_id)
        return sum(
            record.origin == "model" and record.verdict != "interrupted" for record in records
        )

    @property
    def _is_repeatable(self) -> bool:
        """Tell whether the same command gives the same text: a first draft, or a named seed."""
        return not self.options.asked or self.options.seed_is_explicit
