"""The form in which the words of an article and of an outline are compared."""

from __future__ import annotations

import re

from gptoss_writer.grounding.mapped import Mapped, MappedText
from gptoss_writer.text import fold

_LAST_MARK = re.compile(r"(?<!\s)\s*[.,]\Z")
_HYPHENS = re.compile(r"--+")
_MARKS = str.maketrans('"', "'")


def comparable(text: str) -> str:
    """Fold a text for comparison.

    Beyond `text.fold`, the marks of a quotation inside another one are single, and the hyphens
    that a typewriter has for a dash are one.
    """
    return _HYPHENS.sub("-", fold(text).translate(_MARKS))


def comparable_form(text: Mapped) -> Mapped:
    """Fold a text as `comparable` does, mapped to the same original."""
    folded = text.folded()
    collected = MappedText()
    position = 0
    for hyphens in (*_HYPHENS.finditer(folded.text), None):
        end = hyphens.start() + 1 if hyphens else len(folded.text)
        plain = folded.text[position:end].translate(_MARKS)
        collected.add(plain, folded.starts[position:end], None)
        collected.ends += folded.ends[position:end]
        position = hyphens.end() if hyphens else end
    return collected.done()


def quotation_key(text: str) -> str:
    """Fold the words of a quotation; one comma or full stop at the end goes."""
    return _LAST_MARK.sub("", comparable(text)).strip()


def find_whole(needle: str, text: str, start: int = 0) -> int:
    """Find words in a text where they begin and end words there; -1 if they do not stand in it."""
    if not needle:
        return -1
    at = text.find(needle, start)
    while at >= 0:
        end = at + len(needle)
        is_cut = (at > 0 and text[at - 1].isalnum() and needle[0].isalnum()) or (
            end < len(text) and text[end].isalnum() and needle[-1].isalnum()
        )
        if not is_cut:
            return at
        at = text.find(needle, at + 1)
    return -1
