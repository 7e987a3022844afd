"""A section of an article, read once: its sentences, quotations and facts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gptoss_writer.grounding.comparison import comparable
from gptoss_writer.grounding.facts import Fact, KnownFacts, find_facts
from gptoss_writer.grounding.prose import Block, Sentence, blocks
from gptoss_writer.grounding.quotations import JudgedQuotation, judge_quotations
from gptoss_writer.grounding.sources import Sources
from gptoss_writer.grounding.vocabulary import content_words
from gptoss_writer.outline.models import Section


@dataclass(frozen=True)
class Passage:
    """What stands in one stretch of a text, from `start` to `end`.

    `section` is None where the stretch belongs to no section of the outline.
    """

    section: Section | None
    start: int
    end: int
    blocks: tuple[Block, ...]
    quotations: tuple[JudgedQuotation, ...]
    facts: tuple[Fact, ...]

    @property
    def section_id(self) -> str | None:
        """The id of the section, None without one."""
        return self.section.id if self.section else None

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences outside of headings."""
        return tuple(
            sentence
            for block in self.blocks
            if block.kind != "heading"
            for sentence in block.sentences
        )

    @cached_property
    def stems(self) -> tuple[frozenset[str], ...]:
        """For each sentence, the stems of its words of content."""
        return tuple(
            frozenset(content_words(comparable(sentence.text))) for sentence in self.sentences
        )

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all sentences and headings."""
        in_headings = (
            content_words(block.comparable.text) for block in self.blocks if block.kind == "heading"
        )
        return frozenset().union(*self.stems, *in_headings)


def read_passage(
    text: str,
    place: tuple[int, int],
    section: Section | None,
    sources: Sources,
    known: KnownFacts,
) -> Passage:
    """Read the stretch (start, end) of a Markdown text as a section."""
    start, end = place
    found = blocks(text, start, end)
    name = section.id if section else None
    quotations = judge_quotations(found, sources, name)
    return Passage(section, start, end, found, quotations, find_facts(found, known))
