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
import random
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from tests.support.killing import AFTER, BEFORE, TORN, Child, KillingCalls
from tests.support.storm_stage import Stage, copy, judge, print_table, row, say, set_all_up


def kill_at_moments(stages: list[Stage], root: Path, kills: int, seed: int) -> None:
    """Kill so many children, each a random share of its scene's time after it began."""
    moments = random.Random(seed)
    for stage in islice(cycle(stages), kills):
        folder = _kill_once(stage, root / "killed", moments)
        judge(stage, folder, f"killed within {stage.seconds:.2f} s")


def _kill_once(stage: Stage, folder: Path, moments: random.Random) -> Path:
    while True:
        copy(stage.folder, folder)
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
            for mode in (BEFORE, TORN, AFTER) if name.startswith("write") else (BEFORE, AFTER):
                folder = copy(stage.folder, root / "killed")
                calls = KillingCalls(stop, mode)
                child = Child(folder, stage.scene.command, folder / "said.txt", calls)
                if child.wait() is not None:
                    raise RuntimeError(f"{stage.scene.name}: call {stop} was not reached")
                judge(stage, folder, f"killed {mode} call {stop}, {name}")
        say(f"done: {row(stage.scene.name, stage.tally)}")


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
        stages = set_all_up(root, options.scene)
        if options.every:
            kill_at_every_call(stages, root)
        else:
            kill_at_moments(stages, root, options.kills, options.seed)
    is_whole = print_table(stages)
    say(f"{time.monotonic() - began:.0f} s")
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
