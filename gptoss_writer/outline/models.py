"""The outline as values: frozen, validated, with no unknown keys.

An outline is what a person knows before the article exists: a title, a strategy, and sections
with word budgets, key points and evidence. Both file forms (YAML and Markdown) become this.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from gptoss_writer.outline.ids import ID_PATTERN, with_ids
from gptoss_writer.text import is_control, strip_controls

Role = Literal["introduction", "body", "conclusion"]

DEFAULT_TOLERANCE = 0.10
"""Share of a budget by which a section may be longer or shorter (`quality` aim: all within)."""

MAX_SECTIONS = 200


def _without_controls(value: str) -> str:
    if strip_controls(value) == value:
        return value
    character = next(character for character in value if is_control(character))
    raise ValueError(f"contains the control character U+{ord(character):04X}")


def _on_one_line(value: str) -> str:
    return " ".join(value.split())


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_without_controls),
    AfterValidator(_on_one_line),
]
"""Text on one line: titles, names, labels. Runs of whitespace become one space."""

Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_without_controls),
]
"""Text that may have several lines: key points, evidence, notes."""


Pace = Annotated[int, Field(ge=1, le=10_000)]
"""Words a reader takes in per minute."""


Words = Annotated[int, Field(ge=1, le=20_000)]
"""Words of one section."""

RANGE = re.compile(r"(\d{1,6})\s*(?:-|–|—|to)\s*(\d{1,6})")
"""A budget given as a range, `200-250`: its middle is the budget, its ends are the band."""


class _Frozen(BaseModel):
    # Only what is asked for is built: an outline builds its parts by itself.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class WordBudget:
    """A number of words and the band around it that counts as kept.

    The band is the tolerance's, unless its fewest and most words are given.
    """

    words: int
    tolerance: float = DEFAULT_TOLERANCE
    band: tuple[int, int] | None = None

    @property
    def floor(self) -> int:
        """The fewest words inside the band."""
        if self.band is not None:
            return self.band[0]
        return math.ceil(round(self.words * (1 - self.tolerance), 6))

    @property
    def ceiling(self) -> int:
        """The most words inside the band."""
        if self.band is not None:
            return self.band[1]
        return max(self.floor, math.floor(round(self.words * (1 + self.tolerance), 6)))

    def contains(self, words: int) -> bool:
        """Tell whether a count of words lies inside the band."""
        return self.floor <= words <= self.ceiling

    def distance(self, words: int) -> int:
        """Give how many words a count is away from the budget itself."""
        return abs(words - self.words)


class KeyPoint(_Frozen):
    """One thing a section must say, with an optional label that names it."""

    label: Line | None = None
    detail: Prose | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:  # noqa: ANN401 - Pydantic hands over raw input
        return {"detail": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _says_something(self) -> KeyPoint:
        if self.label is None and self.detail is None:
            raise ValueError("a key point needs a label, a detail, or both")
        return self

    @property
    def text(self) -> str:
        """The key point as one string: "Label: detail", or the one that is there."""
        return ": ".join(part for part in (self.label, self.detail) if part)


class Quotation(_Frozen):
    """Words that somebody said or wrote; they may be used verbatim only."""

    quote: Prose
    speaker: Line | None = None
    source: Line | None = None
    url: Line | None = None
    note: Prose | None = None
    """The words that stood around the quotation in the research, for context."""
    required: bool = False

    @property
    def text(self) -> str:
        """The words of the quotation."""
        return self.quote


class Fact(_Frozen):
    """A plain statement found by research; it may be put in other words."""

    fact: Prose
    source: Line | None = None
    url: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:  # noqa: ANN401 - Pydantic hands over raw input
        return {"fact": value} if isinstance(value, str) else value

    @property
    def text(self) -> str:
        """The words of the statement."""
        return self.fact


def _evidence_kind(value: Any) -> str:  # noqa: ANN401 - Pydantic hands over raw input
    if isinstance(value, dict):
        return "quotation" if "quote" in value else "fact"
    return "quotation" if isinstance(value, Quotation) else "fact"


Evidence = Annotated[
    Annotated[Quotation, Tag("quotation")] | Annotated[Fact, Tag("fact")],
    Discriminator(_evidence_kind),
]
"""What a section rests on: a quotation, or a statement (a plain string is a statement)."""


class Strategy(_Frozen):
    """What the article is for; every section sees it."""

    angle: Prose | None = None
    audience: Prose | None = None
    value: Prose | None = None
    approach: Prose | None = None


class Section(_Frozen):
    """One section: what it is called, how long it is, what it says and what it rests on."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    role: Role = "body"
    title: Line
    words: Words
    # Left out of dumps, as the tolerance is: a section does not become stale with its band.
    band: Annotated[tuple[Words, Words] | None, Field(exclude=True)] = None
    key_points: tuple[KeyPoint, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: Prose | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_range(cls, value: Any) -> Any:  # noqa: ANN401 - Pydantic hands over raw input
        words = value.get("words") if isinstance(value, dict) else None
        found = RANGE.fullmatch(words.strip()) if isinstance(words, str) else None
        if found is None or value.get("band") is not None:
            return value
        low, high = int(found[1]), int(found[2])
        return {**value, "words": (low + high) // 2, "band": (low, high)}

    @model_validator(mode="after")
    def _band_holds_budget(self) -> Section:
        if self.band and not self.band[0] <= self.words <= self.band[1]:
            raise ValueError("the fewest and the most words must enclose the budget")
        return self

    @property
    def budget(self) -> WordBudget:
        """The word budget with its own band, or the default one."""
        return self.budget_within(DEFAULT_TOLERANCE)

    def budget_within(self, tolerance: float) -> WordBudget:
        """Give the word budget with its own band, where it has one, else with this tolerance."""
        return WordBudget(self.words, tolerance, self.band)

    @property
    def quotations(self) -> tuple[Quotation, ...]:
        """The quotations among the evidence, in order."""
        return tuple(item for item in self.evidence if isinstance(item, Quotation))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The plain statements among the evidence, in order."""
        return tuple(item for item in self.evidence if isinstance(item, Fact))


class Elements(_Frozen):
    """Material for the article as a whole, not yet given to a section."""

    statistics: tuple[Prose, ...] = ()
    quotes: tuple[Quotation, ...] = ()
    examples: tuple[Prose, ...] = ()
    takeaways: tuple[Prose, ...] = ()


class Lint(_Frozen):
    """What the linter is told in the outline itself."""

    ignore: tuple[Line, ...] = ()


class Outline(_Frozen):
    """A whole outline. Section ids are derived from titles where they are absent."""

    title: Line
    description: Line | None = None
    tags: tuple[Line, ...] = ()
    published: bool = False
    strategy: Strategy = Field(default_factory=Strategy)
    total_words: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    reading_minutes: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None
    words_per_minute: tuple[Pace, Pace] | None = None
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=MAX_SECTIONS)]
    elements: Elements = Field(default_factory=Elements)
    lint: Lint = Field(default_factory=Lint)

    @model_validator(mode="before")
    @classmethod
    def _derive_ids(cls, value: Any) -> Any:  # noqa: ANN401 - Pydantic hands over raw input
        sections = value.get("sections") if isinstance(value, dict) else None
        # Beyond the limit the outline is refused anyway; thousands of equal titles would be slow.
        if isinstance(sections, list | tuple) and len(sections) <= MAX_SECTIONS:
            return {**value, "sections": with_ids(sections)}
        return value

    @model_validator(mode="after")
    def _sections_agree(self) -> Outline:
        seen: set[str] = set()
        for section in self.sections:
            if section.id in seen:
                raise ValueError(f'two sections have the id "{section.id}"')
            seen.add(section.id)
        if any(section.role == "introduction" for section in self.sections[1:]):
            raise ValueError("only the first section can be the introduction")
        return self

    @property
    def budget_words(self) -> int:
        """The sum of the sections' budgets."""
        return sum(section.words for section in self.sections)

    def section(self, name: str) -> Section | None:
        """Find a section by its id, else by its number counted from 1."""
        by_id = {section.id: section for section in self.sections}
        by_number = {str(number): item for number, item in enumerate(self.sections, start=1)}
        return by_id.get(name) or by_number.get(name)

    def number(self, section_id: str) -> int:
        """Give the place of a section in the article, counted from 1; `KeyError` if absent."""
        for number, section in enumerate(self.sections, start=1):
            if section.id == section_id:
                return number
        raise KeyError(section_id)
