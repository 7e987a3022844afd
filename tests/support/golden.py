"""Golden files: texts that a person can read, and that a change has to face."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
REWRITE = "REWRITE_GOLDEN"
"""The environment variable that, set to anything, makes the tests write golden files anew."""


def differs_from_golden(path: Path, actual: str) -> str:
    """Give both forms where a text is not that of its golden file; "" where it is."""
    if os.environ.get(REWRITE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8", newline="\n")
    expected = path.read_bytes().decode("utf-8") if path.exists() else "(there is no such file)"
    if expected == actual:
        return ""
    return (
        f"{path} has another text. If the new one is right, run the tests once with {REWRITE}=1."
        f"\n\n===== {path.name} =====\n{expected}\n===== now =====\n{actual}"
    )
