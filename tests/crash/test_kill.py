"""kill -9 at any moment of a run: nothing accepted is lost, and the next run finishes the same.

A small dose by default; KILLS=200 gives a large one.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest

from gptoss_writer.cli.main import main
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.workspace.workspace import Workspace
from tests.support.commands import LOW, ONE_THREAD, child_of, start
from tests.support.gguf_models import write_model

KILLS = int(os.environ.get("KILLS", "12"))
OUTLINE = """\
title: What falls and gets up again
sections:
  - {id: one, role: introduction, title: First, words: 20}
  - {id: two, title: Second, words: 30, key_points: [A grain is smaller.]}
  - {id: three, title: Third, words: 25}
  - {id: four, title: Fourth, words: 30}
  - {id: five, role: conclusion, title: Fifth, words: 20}
"""
TEMPORARY = ".gptoss-writer-tmp"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with an outline, a model, and an undisturbed draft with its time."""
    folder = tmp_path_factory.mktemp("kills")
    (folder / "falls.yaml").write_text(OUTLINE, encoding="utf-8")
    write_model(folder / "model.gguf", layers=1, width=32, end_bias=2.0)
    result = child_of(*command("undisturbed"), folder=folder)

    assert 0 == result.code, result.err
    return folder


def command(draft: str) -> list[str]:
    """Give the command that writes the article into a draft's folder."""
    return ["generate", "falls.yaml", "-m", "model.gguf", *LOW, "--seed", "3", "-w", draft]


def visible(draft: Path) -> dict[str, bytes]:
    """Read what a writer looks at."""
    files = [*draft.glob("sections/*.md"), *draft.glob("article*.md")]
    return {path.relative_to(draft).as_posix(): path.read_bytes() for path in sorted(files)}


def attempts(draft: Path) -> dict[str, int]:
    """Count the recorded attempts at each section."""
    counts = {path.name: len(list(path.glob("*.json"))) for path in draft.glob("history/*")}
    return {name: number for name, number in counts.items() if number}


def test_kills_lose_nothing(
    bench: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was accepted keeps its bytes, and one run later all is as if nobody had killed it."""
    undisturbed, tries = visible(bench / "undisturbed"), attempts(bench / "undisturbed")
    ids = [section.id for section in load_outline(bench / "falls.yaml").sections]
    monkeypatch.chdir(bench)
    for name, value in ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    moments = random.Random(11)
    amid = 0
    for number in range(KILLS):
        draft = bench / f"draft{number}"
        kill_a_run(bench, draft, lines=moments.randint(0, 2 * len(ids)), moments=moments)
        before, accepted = visible(draft), accepted_in(draft, ids)
        amid += 0 < len(accepted) < len(ids)

        for name, content in before.items():
            if name.startswith("sections/"):
                assert undisturbed[name] == content, name
        capsys.readouterr()

        assert 0 == main([*command(draft.name), "--json"])
        sections = json.loads(capsys.readouterr().out)["sections"]
        assert accepted <= {item["id"] for item in sections if item["status"] == "kept"}
        assert undisturbed == visible(draft)
        assert [] == [path for path in draft.rglob("*") if path.name.endswith(TEMPORARY)]
        assert 1 >= sum(count > tries[name] for name, count in attempts(draft).items())
    assert KILLS < 6 or amid, "no kill came in the middle of a run"


def kill_a_run(bench: Path, draft: Path, *, lines: int, moments: random.Random) -> None:
    """Start a run and kill it a moment after its journal has so many lines."""
    child = start(command(draft.name), bench)
    journal = draft / "journal.jsonl"
    while child.poll() is None and lines > (
        journal.read_bytes().count(b"\n") if journal.exists() else 0
    ):
        time.sleep(0.002)
    time.sleep(moments.uniform(0.0, 0.06))
    child.kill()
    child.communicate()


def accepted_in(draft: Path, ids: list[str]) -> set[str]:
    """Name the sections that a reader finds accepted."""
    if not Workspace.exists(draft):
        return set()
    workspace = Workspace.open(draft)
    return {section for section in ids if workspace.accepted(section) is not None}
