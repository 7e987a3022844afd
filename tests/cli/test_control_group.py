"""In a real control group of limited memory: refused before loading, and never killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.confinement import Group
from tests.support.commands import LOW, Program, environment

GIBIBYTES = 0.2
LARGE_CONTEXT = "131072"


@pytest.fixture
def small_group() -> Iterator[Group]:
    """Make a group of 215 MB."""
    with Group(GIBIBYTES) as group:
        if group.folder is None:
            pytest.skip("no control group can be made here")
        yield group


def generate(program: Program, model: Path, group: Group, *more: str) -> tuple[int, str]:
    """Write an article in a group; give exit code and messages."""
    command = [sys.executable, "-m", "gptoss_writer", "generate", "three.yaml", "-m", str(model)]
    done = subprocess.run(
        [*group.prefix(), *command, *LOW, "-q", *more],
        cwd=program.folder,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
        text=True,
    )
    return done.returncode, done.stderr


def test_what_does_not_fit_the_group_is_refused_with_the_figures(
    program: Program, quick_model: Path, small_group: Group
) -> None:
    """However much the machine itself has; the kernel has nobody to kill."""
    code, messages = generate(program, quick_model, small_group, "--context", LARGE_CONTEXT)

    assert 13 == code
    assert f"There is not enough memory for {quick_model}: " in messages
    assert "in a control group of 215 MB." in messages
    assert 0 == small_group.kills
    assert not (program.folder / "drafts").exists()


def test_what_fits_the_group_is_written_in_it(
    program: Program, quick_model: Path, small_group: Group
) -> None:
    """The group's own books show that the run was in it, and within it."""
    code, messages = generate(program, quick_model, small_group)

    assert (0, "") == (code, messages)
    assert 0 == small_group.kills
    assert 20_000_000 < small_group.peak < GIBIBYTES * 2**30
