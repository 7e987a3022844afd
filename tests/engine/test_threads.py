"""How many threads compute."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from gptoss_writer.engine.llama import threads
from gptoss_writer.engine.llama.threads import default_threads


def machine(
    monkeypatch: pytest.MonkeyPatch, topology: Path, siblings: Mapping[int, str], allowed: set[int]
) -> None:
    """Stand in for a machine: which CPUs share a core, and which this process may use."""
    for cpu, listed in siblings.items():
        folder = topology / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(f"{listed}\n")
    monkeypatch.setattr(threads, "_TOPOLOGY", topology)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: allowed, raising=False)


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
    machine(monkeypatch, tmp_path, siblings, allowed)

    assert expected == default_threads()


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
