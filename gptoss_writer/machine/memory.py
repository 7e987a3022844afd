"""How much memory a new process could have now, control groups counted.

A container may be allowed less than the machine has: each control group from ours up to the root
can have a limit of its own. Pages of files that the system keeps only because nobody else needs
the memory count as available; swap does not, for weights in swap are slower than on the disk.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUPS = Path("/proc/self/cgroup")
_UNLIMITED = 1 << 60  # version 1 says "no limit" with a number near 2 ** 63


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of memory. `limit` is the tightest limit of a control group; 0 where there is none."""

    total: int
    available: int
    limit: int
    swap_total: int
    swap_free: int


def available_memory(groups: Path = _CGROUPS, own_groups: Path = _OWN_CGROUPS) -> Memory:
    """Look at what is available now."""
    system, swap = psutil.virtual_memory(), psutil.swap_memory()
    limit, available = 0, system.available
    for group in _own_folders(groups, own_groups):
        bounds = _bounds(group)
        if bounds is not None:
            limit = min(limit or bounds[0], bounds[0])
            available = min(available, bounds[1])
    return Memory(system.total, max(0, available), limit, swap.total, swap.free)


def used_memory() -> tuple[int, int]:
    """Give the bytes of memory this process has to itself, and those of pages of files."""
    used = psutil.Process().memory_info()
    pages = getattr(used, "shared", 0)  # outside Linux the first number is the whole
    return used.rss - pages, pages


def lockable_memory() -> int:
    """Give the bytes this process may keep from being swapped or taken back (mlock)."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    is_free = soft == resource.RLIM_INFINITY or os.geteuid() == 0
    return _UNLIMITED if is_free else soft


def addressable_memory() -> int:
    """Give the bytes of addresses this process may still take (`ulimit -v`).

    A mapped file takes addresses for all of it, whatever of it is in memory.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return _UNLIMITED
    return max(0, soft - psutil.Process().memory_info().vms)


def _own_folders(groups: Path, own_groups: Path) -> Iterator[Path]:
    """Give the folders of our control groups that govern memory, from ours up to the root."""
    try:
        lines = own_groups.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if "memory" in controllers.split(","):
            root = groups / "memory"
        elif not controllers:  # version 2 has one hierarchy for all
            root = groups
        else:
            continue
        own = root / path.lstrip("/")
        yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(root))


def _bounds(group: Path) -> tuple[int, int] | None:
    """Give the limit of a group and what it leaves; None where it has no limit."""
    for limit_file, used_file in (
        ("memory.max", "memory.current"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes"),
    ):
        try:
            limit = (group / limit_file).read_text(encoding="ascii").strip()
            used = int((group / used_file).read_text(encoding="ascii"))
            if limit == "max" or int(limit) >= _UNLIMITED:
                continue
            return int(limit), int(limit) - used + _reclaimable(group)
        except (OSError, ValueError):
            continue
    return None


def _reclaimable(group: Path) -> int:
    """Add up the pages of files that a group could give back."""
    try:
        lines = (group / "memory.stat").read_text(encoding="ascii").split("\n")
    except (OSError, ValueError):
        return 0
    found = dict(line.split() for line in lines if line.count(" ") == 1)
    # Version 1 counts the groups below under names of their own; version 2 always does.
    return sum(
        int(found.get(f"total_{name}", found.get(name, 0)))
        for name in ("active_file", "inactive_file")
    )
