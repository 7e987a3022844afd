"""What a rule is: an explanation, and a function that looks at an outline and remarks on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.models import Outline, Quotation
from gptoss_writer.outline.reading import OutlineFile
from gptoss_writer.outline.rules.sameness import Shared, Words, plain_words, shared_words
from gptoss_writer.outline.source import Loc, Source, Span

_VALUE_LINES = 60
"""Lines that one value is taken to have at most."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule has to say about one place: at `loc`, or at `span` where that is given."""

    loc: Loc
    message: str
    hint: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A piece of evidence: its place, its section's index (None: the article), its words."""

    loc: Loc
    section: int | None
    words: Words


@dataclass(frozen=True)
class Linted:
    """An outline under the linter's eye, with its file."""

    file: OutlineFile

    @property
    def outline(self) -> Outline:
        """The outline itself."""
        return self.file.outline

    @cached_property
    def source(self) -> Source:
        """The lines of its file."""
        return Source.of(str(self.file.path), self.file.text)

    @cached_property
    def texts(self) -> tuple[tuple[Loc, str], ...]:
        """Every text of the outline with its place, in the order of the outline."""
        return tuple(_texts(self.outline.model_dump(exclude={"lint"}), ()))

    @cached_property
    def evidence(self) -> tuple[EvidenceItem, ...]:
        """All evidence of the sections, then the article-wide quotations."""
        sections = tuple(
            EvidenceItem(("sections", number, "evidence", index), number, plain_words(item.text))
            for number, section in enumerate(self.outline.sections)
            for index, item in enumerate(section.evidence)
        )
        return sections + tuple(
            EvidenceItem(("elements", "quotes", index), None, plain_words(item.quote))
            for index, item in enumerate(self.outline.elements.quotes)
        )

    @cached_property
    def shared(self) -> tuple[Shared, ...]:
        """Which items of `evidence` have the same words, by their indices."""
        return tuple(shared_words(item.words for item in self.evidence))

    @property
    def quotations(self) -> Iterator[tuple[Loc, Quotation]]:
        """Every quotation with its place: those of the sections, then the article-wide ones."""
        for number, section in enumerate(self.outline.sections):
            for index, item in enumerate(section.evidence):
                if isinstance(item, Quotation):
                    yield ("sections", number, "evidence", index), item
        for index, quotation in enumerate(self.outline.elements.quotes):
            yield ("elements", "quotes", index), quotation

    def line_of(self, loc: Loc) -> int:
        """Give the line on which a value stands."""
        return self.file.span(*loc).line

    def place_of(self, loc: Loc, words: str) -> Span | None:
        """Give the place of some words of a value in the file; None where they are not typed so."""
        begin = self.file.span(*loc)
        for number in range(begin.line, min(begin.line + _VALUE_LINES, len(self.source.lines) + 1)):
            at = self.source.line(number).find(
                words, begin.column - 1 if number == begin.line else 0
            )
            if at >= 0:
                return Span(number, at + 1, len(words))
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the linter: `find` gives its remarks on an outline, in no particular order."""

    explanation: Explanation
    find: Callable[[Linted], Iterable[Remark]]

    def check(self, linted: Linted) -> Iterator[Diagnostic]:
        """Give the remarks as diagnostics."""
        told = self.explanation
        for remark in self.find(linted):
            span = remark.span or linted.file.span(*remark.loc)
            found = linted.source.diagnostic(
                told.code, remark.message, remark.hint, span, told.severity
            )
            yield replace(found, is_fixable=told.is_fixable)


def rule(explanation: Explanation) -> Callable[[Callable[[Linted], Iterable[Remark]]], Rule]:
    """Make a rule of a function, with its explanation."""

    def make(find: Callable[[Linted], Iterable[Remark]]) -> Rule:
        return Rule(explanation, find)

    return make


def _texts(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield loc, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*loc, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*loc, index))
