"""The rule about quotation marks that are not of a kind, or stand alone."""

from __future__ import annotations

from collections.abc import Iterator

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.quotations import QuotationScan, find_quotations
from gptoss_writer.outline.rules.rule import Linted, Remark, rule
from gptoss_writer.outline.source import Loc, Span

_CLOSING = {"“": "”", '"': '"'}
_SHOWN = 12


@rule(
    Explanation(
        "OL223",
        "broken-marks",
        severity="warning",
        is_fixable=True,
        means="A quotation opens with one kind of quotation mark and closes with another, or a "
        "mark stands alone. `check --fix` makes the two of a kind; it does not guess where a "
        "mark is missing.",
        why="It is easy to lose where a quotation ends, for readers and for the program: what "
        "stands behind it may be taken for something that was said.",
        bad="title: Tides\nsections:\n  - title: Shores\n    words: 80\n"
        "    notes: 'Call it \"the long ebb” once.'\n",
        good="title: Tides\nsections:\n  - title: Shores\n    words: 80\n"
        "    notes: Call it “the long ebb” once.\n",
    )
)
def broken_marks(linted: Linted) -> Iterator[Remark]:
    """Find quotation marks without a partner, and pairs of two kinds; one remark for a line."""
    lines: set[int] = set()
    if linted.file.form == "markdown":
        for number in sorted({span.line for span in linted.file.spans.values()}):
            line = linted.source.line(number)
            if pair := next(mixed_pairs(line, find_quotations(line)), None):
                lines.add(number)
                yield _mixed(line, pair, Span(number, pair[0] + 1, pair[1] - pair[0] + 1))
    for loc, text in linted.texts:
        number = linted.line_of(loc)
        if number in lines or not any(mark in text for mark in '"“”'):
            continue
        scan = find_quotations(text)
        if pair := next(mixed_pairs(text, scan), None):
            span = linted.place_of(loc, text[pair[0] : pair[1] + 1])
            yield _mixed(text, pair, span, loc)
        elif scan.unclosed is not None or scan.stray is not None:
            yield _alone(linted, loc, text, scan)


def mixed_pairs(text: str, scan: QuotationScan) -> Iterator[tuple[int, int]]:
    """Give the pairs of outer marks that are not of a kind, as offsets."""
    for begin, end in scan.pairs:
        opening, closing = text[begin], text[end]
        if closing in _CLOSING.values() and _CLOSING.get(opening, closing) != closing:
            yield begin, end


def _mixed(text: str, pair: tuple[int, int], span: Span | None, loc: Loc = ()) -> Remark:
    return Remark(
        loc,
        f"this quotation opens with {text[pair[0]]} and closes with {text[pair[1]]}",
        "Use one kind of quotation marks on both sides.",
        span,
    )


def _alone(linted: Linted, loc: Loc, text: str, scan: QuotationScan) -> Remark:
    if scan.stray is not None:
        words = text[max(0, scan.stray - _SHOWN) : scan.stray + 1]
        message, where = "a quotation mark closes here that nothing opened", "begins"
    else:
        at = scan.unclosed or 0
        words = text[at : at + _SHOWN]
        message, where = "the quotation mark opened here is not closed", "ends"
    hint = f"Add the other one where the quotation {where}."
    return Remark(loc, message, hint, linted.place_of(loc, words))
