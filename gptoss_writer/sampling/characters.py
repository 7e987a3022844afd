"""Which characters may be written at all, and which begin with given bytes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

QUOTATION_MARKS = frozenset('"“”„‟«»＂')

NEVER_WRITTEN = re.compile(
    r"assistant(?:analysis|commentary|final)|\b(?:analysis|commentary|final)[A-Z][a-z' ]"
    r"|\bto=(?:functions|browser|python|assistant)|\bturn\d+(?:search|view|news|fetch)\d"
    r"|&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9A-Za-z]{1,7});"
    r"|\[[KEQ][0-9]"
)
"""What is left of control tokens and citation marks where their brackets are gone; entities, which
a page shows as other characters, such as quotation marks; and the marks of a request's items
("[K1]"), which only code has brackets for."""

NEVER_WRITTEN_CHARACTERS = 40
"""No such name is longer, but for the digits of a turn."""

_MARKUP = frozenset("<>[]|\\~_{}【】")
# Broken or unseen, or such that cleaning turns them into others.
_BROKEN = frozenset("\ufffd\u00ad\u200b\u2011\u2060")
# Private characters are the citation marks of the browser tool; unassigned ones and formats, but
# for the two joiners, are not seen.
_NEVER_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_JOINERS = frozenset("\u200c\u200d")
# All beyond ASCII that some rule knows by name; the rules see no difference between others of a
# kind. One that is forgotten here can be refused where its first byte stands alone in a token.
_NAMED = tuple(sorted(QUOTATION_MARKS - {'"'}) + list("–—…‐‑‒―−‘’‚‛‹›´′"))
_LEAD_OF_THREE, _LEAD_OF_FOUR = 0xE0, 0xF0
_ASSIGNED = (range(0x80, 0x3_2000), range(0xE_0000, 0xE_1000))
_KINDS = 4
_CACHED = 8192


def is_writable(character: str) -> bool:
    """Tell whether a visible character may stand in an article outside of code."""
    if character.isascii():
        return "!" <= character <= "~" and character not in _MARKUP
    return _is_writable(character)


def is_writable_in_quotation(character: str) -> bool:
    """Tell whether a visible character of a source may stand in a quotation.

    Square brackets may: editors put words between them.
    """
    return is_writable(character) or character in "[]"


def is_writable_in_code(character: str) -> bool:
    """Tell whether a visible character may stand in inline code."""
    if character in QUOTATION_MARKS or character in "<>\\":
        return False
    return is_writable(character) or character in "[]|~_{}"


@lru_cache(_CACHED)
def _is_writable(character: str) -> bool:
    return not (
        character in _BROKEN
        or character in _MARKUP
        or (unicodedata.category(character) in _NEVER_CATEGORIES and character not in _JOINERS)
    )


def decode(data: bytes) -> tuple[str | None, bytes]:
    """Give the characters of UTF-8 bytes and the beginning of one that is not whole.

    None: no text goes on like this.
    """
    try:
        return data.decode(), b""
    except UnicodeDecodeError as error:
        # Python calls everything else that is wrong "invalid".
        if error.reason != "unexpected end of data":
            return None, b""
        return data[: error.start].decode(), data[error.start :]


@lru_cache(_CACHED)
def completions(beginning: bytes) -> tuple[str, ...]:
    """Give characters whose UTF-8 begins with these bytes: the named ones, one of each kind."""
    named = [character for character in _NAMED if character.encode().startswith(beginning)]
    kinds: dict[tuple[bool, ...], str] = {}
    for character in _all(beginning):
        if not is_writable(character):
            continue
        kind = (character.isalnum(), character.isupper(), character.isdecimal())
        kinds.setdefault(kind, character)
        if len(kinds) == _KINDS:
            break
    return (*named, *kinds.values())


def _all(beginning: bytes) -> Iterator[str]:
    """Yield the characters whose UTF-8 begins so, but for planes in which nothing is assigned."""
    length = 2 + (beginning[0] >= _LEAD_OF_THREE) + (beginning[0] >= _LEAD_OF_FOUR)
    number = beginning[0] & (0xFF >> length)
    for byte in beginning[1:]:
        number = number << 6 | byte & 0x3F
    missing = 6 * (length - len(beginning))
    for assigned in _ASSIGNED:
        low = max(number << missing, assigned.start)
        for code in range(low, min((number + 1) << missing, assigned.stop)):
            if chr(code).encode("utf-8", "ignore").startswith(beginning):  # no surrogate does
                yield chr(code)
