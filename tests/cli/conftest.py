"""What the tests of the command line may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.commands import LOW, ONE_THREAD, TEXTS, THREE, Program, prose
from tests.support.gguf_models import write_model


@pytest.fixture(scope="session")
def quick_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model that comes to its ends soon, so that many runs fit into a test suite."""
    path = tmp_path_factory.mktemp("models") / "quick.gguf"
    return write_model(path, layers=1, width=32, end_bias=3.0)


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    """Give the program in a fresh folder with `three.yaml`, far from the user's own settings."""
    for name in list(os.environ):
        if name.startswith("GPTOSS_WRITER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for kind, place in (("CONFIG", ".config"), ("CACHE", ".cache"), ("DATA", ".local/share")):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "home" / place))
    for name, value in {"COLUMNS": "80", **ONE_THREAD}.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    program = Program(folder, capsys)
    program.write("three.yaml", THREE)
    return program


@pytest.fixture
def twice(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape, its second section twice.

    Attempt @1 of it is `TEXTS[1]`, and @2, which is accepted, is `prose(30, 9)`.
    """
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    again = ("regenerate", "three.yaml", "two", "-m", program.tape(prose(30, 9)))
    assert 0 == program(*again, "--because", "too  salesy", "-q").code
    return program
