"""Training samples: prompts by the project's own code, and the answers to them, as segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from gptoss_writer.harmony.messages import Control, Conversation, ReasoningEffort, Segment
from gptoss_writer.harmony.rendering import ANALYSIS_HEADER, ANALYSIS_TO_FINAL, render
from gptoss_writer.prompt.digest import Digest, make_digest
from gptoss_writer.prompt.rendering import PromptWriter, RetryReason, nested
from models.demo.answers import Answer, write_answer
from models.demo.inventing import date
from models.demo.lexicon import lines
from models.demo.material import Material, draw_subject
from models.demo.perturbing import draw_templates
from models.demo.phrases import SELDOM

SECTIONS_AN_ARTICLE = 4
_STRANGENESS = ((0.0, 3), (0.15, 3), (0.35, 2), (1.0, 2))
_REASONS: tuple[RetryReason, ...] = ("length", "cut", "looping", "findings", "asked")
_SHARE_WITH_NOTE = 0.12
_SHARE_QUOTED = 0.12


@dataclass(frozen=True, slots=True)
class SectionSample:
    """A section's own part of the prompt, and the answer; the flags tell what is to be learnt."""

    prompt: tuple[Segment, ...]
    answer: tuple[tuple[Segment, bool], ...]


@dataclass(frozen=True, slots=True)
class ArticleSample:
    """What the sections of an article share, and some of its sections."""

    prefix: tuple[Segment, ...]
    sections: tuple[SectionSample, ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """What training text is made of, in shares.

    `dense` of the articles have much material, and of `plans` the plans are to be learnt: much of
    a plan follows from counted words, which a model guesses at best, so that in the end it learns
    little else from them than noise. Of the strange words `seldom` have a token that answers
    otherwise seldom have.
    """

    dense: float = 0.0
    plans: float = 1.0
    seldom: float = SELDOM


PLAIN = Mixture()


def draw_articles(seed: int, mixture: Mixture = PLAIN) -> Iterator[ArticleSample]:
    """Draw samples without end; the same seed gives the same ones."""
    draw = Random(seed)
    while True:
        yield draw_article(
            draw,
            is_dense=bool(mixture.dense) and draw.random() < mixture.dense,
            has_plans=mixture.plans >= 1 or draw.random() < mixture.plans,
            seldom=mixture.seldom,
        )


def draw_article(
    draw: Random,
    *,
    strangeness: float | None = None,
    is_dense: bool = False,
    has_plans: bool = True,
    seldom: float = SELDOM,
) -> ArticleSample:
    """Draw one article's sample; with `has_plans` the plans of its answers are to be learnt."""
    if strangeness is None:
        strangeness = draw.choices(*zip(*_STRANGENESS, strict=True))[0]
    subject = draw_subject(
        draw,
        strangeness=strangeness,
        written=SECTIONS_AN_ARTICLE,
        is_dense=is_dense,
        seldom=seldom,
    )
    writer = PromptWriter(
        subject.outline,
        draw_templates(draw),
        draw.choice(tuple(ReasoningEffort)),
        f"20{draw.randint(24, 39)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
    )
    return ArticleSample(
        render(writer.shared_prefix),
        tuple(_section(writer, material, draw, has_plan=has_plans) for material in subject.written),
    )


def _section(
    writer: PromptWriter, material: Material, draw: Random, *, has_plan: bool
) -> SectionSample:
    section = material.section
    digest, quoted = _digest(writer, material, draw)
    prompt = writer.section(section.id, digest).section_suffix
    again = draw.random() < _SHARE_WITH_NOTE
    note = _note(writer, material, draw) if again else ()
    answer = write_answer(
        material,
        writer.outline.number(section.id),
        len(writer.outline.sections),
        draw=draw,
        again=again,
        quoted=quoted,
    )
    return SectionSample(render((*prompt, *note)), _segments(answer, has_plan=has_plan))


def _segments(answer: Answer, *, has_plan: bool) -> tuple[tuple[Segment, bool], ...]:
    """Mark what is to be learnt.

    An end right behind the plan is. Where a text went on past it, which no prompt foretells,
    neither the separators nor the end are, only the sentences between them.
    """
    header = [(segment, False) for segment in ANALYSIS_HEADER]
    final = [(segment, has_plan and segment is Control.END) for segment in ANALYSIS_TO_FINAL]
    further = [
        part
        for separator, sentence in answer.further
        for part in ((separator, False), (sentence, True))
    ]
    end = [(Control.RETURN, not further)] if answer.ends else []
    return (*header, (answer.plan, has_plan), *final, (answer.text, True), *further, *end)


def _digest(
    writer: PromptWriter, material: Material, draw: Random
) -> tuple[Digest, frozenset[int]]:
    """Make up what the section before said; what it quoted is not to be quoted again."""
    outline = writer.outline
    number = outline.number(material.section.id)
    if number == 1:
        return Digest(), frozenset()
    previous = outline.sections[number - 2]
    text = _ending(draw, material)
    quotations = material.quotations
    quoted = frozenset(
        index
        for index, quotation in enumerate(quotations)
        if not quotation.required and draw.random() < _SHARE_QUOTED
    )
    said = [f'"{nested(quotations[index].quote)}"' for index in sorted(quoted)]
    digest = make_digest(outline, material.section, {previous.id: "\n\n".join((*said, text))})
    return digest, quoted if digest.quoted_before else frozenset()


def _ending(draw: Random, material: Material) -> str:
    fillers = lines(draw.choice(("fillers_body", "fillers_introduction")))
    if draw.random() < 0.7 or not material.points:
        return draw.choice(fillers)
    return material.points[0].value.text.rstrip(".") + "."


def _note(writer: PromptWriter, material: Material, draw: Random) -> Conversation:
    reason = draw.choice(_REASONS)
    complaints: Sequence[str] = (
        "too dry",
        "Say it more simply.",
        f'The number "{date(draw)}" is not in the outline.',
        f'The name "{draw.choice(lines("surnames"))}" is not in the outline.',
        "The text repeats itself.",
    )
    return writer.note(
        material.section.id,
        reason,
        written=draw.randint(20, 600),
        because=draw.choice(complaints) if reason in ("findings", "asked") else "",
    )
