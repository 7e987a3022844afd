"""What an outline offers to rest on, in the form in which texts are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from gptoss_writer.grounding.comparison import comparable, comparable_form, quotation_key
from gptoss_writer.grounding.mapped import Mapped
from gptoss_writer.grounding.marks import quoted_texts
from gptoss_writer.grounding.prose import blocks
from gptoss_writer.grounding.vocabulary import content_words
from gptoss_writer.outline.models import Outline, Quotation, Section
from gptoss_writer.text import fold

SourceKind = Literal["evidence", "key-point", "expert", "quoted"]
"""`quoted`: words that the outline itself has in quotation marks, in a statistic or a note."""

_KEPT = 8
_SLACK_WORDS = 4
_BREAK = "\n"


@dataclass(frozen=True)
class Source:
    """A text that may be quoted.

    `id` is "2.evidence.3" (section, kind, place; all counted from 1), "expert.1" or "quoted.1".
    `section` is the section's id, None for what belongs to the whole article.
    """

    id: str
    kind: SourceKind
    section: str | None
    text: str
    is_quotation: bool = False
    speaker: str | None = None
    context: str = ""
    """What the outline says around the words: note and source."""
    is_required: bool = False

    @property
    def is_evidence(self) -> bool:
        """Tell whether it is evidence of a section or an expert quotation of the article."""
        return self.kind in {"evidence", "expert"}

    @cached_property
    def form(self) -> Mapped:
        """The text in comparable form, mapped to the text as typed."""
        return comparable_form(Mapped.of(self.text))

    @cached_property
    def key(self) -> str:
        """The comparable form without a comma or full stop at the end."""
        return quotation_key(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the words that carry content."""
        return frozenset(content_words(self.form.text))


@dataclass(frozen=True)
class Sources:
    """All sources of an outline, and the whole of its text."""

    items: tuple[Source, ...]
    whole: str
    """Every text of the outline in comparable form, one to a line."""
    typed: str
    """The same as typed."""

    @cached_property
    def small(self) -> str:
        """The whole text in small letters."""
        return self.whole.casefold()

    def of_section(self, section: str | None) -> tuple[Source, ...]:
        """List what a section may quote: its evidence, its key points, expert quotations."""
        return tuple(item for item in self.items if item.section in {section, None})

    def nearest(self, text: str, section: str | None) -> Source | None:
        """Find the evidence that shares the most words of content with a text.

        The section's own evidence and the expert quotations win between equals; None where
        nothing is shared.
        """
        stems = frozenset(content_words(fold(text)))
        best, best_score = None, 0.0
        for item in self.items:
            if not item.is_evidence or not item.stems:
                continue
            shared = len(stems & item.stems)
            is_own = item.section in {section, None}
            score = (shared + 0.5 * is_own) / (len(item.stems) + _SLACK_WORDS) if shared else 0.0
            if score > best_score:
                best, best_score = item, score
        return best


@lru_cache(maxsize=_KEPT)
def sources_of(outline: Outline) -> Sources:
    """Collect the sources of an outline; kept, since every check of a section asks."""
    items = [
        item
        for number, section in enumerate(outline.sections, start=1)
        for item in _of_section(number, section)
    ]
    items += [
        _quotation(f"expert.{number}", "expert", None, quotation)
        for number, quotation in enumerate(outline.elements.quotes, start=1)
    ]
    items += [
        Source(f"quoted.{number}", "quoted", None, text)
        for number, text in enumerate(_quoted_elsewhere(outline), start=1)
    ]
    typed = tuple(texts_of(outline))
    return Sources(tuple(items), _BREAK.join(map(comparable, typed)), _BREAK.join(typed))


def _quoted_elsewhere(outline: Outline) -> Iterator[str]:
    """Give what stands in quotation marks in texts that are no sources themselves."""
    strategy, elements = outline.strategy, outline.elements
    texts = (
        *(outline.title, outline.description, strategy.angle, strategy.audience, strategy.value),
        *(strategy.approach, *elements.statistics, *elements.examples, *elements.takeaways),
        *(text for section in outline.sections for text in (section.title, section.notes)),
    )
    for text in _present(texts):
        for block in blocks(text):
            yield from (quoted.text for quoted in quoted_texts(block))


def _of_section(number: int, section: Section) -> Iterator[Source]:
    for place, item in enumerate(section.evidence, start=1):
        name = f"{number}.evidence.{place}"
        if isinstance(item, Quotation):
            yield _quotation(name, "evidence", section.id, item)
        else:
            context = item.source or ""
            yield Source(name, "evidence", section.id, item.fact, context=context)
    for place, point in enumerate(section.key_points, start=1):
        yield Source(f"{number}.key-point.{place}", "key-point", section.id, point.text)


def _quotation(name: str, kind: SourceKind, section: str | None, item: Quotation) -> Source:
    return Source(
        id=name,
        kind=kind,
        section=section,
        text=item.quote,
        is_quotation=True,
        speaker=item.speaker,
        context=" ".join(filter(None, (item.note, item.source))),
        is_required=item.required,
    )


def texts_of(outline: Outline) -> Iterator[str]:
    """Give every text of an outline: titles, strategy, sections, elements, tags."""
    strategy, elements = outline.strategy, outline.elements
    yield from _present((outline.title, outline.description, *outline.tags))
    yield from _present((strategy.angle, strategy.audience, strategy.value, strategy.approach))
    for section in outline.sections:
        yield from _present((section.title, section.notes))
        yield from (point.text for point in section.key_points)
        for item in section.evidence:
            yield item.text
            yield from _present((item.source, item.url))
            if isinstance(item, Quotation):
                yield from _present((item.speaker, item.note))
    yield from (*elements.statistics, *elements.examples, *elements.takeaways)
    for quotation in elements.quotes:
        yield quotation.quote
        yield from _present((quotation.speaker, quotation.source, quotation.url, quotation.note))


def _present(texts: Iterable[str | None]) -> Iterator[str]:
    return (text for text in texts if text)
