"""Numbers with their units, in digits and in words: 12 GB, 12GB and twelve gigabytes are one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

_UNITS = {
    "kB": "kb kilobyte kilobytes",
    "MB": "mb megabyte megabytes",
    "GB": "gb gig gigs gigabyte gigabytes",
    "TB": "tb terabyte terabytes",
    "PB": "pb petabyte petabytes",
    "MiB": "mib mebibyte mebibytes",
    "GiB": "gib gibibyte gibibytes",
    "TiB": "tib tebibyte tebibytes",
    "byte": "byte bytes",
    "bit": "bit bits",
    "%": "% percent pct percentage",
    "$": "dollar dollars usd",
    "€": "euro euros eur",
    "pound": "pound pounds lb lbs gbp",
    "ms": "ms millisecond milliseconds",
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "decade": "decade decades",
    "century": "century centuries",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "m": "m metre metres meter meters",
    "km": "km kilometre kilometres kilometer kilometers",
    "mile": "mile miles mi",
    "foot": "foot feet ft",
    "inch": "inch inches",
    "yard": "yard yards yd",
    "mg": "mg milligram milligrams",
    "g": "g gram grams",
    "kg": "kg kilogram kilograms kilo kilos",
    "ton": "ton tons tonne tonnes",
    "litre": "l litre litres liter liters",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "W": "w watt watts",
    "kW": "kw kilowatt kilowatts",
    "MW": "mw megawatt megawatts",
    "kWh": "kwh",
    "Hz": "hz hertz",
    "kHz": "khz kilohertz",
    "MHz": "mhz megahertz",
    "GHz": "ghz gigahertz",
    "°C": "°c celsius",
    "°F": "°f fahrenheit",
    "degree": "° degree degrees",
    "x": "x × times fold",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_CURRENCIES = {"$": "$", "€": "€", "£": "pound"}

_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
_SUFFIXES = {"k": 1000, "K": 1000, "M": 10**6, "bn": 10**9, "B": 10**9, "b": 10**9}
_SUFFIXES |= {"T": 10**12, "tn": 10**12, "mn": 10**6}
_SMALL = {
    word: number
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen""".split()  # noqa: SIM905 - reads better
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),  # noqa: SIM905 - reads better
        start=2,
    )
}
_WORD = "|".join((*_TENS, *sorted(_SMALL, key=len, reverse=True)))
_SCALE = "|".join(_SCALES)
_UNIT = "|".join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True))
_BEHIND = rf"(?:\s?-?(?P<unit>per cent|{_UNIT})(?![\w]))?"

_DIGITS = re.compile(
    r"(?<![\w.,/:])(?<![A-Za-z]-)(?P<currency>[$€£])?"
    r"(?:(?P<parts>\d+(?:[:/]\d+)+|\d+(?:\.\d+){2,})(?![/:]?\d)"
    r"|(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
    rf"(?:(?P<suffix>(?-i:{'|'.join(_SUFFIXES)}))(?!\w)|\s?-?(?P<scale>{_SCALE})(?!\w))?"
    rf"(?P<ordinal>(?:st|nd|rd|th)(?!\w))?{_BEHIND})",
    re.IGNORECASE,
)
_WORDS = re.compile(
    rf"(?<![\w-])(?P<words>(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD}|{_SCALE})(?!\w))*)(?:(?!\w)|(?=fold))"
    rf"{_BEHIND}",
    re.IGNORECASE,
)
_EMBEDDED = re.compile(r"(?<=[A-Za-z]-)(\d+(?:\.\d+)?)(bn|[KMBT])?(?![\w.])", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|—|to|and|or)\s*")
_IDIOMS = frozenset({"24/7", "50/50"})
_LOOSE = frozenset(
    "s min h day week month year decade century x bit foot inch mile yard degree pound ton".split()  # noqa: SIM905 - reads better
)
"""Units with which "one" is often no measure: one day, one bit."""

_PLAIN_UP_TO = 10


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number as it stands in a text, from `low` to `high`.

    `readings` are the (value, unit) it may mean, the likeliest first; a version, a ratio or a
    time of day is its own text. Not `is_fact`: small numbers in words, "one day", idioms.
    """

    low: int
    high: int
    text: str
    readings: tuple[tuple[str, str], ...]
    is_fact: bool = True

    @property
    def key(self) -> str:
        """The likeliest reading in one string."""
        value, unit = self.readings[0]
        return f"{value} {unit}".rstrip()


@dataclass(frozen=True, slots=True)
class KnownNumbers:
    """The numbers of an outline: with their units, and their values alone."""

    readings: frozenset[tuple[str, str]]
    values: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> KnownNumbers:
        """Collect the numbers of texts, those inside names such as "gpt-oss-20b" included."""
        readings: set[tuple[str, str]] = set()
        for text in texts:
            for number in find_numbers(text):
                readings.update(number.readings)
            for inside in _EMBEDDED.finditer(text):
                readings.add((_value(inside[1], inside[2] or ""), ""))
                readings.add((_value(inside[1], ""), ""))
        return cls(frozenset(readings), frozenset(value for value, _ in readings))

    def knows(self, number: NumberMention) -> bool:
        """Tell whether a number stands there; without a unit its value is enough."""
        return any(
            reading in self.readings if reading[1] else reading[0] in self.values
            for reading in number.readings
        )


def find_numbers(text: str) -> tuple[NumberMention, ...]:
    """Find the numbers of a text of plain marks, hyphens and spaces, in order."""
    found = sorted((*_in_digits(text), *_in_words(text)), key=lambda number: number.low)
    return tuple(_with_ranges(text, found))


def _in_digits(text: str) -> Iterator[NumberMention]:
    for match in _DIGITS.finditer(text):
        if match["parts"]:
            is_fact = match["parts"] not in _IDIOMS
            readings = ((match["parts"], ""),)
            yield NumberMention(*match.span(), match[0], readings, is_fact)
            continue
        scale = match["suffix"] or (match["scale"] or "").lower()
        unit = _unit(match["unit"])
        if match["currency"]:
            unit = _CURRENCIES[match["currency"]]
        if match["ordinal"] and unit not in {"", "century"}:
            unit = ""
        value = _value(match["value"].replace(",", ""), scale)
        yield NumberMention(*match.span(), match[0], ((value, unit),))


def _in_words(text: str) -> Iterator[NumberMention]:
    for match in _WORDS.finditer(text):
        value = _spoken(match["words"].lower())
        unit = _unit(match["unit"])
        is_plain = value <= _PLAIN_UP_TO and not unit
        is_idiom = value <= 1 and unit in _LOOSE
        yield NumberMention(
            *match.span(), match[0], ((_plain(Decimal(value)), unit),), not (is_plain or is_idiom)
        )


def _with_ranges(text: str, numbers: list[NumberMention]) -> Iterator[NumberMention]:
    """Let the first number of a range have the unit of the second as well: 10 to 20 GB."""
    for number, following in zip_longest(numbers, numbers[1:]):
        value, unit = number.readings[0]
        if following and not unit and _RANGE.fullmatch(text, number.high, following.low):
            _, shared = following.readings[0]
            if shared:
                readings = (*number.readings, (value, shared))
                yield NumberMention(number.low, number.high, number.text, readings, number.is_fact)
                continue
        yield number


def _unit(word: str | None) -> str:
    return "%" if word and word.lower() == "per cent" else _UNIT_OF.get((word or "").lower(), "")


def _value(digits: str, scale: str) -> str:
    factor = _SCALES.get(scale) or _SUFFIXES.get(scale) or _SUFFIXES.get(scale.lower()) or 1
    return _plain(Decimal(digits) * factor)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spoken(words: str) -> int:
    total = current = 0
    for word in words.replace("-", " ").split():
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= _SCALES["thousand"]:
                total, current = total + current, 0
        else:
            current += _SMALL.get(word, _TENS.get(word, 0))
    return total + current
