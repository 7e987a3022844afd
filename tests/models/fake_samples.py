"""A few made-up articles in the form of training samples, quick to draw."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from gptoss_writer.harmony.messages import Control, Segment
from models.demo.samples import ArticleSample, SectionSample

WORDS = re.findall(
    r"\w+",
    "the model reads an outline and writes a section of plain text about pipes and numbers for "
    "every reader who asks what it costs and how long it takes to learn this skill by heart",
)


def draw_fake_articles(seed: int) -> Iterator[ArticleSample]:
    """Draw articles whose answers repeat what the prompt quotes."""
    draw = Random(seed)
    while True:
        facts = tuple(_sentence(draw) for _ in range(6))
        sections = tuple(_section(draw, facts) for _ in range(draw.randint(1, 3)))
        yield ArticleSample(_message("system", "Facts:\n" + "\n".join(facts)), sections)


def _section(draw: Random, facts: tuple[str, ...]) -> SectionSample:
    asked = draw.sample(facts, draw.randint(1, 2))
    quotations = "\n".join(f"[Q{n}] “{fact}”" for n, fact in enumerate(asked, 1))
    answer = "\n\n".join(f'One said "{fact}" and left.' for fact in asked)
    return SectionSample(
        (*_message("user", quotations), Control.START),
        (("assistant", False), (Control.MESSAGE, False), (answer, True), (Control.RETURN, True)),
    )


def _message(role: str, text: str) -> tuple[Segment, ...]:
    return (Control.START, role, Control.MESSAGE, text, Control.END)


def _sentence(draw: Random) -> str:
    words = [draw.choice(WORDS) for _ in range(draw.randint(4, 9))]
    words.insert(2, draw.choice(WORDS).capitalize() + "x")
    return f"{' '.join(words).capitalize()}, {draw.randint(2, 9999)}."
