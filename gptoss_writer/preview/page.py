"""The scorecard as one page of HTML: the article with its marks, beside what it rests on.

The page stands alone: no address in it is ever loaded, style and script stand inside and are
named by their hashes in its security policy, and what comes from article and outline is text.
"""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined

from gptoss_writer.grounding.article import ArticleSection
from gptoss_writer.grounding.findings import TextFinding, shortened
from gptoss_writer.grounding.provenance import trace
from gptoss_writer.grounding.scorecard import Scorecard
from gptoss_writer.preview.article_html import ArticleRenderer
from gptoss_writer.preview.gauges import Gauge, gauges
from gptoss_writer.preview.marks import Mark, Segment, marks_of, segments
from gptoss_writer.preview.panel import Panel
from gptoss_writer.text import strip_controls

GENERATOR = "gptoss-writer scorecard"
"""What the page names as its generator: by this a page of ours is recognised."""

_NOTE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class FindingItem:
    """A finding as the panel shows it; `target` is an anchor in the article."""

    anchor: str
    target: str
    finding: TextFinding
    evidence: str | None
    """The anchor of the nearest evidence."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the article as HTML; without a gauge it belongs to no section."""

    anchor: str
    html: str
    gauge: Gauge | None


def page(card: Scorecard, *, article_name: str, outline_name: str) -> str:
    """Make the page of a scorecard. Never raises on any text."""
    builder = _Builder(card)
    style, script = _asset("page.css"), _asset("page.js")
    template = _environment().get_template("page.html")
    html = template.render(
        generator=GENERATOR,
        card=card,
        article_name=article_name,
        outline_name=outline_name,
        title=card.article.title.text if card.article.title else card.outline.title,
        gauges=builder.gauges,
        heading=builder.heading,
        parts=builder.parts,
        groups=tuple(builder.panel.groups(builder.drawn)),
        findings=tuple(builder.findings()),
        counts=_counts(card),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    # Titles, messages and excerpts may still hold what an editor or a terminal would obey.
    return strip_controls(html)


def _counts(card: Scorecard) -> dict[str, int]:
    severities = [finding.severity for finding in card.findings]
    verdicts = [quotation.verdict for quotation in card.full_quotations]
    statuses = [entry.status for entry in card.entries]
    points = [point for section in card.sections for point in section.coverage]
    return {
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "notes": severities.count("note"),
        "verbatim": verdicts.count("verbatim"),
        "quotations": len(verdicts),
        "unsupported": card.count("number-unsupported", "date-unsupported", "name-unsupported"),
        "used": len(statuses) - statuses.count("unused"),
        "evidence": len(statuses),
        "covered": sum(point.is_covered for point in points),
        "points": len(points),
        "leaks": card.count("leak"),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gptoss_writer.preview", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    environment = _environment()
    loader = environment.loader
    return loader.get_source(environment, name)[0] if loader else ""


def _hash(text: str) -> str:
    """Name a script or style as a security policy does (CSP level 2)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


class _Builder:
    """Ties the article, its marks, the evidence and the findings together by their anchors."""

    def __init__(self, card: Scorecard) -> None:
        self._card = card
        self._places = card.article.parts
        self._sentences = trace(card.passages, card.outline)
        self._marks = marks_of(card, self._sentences)
        self.panel = Panel(card, self._sentences)
        self._anchors = self.panel.anchors
        self.gauges = gauges(card)
        self.drawn: set[str] = set()
        """The marks that stand on the page; those in front matter, for one, do not."""
        article = card.article
        renderer = ArticleRenderer(article.text, segments(self._marks), self._frame)
        renderer.read_references(article.start, article.end)
        self.heading = (
            renderer.render(article.title.start, article.title.end) if article.title else ""
        )
        self.parts = tuple(self._parts(renderer))

    def _parts(self, renderer: ArticleRenderer) -> Iterator[Part]:
        """Give the stretches of the article, each with its gauge."""
        by_place = {gauge.start: gauge for gauge in self.gauges if gauge.start is not None}
        for part in self._places:
            start = _start(part)
            gauge = by_place.get(part.start)
            yield Part(_part_anchor(part), renderer.render(start, part.end), gauge)

    def _frame(self, segment: Segment, is_first: bool) -> tuple[str, str]:  # noqa: FBT001 - a Frame
        top = segment.marks[-1]
        before = ""
        for mark in segment.marks[:-1]:
            if mark.id not in self.drawn:
                self.drawn.add(mark.id)
                before += f'<i id="m-{mark.id}"></i>'
        attributes = f'class="m {top.kind}{" flagged" if top.is_flagged else ""}"'
        if top.id not in self.drawn:
            self.drawn.add(top.id)
            attributes += f' id="m-{top.id}"'
        elif not is_first:
            attributes += ' tabindex="-1"'
        sources = dict.fromkeys(
            self._anchors[source]
            for mark in reversed(segment.marks)
            for source in mark.sources
            if source in self._anchors
        )
        attributes += f' data-of="{" ".join(sources)}" title="{escape(self._note(top))}"'
        target = self._target(top)
        if target is None:
            return f"{before}<span {attributes}>", "</span>"
        return f'{before}<a {attributes} href="#{target}">', "</a>"

    def _note(self, mark: Mark) -> str:
        told = [self._card.findings[place].message for place in mark.findings]
        return shortened(" ".join(dict.fromkeys((mark.note, *told))), _NOTE_LENGTH)

    def _target(self, mark: Mark) -> str | None:
        if mark.findings:
            return _finding_anchor(mark.findings[0])
        return next(
            (self._anchors[source] for source in mark.sources if source in self._anchors), None
        )

    def findings(self) -> Iterator[FindingItem]:
        """Give the findings, the most serious first, each with the nearest place to look at."""
        shown = [mark for mark in self._marks if mark.id in self.drawn]
        starts = [mark.start for mark in shown]
        marked = {place: mark for mark in reversed(shown) for place in mark.findings}
        order = ("error", "warning", "note")
        numbered = sorted(
            enumerate(self._card.findings), key=lambda item: order.index(item[1].severity)
        )
        for place, finding in numbered:
            mark = marked.get(place) or _mark_in(finding, shown, starts)
            target = f"m-{mark.id}" if mark else self._part_around(finding.start)
            evidence = self._anchors.get(finding.evidence or "")
            yield FindingItem(_finding_anchor(place), target, finding, evidence)

    def _part_around(self, offset: int) -> str:
        parts = self._places
        index = bisect_left(parts, offset, key=lambda part: part.end)
        is_inside = index < len(parts) and _start(parts[index]) <= offset
        return _part_anchor(parts[index]) if is_inside else "top"


def _mark_in(finding: TextFinding, shown: list[Mark], starts: list[int]) -> Mark | None:
    """Find the first mark that begins within a finding on a longer stretch."""
    index = bisect_right(starts, finding.start - 1)
    mark = shown[index] if index < len(shown) else None
    return mark if mark and mark.start < finding.end else None


def _start(part: ArticleSection) -> int:
    return part.heading.start if part.heading else part.start


def _part_anchor(part: ArticleSection) -> str:
    return f"p-{part.start}"


def _finding_anchor(place: int) -> str:
    return f"f-{place + 1}"
