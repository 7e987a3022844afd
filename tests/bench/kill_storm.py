"""kill -9 at any moment of any command: nothing accepted is lost, nothing seen is half-written.

    python -m tests.bench.kill_storm [--kills N] [--seed S] [--every] [--scene NAME]

Commands run in children, with llama.cpp and a small random model. After each kill the draft is
read as it stands; then the next command is given, which needs no help, and the draft is compared
with an undisturbed one. With `--every`, children are not killed at moments but before, amid and
after every single call that changes the disk. Ends with 1 where anything was lost, half-written,
or in need of help.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from tests.support.commands import ONE_THREAD
from tests.support.killing import (
    AFTER,
    BEFORE,
    TORN,
    Child,
    KillingCalls,
    import_everything,
)
from tests.support.standing_draft import (
    EMPTY,
    TEMPORARY,
    Draft,
    half_written,
    losses,
    read_draft,
)
from tests.support.storm_scenes import DRAFT, SCENES, Scene, on_draft, require, write_scene_model

HEAD = f"{'scene':<20} {'kills':>6} {'losses':>7} {'half-written':>13} {'helped':>7}"


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
    undisturbed = _copy(folder, root / f"undisturbed{number}")
    said = root / "said.txt"
    calls = KillingCalls()
    child = Child(undisturbed, scene.command, said, calls)
    if child.wait() != scene.code:
        raise RuntimeError(f"{scene.name}: {child.said}")
    began = time.monotonic()
    again = _copy(folder, root / "again")
    require(again, scene.command, scene.code)
    seconds = time.monotonic() - began
    after = read_draft(undisturbed / DRAFT)
    outcomes = [after]
    if not scene.is_repeatable:
        outcomes = []
        for start in (folder, undisturbed):
            require(_copy(start, again), scene.then)
            outcomes.append(read_draft(again / DRAFT))
    before = read_draft(folder / DRAFT) if (folder / DRAFT).exists() else EMPTY
    made = tuple(said.with_suffix(".calls").read_text(encoding="utf-8").split("\n"))
    return Stage(scene, folder, before, after, tuple(outcomes), made, seconds)


def _copy(folder: Path, target: Path) -> Path:
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
    """Count a kill and what it did; say what was wrong."""
    stage.tally["kills"] += 1
    found = list(problems(stage, folder))
    stage.tally.update({kind for kind, _ in found})
    for kind, text in found:
        _say(f"{stage.scene.name}, killed {moment}: {kind}: {text}")
    if found:
        kept = Path(tempfile.gettempdir()) / f"kill-storm-{os.getpid()}-{stage.tally.total()}"
        _say(f"  the draft is kept in {_copy(folder, kept)}")


def kill_at_moments(stages: list[Stage], root: Path, kills: int, seed: int) -> None:
    """Kill so many children, each a random share of its scene's time after it began."""
    moments = random.Random(seed)
    for stage in islice(cycle(stages), kills):
        folder = _kill_once(stage, root / "killed", moments)
        judge(stage, folder, f"after {stage.seconds:.2f} s at most")


def _kill_once(stage: Stage, folder: Path, moments: random.Random) -> Path:
    while True:
        _copy(stage.folder, folder)
        child = Child(folder, stage.scene.command, folder / "said.txt")
        time.sleep(moments.uniform(0.0, stage.seconds))
        child.kill()
        if child.wait() is None:
            return folder
        # It had ended by then: it takes no longer than that today.
        stage.seconds = max(0.02, stage.seconds * 0.97)


def kill_at_every_call(stages: list[Stage], root: Path) -> None:
    """Kill a child before, amid and after every call that its command makes."""
    for stage in stages:
        for stop, name in enumerate(stage.calls):
            for mode in (BEFORE, TORN, AFTER) if name == "write" else (BEFORE, AFTER):
                folder = _copy(stage.folder, root / "killed")
                calls = KillingCalls(stop, mode)
                child = Child(folder, stage.scene.command, folder / "said.txt", calls)
                if child.wait() is not None:
                    raise RuntimeError(f"{stage.scene.name}: call {stop} was not reached")
                judge(stage, folder, f"{mode} call {stop}, {name}")
        _say(f"done: {_row(stage.scene.name, stage.tally)}")


def main() -> int:
    """Run the storm and print its table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="how many, over all scenes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", action="store_true", help="at every call, not at moments")
    parser.add_argument("--scene", default="", help="only those whose name begins with this")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        _set_environment(root)
        import_everything()
        write_scene_model(root)
        chosen = [scene for scene in SCENES if scene.name.startswith(options.scene)]
        stages = [set_up(scene, root, number) for number, scene in enumerate(chosen)]
        _say(f"{len(stages)} scenes are ready after {time.monotonic() - began:.0f} s")
        if options.every:
            kill_at_every_call(stages, root)
        else:
            kill_at_moments(stages, root, options.kills, options.seed)
    total: Counter[str] = Counter()
    _say(HEAD)
    for stage in stages:
        total += stage.tally
        _say(_row(stage.scene.name, stage.tally))
    _say(_row("all", total))
    _say(f"{time.monotonic() - began:.0f} s")
    return 1 if total.total() > total["kills"] else 0


def _set_environment(root: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("GPTOSS_WRITER_", "XDG_")):
            del os.environ[name]
    os.environ.update(ONE_THREAD | {"HOME": str(root / "home"), "COLUMNS": "80"})


def _row(name: str, tally: Counter[str]) -> str:
    return (
        f"{name:<20} {tally['kills']:>6,} {tally['losses']:>7,} "
        f"{tally['half-written']:>13,} {tally['helped']:>7,}"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
