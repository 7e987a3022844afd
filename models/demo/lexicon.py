"""The word lists and connecting sentences of the recipe, read from `words/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gptoss_writer.prompt.templates import load_templates

WORDS = Path(__file__).with_name("words")
ENDS = "seldom_ends"
"""The list of pieces that are no words."""
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_TAGS = re.compile(r"\{[{%#].*?[}%#]\}|\{\w+\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Verb:
    """The five forms of a regular or irregular verb."""

    base: str
    third: str
    past: str
    participle: str
    gerund: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject and the terms its people use."""

    subject: str
    terms: tuple[str, ...]


@cache
def lines(name: str) -> tuple[str, ...]:
    """Read a list, one entry a line; lines that begin with "# " are remarks.

    Spaces at a line's start belong to the entry (a unit such as " km" has one).
    """
    text = (WORDS / f"{name}.txt").read_text("utf-8")
    return tuple(
        line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("# ")
    )


@cache
def split_lines(name: str) -> tuple[str, ...]:
    """Read a list whose lines have many entries each."""
    return tuple(word for line in lines(name) for word in line.split())


@cache
def all_words() -> tuple[str, ...]:
    """Give every word of the lists and of the project's templates, each once, in small letters.

    Not the list of ends of words. Drawn alike, each is met often.
    """
    names = sorted(path.stem for path in WORDS.iterdir())
    texts = ["\n".join(lines(name)) for name in names if name != ENDS]
    texts += load_templates().sources.values()
    return tuple(
        sorted({word for text in texts for word in _WORDS.findall(_TAGS.sub(" ", text).lower())})
    )


@cache
def verbs() -> tuple[Verb, ...]:
    """Read the verbs."""
    return tuple(Verb(*line.split()) for line in lines("verbs"))


@cache
def topics() -> tuple[Topic, ...]:
    """Read the topics: `subject: term, term, ...`."""
    parts = (line.partition(":") for line in lines("topics"))
    return tuple(
        Topic(subject.strip(), tuple(term.strip() for term in terms.split(",") if term.strip()))
        for subject, _, terms in parts
    )
