"""Accept, try again or give up: the rules, without an engine or a disk."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gptoss_writer.draft import Attempt, Finding
from gptoss_writer.engine.interface import StopReason, TokenLimits
from gptoss_writer.grounding.findings import TextFinding, shortened
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import WordBudget
from gptoss_writer.prompt.rendering import RetryReason
from gptoss_writer.text import count_words

MAX_ATTEMPTS = 3

MOST_NAMED = 3
"""So many findings of a kind are named to the next attempt: more would be read as a new task."""

ANALYSIS_TOKENS = {
    ReasoningEffort.LOW: 512,
    ReasoningEffort.MEDIUM: 1536,
    ReasoningEffort.HIGH: 4096,
}
"""After so many tokens of reasoning it is closed and the text begins. gpt-oss-20b sometimes
reasons for thousands of tokens; at laptop speeds 512 tokens are about a minute."""

_BEGINNING_SHARE = 1 / 3
_FINAL_MARGIN = 1.5
_FINAL_SLACK_TOKENS = 32
_STEERED_MARGIN = 5.0
_UNUSABLE = frozenset({"empty", "looping", "degenerate"})
_UNSUPPORTED = frozenset({"number-unsupported", "name-unsupported", "date-unsupported"})
_QUOTATION_CODES = (
    "quotation-absent",
    "quotation-near",
    "quotation-missing",
    "quotation-unmarked",
)
_MENDABLE = ("attribution-", "leak-", *_QUOTATION_CODES)
_MOST_QUOTED = 40
_MOST_EXCERPT = 60
_MOST_REASONS = 2
_MOST_SAID = 160
_SERIOUS = _UNUSABLE | {"cut", "stopped", "length", *_QUOTATION_CODES}
_LOOPS = frozenset({"stopped", "looping", "degenerate"})


def token_limits(
    effort: ReasoningEffort,
    budget: WordBudget,
    tokens_per_word: float,
    analysis_tokens: int | None = None,
    *,
    is_steered: bool = False,
) -> TokenLimits:
    """Give the limits of one attempt: reasoning by effort, text half as long again as allowed.

    A steered text ends by its words. Its limit is only there for a model whose words do not end,
    and wide enough for noise: random weights draw three times the tokens of prose for a word.
    """
    margin = _STEERED_MARGIN if is_steered else _FINAL_MARGIN
    final = math.ceil(budget.ceiling * tokens_per_word * margin) + _FINAL_SLACK_TOKENS
    analysis = ANALYSIS_TOKENS[effort] if analysis_tokens is None else analysis_tokens
    return TokenLimits(analysis=analysis, final=final)


def length_findings(
    words: int, budget: WordBudget, stop: StopReason, *, looped: bool = False
) -> tuple[Finding, ...]:
    """Say whether a text of so many words keeps its budget and came to its own end.

    `looped`: it was stopped because it had become a loop.
    """
    findings = []
    if looped:
        findings.append(Finding("stopped", "The text began to repeat itself and was stopped."))
    elif stop == "length":
        findings.append(Finding("cut", "The text was cut off at its token limit."))
    if words and not budget.contains(words):
        band = f"{budget.floor} to {budget.ceiling}"
        findings.append(Finding("length", f"{words} words where {band} were wanted."))
    return tuple(findings)


def is_beginning(words: int, budget: WordBudget) -> bool:
    """Tell whether a text is too short, but enough to go on from; less is tried again."""
    return budget.words * _BEGINNING_SHARE <= words < budget.floor


def is_usable(attempt: Attempt) -> bool:
    """Tell whether an attempt may stand in an article at all, if nothing better comes."""
    return attempt.verdict != "interrupted" and not any(
        finding.code in _UNUSABLE for finding in attempt.findings
    )


def is_good(attempt: Attempt) -> bool:
    """Tell whether an attempt is accepted at once."""
    return attempt.verdict == "good"


def named(found: TextFinding) -> Finding:
    """Make a finding that can be read apart from the text: it names the words it is about."""
    if not found.excerpt or found.code in _UNSUPPORTED:
        return Finding(found.code, found.message)
    return Finding(found.code, f'"{shortened(found.excerpt, _MOST_EXCERPT)}": {found.message}')


def is_serious(finding: Finding) -> bool:
    """Tell whether a finding is worth another attempt; the others are for the writer's eye."""
    return (
        finding.code in _SERIOUS
        or finding.code in _UNSUPPORTED
        or finding.code.startswith(("attribution-", "leak-"))
    )


def reason_of(findings: Sequence[Finding]) -> str:
    """Say in a line or two why an attempt was not taken: its serious findings, two at most."""
    serious = [finding for finding in findings if is_serious(finding)]
    said = [shortened(finding.message, _MOST_SAID) for finding in serious[:_MOST_REASONS]]
    left = len(serious) - len(said)
    return " ".join([*said, *([f"And {left} more."] if left else [])])


def best(attempts: Sequence[Attempt], budget: WordBudget) -> int | None:
    """Give the index of the attempt to accept.

    A good one; else, of the usable ones, one inside the band before one outside, then the one
    with the fewest serious findings, then the one nearest the budget. Ties go to the earlier one.
    None: no attempt may stand in the article.
    """
    usable = [index for index, attempt in enumerate(attempts) if is_usable(attempt)]
    if not usable:
        return None

    def order(index: int) -> tuple[bool, bool, int, int]:
        attempt = attempts[index]
        return (
            not is_good(attempt),
            not budget.contains(attempt.words),
            sum(map(is_serious, attempt.findings)),
            budget.distance(attempt.words),
        )

    return min(usable, key=order)


def best_take(takes: Sequence[Attempt], budget: WordBudget) -> int | None:
    """Give the index of the take with the best scorecard; None where none may stand.

    As `best`, but fewer findings of any kind come before the distance from the budget: key points
    that a take leaves out are among them.
    """
    usable = [index for index, attempt in enumerate(takes) if is_usable(attempt)]

    def order(index: int) -> tuple[bool, bool, int, int, int]:
        attempt = takes[index]
        return (
            not is_good(attempt),
            not budget.contains(attempt.words),
            sum(map(is_serious, attempt.findings)),
            len(attempt.findings),
            budget.distance(attempt.words),
        )

    return min(usable, key=order, default=None)


def retry_reason(attempt: Attempt) -> RetryReason:
    """Name what the note for the next attempt has to say."""
    codes = {finding.code for finding in attempt.findings}
    if codes & _LOOPS:
        return "looping"
    if "empty" in codes:
        return "empty"
    if "cut" in codes:
        return "cut"
    return "length" if "length" in codes else "findings"


def named_problems(attempt: Attempt, most: int = MOST_NAMED) -> str:
    """Name what the next attempt has to mend, on one line; "" where there is nothing to name.

    First what is wrong with quotations, then the facts that nobody gave; at most so many of each.
    """
    serious = [finding for finding in attempt.findings if is_serious(finding)]
    strange = [_quoted(item) for item in serious if item.code in _UNSUPPORTED]
    others = [item.message for item in serious if item.code.startswith(_MENDABLE)]
    parts = others[:most]
    if strange:
        parts.append(f"The outline does not have: {', '.join(strange[:most])}.")
    return " ".join(parts)


def _quoted(finding: Finding) -> str:
    """Give what a message of grounding quotes: the number, date or name itself."""
    return '"' + finding.message.partition('"')[2].partition('"')[0][:_MOST_QUOTED] + '"'


def written_words(attempt: Attempt) -> int:
    """Count the words that the note for the next attempt has to name.

    Of a text that was cut off these are all that the model wrote; `Attempt.words` counts what was
    left after it was trimmed to a sentence end, which may even keep the budget.
    """
    is_cut = any(finding.code == "cut" for finding in attempt.findings)
    return count_words(attempt.raw) if is_cut and attempt.raw else attempt.words
