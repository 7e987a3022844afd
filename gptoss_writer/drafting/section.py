"""One section: attempts, one after the other, until one is good or there are no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gptoss_writer.draft import Attempt, Sampling, TokenUsage
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.cleaning import clean, trim_to_sentence
from gptoss_writer.drafting.defects import LoopWatch, find_defects
from gptoss_writer.drafting.guarding import make_guard
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    Engine,
    GenerationRequest,
    Prefill,
    Retraction,
    StopReason,
    TokenEvent,
    TokenLimits,
    Usage,
)
from gptoss_writer.errors import EngineError
from gptoss_writer.events import (
    AttemptRejected,
    SectionReading,
    SectionRetraction,
    SectionStarted,
    SectionText,
    Sink,
)
from gptoss_writer.grounding.scorecard import check_section
from gptoss_writer.harmony.messages import Channel, Conversation
from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.prompt.rendering import PromptWriter, SectionPrompt
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.interface import Constraint
from gptoss_writer.sampling.params import SamplingParams, derive_seed
from gptoss_writer.text import count_words, strip_controls


@dataclass(frozen=True, slots=True)
class SectionTask:
    """All that one section's attempts are made from.

    `seed` names the draw of this section; each attempt derives its own from it. `fingerprint`
    goes into the records. `because` is a person's reason for asking for another text.
    `material` is the section with the article-wide elements that were given to it; `budget` is
    its band and `rule` where in it the text should end. The notes of a retry have `notes_tokens`
    of room.
    """

    job: SectionJob
    of: int
    prompt: SectionPrompt
    limits: TokenLimits
    notes_tokens: int
    outline: Outline
    material: Section
    budget: WordBudget
    rule: BudgetRule
    sampling: SamplingParams
    effort: str
    model: str
    fingerprint: str
    because: str = ""


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
    section = task.job.section
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
                task.job.reason,
            )
        )
        attempt = _attempt(task, number, (*asked, *retry), engine, cancellation, sink)
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
    section_id, reason = task.job.section.id, policy.retry_reason(attempt)
    written = policy.written_words(attempt)
    for most in range(policy.MOST_NAMED, 0, -1):
        problems = policy.named_problems(attempt, most)
        note = prompts.note(section_id, reason, written=written, because=problems)
        if not problems or engine.count_tokens(((*asked, *note),))[0] <= task.notes_tokens:
            return note
    return prompts.note(section_id, reason, written=written)


def _attempt(
    task: SectionTask,
    number: int,
    notes: Conversation,
    engine: Engine,
    cancellation: Cancellation,
    sink: Sink,
) -> Attempt:
    prompt = task.prompt
    sampling = SamplingParams(
        temperature=task.sampling.temperature,
        top_p=task.sampling.top_p,
        top_k=task.sampling.top_k,
        min_p=task.sampling.min_p,
        seed=derive_seed(task.sampling.seed, task.job.section.id, number),
    )
    request = GenerationRequest(
        parts=SectionPrompt(prompt.shared_prefix, prompt.section_suffix, notes).parts,
        limits=task.limits,
        sampling=sampling,
        cancellation=Cancellation(parent=cancellation),
        constraint=_constraint(task, engine),
    )
    completion, looped = _complete(engine, request, task.job.section.id, sink)
    # Stopped by us because of the loop, unless the user asked for it at the same moment.
    looped = looped and not cancellation.is_cancelled
    return _judge(task, sampling, completion, looped=looped)


def _constraint(task: SectionTask, engine: Engine) -> Constraint | None:
    if not engine.capabilities.is_steerable:
        return None
    return make_guard(task.material, task.outline, task.rule)


def _complete(
    engine: Engine, request: GenerationRequest, section_id: str, sink: Sink
) -> tuple[Completion, bool]:
    """Run a request to its completion; stop it where its text has plainly become a loop."""
    watch, text = LoopWatch(), ""
    looped = False
    for event in engine.generate(request):
        if isinstance(event, TokenEvent):
            is_final = event.channel is Channel.FINAL
            sink(
                SectionText(
                    section_id, "writing" if is_final else "thinking", event.text, event.index
                )
            )
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
        else:
            return event, looped
    raise EngineError("The engine ended without a completion.")


def _judge(
    task: SectionTask, sampling: SamplingParams, completion: Completion, *, looped: bool
) -> Attempt:
    """Clean the text, measure it and say what was found."""
    section, budget = task.job.section, task.budget
    stop: StopReason = "length" if looped else completion.stop
    # Records are UTF-8 text; an engine that is not ours may hand over what has no such form.
    raw, analysis = strip_controls(completion.final), strip_controls(completion.analysis)
    text = clean(completion.final, title=section.title)
    if stop == "length":
        text = trim_to_sentence(text, budget)
    words = count_words(text)
    findings = (
        *find_defects(text, analysis=analysis),
        *policy.length_findings(words, budget, stop, looped=looped),
        *map(policy.named, check_section(section, text, task.outline)),
    )
    is_flawed = any(map(policy.is_serious, findings))
    return Attempt(
        section_id=section.id,
        text=text,
        words=words,
        verdict="interrupted" if stop == "cancelled" else "flawed" if is_flawed else "good",
        analysis=analysis,
        raw=raw if raw.strip() != text else "",
        findings=findings,
        usage=token_usage(completion.usage),
        sampling=Sampling(
            effort=task.effort,
            seed=sampling.seed,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            min_p=sampling.min_p,
        ),
        model=task.model,
        fingerprint=task.fingerprint,
        because=task.because,
    )


def token_usage(usage: Usage) -> TokenUsage:
    """Keep of an engine's usage what goes into records and reports."""
    return TokenUsage(
        prompt=usage.prompt,
        cached=usage.cached,
        evaluated=usage.evaluated,
        analysis=usage.analysis,
        final=usage.final,
        seconds=usage.seconds,
    )
