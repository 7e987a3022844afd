"""Rules about budgets: what adds up, what can be read in time, what fits into a section."""

from __future__ import annotations

from collections.abc import Iterator

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.rules.rule import Linted, Remark, rule
from gptoss_writer.text import count_words

TOTAL_SLACK = 0.02
"""A stated total is often rounded: 1,500 for 1,480."""
USUAL_PACE = (200, 250)
"""Words that a reader takes in per minute, where the outline does not say."""
MINUTE_SLACK = 0.4
"""Stated minutes are rounded to whole ones."""
FEWEST_WORDS = 40
MOST_WORDS = 1200
WORDS_PER_KEY_POINT = 25
QUOTED_SHARE = 3
NARROWEST_RANGE = 10


@rule(
    Explanation(
        "OL201",
        "budget-total",
        severity="warning",
        is_fixable=True,
        means="The budgets of the sections do not add up to the total that the outline states. "
        "Two in a hundred are let pass, because totals are often rounded.",
        why="The budgets win: the article gets as long as they say, and not as long as you told "
        "your editor.",
        bad="""\
title: Tides
total_words: 400
sections:
  - {title: Shores, words: 150}
  - {title: Bays, words: 150}
""",
        good="""\
title: Tides
total_words: 400
sections:
  - {title: Shores, words: 200}
  - {title: Bays, words: 200}
""",
    )
)
def budget_total(linted: Linted) -> Iterator[Remark]:
    """Compare the sum of the budgets with the stated total."""
    stated, budgets = linted.outline.total_words, linted.outline.budget_words
    if stated is None or abs(stated - budgets) <= stated * TOTAL_SLACK:
        return
    side = "fewer" if budgets < stated else "more"
    yield Remark(
        ("total_words",),
        f"the budgets add up to {budgets:,} words, {abs(stated - budgets):,} {side} than the "
        f"{stated:,} stated here",
        "Change this total or the budgets; `check --fix` scales the budgets to it.",
    )


@rule(
    Explanation(
        "OL202",
        "reading-time",
        severity="warning",
        means="The budgets make an article that is read faster or slower than the outline states. "
        "Where it gives no `words_per_minute`, 200 to 250 are taken.",
        why="Sites print the reading time beside the title. A reader who was promised four "
        "minutes leaves after four minutes.",
        bad="""\
title: Tides
reading_minutes: 4
sections:
  - {title: Shores, words: 300}
  - {title: Bays, words: 300}
""",
        good="""\
title: Tides
reading_minutes: 3
sections:
  - {title: Shores, words: 300}
  - {title: Bays, words: 300}
""",
    )
)
def reading_time(linted: Linted) -> Iterator[Remark]:
    """Compare the sum of the budgets with what can be read in the stated minutes."""
    outline = linted.outline
    minutes, words = outline.reading_minutes, outline.budget_words
    if minutes is None:
        return
    slow, fast = sorted(outline.words_per_minute or USUAL_PACE)
    slack = MINUTE_SLACK if minutes.is_integer() else 0.0
    fewest, most = minutes * slow, minutes * fast
    if (minutes - slack) * slow <= words <= (minutes + slack) * fast:
        return
    missing = fewest - words
    cure = f"Plan {missing:,.0f} words more" if missing > 0 else f"Plan {words - most:,.0f} fewer"
    time = _minutes(words / ((slow + fast) / 2))
    yield Remark(
        ("reading_minutes",),
        f"{words:,} words are read in {_between(words / fast, words / slow)} minutes, not in "
        f"{minutes:g}: at {_pace(slow, fast)} words a minute that takes "
        f"{_between(fewest, most)} words",
        f"{cure}, or state {time}.",
    )


def _between(low: float, high: float) -> str:
    texts = [f"{round(value, 1):,}".removesuffix(".0") for value in (low, high)]
    return texts[0] if texts[0] == texts[1] else " to ".join(texts)


def _pace(slow: int, fast: int) -> str:
    return f"{slow:,}" if slow == fast else f"{slow:,} to {fast:,}"


def _minutes(minutes: float) -> str:
    rounded = max(0.5, round(minutes * 2) / 2)
    return f"{rounded:g} minute" + ("" if rounded == 1 else "s")


@rule(
    Explanation(
        "OL203",
        "tiny-budget",
        severity="warning",
        means="A section has fewer than 40 words.",
        why="That is two sentences: too short for a heading of its own, and its band of ±10 % is "
        "a few words wide, so that hardly any sentence ends inside it.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 25}\n",
        good="title: Tides\nsections:\n  - {title: Shores, words: 80}\n",
    )
)
def tiny_budget(linted: Linted) -> Iterator[Remark]:
    """Find budgets under 40 words."""
    for index, section in enumerate(linted.outline.sections):
        if section.words < FEWEST_WORDS:
            yield Remark(
                ("sections", index, "words"),
                f"{section.words} words are too few for a section",
                f"Give it at least {FEWEST_WORDS}, or join it with a neighbour.",
            )


@rule(
    Explanation(
        "OL204",
        "huge-budget",
        severity="warning",
        means="A section has more than 1,200 words.",
        why="The model writes a section in one go. Over such a length it begins to repeat itself, "
        "and a reader wants a heading long before.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 2000}\n",
        good="title: Tides\nsections:\n  - {title: Shores, words: 1000}\n"
        "  - {title: Bays, words: 1000}\n",
    )
)
def huge_budget(linted: Linted) -> Iterator[Remark]:
    """Find budgets over 1,200 words."""
    for index, section in enumerate(linted.outline.sections):
        if section.words > MOST_WORDS:
            yield Remark(
                ("sections", index, "words"),
                f"{section.words:,} words are too many for one section",
                f"Divide it into sections of at most {MOST_WORDS:,} words.",
            )


@rule(
    Explanation(
        "OL205",
        "crowded-section",
        severity="warning",
        means="A section has more than one key point for every 25 words of its budget.",
        why="Twenty-five words are one sentence and a half. With less room, points are listed "
        "and not made, or left out.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 60
    key_points: [The moon pulls., The sun helps., The sea follows., The shore resists.]
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 60
    key_points: [The moon pulls and the sun helps., The sea follows.]
""",
    )
)
def crowded_section(linted: Linted) -> Iterator[Remark]:
    """Find sections with more key points than their budget has room for."""
    for index, section in enumerate(linted.outline.sections):
        points = len(section.key_points)
        # One point alone crowds nothing; a budget too small for it is OL203's.
        if points > 1 and points * WORDS_PER_KEY_POINT > section.words:
            wanted = points * WORDS_PER_KEY_POINT
            yield Remark(
                ("sections", index, "words"),
                f"{points} key points in {section.words} words leave "
                f"{section.words // points} words for each",
                f"Give the section {wanted} words, or keep "
                f"{max(1, section.words // WORDS_PER_KEY_POINT)} of the points."
                if section.words >= WORDS_PER_KEY_POINT
                else f"Give the section {max(FEWEST_WORDS, wanted)} words.",
            )


@rule(
    Explanation(
        "OL206",
        "mostly-quoted",
        severity="warning",
        means="The quotations that are required take more than a third of a section's budget.",
        why="What is left is too little to say who speaks and why it matters. The section "
        "becomes a list of quotations.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 40
    evidence:
      - quote: The sea comes in and takes the road, and gives it back to us twice every day.
        speaker: A. Keeper
        required: true
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 120
    evidence:
      - quote: The sea comes in and takes the road, and gives it back to us twice every day.
        speaker: A. Keeper
        required: true
""",
    )
)
def mostly_quoted(linted: Linted) -> Iterator[Remark]:
    """Find sections whose required quotations take more than a third of the budget."""
    for index, section in enumerate(linted.outline.sections):
        quoted = sum(count_words(item.quote) for item in section.quotations if item.required)
        if quoted * QUOTED_SHARE > section.words:
            yield Remark(
                ("sections", index, "words"),
                f"the required quotations take {quoted} of this section's {section.words} words",
                f"Give the section at least {quoted * QUOTED_SHARE} words, or require fewer.",
            )


@rule(
    Explanation(
        "OL207",
        "narrow-range",
        severity="warning",
        means="A budget is given as a range of fewer than ten words.",
        why="A section ends with a whole sentence. Where only a few lengths are allowed, the last "
        "sentence is written again and again until one fits.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 200-204}\n",
        good="title: Tides\nsections:\n  - {title: Shores, words: 190-215}\n",
    )
)
def narrow_range(linted: Linted) -> Iterator[Remark]:
    """Find ranges in which hardly any sentence can end."""
    for index, section in enumerate(linted.outline.sections):
        if section.band and section.band[1] - section.band[0] < NARROWEST_RANGE:
            low, high = section.band
            yield Remark(
                ("sections", index, "words"),
                f"between {low} and {high} words hardly any sentence ends",
                f"Allow at least {NARROWEST_RANGE} words between the two, or give one number.",
            )
