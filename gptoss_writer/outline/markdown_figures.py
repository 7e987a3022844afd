"""Reads the figures of a Markdown outline: word budgets, total words, minutes, words a minute."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gptoss_writer.outline.source import RawOutline, Span

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d{1,9}"
_RANGE = rf"(?P<low>{_NUMBER})(?:\s*(?:-|–|—|to)\s*(?P<high>{_NUMBER}))?"
_WORDS = re.compile(
    rf"(?<![\d,.]){_RANGE}\+?[ -]?"
    r"(?:words?\b(?!\s+(?:per|a)\s+min)|w\b|(?:wörter|worte|mots|palabras)\b)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"\D{{0,20}}?{_RANGE}\D{{0,20}}$")
_IN_BRACKETS = re.compile(r"\s*[–—:,-]?\s*[(\[{][^()\[\]{}]{0,80}[)\]}]\s*[:.]?\s*$")
_BEHIND_DASH = re.compile(
    rf"\s*[–—:|,-]\s*[^\d–—:|-]{{0,20}}(?:{_NUMBER})[^–—|]{{0,30}}\bwords?\W*$", re.IGNORECASE
)
_COUNT = r"\d{1,4}(?:\.\d{1,2})?"
_MINUTES = re.compile(
    rf"(?<![\d.,])(?P<low>{_COUNT})(?:\s*(?:-|–|—|to)\s*(?P<high>{_COUNT}))?[\s-]*min(?:ute)?s?\b",
    re.IGNORECASE,
)
_PACE = re.compile(
    rf"(?<![\d,.]){_RANGE}(?:\s+words?\s+(?:per|a)\s+min(?:ute)?|\s*wpm)\b", re.IGNORECASE
)
_AROUND_FIGURES = re.compile(
    r"\b(?:target|aim|for|approx(?:imately)?|about|around|roughly|ca|circa|environ|etwa|rund|estimated|length|word|"
    r"count|words|budget|max|up|to|in|total|overall|read(?:ing)?|time|and|or)\b",
    re.IGNORECASE,
)
"""Words that say nothing beside a figure: `about 250 words in total`, `a 4 min read`."""
_BESIDE_FIGURES = re.compile(
    r"\b(?:an?|the|of|at|by|per|with|words?|minutes?|wpm|article|section|paragraphs?|post|piece|"
    r"opening|intro(?:duction)?|body|conclusion|closing|maximum|minimum|least|most|limit|goal|"
    r"approximate|suggested|recommended|long|short|each|between|pages?|speed|pace|average|is|are|"
    r"be|it|which|that|this|suits?|fits?|aligns?|makes?|takes?|well|assuming|should|will|would)\b",
    re.IGNORECASE,
)
"""More such words, which a line of figures has only beside a label or in brackets."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_BESIDE = 2000
_TAIL = 200


@dataclass(frozen=True, slots=True)
class Budget:
    """A word budget as typed: the figure, and the text that it was read from."""

    words: str
    typed: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a statement on the length of the article says; None where it does not.

    `typed` has, for each of the three, the words that it was read from.
    """

    total_words: str | None = None
    reading_minutes: str | None = None
    words_per_minute: tuple[str, str] | None = None
    typed: tuple[str, str, str] = ("", "", "")


def budget_in(text: str) -> tuple[Budget, int] | None:
    """Find a word budget at the end of a heading, and where the heading before it ends.

    Reads `(Approx. 150 words)`, `(~150 words)`, `[150 words]`, `- 150 words`; of a range such as
    `(200-250 words)` both ends.
    """
    for pattern in (_IN_BRACKETS, _BEHIND_DASH):
        found = pattern.search(text[-_TAIL:])
        if found and (words := _WORDS.search(found[0])):
            return _budget(words), max(0, len(text) - _TAIL) + found.start()
    return None


def budget_of(text: str) -> Budget | None:
    """Read the value of a word budget's own line: `100 words`, `about 100`, `200-250`."""
    found = _WORDS.search(text[:_TAIL]) or _BARE.match(text[:_TAIL])
    return _budget(found) if found else None


def budget_alone(text: str, *, is_timed: bool = False) -> Budget | None:
    """Read a line that is nothing but a budget: `*(~250 words)*`, `Approx. 250 words`.

    Minutes beside it are for the whole article, unless the line `is_timed`: `250 words, 1 min`.
    """
    if not is_only_figures(text) or (_MINUTES.search(text) and not is_timed):
        return None
    found = _WORDS.search(text)
    return _budget(found) if found else None


def is_only_figures(text: str) -> bool:
    """Tell whether a line states a length and nothing else: `~900 words, 4 min read`."""
    if len(text) > _TAIL or not (_WORDS.search(text) or _MINUTES.search(text)):
        return False
    for pattern in (_PACE, _WORDS, _MINUTES, _AROUND_FIGURES):
        text = pattern.sub(" ", text)
    return not any(character.isalnum() for character in text)


def words_beside_figures(text: str) -> str:
    """Give the words of a statement on length that say something else; "" where none do.

    Of `120 words, in a dry tone` these are `dry tone`, more or less: they tell whether there is
    something that would be lost.
    """
    text = text[:_MOST_BESIDE]
    for pattern in (_PACE, _WORDS, _MINUTES, _AROUND_FIGURES, _BESIDE_FIGURES):
        text = pattern.sub(" ", text)
    return " ".join(_WORD.findall(text))


def note_words_beside(raw: RawOutline, words: str, span: Span) -> None:
    """Say that of a line only the figures are in the outline, where it has other words too."""
    if words:
        message = "only the figures of this line are in the outline"
        hint = "What else it tells the writer belongs on a line of its own, behind `Notes:`."
        raw.note("OL035", message, hint, span)


def figures_in(text: str) -> Figures:
    """Read the statement on the length of the whole article, in whatever order it comes."""
    text = text[:_MOST_BESIDE]
    total, minutes, pace = _WORDS.search(text), _MINUTES.search(text), _PACE.search(text)
    return Figures(
        total_words=middle(_budget(total).words) if total else None,
        reading_minutes=_minutes(minutes) if minutes else None,
        words_per_minute=(_plain(pace["low"]), _plain(pace["high"] or pace["low"]))
        if pace
        else None,
        typed=(
            total["low"] if total else "",
            minutes[0] if minutes else "",
            pace[0] if pace else "",
        ),
    )


def middle(words: str) -> str:
    """Give the middle of a range, or the figure itself."""
    low, _, high = words.partition("-")
    return str((int(low) + int(high)) // 2) if high else low


def _minutes(found: re.Match[str]) -> str:
    """Give the minutes; of a range the middle."""
    low, high = found["low"], found["high"] or found["low"]
    return low if low == high else f"{(float(low) + float(high)) / 2:g}"


def _budget(found: re.Match[str]) -> Budget:
    low = _plain(found["low"])
    high = _plain(found["high"]) if found["high"] else low
    start, end = found.start("low"), found.end("high") if found["high"] else found.end("low")
    # A range that runs backwards is a slip or something else; its first figure is what is meant.
    words = f"{low}-{high}" if int(low) < int(high) else low
    return Budget(words, found.string[start:end])


def _plain(number: str) -> str:
    return number.replace(",", "")
