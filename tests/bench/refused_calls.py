"""A disk that refuses one call of a command: exit 13 with the path, nothing lost, the rest later.

    python -m tests.bench.refused_calls [--times N] [--seed S] [--every] [--scene NAME]

Each time one call that changes the disk fails, in a child, with EIO, EACCES, ENOSPC or EROFS; the
last two go on to the end of the command. The draft is judged as behind a kill. With `--every` each
call fails with each error. Ends with 1 where anything was lost, half-written, in need of help, or
not said.
"""

from __future__ import annotations

import argparse
import errno
import random
import sys
import tempfile
import time
from itertools import cycle, islice, product
from pathlib import Path

from tests.support.killing import OF_AN_AID, Child, KillingCalls
from tests.support.storm_scenes import DRAFT
from tests.support.storm_stage import Stage, copy, judge, print_table, row, say, set_all_up

CODES = (errno.EIO, errno.EACCES, errno.ENOSPC, errno.EROFS)
_RESOURCES = 13


def refuse(stage: Stage, folder: Path, stop: int, code: int) -> None:
    """Let one call of a command fail, and judge what it said and what it left."""
    copy(stage.folder, folder)
    calls, said = KillingCalls(stop, code=code), folder / "said.txt"
    child = Child(folder, stage.scene.command, said, calls)
    found, words = child.wait(), child.said
    what = f"call {stop}, {stage.calls[stop]}, refused with {errno.errorcode[code]}"
    # The name of the lock's holder may stay: the work is done, and the next one replaces it.
    # And how far a section had come is only kept to save time.
    may_fail = stage.calls[stop] == "unlink" or stage.calls[stop].endswith(OF_AN_AID)
    is_done = found == stage.scene.code and may_fail
    if not is_done and (found != _RESOURCES or DRAFT not in words or "Traceback" in words):
        stage.tally["unsaid"] += 1
        say(f"{stage.scene.name}, {what}: ended with {found}: {words}")
    judge(stage, folder, what)


def main() -> int:
    """Refuse and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=200, help="how many, over all scenes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", action="store_true", help="each call with each error")
    parser.add_argument("--scene", default="", help="only those whose name begins with this")
    options = parser.parse_args()
    began, moments = time.monotonic(), random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        stages = set_all_up(root, options.scene)
        if options.every:
            for stage in stages:
                for stop, code in product(range(len(stage.calls)), CODES):
                    refuse(stage, root / "refused", stop, code)
                say(f"done: {row(stage.scene.name, stage.tally)}")
        else:
            for stage in islice(cycle(stages), options.times):
                stop, code = moments.randrange(len(stage.calls)), moments.choice(CODES)
                refuse(stage, root / "refused", stop, code)
    is_whole = print_table(stages, "refusals")
    say(f"{time.monotonic() - began:.0f} s")
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
