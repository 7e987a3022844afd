"""A draft for machines that play a writer: real commands in this process, quick and quiet.

The texts come from an engine that never ends and never says the same twice; llama.cpp is not the
subject here.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import yaml

from gptoss_writer.cli import opening
from gptoss_writer.cli.main import main
from gptoss_writer.engine.choose import EngineOptions
from gptoss_writer.engine.interface import Engine, GenerationEvent, GenerationRequest, ModelIdentity
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.workspace import storage
from tests.support.commands import LOW, ONE_THREAD, prose
from tests.support.workspaces import UnsyncedCalls

OUTLINE, DRAFT, MODEL = "small.yaml", "draft", "scripted:endless"
IDS = ("stone", "sand", "salt", "wave")
WORDS = 20


class EndlessEngine(ScriptedEngine):
    """Writes a text of its own for every request, within the budget of every section."""

    def __init__(self, first: int, pause_seconds: float = 0.0) -> None:
        super().__init__((), name="endless")
        self._pause_seconds = pause_seconds
        self.texts: list[str] = []
        self._first = first

    @property
    def identity(self) -> ModelIdentity:
        """Always the same model."""
        return replace(super().identity, fingerprint="tape:endless")

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Give the next text, after the pause."""
        time.sleep(self._pause_seconds)
        text = prose(WORDS, self._first + len(self.texts))
        self.texts.append(f"{text}\n")
        self._turns.append(f"<|channel|>final<|message|>{text}<|return|>")
        yield from super().generate(request)


class DraftDesk:
    """An outline and a draft in a folder, and the commands on them.

    `pause_seconds` is how long the model thinks about each text.
    """

    def __init__(self, folder: Path, pause_seconds: float = 0.0) -> None:
        self.folder = folder
        self._pause_seconds = pause_seconds
        self.texts: list[str] = []
        self.said = ""
        self.commands = 0

    @property
    def draft(self) -> Path:
        """The draft's folder."""
        return self.folder / DRAFT

    def write_outline(self, order: list[str], keys: dict[str, int]) -> None:
        """Write the outline: sections in this order, each with a key point of this version."""
        sections = [
            {
                "id": name,
                "title": name.capitalize(),
                "words": WORDS,
                "key_points": [f"Version {keys[name]}."],
            }
            for name in order
        ]
        text = yaml.safe_dump({"title": "Small things", "sections": sections}, sort_keys=False)
        (self.folder / OUTLINE).write_text(text, encoding="utf-8")

    def run(self, name: str, *words: str) -> int:
        """Run a command and give its exit code; what it printed is kept."""
        if name == "generate":
            words = (*words, *LOW, "-m", MODEL, "--seed", "1")
        arguments = [name, str(self.folder / OUTLINE), *words, "-w", str(self.draft)]
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        engine = EndlessEngine(len(self.texts), self._pause_seconds)
        with (
            in_place_of_the_world(engine, self.folder),
            redirect_stdout(printed),
            redirect_stderr(printed),
        ):
            code = main(arguments)
        self.commands += 1
        self.texts += engine.texts
        printed.seek(0)
        self.said = f"$ {' '.join(arguments)}\n{printed.read()}"
        if code not in {0, 1, 2, 11}:
            raise AssertionError(f"exit code {code}:\n{self.said}")
        return code


@contextmanager
def in_place_of_the_world(engine: Engine, home: Path) -> Iterator[None]:
    """Use this engine, a disk that need not be waited for, and none of the user's settings."""
    opened, calls = vars(opening)["open_engine"], vars(storage)["SystemCalls"]
    environment = dict(os.environ)

    def open_engine(model: str | Path, options: EngineOptions | None = None) -> Engine:  # noqa: ARG001 - the seam
        return engine

    for name in environment:
        if name.startswith(("GPTOSS_WRITER_", "XDG_")):
            del os.environ[name]
    os.environ.update(ONE_THREAD | {"HOME": str(home), "COLUMNS": "80"})
    vars(opening)["open_engine"] = open_engine
    vars(storage)["SystemCalls"] = UnsyncedCalls
    try:
        yield
    finally:
        vars(opening)["open_engine"] = opened
        vars(storage)["SystemCalls"] = calls
        os.environ.clear()
        os.environ.update(environment)
