"""A scorecard for the eye: a line for each section with its gauge, then one for each measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gptoss_writer.cli.painting import Line, Piece, Style, broken, fitted
from gptoss_writer.grounding.scorecard import Scorecard, SectionScore

_WIDE = 72
_SCALE = 1.5
"""What a whole gauge stands for, in budgets."""
_GAUGE_WIDE, _GAUGE_LEAST = 15, 6
_FIGURES = 15
"""Columns of ratio and S_l, the mark of the budget, and the gaps between."""
_HEAD = "words/budget"
_LABEL = 13


@dataclass(frozen=True, slots=True)
class Look:
    """What a screen can show."""

    good: str
    bad: str
    full: str
    empty: str
    budget: str
    beyond: str


RICH = Look("✓", "✗", "━", "─", "┃", "▶")
POOR = Look("+", "x", "=", "-", "|", ">")


def section_lines(card: Scorecard, width: int, look: Look) -> Iterator[Line]:
    """Give the sections, one line each; two where the screen is narrow."""
    is_wide = width >= _WIDE
    words = max(len(_HEAD) if is_wide else 0, *(len(_words(score)) for score in card.sections))
    room = width - words - _FIGURES
    if is_wide:
        title_width = room - _GAUGE_WIDE - 11
        head = f"{'':{title_width + 9}}{_HEAD:>{words}}  {'':{_GAUGE_WIDE}}   ratio    S_l"
        yield ((head, "dim"),)
    for score in card.sections:
        number: Piece = (f" {score.number:>3}  ", "")
        start: Line = (_mark(look, is_good=score.length.is_in_band), number)
        if is_wide:
            title: Piece = (fitted(score.section.title, title_width) + "  ", "")
            yield *start, title, *_figures(score, words, _GAUGE_WIDE, look)
        else:
            title = (fitted(score.section.title, width - 7).rstrip(), "")
            yield *start, title
            gauge = room - 6 if room - 6 >= _GAUGE_LEAST else 0
            yield (" " * 4, ""), *_figures(score, words, gauge, look)


def _words(score: SectionScore) -> str:
    if score.passage is None:
        return "missing"
    return f"{score.length.words}/{score.length.budget.words}"


def _figures(score: SectionScore, words: int, gauge: int, look: Look) -> Iterator[Piece]:
    length = score.length
    color: Style = "green" if length.is_in_band else "red"
    yield f"{_words(score):>{words}}  ", "" if score.passage else "red"
    if gauge:
        yield from _gauge(length.ratio, gauge, color, look)
    yield f"  {length.ratio:>5.2f}", color
    yield f"  {length.s_l:>5.1f}", ""


def _gauge(ratio: float, cells: int, color: Style, look: Look) -> Iterator[Piece]:
    """Draw a bar that reaches the mark where the budget is met, and an arrow if it goes beyond."""
    at = round(cells / _SCALE)
    full = min(cells, round(ratio / _SCALE * cells))
    bar = look.full * full
    if ratio > _SCALE:
        bar = bar[:-1] + look.beyond
    rest = look.empty * (cells - full)
    yield bar[:at], color
    yield rest[: max(0, at - full)], "dim"
    yield look.budget, "bold"
    yield bar[at:], color
    yield rest[max(0, at - full) :], "dim"


def _mark(look: Look, *, is_good: bool) -> Piece:
    return (look.good, "green") if is_good else (look.bad, "red")


def total_lines(card: Scorecard, width: int | None, look: Look) -> Iterator[Line]:
    """Give a line for each measure of the whole article, marked where a promise is at stake."""
    for label, is_good, text in _totals(card):
        mark: Piece = (" ", "") if is_good is None else _mark(look, is_good=is_good)
        line: Line = (mark, (f" {label:<{_LABEL}}", "bold"), (text, ""))
        yield from broken(line, width, _LABEL + 2)


def _totals(card: Scorecard) -> Iterator[tuple[str, bool | None, str]]:
    """Give label, verdict (None where there is none) and words of each measure."""
    yield _length(card)
    mean = f"mean S_l {card.mean_s_l:.1f}, mean LS {card.mean_ls:.1f} (of 100)"
    yield "Length score", None, mean
    yield _quotations(card)
    required = len(card.required)
    if required:
        there = required - len(card.missing)
        yield "Recall", not card.missing, f"{there} of {required} required quotations appear"
    wrong = card.count("attribution")
    yield "Attribution", not wrong, f"{wrong} wrong" if wrong else "nothing wrong"
    yield _facts(card)
    points = [point for section in card.sections for point in section.coverage]
    if points:
        covered = sum(point.is_covered for point in points)
        yield "Key points", covered == len(points), f"{covered} of {len(points)} covered"
    if card.entries:
        yield _evidence(card)
    yield _repetition(card)
    leaks = card.count("leak")
    yield "Leaks", not leaks, str(leaks) if leaks else "none"


def _length(card: Scorecard) -> tuple[str, bool, str]:
    whole = card.whole
    tolerance = f"±{100 * whole.budget.tolerance:g} %"
    text = (
        f"{whole.words:,} of {whole.budget.words:,} (ratio {whole.ratio:.2f}), "
        f"{card.in_band} of {len(card.sections)} sections within {tolerance}"
    )
    return "Words", card.in_band == len(card.sections), text


def _quotations(card: Scorecard) -> tuple[str, bool | None, str]:
    full = Counter(quotation.verdict for quotation in card.full_quotations)
    scare = [quotation for quotation in card.quotations if quotation.is_scare]
    unknown = sum(quotation.verdict == "absent" for quotation in scare)
    rate = card.verbatim_rate
    text = "none of four words or more"
    if rate is not None:
        text = f"{full['verbatim']} of {full.total()} verbatim ({rate:.0%})"
        text += f", {full['near']} near, {full['absent']} absent"
    if scare:
        text += f"; {plural(len(scare), 'scare quote')}"
        text += f", {unknown} not in the outline" if unknown else ""
    return "Quotations", None if rate is None else rate == 1, text


def _facts(card: Scorecard) -> tuple[str, bool, str]:
    kinds = {kind: card.count(f"{kind}-unsupported") for kind in ("number", "date", "name")}
    total = sum(kinds.values())
    if not total:
        return "Facts", True, "every number, date and name is in the outline"
    parts = ", ".join(plural(count, kind) for kind, count in kinds.items() if count)
    return "Facts", False, f"{total} not in the outline: {parts}"


def _evidence(card: Scorecard) -> tuple[str, None, str]:
    statuses: Counter[str] = Counter(entry.status for entry in card.entries)
    text = f"{statuses.total() - statuses['unused']} of {statuses.total()} used"
    others = [
        f"{statuses[status]} {words}"
        for status, words in (
            ("unused", "unused"),
            ("twice", "more than once"),
            ("elsewhere", "in another section only"),
        )
        if statuses[status]
    ]
    return "Evidence", None, "; ".join(filter(None, (text, ", ".join(others))))


def _repetition(card: Scorecard) -> tuple[str, bool | None, str]:
    found = (
        (card.repeated_runs, "run of six words", "runs of six words"),
        (card.count("quotation-reused"), "quotation", "quotations"),
        (card.count("repeated-opening"), "opening", "openings"),
        (card.count("repeated-closing"), "closing line", "closing lines"),
    )
    told = [f"{count:,} {one if count == 1 else many}" for count, one, many in found if count]
    return "Repetition", not told, f"{', '.join(told)} used again" if told else "none"


def plural(number: int, what: str) -> str:
    """Write a number of things: "1 name", "3 names"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def summary(card: Scorecard) -> tuple[str, ...]:
    """Give the scorecard in three lines, for the end of a run."""
    (_, _, words), (_, _, quotations), (_, _, facts) = (
        _length(card),
        _quotations(card),
        _facts(card),
    )
    if card.required:
        there = len(card.required) - len(card.missing)
        quotations += f"; {there} of {len(card.required)} required"
    others = [f"key points: {card.coverage:.0%}"] if card.coverage is not None else []
    others += [f"evidence: {_evidence(card)[2]}"] if card.entries else []
    leaks = card.count("leak")
    others += [f"leaks: {leaks}"] if leaks else []
    return (
        f"Words: {words}; mean S_l {card.mean_s_l:.1f}",
        f"Quotations: {quotations}; attribution: {card.count('attribution')} wrong",
        "; ".join((f"Facts: {facts}", *others)),
    )
