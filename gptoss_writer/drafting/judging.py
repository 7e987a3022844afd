"""From what an engine wrote to an attempt: cleaned, mended where nobody guarded it, judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gptoss_writer.draft import Attempt, Finding, Sampling, Steering, TokenUsage
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.cleaning import clean, trim_to_sentence
from gptoss_writer.drafting.conditions import drawn_under
from gptoss_writer.drafting.defects import find_defects
from gptoss_writer.drafting.repair import repair_quotations
from gptoss_writer.drafting.shortening import shorten
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import Completion, StopReason, Usage
from gptoss_writer.grounding.facts import known_facts
from gptoss_writer.grounding.ledger import coverage
from gptoss_writer.grounding.passages import read_passage
from gptoss_writer.grounding.scorecard import check_section
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.text import count_words, strip_controls


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one generation, or of one and its continuation.

    `text` is the cleaned body, `raw` all that the model wrote. `looped`: it was stopped because
    it had become a loop. `steering` is None where no guard was. `repairs` say what was done to its
    quotations.
    """

    text: str
    raw: str
    analysis: str
    stop: StopReason
    usage: Usage
    looped: bool = False
    steering: Steering | None = None
    repairs: tuple[Finding, ...] = ()

    @property
    def words(self) -> int:
        """How many words the text has."""
        return count_words(self.text)


def read(task: SectionTask, completion: Completion, *, looped: bool) -> Written:
    """Clean what an engine wrote; one that was cut off ends with a sentence."""
    stop: StopReason = "length" if looped else completion.stop
    text = _clean(task, completion.final)
    if stop == "length":
        text = trim_to_sentence(text, task.budget)
    # Records are UTF-8 text; an engine that is not ours may hand over what has no such form.
    raw, analysis = strip_controls(completion.final), strip_controls(completion.analysis)
    return Written(text, raw, analysis, stop, completion.usage, looped, completion.steering)


def _clean(task: SectionTask, text: str) -> str:
    return clean(text, title=task.section.title, known=sources_of(task.outline).typed)


def joined(first: Written, second: Written) -> Written:
    """Put a continuation behind a text as a paragraph of its own."""
    return Written(
        text=_behind(first.text, second.text),
        raw=_behind(first.raw, second.raw),
        analysis=_behind(first.analysis, second.analysis),
        stop=second.stop,
        usage=first.usage + second.usage,
        looped=second.looped,
        repairs=first.repairs,
    )


def _behind(first: str, second: str) -> str:
    return "\n\n".join(filter(None, (first.strip("\n"), second.strip("\n"))))


def repaired(task: SectionTask, written: Written) -> Written:
    """Mend a text that was not written under a guard: its quotations, and what is too long."""
    mended = repair_quotations(written.text, task.section, task.outline)
    text = shorten(mended.text, task.section, task.material, task.outline, task.budget)
    return replace(
        written,
        text=_clean(task, text),
        repairs=(*written.repairs, *mended.findings),
    )


def missing_points(task: SectionTask, text: str) -> tuple[str, ...]:
    """List the key points of a section that its text hardly has."""
    sources, known = sources_of(task.outline), known_facts(task.outline)
    passage = read_passage(text, (0, len(text)), task.section, sources, known)
    return tuple(
        covered.point.text
        for covered in coverage(task.section, passage.vocabulary)
        if not covered.is_covered
    )


def judge(task: SectionTask, sampling: SamplingParams, written: Written) -> Attempt:
    """Measure a text and say what was found."""
    section, text, words = task.section, written.text, written.words
    findings = (
        *find_defects(text, analysis=written.analysis),
        *policy.length_findings(words, task.budget, written.stop, looped=written.looped),
        *written.repairs,
        *map(policy.named, check_section(section, text, task.outline)),
    )
    is_flawed = any(map(policy.is_serious, findings))
    is_stopped = written.stop == "cancelled"
    return Attempt(
        section_id=section.id,
        text=text,
        words=words,
        verdict="interrupted" if is_stopped else "flawed" if is_flawed else "good",
        analysis=written.analysis,
        raw=written.raw if written.raw.strip() != text else "",
        findings=findings,
        usage=token_usage(written.usage),
        steering=written.steering,
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
        model_name=task.model_name,
        made_from=task.made_from,
        conditions=drawn_under(task),
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
