"""How many tokens a run needs, counted from its prompts before any weights are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gptoss_writer.drafting import policy
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.engine.interface import Engine, TokenLimits
from gptoss_writer.errors import UsageError
from gptoss_writer.harmony.messages import Conversation, ReasoningEffort
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.outline.models import DEFAULT_TOLERANCE, Section
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.rendering import PromptWriter, RetryReason, SectionPrompt

DIGEST_TOKENS = 160
"""Room kept for the digest of earlier sections; what needs more of it is left out."""

FINDINGS_TOKENS = 120
"""Room kept for the findings that a retry's note names; where they need more they are left out."""

_RETRIES: tuple[RetryReason, ...] = ("length", "cut", "empty", "looping", "findings")
_MANY_WORDS = 100_000
_STEP_TOKENS = 256


@dataclass(frozen=True, slots=True)
class SectionSize:
    """Tokens of one section: its own prompt without a digest, and the limits of its text.

    `continuation_tokens` is the room for what asks to go on with a text that is too short, with
    that text; 0 where the engine is steered and no text is.
    """

    section_id: str
    suffix_tokens: int
    notes_tokens: int
    continuation_tokens: int
    limits: TokenLimits


@dataclass(frozen=True, slots=True)
class RunSize:
    """Tokens of a run: the prefix, evaluated once, and what each section adds."""

    prefix_tokens: int
    sections: tuple[SectionSize, ...]
    context_tokens: int

    def limits(self, section_id: str) -> TokenLimits:
        """Give the limits of a section's text; `KeyError` where it is not part of the run."""
        return {size.section_id: size.limits for size in self.sections}[section_id]

    def notes_room(self, section_id: str) -> int:
        """Give the most tokens the notes of a retry may have."""
        return {size.section_id: size.notes_tokens for size in self.sections}[section_id]

    def suffix_room(self, section_id: str) -> int:
        """Give the most tokens a section's suffix may have with its digest."""
        sizes = {size.section_id: size for size in self.sections}
        return sizes[section_id].suffix_tokens + DIGEST_TOKENS


def size_run(  # noqa: PLR0913 - each is one fact of the sum
    jobs: Sequence[SectionJob],
    prompts: PromptWriter,
    engine: Engine,
    *,
    effort: ReasoningEffort,
    analysis_tokens: int | None = None,
    context_tokens: int | None = None,
    because: str = "",
    tolerance: float = DEFAULT_TOLERANCE,
) -> RunSize:
    """Count what a run needs; `context_tokens` is the size the user asked for, if any.

    The context holds the prefix, and of one section at a time: its suffix with a digest, the
    notes of a retry and of a continuation, and its text up to the limits. Raises `UsageError`
    where a section does not fit the size asked for or the length the model was trained on.
    """
    prefix = engine.count_tokens((prompts.shared_prefix,))[0]
    sections = tuple(
        _size_section(job, prompts, engine, effort, analysis_tokens, because, tolerance)
        for job in jobs
    )
    needs = {
        size.section_id: prefix
        + size.suffix_tokens
        + DIGEST_TOKENS
        + size.notes_tokens
        + size.continuation_tokens
        + size.limits.analysis
        + size.limits.final
        + engine.overhead_tokens(size.limits)
        for size in sections
    }
    needed = -(-max(needs.values(), default=prefix) // _STEP_TOKENS) * _STEP_TOKENS
    trained = engine.identity.context_length
    _require_fit(needs, context_tokens, trained)
    return RunSize(prefix, sections, context_tokens or needed)


def _size_section(  # noqa: PLR0913, PLR0917 - the private half of `size_run`
    job: SectionJob,
    prompts: PromptWriter,
    engine: Engine,
    effort: ReasoningEffort,
    analysis_tokens: int | None,
    because: str,
    tolerance: float,
) -> SectionSize:
    section_id = job.section.id
    suffix = prompts.section(section_id, Digest()).section_suffix
    asked: Conversation = ()
    if because:
        asked = prompts.note(section_id, "asked", because=because)
    notes = [
        (*asked, *prompts.note(section_id, reason, written=written))
        for reason in _RETRIES
        for written in (0, _MANY_WORDS)
    ]
    suffix_tokens, *notes_tokens = engine.count_tokens((suffix, *notes))
    is_steered = engine.capabilities.is_steerable
    limits = policy.token_limits(
        effort,
        job.section.budget_within(tolerance),
        tokens_per_word(suffix, engine),
        analysis_tokens,
        is_steered=is_steered,
    )
    return SectionSize(
        section_id,
        suffix_tokens,
        max(notes_tokens) + FINDINGS_TOKENS,
        0 if is_steered else _continuation_tokens(job.section, prompts, engine) + limits.final,
        limits,
    )


def _continuation_tokens(section: Section, prompts: PromptWriter, engine: Engine) -> int:
    """Count what asks for a continuation about every key point, without the text so far."""
    points = [point.text for point in section.key_points]
    note = prompts.continuation("", written=_MANY_WORDS, words=_MANY_WORDS, points=points)
    return engine.count_tokens((note,))[0]


def tokens_per_word(conversation: Conversation, engine: Engine) -> float:
    """Measure how many tokens a word of this material has in the model's vocabulary.

    About 1.4 for English in gpt-oss's own vocabulary; more for small ones and other scripts.
    """
    text = " ".join(message.content for message in conversation)
    tokens = engine.count_tokens(((user_message(text),),))[0]
    return max(1.3, tokens / max(1, len(text.split())))


def _require_fit(needs: Mapping[str, int], wanted: int | None, trained: int) -> None:
    for section_id, tokens in needs.items():
        if wanted is not None and tokens > wanted:
            raise UsageError(
                f'Section "{section_id}" needs {tokens} tokens of context, and --context allows '
                f"{wanted}.",
                "Leave --context out to use what the outline needs, or shorten the section.",
            )
        if trained and tokens > trained:
            raise UsageError(
                f'Section "{section_id}" needs {tokens} tokens of context, and the model was '
                f"trained for {trained}.",
                "Split the section in two, or shorten its evidence.",
            )
    if wanted is not None and trained and wanted > trained:
        raise UsageError(
            f"--context {wanted} is more than the {trained} tokens the model was trained for.",
            "Leave --context out to use what the outline needs.",
        )


def fitting_prompt(
    prompts: PromptWriter, section_id: str, digest: Digest, engine: Engine, room: int
) -> SectionPrompt:
    """Render a section's prompt with as much of its digest as there is room for.

    The quotations used already are left out first, the ending of the section before next.
    """
    for part in (digest, Digest(previous_ending=digest.previous_ending)):
        prompt = prompts.section(section_id, part)
        if engine.count_tokens((prompt.section_suffix,))[0] <= room:
            return prompt
    return prompts.section(section_id, Digest())
