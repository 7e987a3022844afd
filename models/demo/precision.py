"""Tells where products of bfloat16 are worth their few bits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

_FLAGS = Path("/proc/cpuinfo")


@cache
def has_fast_bfloat16(device: torch.device) -> bool:
    """Tell whether products of bfloat16 are faster than those of float32 here."""
    if device.type != "cpu":
        return True
    if not _FLAGS.exists():
        return False
    flags = _FLAGS.read_text("utf-8")
    return any(name in flags for name in ("avx512_bf16", "amx_bf16"))
