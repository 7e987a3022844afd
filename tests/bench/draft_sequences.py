"""Random sequences of what a writer does to a draft, against a model of what must come of it.

    python -m tests.bench.draft_sequences [--sequences N] [--steps N] [--seed S]

Ends with 1 and the shortest sequence it can find where the draft is not what it must be.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.draft_machine import DraftMachine


def main() -> int:
    """Play the sequences and say how many there were, and of what."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sequences", type=int, default=500)
    parser.add_argument("--steps", type=int, default=16, help="the most of one sequence")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began, tally = time.monotonic(), Counter[str]()

    class Counted(DraftMachine):
        def __init__(self) -> None:
            tally["sequences"] += 1
            super().__init__()

        def teardown(self) -> None:
            tally["commands"] += self.desk.commands
            super().teardown()

    rules = settings(
        max_examples=options.sequences,
        stateful_step_count=options.steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(options.seed)(Counted), settings=rules)
    except AssertionError as error:
        sys.stdout.write(f"FAILED: {error}\n" + "\n".join(getattr(error, "__notes__", [])) + "\n")
        return 1
    sys.stdout.write(
        f"{tally['sequences']:,} sequences, {tally['commands']:,} commands, "
        f"{time.monotonic() - began:.0f} s: every draft is what it must be\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
