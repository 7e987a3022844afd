"""Turns what was found in a section into findings, in words for its writer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gptoss_writer.grounding.attribution import (
    Misattribution,
    has_speech,
    misattributions,
    sentence_around,
)
from gptoss_writer.grounding.facts import Fact, KnownFacts
from gptoss_writer.grounding.findings import Lines, Severity, TextFinding, shortened
from gptoss_writer.grounding.leaks import find_leaks
from gptoss_writer.grounding.ledger import CoveredPoint, coverage, reused
from gptoss_writer.grounding.passages import Passage
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.sources import Source, Sources

_SAID_LENGTH = 120
_AROUND = 300
"""Characters of a sentence looked at before and behind a place; few sentences have more."""

_WORTH_SHOWING = 60.0


@dataclass(frozen=True)
class Checker:
    """Makes findings on one text: it knows lines, sources and facts."""

    lines: Lines
    sources: Sources
    known: KnownFacts

    def finding(
        self,
        code: str,
        severity: Severity,
        message: str,
        span: tuple[int, int],
        section: str | None,
        evidence: Source | None = None,
    ) -> TextFinding:
        """Make a finding on a stretch of the text."""
        line, column = self.lines.place(span[0])
        return TextFinding(
            code=code,
            message=message,
            severity=severity,
            section=section,
            start=span[0],
            end=span[1],
            line=line,
            column=column,
            excerpt=self.lines.excerpt(*span),
            evidence=evidence.id if evidence else None,
            evidence_text=evidence.text if evidence else None,
        )

    def passage(self, passage: Passage) -> Iterator[TextFinding]:
        """Give the findings on a passage by itself, without its length, in no certain order."""
        for quotation in passage.quotations:
            yield from self._quotation(quotation, passage)
        for fault in misattributions(passage.quotations, self.known):
            yield self._misattribution(fault, passage)
        yield from self._facts(passage)
        if passage.section:
            for point in coverage(passage.section, passage.vocabulary):
                if not point.is_covered:
                    yield self._uncovered(point, passage)

    def leaks(self, start: int, end: int, section: str | None) -> Iterator[TextFinding]:
        """Give the leaks of a stretch of the text."""
        for leak in find_leaks(self.lines.text, start, end, self.sources.typed):
            span = leak.start, leak.end
            yield self.finding(f"leak-{leak.kind}", "error", leak.message, span, section)

    def reuse(self, quotations: Iterable[JudgedQuotation]) -> Iterator[TextFinding]:
        """Give a finding for each quotation that an earlier one has said."""
        for later, earlier in reused(quotations):
            line, _ = self.lines.place(earlier.quoted.start)
            message = f"The same words are quoted in line {line} already."
            span = later.quoted.start, later.quoted.end
            yield self.finding("quotation-reused", "warning", message, span, None)

    def missing(self, source: Source, span: tuple[int, int]) -> TextFinding:
        """Make the finding that a required quotation does not appear."""
        said = f" of {source.speaker}" if source.speaker else ""
        message = f'The required quotation{said} is missing: "{_said(source.text)}".'
        return self.finding("quotation-missing", "error", message, span, source.section, source)

    def _quotation(self, quotation: JudgedQuotation, passage: Passage) -> Iterator[TextFinding]:
        quoted = quotation.quoted
        span, section = (quoted.start, quoted.end), passage.section_id
        source = quotation.sources[0] if quotation.sources else None
        if not quoted.is_closed:
            message = "The quotation mark before these words is never closed."
            yield self.finding("quotation-unclosed", "warning", message, span, section)
        if quotation.is_scare:
            if quotation.verdict == "absent":
                yield self._scare_quote(quotation, passage)
        elif quotation.verdict == "absent":
            where = self._where_it_stands(quotation)
            nearest = source if quotation.score >= _WORTH_SHOWING else None
            nearest = nearest or self.sources.nearest(quoted.text, section)
            yield self.finding("quotation-absent", "error", where, span, section, nearest)
        elif quotation.verdict == "near":
            message = f'The exact words are "{(quotation.correction or "").rstrip(".,")}".'
            yield self.finding("quotation-near", "error", message, span, section, source)
        if quotation.is_elsewhere and source:
            message = "These words are evidence of another section."
            yield self.finding("quotation-elsewhere", "note", message, span, section, source)

    def _where_it_stands(self, quotation: JudgedQuotation) -> str:
        if quotation.key in self.sources.whole:
            return "These words stand in the outline, but not as evidence or an expert's words."
        return "These words are in quotation marks, but not in the outline."

    def _scare_quote(self, quotation: JudgedQuotation, passage: Passage) -> TextFinding:
        quoted = quotation.quoted
        low, high = sentence_around(quotation)
        text = quoted.block.text.text
        low, high = max(low, quoted.low - _AROUND), min(high, quoted.high + _AROUND)
        around = f"{text[low : quoted.low]} {text[quoted.high : high]}"
        severity: Severity = "warning" if has_speech(around) else "note"
        message = "These words are in quotation marks, but not in the outline."
        span = quoted.start, quoted.end
        return self.finding("scare-quote", severity, message, span, passage.section_id)

    def _misattribution(self, fault: Misattribution, passage: Passage) -> TextFinding:
        quoted = fault.quotation.quoted
        if fault.fault == "speaker":
            message = f"The outline gives these words to {fault.speaker}, not to {fault.person}."
        else:
            message = (
                f"These words are put into the mouth of {fault.person}; "
                "in the outline nobody says them."
            )
        code = f"attribution-{fault.fault}"
        span = quoted.start, quoted.end
        return self.finding(code, "error", message, span, passage.section_id, fault.source)

    def _facts(self, passage: Passage) -> Iterator[TextFinding]:
        """Give one finding for each unsupported fact, at the first place it stands."""
        unsupported: dict[tuple[str, str], list[Fact]] = {}
        for fact in passage.facts:
            if not fact.is_supported:
                unsupported.setdefault((fact.kind, fact.key), []).append(fact)
        for (kind, _), facts in unsupported.items():
            first = facts[0]
            times = f" It stands here {len(facts)} times." if len(facts) > 1 else ""
            message = f'The {kind} "{first.text}" is not in the outline.{times}'
            sentence = self._sentence(first, passage)
            nearest = self.sources.nearest(sentence, passage.section_id)
            span = first.start, first.end
            yield self.finding(
                f"{kind}-unsupported", "warning", message, span, passage.section_id, nearest
            )

    def _sentence(self, fact: Fact, passage: Passage) -> str:
        sentences = passage.sentences
        index = bisect_right(sentences, fact.start, key=lambda sentence: sentence.start) - 1
        if index < 0 or sentences[index].end <= fact.start:
            return fact.text
        start = max(sentences[index].start, fact.start - _AROUND)
        return self.lines.text[start : min(sentences[index].end, fact.end + _AROUND)]

    def _uncovered(self, point: CoveredPoint, passage: Passage) -> TextFinding:
        message = f'The key point "{_said(point.point.text)}" is hardly there.'
        start = passage.sentences[0].start if passage.sentences else passage.start
        span = start, start
        return self.finding("key-point-missing", "warning", message, span, point.section)


def _said(text: str) -> str:
    return shortened(text, _SAID_LENGTH).rstrip(".,")
