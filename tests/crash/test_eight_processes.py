"""Eight processes on one draft; a small dose by default, ROUNDS=50 gives a large one."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.eight_processes import play

ROUNDS = int(os.environ.get("ROUNDS", "2"))


def test_one_writes_and_the_others_are_told_who(tmp_path: Path) -> None:
    """Rivals exit 11 naming the holder, readers see whole drafts, kill -9 frees the lock."""
    result = play(tmp_path, ROUNDS)

    assert [] == result.wrong
    assert ROUNDS == result.rounds
    assert result.looks > 0
