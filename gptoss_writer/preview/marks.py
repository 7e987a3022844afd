"""What is marked in an article's text: quotations, unsupported facts, sentences with grounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from gptoss_writer.grounding.findings import TextFinding
from gptoss_writer.grounding.ledger import Entry
from gptoss_writer.grounding.provenance import TracedSentence
from gptoss_writer.grounding.quotations import JudgedQuotation
from gptoss_writer.grounding.scorecard import Scorecard

Kind = Literal[
    "supported", "named", "repeated", "verbatim", "near", "absent", "scare", "unsupported", "leak"
]
"""What a mark says; where marks lie on each other, a later kind covers an earlier one.

`supported` and `named` are sentences that rest on evidence, the second by a name alone;
`verbatim`, `near` and `absent` are quotations of four words or more, `scare` shorter ones that
the outline does not have; `unsupported` is a number, date or name, `leak` what should not be there,
`repeated` what an earlier section has said in the same words.
"""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_ON_QUOTATIONS = ("quotation-", "attribution-")
_QUOTATION_MARKS = frozenset('"“”„‟«»＂')


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the article with something to say about it.

    `id` is unique on the page. `sources` are the ids of what it rests on, or of what is nearest
    where it rests on nothing. `note` says it in words. `findings` are the places of the findings
    about it among those of the scorecard.
    """

    id: str
    kind: Kind
    start: int
    end: int
    sources: tuple[str, ...]
    note: str
    findings: tuple[int, ...] = ()

    @property
    def is_flagged(self) -> bool:
        """Tell whether something is wrong though the words are the outline's."""
        return self.kind == "verbatim" and bool(self.findings)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which the same marks lie on each other, the one on top last."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def marks_of(card: Scorecard, sentences: Sequence[TracedSentence]) -> tuple[Mark, ...]:
    """Collect the marks of an article in the order of the text."""
    found = (
        *_sentence_marks(sentences),
        *_copied_marks(card.entries, card.full_quotations),
        *_quotation_marks(card),
        *_finding_marks(card.findings),
    )
    return tuple(sorted(found, key=lambda mark: (mark.start, -mark.end)))


def _sentence_marks(sentences: Sequence[TracedSentence]) -> Iterator[Mark]:
    for number, sentence in enumerate(sentences, start=1):
        if not sentence.grounds:
            continue
        ways = {how for ground in sentence.grounds for how in ground.how}
        kind: Kind = "named" if ways == {"names"} else "supported"
        sources = tuple(ground.source.id for ground in sentence.grounds)
        note = "This sentence rests on evidence." if kind == "supported" else "Evidence names this."
        yield Mark(f"s{number}", kind, sentence.start, sentence.end, sources, note)


def _copied_marks(
    entries: Sequence[Entry], quotations: Sequence[JudgedQuotation]
) -> Iterator[Mark]:
    """Mark evidence that stands word for word in the text without quotation marks."""
    quoted = [(item.quoted.start, item.quoted.end) for item in quotations]
    for number, entry in enumerate(entries, start=1):
        for place, use in enumerate(entry.uses, start=1):
            is_quoted = any(start < use.end and use.start < end for start, end in quoted)
            if use.how == "verbatim" and not is_quoted:
                note = "These words are the evidence's own."
                sources = (entry.source.id,)
                yield Mark(f"c{number}-{place}", "verbatim", use.start, use.end, sources, note)


def _quotation_marks(card: Scorecard) -> Iterator[Mark]:
    about: dict[int, list[int]] = {}
    for place, finding in enumerate(card.findings):
        if finding.code.startswith(_ON_QUOTATIONS):
            about.setdefault(finding.start, []).append(place)
    for number, quotation in enumerate(card.quotations, start=1):
        if quotation.is_scare:
            continue
        yield Mark(
            f"q{number}",
            quotation.verdict,
            *_with_quotation_marks(quotation, card.article.text),
            tuple(source.id for source in quotation.sources),
            _quotation_note(quotation),
            tuple(about.get(quotation.quoted.start, ())),
        )


def _quotation_note(quotation: JudgedQuotation) -> str:
    if quotation.verdict == "verbatim":
        return "This quotation is verbatim."
    if quotation.verdict == "near":
        return f"The exact words are: {quotation.correction}"
    return "These words are in quotation marks, but not in the outline."


def _with_quotation_marks(quotation: JudgedQuotation, text: str) -> tuple[int, int]:
    """Take in the quotation marks, where they are plain characters beside the words."""
    start, end = quotation.quoted.start, quotation.quoted.end
    is_plain = text[start - 1 : start] in _QUOTATION_MARKS and text[start - 2 : start - 1] != "\\"
    if start > 0 and is_plain:
        start -= 1
    if text[end : end + 1] in _QUOTATION_MARKS and quotation.quoted.is_closed:
        end += 1
    return start, end


def _finding_marks(findings: Sequence[TextFinding]) -> Iterator[Mark]:
    """Mark findings on a few words; those on quotations and whole sections are shown otherwise."""
    for place, finding in enumerate(findings):
        kind = _kind_of(finding.code)
        if kind and finding.start < finding.end:
            yield Mark(
                f"f{place + 1}",
                kind,
                finding.start,
                finding.end,
                (finding.evidence,) if finding.evidence else (),
                finding.message,
                (place,),
            )


def _kind_of(code: str) -> Kind | None:
    if code.startswith("leak-"):
        return "leak"
    if code.startswith("repeated-"):
        return "repeated"
    if code == "scare-quote":
        return "scare"
    return "unsupported" if code.endswith("-unsupported") else None


def segments(marks: Sequence[Mark]) -> tuple[Segment, ...]:
    """Cut marks that lie on each other into stretches that do not, in the order of the text."""
    edges = sorted({edge for mark in marks for edge in (mark.start, mark.end)})
    begins: dict[int, list[Mark]] = {}
    for mark in marks:
        begins.setdefault(mark.start, []).append(mark)
    found = []
    lying: list[Mark] = []
    for start, end in pairwise(edges):
        lying = [mark for mark in lying if mark.end > start] + begins.get(start, [])
        if lying:
            ordered = sorted(lying, key=lambda mark: _KINDS.index(mark.kind))
            found.append(Segment(start, end, tuple(ordered)))
    return tuple(found)
