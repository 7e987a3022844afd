"""How many threads compute: one for each physical core this process may use."""

from __future__ import annotations

import os
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")


def default_threads() -> int:
    """Count the physical cores among the CPUs this process may use; at least 1.

    Two threads of one core share its arithmetic units, so llama.cpp gains nothing from the
    second. Where the system does not tell, every logical CPU counts.
    """
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    allowed = os.sched_getaffinity(0)
    cores = {_siblings(cpu) for cpu in allowed}
    return max(1, len(allowed) if None in cores else len(cores))


def _siblings(cpu: int) -> str | None:
    try:
        return (_TOPOLOGY / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text().strip()
    except OSError:
        return None
