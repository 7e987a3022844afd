"""A scorecard as plain JSON: a stable schema for other programs.

    schema        1; a new number if a key changes its meaning or goes, not if one is added
    title         the article's H1, null without one
    length        words, budget, ratio, in_band (the whole article); mean_s_l, mean_ls,
                  sections_in_band, sections
    sections      for each section of the outline, in order: number, id, title; heading ("" for
                  the introduction, null where it is missing) and line in the article; words,
                  budget, floor, ceiling, ratio, s_l, ls, in_band; quotations (verbatim, near,
                  absent, scare) and evidence (used, unused, twice, elsewhere) as counts; key_points
                  (number, text, share, covered)
    unknown       parts of the article that the outline does not have: heading, line, words
    quotations    verbatim, near, absent (four words or more), verbatim_rate (0 to 1, null without
                  any), scare, reused, required, recall (null if none is required), missing (ids),
                  items (text, words, verdict, section, sources, correction, score, and a place)
    evidence      for each item: id, section, text, speaker, status, uses (how, section, a place)
    key_points    covered, total, share (null without any)
    facts         unsupported numbers, dates and names, counted once for each section
    repetition    shared_runs (different 6-grams), words, openings, closings (findings)
    leaks         how many
    findings      code, severity, message, section, excerpt, evidence (id), evidence_text, a place

A place is start, end (offsets in characters), line and column (from 1). Ratios have four
decimals, scores from 0 to 100 have two.
"""

from __future__ import annotations

from collections import Counter

from pydantic import JsonValue

from gptoss_writer.grounding.findings import Lines, TextFinding
from gptoss_writer.grounding.ledger import Entry
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.scorecard import Scorecard, SectionScore
from gptoss_writer.grounding.scores import LengthScore

SCHEMA = 1


def to_json(card: Scorecard) -> dict[str, JsonValue]:
    """Give a scorecard in the schema above."""
    lines = Lines.of(card.article.text)
    return {
        "schema": SCHEMA,
        "title": card.article.title.text if card.article.title else None,
        "length": {
            "words": card.whole.words,
            "budget": card.whole.budget.words,
            "ratio": _ratio(card.whole.ratio),
            "in_band": card.whole.is_in_band,
            "mean_s_l": round(card.mean_s_l, 2),
            "mean_ls": round(card.mean_ls, 2),
            "sections_in_band": card.in_band,
            "sections": len(card.sections),
        },
        "sections": [_section(section, card) for section in card.sections],
        "unknown": [
            {
                "heading": part.title,
                "line": lines.place(part.heading.start if part.heading else part.start)[0],
                "words": part.words,
            }
            for part in card.unknown
        ],
        "quotations": _quotations(card, lines),
        "evidence": [_entry(entry, lines) for entry in card.entries],
        "key_points": _key_points(card),
        "facts": {
            "numbers": card.count("number-unsupported"),
            "dates": card.count("date-unsupported"),
            "names": card.count("name-unsupported"),
        },
        "repetition": {
            "shared_runs": card.repeated_runs,
            "words": card.count("repeated-words"),
            "openings": card.count("repeated-opening"),
            "closings": card.count("repeated-closing"),
        },
        "leaks": card.count("leak"),
        "findings": [_finding(finding) for finding in card.findings],
    }


def _section(score: SectionScore, card: Scorecard) -> JsonValue:
    quotations = score.passage.quotations if score.passage else ()
    statuses = Counter(
        entry.status for entry in card.entries if entry.source.section == score.section.id
    )
    return {
        "number": score.number,
        "id": score.section.id,
        "title": score.section.title,
        "heading": score.heading,
        "line": score.line,
        **_length(score.length),
        "quotations": _verdicts(quotations),
        "evidence": {
            status: statuses[status] for status in ("used", "unused", "twice", "elsewhere")
        },
        "key_points": [
            {
                "number": point.number,
                "text": point.point.text,
                "share": _ratio(point.share),
                "covered": point.is_covered,
            }
            for point in score.coverage
        ],
    }


def _length(length: LengthScore) -> dict[str, JsonValue]:
    return {
        "words": length.words,
        "budget": length.budget.words,
        "floor": length.budget.floor,
        "ceiling": length.budget.ceiling,
        "ratio": _ratio(length.ratio),
        "s_l": round(length.s_l, 2),
        "ls": round(length.ls, 2),
        "in_band": length.is_in_band,
    }


def _verdicts(quotations: tuple[JudgedQuotation, ...]) -> dict[str, JsonValue]:
    full = Counter(quotation.verdict for quotation in quotations if not quotation.is_scare)
    return {
        "verbatim": full["verbatim"],
        "near": full["near"],
        "absent": full["absent"],
        "scare": sum(quotation.is_scare for quotation in quotations),
    }


def _quotations(card: Scorecard, lines: Lines) -> JsonValue:
    sections = {
        quotation.quoted.start: score.section.id
        for score in card.sections
        if score.passage
        for quotation in score.passage.quotations
    }
    rate, recall = card.verbatim_rate, card.recall
    return {
        **_verdicts(card.quotations),
        "verbatim_rate": None if rate is None else _ratio(rate),
        "reused": card.count("quotation-reused"),
        "required": len(card.required),
        "recall": None if recall is None else _ratio(recall),
        "missing": [source.id for source in card.missing],
        "items": [
            {
                "text": quotation.quoted.text,
                "words": quotation.words,
                "verdict": quotation.verdict,
                "section": sections.get(quotation.quoted.start),
                "sources": [source.id for source in quotation.sources],
                "correction": quotation.correction,
                "score": round(quotation.score, 2),
                **_place(quotation.quoted.start, quotation.quoted.end, lines),
            }
            for quotation in card.quotations
        ],
    }


def _entry(entry: Entry, lines: Lines) -> JsonValue:
    return {
        "id": entry.source.id,
        "section": entry.source.section,
        "text": entry.source.text,
        "speaker": entry.source.speaker,
        "status": entry.status,
        "uses": [
            {"how": use.how, "section": use.section, **_place(use.start, use.end, lines)}
            for use in entry.uses
        ],
    }


def _key_points(card: Scorecard) -> JsonValue:
    points = [point for section in card.sections for point in section.coverage]
    share = card.coverage
    return {
        "covered": sum(point.is_covered for point in points),
        "total": len(points),
        "share": None if share is None else _ratio(share),
    }


def _finding(finding: TextFinding) -> JsonValue:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "section": finding.section,
        "start": finding.start,
        "end": finding.end,
        "line": finding.line,
        "column": finding.column,
        "excerpt": finding.excerpt,
        "evidence": finding.evidence,
        "evidence_text": finding.evidence_text,
    }


def _place(start: int, end: int, lines: Lines) -> dict[str, JsonValue]:
    line, column = lines.place(start)
    return {"start": start, "end": end, "line": line, "column": column}


def _ratio(value: float) -> float:
    return round(value, 4)
