"""One section: attempts, one after the other, until one is good or there are no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gptoss_writer.draft import Attempt, Checkpoint, SectionProgress
from gptoss_writer.drafting import judging, policy
from gptoss_writer.drafting.defects import LoopWatch, find_defects
from gptoss_writer.drafting.guarding import make_guard
from gptoss_writer.drafting.judging import Written
from gptoss_writer.drafting.resuming import Keep, keep_nothing, label_of, request_fingerprint
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
    silent,
)
from gptoss_writer.harmony.messages import Channel, Conversation
from gptoss_writer.prompt.rendering import PromptWriter, SectionPrompt
from gptoss_writer.sampling.params import SamplingParams, derive_seed
from gptoss_writer.text import count_words

_SHORTEST_PARAGRAPH = 12
"""Nobody can write a paragraph of three words; fewer than these are not asked for."""


def write_section(
    task: SectionTask,
    engine: Engine,
    prompts: PromptWriter,
    cancellation: Cancellation,
    sink: Sink,
    keep: Keep = keep_nothing,
) -> Iterator[Attempt]:
    """Yield attempts until one is good, three were made, or the caller asked to stop.

    Each is complete when it is yielded and can be saved before the next begins; `keep` is told at
    every sentence end how far it has come. A task that was begun is gone on with. Ends with any
    model: every attempt is bounded by its token limits.
    """
    section, begun = task.section, task.begun
    means = _Means(engine, prompts, cancellation, sink, keep)
    first = begun.progress.attempt if begun else 1
    asked, retry = _notes(task, begun.earlier if begun else (), engine, prompts)
    for number in range(first, policy.MAX_ATTEMPTS + 1):
        sink(
            SectionStarted(
                section.id,
                section.title,
                task.job.number,
                task.of,
                section.words,
                number,
                label_of(begun.progress) if begun and number == first else task.reason,
            )
        )
        attempt = _Attempt(task, number, (*asked, *retry), means).make()
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


def can_go_on(task: SectionTask, engine: Engine, prompts: PromptWriter) -> bool:
    """Tell whether a task that was begun is the same still, so its text may be gone on with."""
    begun = task.begun
    if begun is None or not 1 <= begun.progress.attempt <= policy.MAX_ATTEMPTS:
        return False
    if len(begun.earlier) != begun.progress.attempt - 1:
        return False
    asked, retry = _notes(task, begun.earlier, engine, prompts)
    attempt = _Attempt(task, begun.progress.attempt, (*asked, *retry), _Means(engine, prompts))
    return attempt.fingerprint == begun.progress.request


def _notes(
    task: SectionTask, earlier: Sequence[Attempt], engine: Engine, prompts: PromptWriter
) -> tuple[Conversation, Conversation]:
    """Give the notes of an attempt: what a person asked for, and what was wrong the last time."""
    asked: Conversation = ()
    if task.because:
        asked = prompts.note(task.section.id, "asked", because=task.because)
    return asked, _retry_note(task, earlier[-1], asked, engine, prompts) if earlier else ()


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


@dataclass(frozen=True, slots=True)
class _Means:
    """What an attempt is written with, and who is told of it."""

    engine: Engine
    prompts: PromptWriter
    cancellation: Cancellation = field(default_factory=Cancellation)
    sink: Sink = silent
    keep: Keep = keep_nothing


class _Attempt:
    """One attempt: one request, and where nobody steered it and it is too short, one more."""

    def __init__(self, task: SectionTask, number: int, notes: Conversation, means: _Means) -> None:
        self._task = task
        self._number = number
        self._notes = notes
        self._engine = means.engine
        self._prompts = means.prompts
        self._cancellation = means.cancellation
        self._sink = means.sink
        self._keep = means.keep
        self._is_steered = means.engine.capabilities.is_steerable
        self._sampling = replace(
            task.sampling, seed=derive_seed(task.sampling.seed, task.section.id, number)
        )

    @property
    def fingerprint(self) -> str:
        """What stands for everything this attempt is made from."""
        return request_fingerprint(self._task, self._request(self._sampling))

    def make(self) -> Attempt:
        """Write the text and judge it."""
        task, request = self._task, self._request(self._sampling)
        fingerprint = request_fingerprint(task, request)
        reached = SectionProgress(task.section.id, self._number, task.take, fingerprint)
        if task.begun and task.begun.progress.request == fingerprint:
            request = replace(request, checkpoint=task.begun.progress.checkpoint)
        elif self._number > 1:
            self._keep(reached)

        def keep(checkpoint: Checkpoint, text: str) -> None:
            self._keep(replace(reached, words=count_words(text), checkpoint=checkpoint))

        completion, looped = self._complete(request, self._sink, keep)
        written = judging.read(task, completion, looped=looped)
        if not self._is_guarded(written):
            written = judging.repaired(task, written)
            if self._is_to_be_continued(written):
                written = judging.repaired(task, self._continued(written))
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

    def _continued(self, written: Written) -> Written:
        """Ask for the paragraph that is missing, about the key points that are."""
        task = self._task
        room = task.budget.ceiling - written.words
        note = self._prompts.continuation(
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

    def _complete(
        self,
        request: GenerationRequest,
        sink: Sink,
        keep: Callable[[Checkpoint, str], None] = lambda _checkpoint, _text: None,
    ) -> tuple[Completion, bool]:
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
                keep(event, text)
            else:
                # Stopped by us because of the loop, unless the user asked for it at that moment.
                return event, looped and not self._cancellation.is_cancelled
        raise EngineError("The engine ended without a completion.")
