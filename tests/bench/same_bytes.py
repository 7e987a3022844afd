"""The same outline, seed and model, again and again: the same bytes every time.

    python -m tests.bench.same_bytes [--times N]

Each run is a process of its own, in a folder and on a home of its own; every other one finds the
prefixes that the run before it saved. Ends with 1 where any text differs.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.commands import child_of
from tests.support.storm_scenes import DRAFT, GENERATE, MODEL, OUTLINE, TEXT, write_scene_model


def texts_hash(draft: Path) -> str:
    """Hash the names and bytes of the sections and of the article."""
    found = hashlib.sha256()
    for path in sorted([*draft.glob("sections/*.md"), draft / "article.md"]):
        found.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def main() -> int:
    """Write the article so many times and count the different ones."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_scene_model(root)
        for number in range(options.times):
            folder = root / f"run{number}"
            folder.mkdir()
            (folder / OUTLINE).write_text(TEXT, encoding="utf-8")
            home = {"XDG_CACHE_HOME": str(root / f"cache{number // 2}")}
            result = child_of(*GENERATE, "-m", f"../{MODEL}", folder=folder, extra=home)
            if result.code != 0:
                sys.stdout.write(f"FAILED: run {number} ended with {result.code}: {result.err}\n")
                return 1
            found[texts_hash(folder / DRAFT)] += 1
    sys.stdout.write(f"{options.times} runs, {len(found)} different: {dict(found)}\n")
    return 0 if len(found) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
