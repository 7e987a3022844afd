"""Reads who is quoted: a name, with titles and initials, and what stands behind it."""

from __future__ import annotations

import re

LOOSE = " \t,;.:…"
"""Marks that may stand around a remark."""
_SOMEBODY = re.compile(r"(?:an?|the|our|my|his|her|one)\s", re.IGNORECASE)
_PARTICLES = frozenset(("of", "the", "de", "del", "der", "van", "von", "di", "da", "la", "le"))
_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "dr", "prof", "st", "rev", "hon", "gen", "lt", "col", "capt", "sgt"),
        *("cllr", "gov", "sen", "rep", "pres", "mme", "mlle", "hr", "fr"),
    )
)
"""Words of a name that are written with a full stop."""
_NAME_WORDS = 6


def is_in_name(word: str) -> bool:
    """Tell whether a word with a full stop is a title or an initial: "Dr.", "K."."""
    bare = word.removesuffix(".")
    return bare != word and (len(bare) == 1 or bare.lower() in _TITLES)


def is_somebody(speaker: str, rest: str) -> bool:
    """Tell whether the words before a colon are a name, and nothing stands behind it."""
    name, behind = leading_name(speaker, "")
    is_named = name is not None and " " in name and (not behind or speaker[len(name)] in ",(")
    return is_named and not rest.strip(" \t*_")


def with_title(speaker: str) -> tuple[str, str | None]:
    """Cut what somebody is off their name: `Ada Morrow, keeper`, `Ada Morrow (keeper)`."""
    name, rest = leading_name(speaker, "")
    if name and rest and speaker[len(name) :].lstrip()[:1] in (",", "("):
        return name, rest.strip("() ")
    return speaker, None


def attributed(text: str) -> tuple[str | None, str]:
    """Read who is named behind a dash: a name, or somebody such as `a neighbour`."""
    name, rest = leading_name(text, text)
    if name is None and _SOMEBODY.match(text):
        somebody, _, rest = text.partition(",")
        if len(somebody.split()) <= _NAME_WORDS:
            return somebody.strip(), rest.strip(LOOSE)
        return None, text
    return name, rest


def trailing_name(text: str, otherwise: str) -> tuple[str | None, str]:
    """Read a name from the end of a text, `As the keeper Ada Morrow`; give it and the rest."""
    words = text.split()
    count = 0
    while count < min(len(words), _NAME_WORDS) and words[-1 - count][:1].isupper():
        count += 1
    name = words[len(words) - count :]
    before = words[: len(words) - count]
    if not name or (not before and name[0].lower() == "as") or len(before) > _NAME_WORDS:
        return None, otherwise
    if name[0].lower() == "as":
        name = name[1:]
    if before[:1] and before[0].lower() == "as":
        before = before[1:]
    return " ".join(name) or None, " ".join(before)


def leading_name(text: str, otherwise: str) -> tuple[str | None, str]:
    """Read a name from the beginning of a text; give it and the rest, or None and `otherwise`."""
    words: list[str] = []
    end = 0
    for found in re.finditer(r"\S+", text[:200]):
        word = found[0].rstrip(",;:.…)")
        is_short = is_in_name(found[0])
        if len(words) == _NAME_WORDS or not (word[:1].isupper() or (words and word in _PARTICLES)):
            break
        words.append(found[0] if is_short else word)
        end = found.start() + len(word)
        if found[0] != word and not is_short:
            break
    while words and words[-1] in _PARTICLES:
        words.pop()
    if not words:
        return None, otherwise
    return " ".join(words), text[end:].strip(LOOSE)
