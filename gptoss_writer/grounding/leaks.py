"""What must never stand in an article: control tokens, channels, citations, marks, reasoning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LeakKind = Literal["control-token", "channel", "citation", "mark", "reasoning"]

_PRODUCE = (
    r"(?:write|craft|draft|produce|output|generate|count|quote|include)\b[^.!?\n]{0,60}?"
    r"\b(?:sections?|words?|articles?|paragraphs?|introduction|conclusion|outline|quotations?"
    r"|evidence|key points?|sentences?)\b"
)
"""What a model says about its task; "We must write better tests" is no such thing."""

REQUEST_MARK = (
    r"(?:\[[KEQ][0-9]{1,4}(?:(?:[–-]|[,;]? ?(?:and )?[KEQ])[KEQ]?[0-9]{1,4})*\]|\(must appear\))"
)
"""What marks the items of a request, as a pattern: "[K1]", "[E1, E2]", "(must appear)"."""

_PATTERNS: tuple[tuple[LeakKind, re.Pattern[str]], ...] = (
    (
        "control-token",
        re.compile(
            r"<\|[A-Za-z0-9_]{1,40}\|>|<[｜][^<>\n]{1,40}[｜]>|\[/?INST\]|<</?SYS>>"
            r"|</?(?:think|thinking|reasoning|analysis|final)>|<(?:start|end)_of_turn>"
        ),
    ),
    (
        "channel",
        re.compile(
            r"assistant(?:analysis|commentary|final)(?:json|code)?"
            r"|\b(?:analysis|commentary|final)(?=[A-Z][a-z' ])"
            r"|(?:^|(?<=\s))to=(?:functions|browser|python|assistant)\b[.\w]*"
        ),
    ),
    (
        "citation",
        re.compile(
            r"【[^【】\n]{0,80}†[^【】\n]{0,80}】?|【\d[^【】\n]{0,80}】"
            r"|\ue200[^\ue200\ue201\n]{0,80}\ue201?|\b(?:turn\d+(?:search|view|news|fetch)\d+)+"
            r"|:contentReference\[oaicite:\d+\](?:\{[^{}\n]{0,40}\})?|\[oaicite:\d+\]"
        ),
    ),
    (
        "mark",
        re.compile(REQUEST_MARK),
    ),
    (
        "reasoning",
        re.compile(
            rf"(?:^|(?<=[.!?…:] ))[*_>#\"“ ]{{0,4}}(?:"
            r"(?:The|This) user (?:wants|asks|asked|is asking|requested|said|provided)\b"
            rf"|(?:We|I)(?: now)? (?:need to|have to|must|should) {_PRODUCE}"
            rf"|(?:Let's|Let’s|Let me|I'll|I’ll|I will)(?: now| just)? {_PRODUCE}"
            r"|(?:As an|I am an|I'm an|I’m an) (?:AI )?(?:language model|AI assistant)\b"
            r"|(?:Approximate |Approx\.? |Total |Current )?[Ww]ord count\s*[:=≈~]\s*~?\d"
            r"|(?:Sure|Certainly|Of course)[,!] [Hh]ere(?: is|'s|’s| are)\b"
            r"|Here(?: is|'s|’s) (?:the|your|a) (?:(?:final|revised|rewritten) )?"
            r"(?:section|draft|article|version)\b"
            r")[^.!?\n]{0,60}",
            re.MULTILINE,
        ),
    ),
)

_MESSAGES: dict[LeakKind, str] = {
    "control-token": "The text of a control token stands in the article.",
    "channel": "The name of a channel stands in the article.",
    "citation": "A citation mark of a browser tool stands in the article.",
    "mark": "A mark of the request, of a key point or of evidence, stands in the article.",
    "reasoning": "This reads like a remark of the writer about its task.",
}


@dataclass(frozen=True, slots=True)
class Leak:
    """A stretch of text that came from the machine and not from the article."""

    kind: LeakKind
    start: int
    end: int
    text: str

    @property
    def message(self) -> str:
        """What it is, in one sentence."""
        return _MESSAGES[self.kind]


def find_leaks(text: str, start: int, end: int, known: str = "") -> tuple[Leak, ...]:
    """Find the leaks of a stretch of an article as typed, code and headings included.

    What stands in the outline (`known`) as well is its subject and no leak.
    """
    found = [leak for leak in _all(text, start, end) if leak.text not in known]
    return tuple(sorted(found, key=lambda leak: (leak.start, leak.end)))


def _all(text: str, start: int, end: int) -> Iterator[Leak]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text[:end], start):
            low = match.start() + len(match[0]) - len(match[0].lstrip(' *_>#"“'))
            yield Leak(kind, low, match.end(), text[low : match.end()])
