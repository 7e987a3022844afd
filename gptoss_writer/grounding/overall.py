"""Findings that need the whole article: lengths, missing sections, evidence, repetition."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gptoss_writer.grounding.article import Article, ArticleSection
from gptoss_writer.grounding.checks import Checker
from gptoss_writer.grounding.findings import Severity, TextFinding, shortened
from gptoss_writer.grounding.ledger import Entry
from gptoss_writer.grounding.matching import Matching
from gptoss_writer.grounding.passages import Passage
from gptoss_writer.grounding.repetition import Repeated, alike_openings, closing_lines
from gptoss_writer.grounding.scores import LengthScore

_TOLD = 60


def place_of(article: Article, matching: Matching, section: str | None) -> tuple[int, int]:
    """Give where a section is pointed at: its heading, or its text, or the article's title."""
    part = matching.part(section) if section else None
    if part is None:
        return (article.title.start, article.title.end) if article.title else (article.start,) * 2
    if part.heading is None:
        return _span(article, part)
    return part.heading.start, part.heading.end


def structure_findings(
    checker: Checker, article: Article, matching: Matching, lengths: dict[str, LengthScore]
) -> Iterator[TextFinding]:
    """Tell of sections that are missing, that nobody asked for, or that miss their budgets."""
    for section in matching.missing:
        message = f'The section "{shortened(section.title, _TOLD)}" is missing.'
        if article.introduction and not article.sections:
            message += " The article has no headings below its title."
        place = place_of(article, matching, None)
        yield checker.finding("section-missing", "error", message, place, section.id)
    for part in matching.unknown:
        yield checker.finding(
            "section-unknown", "warning", _unknown_message(part), _span(article, part), None
        )
    for section, _ in matching.pairs:
        length = lengths[section.id]
        if length.is_in_band:
            continue
        band = f"{length.budget.floor} to {length.budget.ceiling}"
        message = f"{length.words} words where {band} were wanted."
        place = place_of(article, matching, section.id)
        yield checker.finding("length", "warning", message, place, section.id)


def _unknown_message(part: ArticleSection) -> str:
    if part.heading is None:
        return "No section of the outline is this text before the first heading."
    return f'No section of the outline is called "{shortened(part.title, _TOLD)}".'


def _span(article: Article, part: ArticleSection) -> tuple[int, int]:
    """Point at a heading, or at the first visible character of a part without one."""
    if part.heading:
        return part.heading.start, part.heading.end
    text = article.text[part.start : part.end]
    start = part.start + len(text) - len(text.lstrip())
    return start, start


def evidence_findings(
    checker: Checker, entries: Iterable[Entry], article: Article, matching: Matching
) -> Iterator[TextFinding]:
    """Tell of evidence that is not used, is used twice, or is used in another section.

    Words that are quoted twice are told of as a quotation used again, and a required quotation
    that is not used as missing; so not here.
    """
    for entry in entries:
        source = entry.source
        section = source.section
        is_told = (entry.status == "twice" and entry.uses[-1].is_quoted) or (
            entry.status == "unused" and source.is_required
        )
        if entry.status == "used" or is_told or (section and matching.part(section) is None):
            continue
        place = place_of(article, matching, section)
        if entry.status != "unused":
            place = entry.uses[-1].start, entry.uses[-1].end
        messages = {
            "unused": "This evidence is not used.",
            "twice": f"This evidence is used {len(entry.uses)} times.",
            "elsewhere": "This evidence is used in another section only.",
        }
        code, message = f"evidence-{entry.status}", messages[entry.status]
        yield checker.finding(code, "note", message, place, section, source)


def repetition_findings(
    checker: Checker, passages: Sequence[Passage], runs: Iterable[Repeated]
) -> Iterator[TextFinding]:
    """Tell of runs of words that two sections share, of like openings and closing lines."""
    for repeated in runs:
        message = f"The same words stand in line {_line(checker, repeated)}."
        yield _repeated(checker, "repeated-words", repeated, message)
    for repeated in alike_openings(passages):
        message = (
            f"{repeated.times} sentences open so, the first in line {_line(checker, repeated)}."
        )
        yield _repeated(checker, "repeated-opening", repeated, message)
    for repeated in closing_lines(passages):
        message = f"The section that ends in line {_line(checker, repeated)} closes like this."
        yield _repeated(checker, "repeated-closing", repeated, message)


def _line(checker: Checker, repeated: Repeated) -> int:
    return checker.lines.place(repeated.earlier[0])[0]


def _repeated(checker: Checker, code: str, repeated: Repeated, message: str) -> TextFinding:
    span = repeated.start, repeated.end
    severity: Severity = "note" if code == "repeated-opening" else "warning"
    return checker.finding(code, severity, message, span, repeated.section)


def with_sections(
    findings: Iterable[TextFinding], passages: Sequence[Passage]
) -> Iterator[TextFinding]:
    """Fill in the section of findings that were made without one, by their place."""
    starts = [passage.start for passage in passages]
    for finding in findings:
        index = bisect_right(starts, finding.start) - 1
        section = passages[index].section if index >= 0 else None
        is_inside = section is not None and finding.start < passages[index].end
        if finding.section is None and section is not None and is_inside:
            yield replace(finding, section=section.id)
        else:
            yield finding
