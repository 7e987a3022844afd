"""Ids of sections: what one may be, and how it is made from a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
_ID_LENGTH = 48


def with_ids(sections: list[Any] | tuple[Any, ...]) -> list[Any]:
    """Fill in absent section ids from titles; given ids stay, equal titles get -2, -3, ..."""
    taken = {item["id"] for item in sections if isinstance(item, dict) and _is_text(item, "id")}
    result: list[Any] = []
    for number, item in enumerate(sections, start=1):
        if not isinstance(item, dict) or item.get("id") is not None or not _is_text(item, "title"):
            result.append(item)
            continue
        fresh = next(name for name in _candidates(item["title"], number) if name not in taken)
        taken.add(fresh)
        result.append({**item, "id": fresh})
    return result


def _is_text(item: dict[Any, Any], key: str) -> bool:
    return isinstance(item.get(key), str)


def _candidates(title: str, number: int) -> Iterator[str]:
    stem = slug(title) or f"section-{number}"
    yield stem
    suffix = 2
    while True:
        yield f"{stem}-{suffix}"
        suffix += 1


def slug(title: str) -> str:
    """Turn a title into an id: small ASCII letters, digits and single hyphens, at most 48.

    Cut at a word's end where there is one. A title without an ASCII letter or digit gives "".
    """
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    whole = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", ascii_only.lower())).strip("-")
    if len(whole) <= _ID_LENGTH:
        return whole
    head, _, _ = whole[: _ID_LENGTH + 1].rpartition("-")
    return head or whole[:_ID_LENGTH]
