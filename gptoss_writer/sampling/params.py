"""How the next token is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_SEED_RANGE = 0xFFFF_FFFF
"""Seeds are below 2^32 - 1: llama.cpp reads 0xFFFFFFFF as "take a random one"."""


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """The settings of the sampler chain, all of them set, none left to a library's default.

    `temperature` 1.0 and `top_p` 1.0 are OpenAI's recommendation for gpt-oss; `min_p` 0.01 is
    llama.cpp's preset for it and the cheap cut that changes least. `temperature` 0 takes the most
    likely token; `top_k` 0 and `top_p` 1.0 switch those cuts off.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.01
    seed: int = 1


def derive_seed(seed: int, *parts: str | int) -> int:
    """Give the seed of one attempt from the seed of the run and what names the attempt.

    The same parts give the same seed on every machine; neighbours are unrelated.
    """
    text = "\x1f".join(str(part) for part in (seed, *parts))
    digest = hashlib.sha256(b"gptoss-writer seed\x1f" + text.encode()).digest()
    return int.from_bytes(digest[:8], "big") % _SEED_RANGE
