"""Runs the program for tests: in this process where that tells enough, else as a child."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from gptoss_writer.cli.main import main

ROOT = Path(__file__).parents[2]
_NO_HOME = "/dev/null/home"  # where not even root can make a folder
ONE_THREAD = {"GPTOSS_WRITER_THREADS": "1"}
"""On a busy machine several threads wait for each other far longer than they work."""
LOW = ("--effort", "low")

THREE = """\
title: Small things
description: What is small, in three steps.
tags: [small, things]
sections:
  - id: one
    role: introduction
    title: First
    words: 20
    key_points: [A stone is small.]
  - id: two
    title: Second
    words: 30
    key_points: [A grain is smaller.]
    evidence:
      - {quote: Sand is many stones., speaker: A mason}
  - id: three
    role: conclusion
    title: Third
    words: 20
"""
"""An outline of three sections that a small model writes in a moment."""

BUDGETS = {"one": 20, "two": 30, "three": 20}


def prose(words: int, take: int = 0) -> str:
    """Make text of exactly so many words: no name, no number, nothing said twice."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou"]
    first = random.Random(take).sample(syllables, len(syllables))
    made = [head + tail + "n" for tail in syllables for head in first][:words]
    lines = (" ".join(made[start : start + 8]) for start in range(0, words, 8))
    return " ".join(f"{line.capitalize()}." for line in lines)


TEXTS = (prose(20, 1), prose(30, 2), prose(20, 3))
"""What a good model writes for `THREE`."""


@dataclass(frozen=True)
class Result:
    """What a command left: its exit code and all it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The report on stdout."""
        report = json.loads(self.out)
        assert isinstance(report, dict)
        return report


class Program:
    """Calls `main` in this process, in a folder that holds nothing but what a test puts there."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def __call__(self, *arguments: str | Path) -> Result:
        """Run one command; no traceback may ever be printed."""
        self._capture.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = self._capture.readouterr()

        assert "Traceback" not in captured.err
        return Result(code, captured.out, captured.err)

    def write(self, name: str, text: str) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def tape(self, *texts: str, name: str = "tape.yaml") -> str:
        """Record final texts on a tape and give the name of its model."""
        turns = [f"<|channel|>final<|message|>{text}<|return|>" for text in texts]
        return self.raw_tape(*turns, name=name)

    def raw_tape(self, *turns: str, name: str = "tape.yaml") -> str:
        """Record raw turns on a tape and give the name of its model."""
        self.write(name, yaml.safe_dump(list(turns), allow_unicode=True))
        return f"scripted:{name}"

    def section(self, name: str = "02-two") -> str:
        """Read a section's file of the draft of `three.yaml`, with its newlines as they are."""
        return (self.folder / f"drafts/three/sections/{name}.md").read_bytes().decode()

    def accepted(self, section: str = "two") -> int | None:
        """Tell which attempt at a section of `three.yaml` counts, as `history --json` says."""
        number = self("history", "three.yaml", section, "--json").json["accepted"]
        assert number is None or isinstance(number, int)
        return number

    def hashes(self, *, below: str = "drafts/three") -> dict[str, str]:
        """Hash what a writer can see of a draft: its sections and its article, by path."""
        folder = self.folder / below
        paths = [*folder.glob("sections/*"), *folder.glob("article*.md")]
        return {path.relative_to(folder).as_posix(): sha256(path) for path in sorted(paths)}


def sha256(path: Path) -> str:
    """Hash the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def environment(**extra: str) -> dict[str, str]:
    """Give a child the environment it needs and nothing of the user's settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "LANG"}}
    return kept | ONE_THREAD | {"PYTHONPATH": str(ROOT), "HOME": _NO_HOME} | extra


def start(
    arguments: Sequence[str | Path],
    folder: Path,
    extra: Mapping[str, str] | None = None,
    **options: Any,  # noqa: ANN401 - handed on to Popen as it is
) -> subprocess.Popen[bytes]:
    """Start the program as a child; pipes unless told otherwise."""
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    child: subprocess.Popen[bytes] = subprocess.Popen(
        [sys.executable, "-m", "gptoss_writer", *map(str, arguments)],
        cwd=folder,
        env=environment(**(extra or {})),
        **(pipes | options),
    )
    return child


def finish(child: subprocess.Popen[bytes], *, within: float = 60) -> Result:
    """Wait for a child and give what it left."""
    out, err = child.communicate(timeout=within)
    return Result(child.returncode, (out or b"").decode(), (err or b"").decode())


def child_of(
    *arguments: str | Path, folder: Path, extra: Mapping[str, str] | None = None
) -> Result:
    """Run the program as a child from start to end."""
    return finish(start(arguments, folder, extra))


def through_shell(script: str, folder: Path, **extra: str) -> Result:
    """Run a line of shell in which `writer` is the program."""
    command = f'writer() {{ "{sys.executable}" -m gptoss_writer "$@"; }}\n{script}'
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(**extra),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
