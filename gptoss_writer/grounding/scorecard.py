"""An article held against its outline: every figure and every finding, computed without a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gptoss_writer.grounding.article import Article, ArticleSection, parse_article
from gptoss_writer.grounding.checks import Checker
from gptoss_writer.grounding.facts import known_facts
from gptoss_writer.grounding.findings import Lines, TextFinding
from gptoss_writer.grounding.ledger import (
    CoveredPoint,
    Entry,
    coverage,
    ledger,
    missing_quotations,
)
from gptoss_writer.grounding.matching import Matching, match_sections
from gptoss_writer.grounding.overall import (
    evidence_findings,
    place_of,
    repetition_findings,
    structure_findings,
    with_sections,
)
from gptoss_writer.grounding.passages import Passage, read_passage
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.repetition import shared_runs
from gptoss_writer.grounding.scores import LengthScore, mean
from gptoss_writer.grounding.sources import Source, sources_of
from gptoss_writer.outline.models import DEFAULT_TOLERANCE, Outline, Section, WordBudget


@dataclass(frozen=True)
class SectionScore:
    """The figures of one section of the outline; without a part in the article, of no words.

    `heading` is the title it has in the article, "" for the introduction, None where it is
    missing. `line` is where it begins.
    """

    number: int
    section: Section
    heading: str | None
    line: int | None
    length: LengthScore
    coverage: tuple[CoveredPoint, ...]
    passage: Passage | None


@dataclass(frozen=True)
class Scorecard:
    """All that is known about an article against its outline.

    `findings` are in the order of the text. `passages` are all parts as they were read, `unknown`
    those of them that no section of the outline asks for. `required` and `missing` are the
    required quotations, and those of them that do not appear. `repeated_runs` counts different
    runs of six words that two sections share. Offsets everywhere point into `article.text`.
    """

    article: Article
    outline: Outline
    sections: tuple[SectionScore, ...]
    whole: LengthScore
    passages: tuple[Passage, ...]
    unknown: tuple[ArticleSection, ...]
    quotations: tuple[JudgedQuotation, ...]
    entries: tuple[Entry, ...]
    required: tuple[Source, ...]
    missing: tuple[Source, ...]
    repeated_runs: int
    findings: tuple[TextFinding, ...]

    @property
    def mean_s_l(self) -> float:
        """The mean S_l of the outline's sections."""
        return mean([section.length.s_l for section in self.sections])

    @property
    def mean_ls(self) -> float:
        """The mean LS of the outline's sections."""
        return mean([section.length.ls for section in self.sections])

    @property
    def in_band(self) -> int:
        """How many sections keep their budgets."""
        return sum(section.length.is_in_band for section in self.sections)

    @property
    def full_quotations(self) -> tuple[JudgedQuotation, ...]:
        """The quotations of four words or more."""
        return tuple(quotation for quotation in self.quotations if not quotation.is_scare)

    @property
    def verbatim_rate(self) -> float | None:
        """Share of the quotations of four words or more that are verbatim; None without any."""
        full = self.full_quotations
        verbatim = sum(quotation.verdict == "verbatim" for quotation in full)
        return verbatim / len(full) if full else None

    @property
    def recall(self) -> float | None:
        """Share of the required quotations that appear; None where none is required."""
        if not self.required:
            return None
        return 1 - len(self.missing) / len(self.required)

    @property
    def coverage(self) -> float | None:
        """Share of the key points that are covered; None where there are none."""
        points = [point for section in self.sections for point in section.coverage]
        return sum(point.is_covered for point in points) / len(points) if points else None

    def count(self, *codes: str) -> int:
        """Count the findings whose code is one of these, or begins with one and a hyphen."""
        prefixes = tuple(f"{code}-" for code in codes)
        return sum(
            finding.code in codes or finding.code.startswith(prefixes) for finding in self.findings
        )


def score(
    article_text: str, outline: Outline, *, tolerance: float = DEFAULT_TOLERANCE
) -> Scorecard:
    """Hold an article, any Markdown text, against its outline.

    `tolerance` is the share by which a section may miss its budget. Never raises on any text.
    """
    article = parse_article(article_text)
    matching = match_sections(article, outline)
    sources, known = sources_of(outline), known_facts(outline)
    checker = Checker(Lines.of(article_text), sources, known)
    owners = {part: section for section, part in matching.pairs}
    passages = tuple(
        read_passage(article_text, (part.start, part.end), owners.get(part), sources, known)
        for part in article.parts
    )
    sections = tuple(_section_scores(checker, article, matching, passages, outline, tolerance))
    quotations = tuple(quotation for passage in passages for quotation in passage.quotations)
    entries = ledger(passages, sources)
    required = tuple(item for item in sources.items if item.is_required)
    missing = missing_quotations(required, quotations)
    runs, repeated_runs = shared_runs(passages)
    findings = (
        *checker.leaks(
            article.front_matter[0] if article.front_matter else article.start, article.end, None
        ),
        *(finding for passage in passages for finding in checker.passage(passage)),
        *checker.reuse(quotations),
        *(checker.missing(item, place_of(article, matching, item.section)) for item in missing),
        *structure_findings(
            checker, article, matching, {item.section.id: item.length for item in sections}
        ),
        *evidence_findings(checker, entries, article, matching),
        *repetition_findings(checker, passages, runs),
    )
    return Scorecard(
        article=article,
        outline=outline,
        sections=sections,
        whole=LengthScore(
            WordBudget(outline.budget_words, tolerance), sum(part.words for part in article.parts)
        ),
        passages=passages,
        unknown=matching.unknown,
        quotations=quotations,
        entries=entries,
        required=required,
        missing=missing,
        repeated_runs=repeated_runs,
        findings=tuple(sorted(with_sections(findings, passages), key=lambda item: item.order)),
    )


def _section_scores(
    checker: Checker,
    article: Article,
    matching: Matching,
    passages: tuple[Passage, ...],
    outline: Outline,
    tolerance: float,
) -> Iterator[SectionScore]:
    by_section = {passage.section.id: passage for passage in passages if passage.section}
    for number, section in enumerate(outline.sections, start=1):
        part, passage = matching.part(section.id), by_section.get(section.id)
        start = place_of(article, matching, section.id)[0] if part else None
        yield SectionScore(
            number=number,
            section=section,
            heading=part.title if part else None,
            line=checker.lines.place(start)[0] if start is not None else None,
            length=LengthScore(section.budget_within(tolerance), part.words if part else 0),
            coverage=coverage(section, passage.vocabulary if passage else frozenset()),
            passage=passage,
        )


def check_section(section: Section, text: str, outline: Outline) -> tuple[TextFinding, ...]:
    """Find what is wrong with a section's text alone: the writer asks this after each attempt.

    Quotations, attribution, facts, required quotations, reuse within the text, key points and
    leaks; not its length, nor unused evidence. Offsets, lines and columns count in `text`. The
    first check of an outline reads it; after that 400 words take a few milliseconds.
    """
    sources, known = sources_of(outline), known_facts(outline)
    checker = Checker(Lines.of(text), sources, known)
    passage = read_passage(text, (0, len(text)), section, sources, known)
    required = [item for item in sources.items if item.is_required and item.section == section.id]
    findings = (
        *checker.leaks(0, len(text), section.id),
        *checker.passage(passage),
        *checker.reuse(passage.quotations),
        *(
            checker.missing(item, (0, 0))
            for item in missing_quotations(required, passage.quotations)
        ),
    )
    return tuple(sorted(with_sections(findings, (passage,)), key=lambda item: item.order))
