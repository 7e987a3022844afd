"""Identity of a value: a tagged SHA-256 over its canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""A value that JSON can say; in fact a dict, list or tuple where it is a container."""


def fingerprint(tag: str, value: Json) -> str:
    """Give "tag:" and 64 hexadecimal digits that stand for the value.

    Equal values give equal fingerprints on every machine; the order of keys does not matter, a
    list and a tuple are the same, and 1 and 1.0 are not. The tag is part of what is hashed, so
    fingerprints of different kinds of things never meet. `ValueError` on NaN and infinities.
    """
    canonical = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    # Lone surrogates cannot come out of a valid outline, but an identity must not fail on them.
    data = f"{tag}\n{canonical}".encode("utf-8", errors="surrogatepass")
    return f"{tag}:{hashlib.sha256(data).hexdigest()}"
