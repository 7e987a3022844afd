"""Dates: days, months, years and decades, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gptoss_writer.grounding.numbers import KnownNumbers

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
            *("july jul", "august aug", "september sept sep", "october oct", "november nov"),
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
MONTHS = frozenset(name.capitalize() for name in _MONTHS)
WEEKDAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905 - reads better
)

_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_BEFORE_MONTH = "|".join(
    rf"(?<=\b[{word[0].upper()}{word[0]}]{word[1:]} )"
    for word in "in of since until last by early late this next".split()  # noqa: SIM905 - reads better
)
_PATTERNS = tuple(
    re.compile(rf"(?<![\w.,/:$€£]){pattern}(?![\w%])")
    for pattern in (
        r"(?P<year>1\d{3}|20\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])",
        rf"{_DAY}(?: of)? {_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
        rf"{_DAY}(?: of)? {_MONTH}",
        rf"{_MONTH} {_DAY}(?!\d|,\d| ?%)",
        r"(?P<decade>(?:1\d{2}|20\d)0s|'\d0s)",
        rf"(?<![A-Za-z]-){_YEAR}(?!,\d|\.\d|\d|-?[A-Za-z]| ?(?:%|GB|MB|TB))",
        rf"(?<=[A-Za-z]-){_YEAR}(?!,\d|\.\d|\d|-?[A-Za-z])(?<=mid-....|pre-....|ost-....)",
        rf"(?:{_BEFORE_MONTH}){_MONTH}",
        rf"(?P<weekday>{'|'.join(sorted(WEEKDAYS))})s?",
    )
)
"""From the fullest form to the barest; an earlier one takes its words from the later ones."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as it stands in a text, from `low` to `high`; what it does not say is None.

    `word` is a decade or a weekday.
    """

    low: int
    high: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    word: str | None = None

    @property
    def key(self) -> str:
        """The same for the same date in another form."""
        parts = (self.year, self.month, self.day)
        return self.word or "-".join("?" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class KnownDates:
    """The dates of an outline."""

    dates: frozenset[tuple[int | None, int | None, int | None]]
    words: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> KnownDates:
        """Collect the dates of texts."""
        found = [date for text in texts for date in find_dates(text)]
        return cls(
            frozenset((date.year, date.month, date.day) for date in found if not date.word),
            frozenset(date.word for date in found if date.word),
        )

    def knows(self, date: DateMention, numbers: KnownNumbers) -> bool:
        """Tell whether a date of the outline says all that this one says.

        The year may stand apart from the day and the month: "1854" in one place, "7 September"
        in another.
        """
        if date.word:
            return date.word in self.words
        wanted = (date.year, date.month, date.day)
        if date.month is None:
            return self._says(wanted) or str(date.year) in numbers.values
        return self._says(wanted) or (
            date.year is not None
            and self._says((date.year, None, None))
            and any((None, date.month, day) in self.dates for day in {date.day} if day)
        )

    def _says(self, wanted: tuple[int | None, ...]) -> bool:
        return any(
            all(part is None or part == there for part, there in zip(wanted, date, strict=True))
            for date in self.dates
        )


def find_dates(text: str) -> tuple[DateMention, ...]:
    """Find the dates of a text of plain marks, hyphens and spaces, in order."""
    found: list[DateMention] = []
    taken = bytearray(len(text))
    for pattern in _PATTERNS:
        for mention in _matches(pattern, text):
            if not any(taken[mention.low : mention.high]):
                found.append(mention)
                taken[mention.low : mention.high] = b"\1" * (mention.high - mention.low)
    return tuple(sorted(found, key=lambda date: date.low))


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[DateMention]:
    for match in pattern.finditer(text):
        groups = match.groupdict()
        month = groups.get("month")
        word = groups.get("decade") or groups.get("weekday")
        if groups.get("decade"):
            word = f"{match['decade'][-3:]}"
        yield DateMention(
            *match.span(),
            match[0],
            year=_number(groups.get("year")),
            month=(_MONTHS.get(month.lower()) or int(month)) if month else None,
            day=_number(groups.get("day")),
            word=word,
        )


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None
