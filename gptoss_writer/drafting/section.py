"""One section: attempts, one after the other, until one is good or there are no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from gptoss_writer.draft import Attempt, Checkpoint
from gptoss_writer.drafting import judging, policy
from gptoss_writer.drafting.defects import LoopWatch, find_defects
from gptoss_writer.drafting.guarding import make_guard
from gptoss_writer.drafting.judging import Written
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    Engine,
    GenerationRequest,
    Prefill,
    Retraction,
    TokenEvent,
)
from gptoss_writer.errors import EngineError
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    SectionReading,
    SectionRetraction,
    SectionStarted,
    SectionText,
    Sink,
)
from gptoss_writer.harmony.messages import Channel, Conversation
from gptoss_writer.prompt.rendering import PromptWriter, SectionPrompt
from gptoss_writer.sampling.params import SamplingParams, derive_seed

_SHORTEST_PARAGRAPH = 12
"""Nobody can write a paragraph of three words; fewer than these are not asked for."""


def write_section(
    task: SectionTask,
    engine: Engine,
    prompts: PromptWriter,
    cancellation: Cancellation,
    sink: Sink,
) -> Iterator[Attempt]:
    """Yield attempts until one is good, three were made, or the caller asked to stop.

    Each is complete when it is yielded and can be saved before the next begins. Ends with any
    model: every attempt is bounded by its token limits.
    """
    section = task.section
    asked: Conversation = ()
    if task.because:
        asked = prompts.note(section.id, "asked", because=task.because)
    retry: Conversation = ()
    for number in range(1, policy.MAX_ATTEMPTS + 1):
        sink(
            SectionStarted(
                section.id,
                section.title,
                task.job.number,
                task.of,
                section.words,
                number,
                task.label or task.job.reason,
            )
        )
        attempt = _Attempt(task, number, (*asked, *retry), engine, cancellation, sink).make(prompts)
        yield attempt
        if policy.is_good(attempt) or attempt.verdict == "interrupted":
            return
        sink(
            AttemptRejected(
                section.id,
                number,
                attempt.words,
                policy.reason_of(attempt.findings),
                retrying=number < policy.MAX_ATTEMPTS,
            )
        )
        retry = _retry_note(task, attempt, asked, engine, prompts)


def _retry_note(
    task: SectionTask,
    attempt: Attempt,
    asked: Conversation,
    engine: Engine,
    prompts: PromptWriter,
) -> Conversation:
    """Say what the next attempt has to do better, and name as many faults as there is room for."""
    section_id, reason = task.section.id, policy.retry_reason(attempt)
    written = policy.written_words(attempt)
    for most in range(policy.MOST_NAMED, 0, -1):
        problems = policy.named_problems(attempt, most)
        note = prompts.note(section_id, reason, written=written, because=problems)
        if not problems or engine.count_tokens(((*asked, *note),))[0] <= task.notes_tokens:
            return note
    return prompts.note(section_id, reason, written=written)


class _Attempt:
    """One attempt: one request, and where nobody steered it and it is too short, one more."""

    def __init__(
        self,
        task: SectionTask,
        number: int,
        notes: Conversation,
        engine: Engine,
        cancellation: Cancellation,
        sink: Sink,
    ) -> None:
        self._task = task
        self._notes = notes
        self._engine = engine
        self._cancellation = cancellation
        self._sink = sink
        self._is_steered = engine.capabilities.is_steerable
        self._sampling = replace(
            task.sampling, seed=derive_seed(task.sampling.seed, task.section.id, number)
        )

    def make(self, prompts: PromptWriter) -> Attempt:
        """Write the text and judge it."""
        task = self._task
        completion, looped = self._complete(self._request(self._sampling), self._sink)
        written = judging.read(task, completion, looped=looped)
        if not self._is_guarded(written):
            written = judging.repaired(task, written)
            if self._is_to_be_continued(written):
                written = judging.repaired(task, self._continued(written, prompts))
        return judging.judge(task, self._sampling, written)

    def _request(self, sampling: SamplingParams, *more: Conversation) -> GenerationRequest:
        task = self._task
        notes = tuple(message for part in (self._notes, *more) for message in part)
        prompt = SectionPrompt(task.prompt.shared_prefix, task.prompt.section_suffix, notes)
        return GenerationRequest(
            parts=prompt.parts,
            limits=task.limits,
            sampling=sampling,
            cancellation=Cancellation(parent=self._cancellation),
            constraint=(
                make_guard(task.material, task.outline, task.rule) if self._is_steered else None
            ),
        )

    def _is_guarded(self, written: Written) -> bool:
        """Tell whether a text needs no mending: a guard saw to it, or it will not be used."""
        return written.stop == "cancelled" or (self._is_steered and written.stop == "return")

    def _is_to_be_continued(self, written: Written) -> bool:
        return (
            not self._is_steered
            and written.stop == "return"
            and policy.is_beginning(written.words, self._task.budget)
            and not find_defects(written.text)
        )

    def _continued(self, written: Written, prompts: PromptWriter) -> Written:
        """Ask for the paragraph that is missing, about the key points that are."""
        task = self._task
        room = task.budget.ceiling - written.words
        note = prompts.continuation(
            written.text,
            written=written.words,
            words=max(task.rule.target - written.words, min(_SHORTEST_PARAGRAPH, room)),
            points=judging.missing_points(task, written.text),
        )
        sampling = replace(self._sampling, seed=derive_seed(self._sampling.seed, "continuation"))
        so_far = written.usage.final
        section_id = task.section.id
        self._sink(SectionText(section_id, "writing", "\n\n", so_far))

        def sink(event: Event) -> None:
            # To who watches, it is still the same text that is being written.
            if isinstance(event, SectionText) and event.phase == "writing":
                self._sink(replace(event, tokens=so_far + event.tokens))

        completion, looped = self._complete(self._request(sampling, note), sink)
        return judging.joined(written, judging.read(task, completion, looped=looped))

    def _complete(self, request: GenerationRequest, sink: Sink) -> tuple[Completion, bool]:
        """Run a request to its completion; stop it where its text has plainly become a loop."""
        section_id = self._task.section.id
        watch, text = LoopWatch(), ""
        looped = False
        for event in self._engine.generate(request):
            if isinstance(event, TokenEvent):
                is_final = event.channel is Channel.FINAL
                phase: Literal["thinking", "writing"] = "writing" if is_final else "thinking"
                sink(SectionText(section_id, phase, event.text, event.index))
                if is_final and not looped:
                    text += event.text
                    looped = watch.feed(event.text)
                    if looped:
                        request.cancellation.cancel()
            elif isinstance(event, Retraction):
                # A sentence that is written again and again is not a loop of the text.
                if event.channel is Channel.FINAL:
                    sink(SectionRetraction(section_id, event.characters))
                    text = text[: len(text) - event.characters]
                    watch = LoopWatch()
                    watch.feed(text)
            elif isinstance(event, Prefill):
                sink(SectionReading(section_id, event.done, event.total))
            elif isinstance(event, Checkpoint):
                pass
            else:
                # Stopped by us because of the loop, unless the user asked for it at that moment.
                return event, looped and not self._cancellation.is_cancelled
        raise EngineError("The engine ended without a completion.")
