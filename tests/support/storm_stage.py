"""Scenes on which commands are killed or refused, and the judgement of what is left."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.commands import ONE_THREAD
from tests.support.killing import Child, KillingCalls, import_everything
from tests.support.standing_draft import (
    EMPTY,
    TEMPORARY,
    Draft,
    half_written,
    losses,
    read_draft,
)
from tests.support.storm_scenes import DRAFT, SCENES, Scene, on_draft, require, write_scene_model


@dataclass
class Stage:
    """A scene that is ready: its draft, what its command makes of it, and how long that takes.

    `outcomes` are what the next command may leave behind a kill.
    """

    scene: Scene
    folder: Path
    before: Draft
    after: Draft
    outcomes: tuple[Draft, ...]
    calls: tuple[str, ...]
    seconds: float
    tally: Counter[str] = field(default_factory=Counter)


def set_up(scene: Scene, root: Path, number: int) -> Stage:
    """Prepare a scene, and run it once undisturbed."""
    folder = root / f"scene{number}"
    folder.mkdir()
    scene.prepare(folder)
    undisturbed = copy(folder, root / f"undisturbed{number}")
    said = root / "said.txt"
    calls = KillingCalls()
    child = Child(undisturbed, scene.command, said, calls)
    if child.wait() != scene.code:
        raise RuntimeError(f"{scene.name}: {child.said}")
    began = time.monotonic()
    again = copy(folder, root / "again")
    require(again, scene.command, scene.code)
    seconds = time.monotonic() - began
    after = read_draft(undisturbed / DRAFT)
    outcomes = [after]
    if not scene.is_repeatable:
        outcomes = []
        for start in (folder, undisturbed):
            require(copy(start, again), scene.then)
            outcomes.append(read_draft(again / DRAFT))
    before = read_draft(folder / DRAFT) if (folder / DRAFT).exists() else EMPTY
    made = tuple(said.with_suffix(".calls").read_text(encoding="utf-8").split("\n"))
    return Stage(scene, folder, before, after, tuple(outcomes), made, seconds)


def copy(folder: Path, target: Path) -> Path:
    """Copy a folder to where another one may stand."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(folder, target))


def problems(stage: Stage, folder: Path) -> Iterator[tuple[str, str]]:
    """Judge a draft right behind a kill, and again behind the next command."""
    scene, draft = stage.scene, folder / DRAFT
    torn = list(half_written(draft, stage.before))
    yield from (("half-written", text) for text in torn)
    if torn:
        return
    now = read_draft(draft)
    yield from (("losses", t) for t in losses(now, stage.before, stage.after, scene.edits))
    steps = [(scene.then, scene.code)]
    if (draft / "workspace.json").exists():
        steps.insert(0, (on_draft("status"), 0))
    for words, code in steps:
        child = Child(folder, words, folder / "said.txt")
        found = child.wait()
        if found != code:
            yield "helped", f"{words[0]} ended with {found}: {child.said}"
            return
    end = read_draft(draft)
    if all(end.outcome != outcome.outcome for outcome in stage.outcomes):
        yield "losses", "the next command left another draft than an undisturbed one"
    yield from (("losses", text) for text in losses(end, stage.before, stage.after, scene.edits))
    left = [name for name in end.files if name.endswith(TEMPORARY)]
    yield from (("helped", f"{name} was left") for name in left)
    more = [name for name in end.attempts if end.attempts[name] > stage.after.attempts.get(name, 0)]
    if len(more) > 1:
        yield "helped", f"more than one section was written again: {more}"


def judge(stage: Stage, folder: Path, moment: str) -> None:
    """Count a kill, or a refusal, and what it did; say what was wrong."""
    stage.tally["kills"] += 1
    found = list(problems(stage, folder))
    stage.tally.update({kind for kind, _ in found})
    for kind, text in found:
        say(f"{stage.scene.name}, {moment}: {kind}: {text}")
    if found:
        kept = Path(tempfile.gettempdir()) / f"kill-storm-{os.getpid()}-{stage.tally.total()}"
        say(f"  the draft is kept in {copy(folder, kept)}")


def set_all_up(root: Path, name: str = "") -> list[Stage]:
    """Prepare the scenes whose names begin so, far from the user's own settings."""
    began = time.monotonic()
    _set_environment(root)
    import_everything()
    write_scene_model(root)
    chosen = [scene for scene in SCENES if scene.name.startswith(name)]
    stages = [set_up(scene, root, number) for number, scene in enumerate(chosen)]
    say(f"{len(stages)} scenes are ready after {time.monotonic() - began:.0f} s")
    return stages


def _set_environment(root: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("GPTOSS_WRITER_", "XDG_")):
            del os.environ[name]
    os.environ.update(ONE_THREAD | {"HOME": str(root / "home"), "COLUMNS": "80"})


def print_table(stages: list[Stage], what: str = "kills") -> bool:
    """Print what came of each scene; tell whether nothing was wrong. `what` is what was done."""
    total: Counter[str] = Counter()
    say(f"{'scene':<20} {what:>8} {'losses':>7} {'half-written':>13} {'helped':>7}")
    for stage in stages:
        total += stage.tally
        say(row(stage.scene.name, stage.tally))
    say(row("all", total))
    return total.total() == total["kills"]


def row(name: str, tally: Counter[str]) -> str:
    """Make one line of the table."""
    return (
        f"{name:<20} {tally['kills']:>8,} {tally['losses']:>7,} "
        f"{tally['half-written']:>13,} {tally['helped']:>7,}"
    )


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
