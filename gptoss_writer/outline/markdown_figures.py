"""Reads the figures of a Markdown outline: word budgets, total words, minutes, words a minute."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d{1,9}"
_RANGE = rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|—|to)\s*(?P<high>{_NUMBER}))?"
_WORDS = re.compile(rf"(?<![\d,.]){_RANGE}[ -]?words?\b(?!\s+(?:per|a)\s+min)", re.IGNORECASE)
_BARE = re.compile(rf"\D{{0,20}}{_RANGE}\D{{0,20}}$")
_IN_BRACKETS = re.compile(r"\s*[–—:-]?\s*[(\[][^()\[\]]{0,80}[)\]]\s*:?\s*$")
_BEHIND_DASH = re.compile(rf"\s*[–—:-]\s*[^\d–—:-]{{0,20}}(?:{_NUMBER})[^–—]{{0,30}}\bwords?\W*$")
_MINUTES = re.compile(r"(?<![\d.])(\d{1,4}(?:\.\d{1,2})?)[\s-]*min(?:ute)?s?\b", re.IGNORECASE)
_PACE = re.compile(rf"(?<![\d,.]){_RANGE}\s+words?\s+(?:per|a)\s+min", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a statement on the length of the article says; None where it does not."""

    total_words: str | None = None
    reading_minutes: str | None = None
    words_per_minute: tuple[str, str] | None = None


def budget_in(text: str) -> tuple[str, int] | None:
    """Find a word budget at the end of a heading, and where the heading before it ends.

    Reads `(Approx. 150 words)`, `(~150 words)`, `[150 words]`, `- 150 words`; of a range such as
    `(200-250 words)` the middle.
    """
    for pattern in (_IN_BRACKETS, _BEHIND_DASH):
        found = pattern.search(text[-200:])
        if found and (words := _WORDS.search(found[0])):
            return _middle(words), max(0, len(text) - 200) + found.start()
    return None


def budget_of(text: str) -> str | None:
    """Read the value of a word budget's own line: `100 words`, `about 100`, `200-250`."""
    found = _WORDS.search(text[:200]) or _BARE.match(text[:200])
    return _middle(found) if found else None


def figures_in(text: str) -> Figures:
    """Read the statement on the length of the whole article, in whatever order it comes."""
    text = text[:2000]
    total, minutes, pace = _WORDS.search(text), _MINUTES.search(text), _PACE.search(text)
    return Figures(
        total_words=_middle(total) if total else None,
        reading_minutes=minutes[1] if minutes else None,
        words_per_minute=(_plain(pace["low"]), _plain(pace["high"] or pace["low"]))
        if pace
        else None,
    )


def _middle(found: re.Match[str]) -> str:
    low = _plain(found["low"])
    high = _plain(found["high"]) if found["high"] else low
    return low if low == high else str((int(low) + int(high)) // 2)


def _plain(number: str) -> str:
    return number.replace(",", "")
