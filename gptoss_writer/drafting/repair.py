"""Mends the quotations of a text that nobody guarded: afterwards each long one is verbatim.

An engine whose logits are not ours may quote what it likes. A slip gets its exact words, an
invention loses its quotation marks; both are reported.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gptoss_writer.draft import Finding
from gptoss_writer.grounding.comparison import quotation_key
from gptoss_writer.grounding.findings import shortened
from gptoss_writer.grounding.marks import quoted_texts
from gptoss_writer.grounding.prose import blocks
from gptoss_writer.grounding.quotations import JudgedQuotation, judge
from gptoss_writer.grounding.sources import Sources, sources_of
from gptoss_writer.outline.models import Outline, Section

_PASSES = 6
"""Taking marks away can bring nested ones to light. What is left after these is hostile."""

_MOST_NAMED = 60
_MARKS = '"“”„‟«»＂'
_MARK_OR_ENTITY = re.compile(rf"[{_MARKS}]|&#?\w{{1,31}};")
_PLAIN_MARKS = str.maketrans(dict.fromkeys(_MARKS, "'"))
_CLOSERS = {"“": "”", "„": "“", "«": "»", "‟": "”"}
_MARKUP = re.compile(r"[\\*`<>\[\]~|]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
_EMPHASIS = re.compile(r"\*+|_+")
_END_MARKS = frozenset("!?…")
_SENTENCE_MARKS = _END_MARKS | frozenset(",.")
_UNSAFE = frozenset("`[]<\\|")
_BLOCK_START = re.compile(r"(?P<mark>#{1,6}(?=\s)|[-+*](?=\s)|[>|]|~{3}|`{3})|\d{1,9}(?=[.)]\s)")
_LINE_HEAD = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text whose quotations are true, and what had to be done for it, in order."""

    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """The characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


def repair_quotations(text: str, section: Section, outline: Outline) -> Repaired:
    """Make every quotation of four words or more verbatim, or no quotation.

    One that is near a source (likeness of 90 or more) gets the source's words; a comma or full
    stop before its closing mark stays. Any other that is in no source loses its marks and becomes
    a finding. One that is never closed is closed at the end of its paragraph. Repairing again
    changes nothing.
    """
    sources = sources_of(outline)
    findings: list[Finding] = []
    for number in range(_PASSES):
        wrong = list(_wrong(text, sources, section.id))
        if not wrong:
            return Repaired(text, tuple(findings))
        edits: list[_Edit] = []
        for quotation in wrong:
            # What did not become verbatim by its exact words at once never will.
            exact = _exact(text, quotation) if number == 0 else None
            edits += [exact] if exact else _unmarked(text, quotation)
            if quotation.verdict != "verbatim":
                findings.append(_finding(quotation, is_mended=exact is not None))
        text = _applied(text, edits)
    return Repaired(_MARK_OR_ENTITY.sub(_unless_mark, text), tuple(findings))


def _unless_mark(found: re.Match[str]) -> str:
    return "" if html.unescape(found[0]) in _MARKS else found[0]


def _wrong(text: str, sources: Sources, section_id: str) -> Iterator[JudgedQuotation]:
    """Find the quotations of four words or more that are not verbatim, or never closed."""
    for block in blocks(text):
        for quoted in quoted_texts(block):
            quotation = judge(quoted, sources, section_id)
            if not quotation.is_scare and not (
                quotation.verdict == "verbatim" and quoted.is_closed
            ):
                yield quotation


def _finding(quotation: JudgedQuotation, *, is_mended: bool) -> Finding:
    said = shortened(quotation.quoted.text, _MOST_NAMED)
    if is_mended:
        exact = shortened((quotation.correction or "").rstrip(".,"), _MOST_NAMED)
        return Finding("quotation-mended", f'"{said}": It was given the exact words, "{exact}".')
    return Finding(
        "quotation-unmarked",
        f'"{said}": These words are in no source, so their quotation marks were taken off.',
    )


def _marks(quotation: JudgedQuotation) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """Give where the marks of a quotation stand in the original; None for one that is not there."""
    quoted = quotation.quoted
    text = quoted.block.text
    before = quoted.low - 1
    while text.text[before] not in _MARKS:
        before -= 1
    opening = text.span(before, before + 1)
    if not quoted.is_closed:
        return opening, None
    behind = quoted.high
    while text.text[behind] not in _MARKS:
        behind += 1
    return opening, text.span(behind, behind + 1)


def _exact(text: str, quotation: JudgedQuotation) -> _Edit | None:
    """Put the exact words between the marks, without markup; None where that could break it."""
    opening, closing = _marks(quotation)
    mark = text[opening[0] : opening[1]]
    end = closing[0] if closing else quotation.quoted.end
    inside = text[opening[1] : end]
    if not _UNSAFE.isdisjoint(inside) or len(_EMPHASIS.findall(inside)) % 2:
        return None
    closer = "" if closing else _CLOSERS.get(mark, '"')
    if quotation.verdict == "verbatim":
        return _Edit(end, end, closer)
    if quotation.correction is None:
        return None
    last = inside.rstrip()[-1:]
    exact = quotation.correction
    if exact[-1:] in ",.;:":
        exact = exact[:-1]
    if last in _SENTENCE_MARKS and exact[-1:] not in _END_MARKS:
        # Only a comma or a full stop may stand there that the source does not have.
        exact += "," if last == "," else "."
    plain = _MARKUP.sub(r"\\\g<0>", exact.translate(_PLAIN_MARKS))
    if quotation_key(exact) == quotation_key(quotation.quoted.text):
        return None
    return _Edit(opening[1], end, plain + closer)


def _unmarked(text: str, quotation: JudgedQuotation) -> Iterator[_Edit]:
    """Take the marks away; what stood behind the first must not become a list or a heading."""
    opening, closing = _marks(quotation)
    line = text.rfind("\n", 0, opening[0]) + 1
    head = _LINE_HEAD.match(text, line, opening[0])
    first = _BLOCK_START.match(text, opening[1])
    escape = ""
    if first and head and head.end() == opening[0]:
        if first["mark"]:
            escape = "\\"
        else:
            yield _Edit(first.end(), first.end(), "\\")
    yield _Edit(*opening, escape)
    if closing:
        yield _Edit(*closing, "")


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join((*pieces, text[position:]))
