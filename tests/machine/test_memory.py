"""How much memory is available: the system's and every control group's limit count."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from gptoss_writer.machine.memory import addressable_memory, available_memory, used_memory

GIB = 2**30


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine itself have 64 GiB, 50 of them available."""

    class System:
        total, available = 64 * GIB, 50 * GIB

    class Swap:
        total, free = 2 * GIB, GIB

    monkeypatch.setattr(psutil, "virtual_memory", System)
    monkeypatch.setattr(psutil, "swap_memory", Swap)


def group(folder: Path, files: Mapping[str, object]) -> None:
    """Write what the kernel shows of a control group."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(f"{content}\n")


def test_without_groups_the_system_counts(tmp_path: Path) -> None:
    """Where nothing is known of groups, as on macOS."""
    memory = available_memory(tmp_path, tmp_path / "none")

    assert (50 * GIB, 0, GIB) == (memory.available, memory.limit, memory.swap_free)


def test_version_2_limits_what_is_available(tmp_path: Path) -> None:
    """Pages of files that the group could give back are available to it."""
    group(
        tmp_path / "app",
        {
            "memory.max": 14 * GIB,
            "memory.current": 12 * GIB,
            "memory.stat": f"anon {GIB}\nactive_file {4 * GIB}\ninactive_file {6 * GIB}",
        },
    )
    (tmp_path / "own").write_text("0::/app\n")
    memory = available_memory(tmp_path, tmp_path / "own")

    assert (12 * GIB, 14 * GIB) == (memory.available, memory.limit)


def test_a_group_above_counts_as_well(tmp_path: Path) -> None:
    """The tightest of all that are above the process."""
    group(tmp_path / "a", {"memory.max": 4 * GIB, "memory.current": GIB})
    group(tmp_path / "a/b", {"memory.max": "max", "memory.current": GIB})
    (tmp_path / "own").write_text("0::/a/b\n")
    memory = available_memory(tmp_path, tmp_path / "own")

    assert (3 * GIB, 4 * GIB) == (memory.available, memory.limit)


def test_version_1_is_understood(tmp_path: Path) -> None:
    """Its unlimited is a number near 2 ** 63, its groups stand below a folder of their own."""
    group(
        tmp_path / "memory/app",
        {
            "memory.limit_in_bytes": 10 * GIB,
            "memory.usage_in_bytes": 8 * GIB,
            "memory.stat": f"active_file 5\ntotal_active_file {GIB}\ntotal_inactive_file {GIB}",
        },
    )
    group(
        tmp_path / "memory",
        {"memory.limit_in_bytes": 9223372036854771712, "memory.usage_in_bytes": GIB},
    )
    (tmp_path / "own").write_text("9:cpu,memory:/app\n8:pids:/elsewhere\n0::/\n")
    memory = available_memory(tmp_path, tmp_path / "own")

    assert (4 * GIB, 10 * GIB) == (memory.available, memory.limit)


@pytest.mark.parametrize("own", ["", "nonsense", "0::", "0::/../../etc", "9:memory:/gone"])
def test_what_cannot_be_read_is_no_limit(tmp_path: Path, own: str) -> None:
    """A group that is not there bounds nothing."""
    (tmp_path / "own").write_text(f"{own}\n")

    assert 50 * GIB == available_memory(tmp_path, tmp_path / "own").available


def test_this_process_uses_memory() -> None:
    """Some of its own, and some pages of files."""
    own, pages = used_memory()

    assert own > 1_000_000
    assert pages >= 0


def test_a_limit_of_addresses_leaves_what_is_not_taken_yet() -> None:
    """As `ulimit -v` sets it; without one there is no end."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    without = addressable_memory()
    resource.setrlimit(resource.RLIMIT_AS, (1 << 40, limits[1]))
    try:
        within = addressable_memory()
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)

    assert (1 << 39) < within < (1 << 40) < without
