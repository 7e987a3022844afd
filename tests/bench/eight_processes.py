"""Eight processes on one draft: how soon a rival is refused, how soon a dead one's lock is free.

    python -m tests.bench.eight_processes [--rounds N] [--seed S]

Ends with 1 where a refusal took 2 s, a lock stayed for 1 s, or anything else was wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.eight_processes import play

REFUSAL_SECONDS, RELEASE_SECONDS = 2.0, 1.0


def main() -> int:
    """Play the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = play(Path(folder), options.rounds, options.seed)
    sys.stdout.write("".join(f"{line}\n" for line in result.wrong))
    sys.stdout.write(
        f"{result.rounds} rounds, {result.looks:,} looks, {len(result.wrong)} wrong; slowest "
        f"refusal {result.slowest_refusal_seconds:.2f} s, slowest release "
        f"{result.slowest_release_seconds:.2f} s\n"
    )
    is_late = (
        result.slowest_refusal_seconds > REFUSAL_SECONDS
        or result.slowest_release_seconds > RELEASE_SECONDS
    )
    return 1 if result.wrong or is_late else 0


if __name__ == "__main__":
    sys.exit(main())
