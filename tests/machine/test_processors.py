"""How many threads compute."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from gptoss_writer.machine.processors import default_threads, processor_name

Cores = Mapping[int, str]


def machine(
    monkeypatch: pytest.MonkeyPatch, devices: Path, siblings: Cores, allowed: set[int]
) -> Path:
    """Stand in for a machine: which CPUs share a core, and which this process may use."""
    for cpu, listed in siblings.items():
        folder = devices / f"system/cpu/cpu{cpu}/topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(f"{listed}\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: allowed, raising=False)
    return devices


@pytest.mark.parametrize(
    ("siblings", "allowed", "expected"),
    [
        ({0: "0", 1: "1"}, {0, 1}, 2),
        ({0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}, {0, 1, 2, 3}, 2),
        ({0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}, {0, 1, 2}, 2),
        ({0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"}, {1}, 1),
        ({0: "0-1", 1: "0-1", 2: "2"}, {0, 1, 2}, 2),
        ({0: "0-1"}, {0, 1, 2, 3}, 4),
        ({}, {0, 1, 2}, 3),
    ],
    ids=["plain", "paired", "part allowed", "one allowed", "mixed", "half told", "nothing told"],
)
def test_each_physical_core_that_may_be_used_counts_once(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    siblings: dict[int, str],
    allowed: set[int],
    expected: int,
) -> None:
    """Where the system does not tell which CPUs share a core, every CPU counts."""
    devices = machine(monkeypatch, tmp_path, siblings, allowed)

    assert expected == default_threads(devices)


def test_only_the_fast_cores_of_a_hybrid_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Intel names them; two threads of one still count once."""
    siblings = {0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3", 4: "4", 5: "5", 6: "6", 7: "7"}
    devices = machine(monkeypatch, tmp_path, siblings, set(siblings))
    (devices / "cpu_core").mkdir()
    (devices / "cpu_core/cpus").write_text("0-3\n")

    assert 2 == default_threads(devices)


def test_a_process_that_may_use_slow_cores_only_uses_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There is nothing better to choose."""
    devices = machine(monkeypatch, tmp_path, {4: "4", 5: "5"}, {4, 5})
    (devices / "cpu_core").mkdir()
    (devices / "cpu_core/cpus").write_text("0-3\n")

    assert 2 == default_threads(devices)


def test_the_small_cores_of_arm_do_not_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Capacities tell: those of less than half the fastest are left out."""
    capacities = {0: 250, 1: 250, 2: 870, 3: 1024}
    siblings = {cpu: str(cpu) for cpu in capacities}
    devices = machine(monkeypatch, tmp_path, siblings, set(capacities))
    for cpu, capacity in capacities.items():
        (devices / f"system/cpu/cpu{cpu}/cpu_capacity").write_text(f"{capacity}\n")

    assert 2 == default_threads(devices)


def test_without_affinity_every_cpu_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS; at least one even where the system does not know."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    known = default_threads()
    monkeypatch.setattr(os, "cpu_count", lambda: None)

    assert (8, 1) == (known, default_threads())


def test_this_machine_has_a_core() -> None:
    """The answer is usable where the tests run."""
    assert 1 <= default_threads() <= (os.cpu_count() or 1)
    assert processor_name()
