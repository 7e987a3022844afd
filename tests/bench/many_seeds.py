"""Writes whole articles with many random models, and says of each what came of it.

    python -m tests.bench.many_seeds [--seeds N] [--first N] [--effort E] OUTLINE

Every seed gives a model of its own (shape, weights, how readily it ends) and a run of its own, in
a child process, so that a crash or a hang is seen. Ends with 1 where any run failed, took longer
than the limit, or left an article in which something is wrong.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline
from tests.support.article_problems import problems
from tests.support.commands import Result, finish, start
from tests.support.gguf_models import write_model

HEAD = "seed model              exit      s tries       words in band   read"
LIMIT_SECONDS = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all seeds and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("outline", type=Path)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--effort", default="low", choices=("low", "medium", "high"))
    options = parser.parse_args(arguments)
    outline = load_outline(options.outline)
    _say(f"{options.outline}: {len(outline.sections)} sections, {outline.budget_words:,} words")
    _say(HEAD)
    bad = 0
    for seed in range(options.first, options.first + options.seeds):
        with tempfile.TemporaryDirectory() as folder:
            bad += _one(seed, options.outline.resolve(), outline, options.effort, Path(folder))
    _say(f"{options.seeds - bad} of {options.seeds} runs are as they should be.")
    return 1 if bad else 0


def _one(seed: int, path: Path, outline: Outline, effort: str, folder: Path) -> bool:
    """Write one article and print its line; tell whether anything was wrong."""
    shape = _shape(seed)
    model = write_model(folder / "model.gguf", **shape)
    options = ("--seed", str(seed), "--effort", effort, "--json", "-w", "draft")
    began = time.monotonic()
    child = start(["generate", path, "-m", model, *options], folder)
    try:
        result = finish(child, within=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        _say(f"{seed:>4} HANGS: no end after {LIMIT_SECONDS} s with {shape}")
        return True
    seconds = time.monotonic() - began
    wrong = _wrong(result, outline, folder)
    name = f"{shape['layers']}x{shape['width']} end {shape['end_bias']:+.1f}"
    _say(f"{seed:>4} {name:<18} {result.code:>4} {seconds:>6.1f} {_figures(result)}")
    for line in wrong:
        _say(f"     {line}")
    return bool(wrong)


def _shape(seed: int) -> dict[str, Any]:
    draw = random.Random(seed)
    return {
        "seed": seed,
        "layers": draw.choice([1, 2, 3]),
        "width": draw.choice([32, 64, 96]),
        "scale": draw.choice([0.5, 1.5, 4.0]),
        "end_bias": draw.choice([-40.0, 0.0, 2.0, 4.0]),
    }


def _wrong(result: Result, outline: Outline, folder: Path) -> list[str]:
    if result.code != 0:
        return [f"exit {result.code}: {result.err.strip()[-300:]}"]
    article = (folder / "draft/article.md").read_text(encoding="utf-8")
    found = list(problems(article, outline, result.json))
    if "Traceback" in result.err:
        found.append("a traceback on stderr")
    return found


def _figures(result: Result) -> str:
    if not result.out:
        return ""
    sections, totals = result.json["sections"], result.json["totals"]
    words = f"{totals['words']:,} of {totals['budget_words']:,}"
    kept = f"{sum(section['in_band'] for section in sections)} of {len(sections)}"
    tries = sum(section["attempts"] for section in sections)
    return f"{tries:>5} {words:>11} {kept:>7} {totals['evaluated_tokens']:>6,}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
