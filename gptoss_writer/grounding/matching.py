"""Which stretch of an article is which section of its outline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from gptoss_writer.grounding.article import Article, ArticleSection
from gptoss_writer.outline.models import Outline, Section
from gptoss_writer.text import fold

SAME_TITLE = 80.0
"""Likeness, from 0 to 100, at which two titles are taken for the same."""

_ALIKE = 50.0
_ROLE_WORD = 85.0
_NUMBER = re.compile(r"^(?:(?:section|part|chapter)\s+)?\d{1,3}\s*[.):-]?\s+", re.IGNORECASE)
_NOT_A_WORD = re.compile(r"[\W_]+")
_BEGINNING_WORDS = 2
_BEGINNING_LENGTH = 12
_ROLE_TITLES = {
    "introduction": frozenset({"introduction", "intro", "opening", "overview"}),
    "conclusion": frozenset(
        {"conclusion", "conclusions", "closing", "summary", "final thoughts", "closing thoughts"}
    ),
    "body": frozenset[str](),
}


@dataclass(frozen=True, slots=True)
class Matching:
    """Sections of an outline with their parts of an article, and what has no partner.

    `pairs` is in the outline's order; `likeness` of titles runs from 0 to 100.
    """

    pairs: tuple[tuple[Section, ArticleSection], ...]
    missing: tuple[Section, ...]
    unknown: tuple[ArticleSection, ...]

    def part(self, section_id: str) -> ArticleSection | None:
        """Find the part of a section by its id."""
        return next((part for section, part in self.pairs if section.id == section_id), None)


def match_sections(article: Article, outline: Outline) -> Matching:
    """Match the parts of an article with the sections of an outline.

    By title, the likest first; between equals the nearer place wins. Numbers before a title,
    case and punctuation do not count; a title may have lost its second half, and "Introduction"
    and "Conclusion" stand for the roles. The text under the H1 is the introduction, or else the
    first section. A retitled section is recognised where it stands alone between two neighbours
    that match and its title is not wholly different.
    """
    partners = _by_title(article.sections, outline.sections)
    introduction = article.introduction
    if 0 in partners or outline.sections[0].role == "conclusion":
        introduction = None
    _fill_gaps(partners, article.sections, outline.sections, 0 if introduction else -1)
    pairs = {index: article.sections[place] for index, place in partners.items()}
    if introduction:
        pairs[0] = introduction
    taken = set(pairs.values())
    return Matching(
        pairs=tuple((outline.sections[index], pairs[index]) for index in sorted(pairs)),
        missing=tuple(
            section for index, section in enumerate(outline.sections) if index not in pairs
        ),
        unknown=tuple(part for part in article.parts if part not in taken),
    )


def _by_title(parts: tuple[ArticleSection, ...], sections: tuple[Section, ...]) -> dict[int, int]:
    titles = [plain_title(part.title) for part in parts]
    candidates = []
    for index, section in enumerate(sections):
        wanted = plain_title(section.title)
        for _, score, place in process.extract(
            wanted, titles, scorer=likeness, score_cutoff=SAME_TITLE, limit=8
        ):
            candidates.append((-score, abs(place - index), index, place))
        names = _ROLE_TITLES[section.role]
        candidates += [
            (-_ROLE_WORD, abs(place - index), index, place)
            for place, title in enumerate(titles)
            if title in names
        ]
    return _best(candidates)


def _best(candidates: list[tuple[float, int, int, int]]) -> dict[int, int]:
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, index, place in sorted(candidates):
        if index not in partners and place not in taken:
            partners[index] = place
            taken.add(place)
    return partners


def _fill_gaps(
    partners: dict[int, int],
    parts: tuple[ArticleSection, ...],
    sections: tuple[Section, ...],
    before: int,
) -> None:
    """Pair a section and a part that both stand alone between the same neighbours.

    `before` is the section in front of the first part: 0 for an introduction, else none (-1).
    """
    fixed = [(before, -1), *sorted(partners.items()), (len(sections), len(parts))]
    for (index, place), (next_index, next_place) in pairwise(fixed):
        if next_index - index == next_place - place == 2:  # noqa: PLR2004 - one between the two
            title, wanted = parts[place + 1].title, sections[index + 1].title
            if likeness(plain_title(title), plain_title(wanted)) >= _ALIKE:
                partners[index + 1] = place + 1


def plain_title(title: str) -> str:
    """Bring a title into the form in which titles are compared."""
    return " ".join(_NOT_A_WORD.sub(" ", _NUMBER.sub("", fold(title).casefold())).split())


def likeness(first: str, second: str, **_: object) -> float:
    """Say how alike two plain titles are, from 0 to 100; without words they are not."""
    if not first or not second:
        return 0.0
    score = max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second) - 1)
    short, long = sorted((first, second), key=len)
    is_beginning = long.startswith(short) and len(short.split()) >= _BEGINNING_WORDS
    if is_beginning and len(short) >= _BEGINNING_LENGTH:
        score = max(score, 90.0)
    return score
