"""Which processors compute well: physical cores, and of these the fast ones."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

_DEVICES = Path("/sys/devices")


def default_threads(devices: Path = _DEVICES) -> int:
    """Count the fast physical cores among the CPUs this process may use; at least 1.

    Two threads of one core share its arithmetic units, so llama.cpp gains nothing from the
    second; and where cores differ, the fast ones would wait for the slow ones at every layer.
    Where the system does not tell, every logical CPU counts.
    """
    if sys.platform == "darwin":
        return _fast_cores_of_a_mac() or os.cpu_count() or 1
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    allowed = os.sched_getaffinity(0)
    fast = _fast(allowed, devices)
    cores = {_siblings(cpu, devices) for cpu in fast}
    return max(1, len(fast) if None in cores else len(cores))


def processor_name() -> str:
    """Name the processor as its maker does; the architecture where that is not known."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _fast(allowed: set[int], devices: Path) -> set[int]:
    """Keep the cores of the faster kind where there are two; all where there is one."""
    performance = _read(devices / "cpu_core" / "cpus")  # Intel's hybrids
    if performance:
        return (allowed & _listed(performance)) or allowed
    capacities = {  # ARM's: 1024 is the fastest
        cpu: int(text)
        for cpu in allowed
        if (text := _read(devices / f"system/cpu/cpu{cpu}/cpu_capacity")).isdigit()
    }
    if len(capacities) < len(allowed):
        return allowed
    most = max(capacities.values())
    return {cpu for cpu, capacity in capacities.items() if 2 * capacity > most}


def _listed(text: str) -> set[int]:
    """Read a list of CPUs as the kernel writes it: 0-7,16."""
    found: set[int] = set()
    for item in text.split(","):
        first, _, last = item.partition("-")
        if first.isdigit() and (not last or last.isdigit()):
            found.update(range(int(first), int(last or first) + 1))
    return found


def _siblings(cpu: int, devices: Path) -> str | None:
    return _read(devices / f"system/cpu/cpu{cpu}/topology/thread_siblings_list") or None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _fast_cores_of_a_mac() -> int:
    try:
        done = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "hw.perflevel0.physicalcpu"],
            capture_output=True,
            check=False,
            timeout=5,
        )
        return int(done.stdout or 0)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0
