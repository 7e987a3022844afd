"""An assembled article taken apart again, so that edits of it find their sections.

What was assembled is remembered as its parts: section, attempt, and a hash of its heading. An
edited article is taken apart only where front matter, title and headings are as they were;
nothing is guessed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gptoss_writer.assembly.document import heading_of, tidy_body, whole_body
from gptoss_writer.assembly.markdown import heading
from gptoss_writer.grounding.article import Heading, headings, parse_article
from gptoss_writer.outline.models import Outline

_PART = re.compile(r"(?P<section>[a-z0-9-]+)@(?P<attempt>\d+)(?:#(?P<heading>[0-9a-f]+))?")
_HASH_DIGITS = 16
_DEEPEST = 2
"""Headings of these levels divide an article; those below are a section's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section of an assembled article; `heading` is a hash, "" for the introduction."""

    section_id: str
    attempt: int
    heading: str

    def __str__(self) -> str:
        mark = f"#{self.heading}" if self.heading else ""
        return f"{self.section_id}@{self.attempt}{mark}"

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read a part as `str` writes it; `ValueError` where it is none."""
        match = _PART.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a part of an article")
        return cls(match["section"], int(match["attempt"]), match["heading"] or "")


@dataclass(frozen=True, slots=True)
class Split:
    """An edited article taken apart.

    `texts` are the texts of the sections as they stand there. Where the article cannot be taken
    apart they are empty and `reason` says why, as the end of a sentence.
    """

    texts: Mapping[str, str]
    reason: str = ""


def parts_of(outline: Outline, attempts: Mapping[str, tuple[int, str]]) -> tuple[Part, ...]:
    """Name the parts of the article that these attempts make; number and text by section id."""
    parts = []
    for section in outline.sections:
        number, text = attempts.get(section.id, (0, ""))
        if tidy_body(text):
            title = heading_of(section)
            line = "" if title is None else heading(2, title)
            own = next(headings(line, 0, len(line)), None)
            parts.append(Part(section.id, number, _hash(own.text) if own else ""))
    return tuple(parts)


def head_of(article: str) -> str:
    """Give a hash of what stands before the sections: front matter and title."""
    return _hash(tidy_body(article[: _title_end(article)]).lstrip("\ufeff"))


def split(article: str, head: str, parts: Sequence[Part], bases: Mapping[str, str]) -> Split:
    """Take an edited article apart; `bases` are the texts its parts had, by section id."""
    if head_of(article) != head:
        return Split({}, "its front matter or its title was changed")
    if any(not part.heading for part in parts[1:]):
        return Split({}, "it has a section without a heading behind another section")
    start = _title_end(article)
    found = [item for item in headings(article, start, len(article)) if item.level <= _DEEPEST]
    expected: list[str] = []
    own: list[int] = []
    for part in parts:
        own.append(len(expected) if part.heading else -1)
        expected += [part.heading] if part.heading else []
        expected += [_hash(item.text) for item in _dividing(bases[part.section_id])]
    if expected != [_hash(item.text) for item in found]:
        return Split({}, "its headings were changed")
    if own[:1] != [-1] and article[start : found[0].start if found else None].strip():
        return Split({}, "it has text before its first section")
    if not parts:
        return Split({})
    starts = [start if place < 0 else found[place].end for place in own]
    ends = [*(found[place].start for place in own[1:]), len(article)]
    return Split(
        {
            part.section_id: _trimmed(article[first:last])
            for part, first, last in zip(parts, starts, ends, strict=True)
        }
    )


def is_same_text(one: str, other: str) -> bool:
    """Tell whether two texts of a section make the same article."""
    return whole_body(one) == whole_body(other)


def _dividing(text: str) -> Iterable[Heading]:
    return (item for item in headings(text, 0, len(text)) if item.level <= _DEEPEST)


def _title_end(article: str) -> int:
    parsed = parse_article(article)
    if parsed.title:
        return parsed.title.end
    return parsed.front_matter[1] if parsed.front_matter else 0


def _trimmed(text: str) -> str:
    """Take away the blank lines around a text; it ends with one newline of its own kind."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    body = "\n".join(lines[start:end]).removesuffix("\r")
    return body + newline if body else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
