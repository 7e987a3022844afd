"""How long it takes to read and lint an outline: `python -m tests.bench.outline_speed [OUTLINE]`.

Without an outline the seed beside this checkout is taken, else one of the examples. The limits are
0.2 s for reading and linting after the program has started, and 0.5 s for the command `check`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.reading import read_outline

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "seed" / "000_11d9e62553fd55cb.txt"
EXAMPLE = ROOT / "outlines" / "broad-street.md"
_TIMES = 7


def seconds(work: Callable[[], object]) -> list[float]:
    """Do something several times, and give the seconds that each took, shortest first."""
    found = []
    for _ in range(_TIMES):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return sorted(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outline", nargs="?", type=Path, default=SEED if SEED.exists() else EXAMPLE)
    path: Path = parser.parse_args().outline
    command = [sys.executable, "-m", "gptoss_writer", "check", str(path), "--format", "concise"]
    nothing = seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    rows = {
        "read and lint": (seconds(lambda: lint(read_outline(path))), 0.2),
        "check, start to end": (seconds(lambda: subprocess.run(command, capture_output=True)), 0.5),  # noqa: PLW1510 - warnings may fail it
    }
    for name, (times, limit) in rows.items():
        sys.stdout.write(
            f"{name:<20} median {median(times):.3f} s, best {times[0]:.3f} s (limit {limit} s), "
            f"{times[0] / nothing[0]:.1f} times python -c pass\n"
        )


if __name__ == "__main__":
    main()
