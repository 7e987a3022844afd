"""Writes training text as a shard of token ids.

    python -m models.demo.packing --articles N [--seed N] [--workers N] --tokenizer T.json OUT.npz

The same numbers give the same shard, whatever the number of workers.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from models.demo.samples import draw_articles
from models.demo.shards import Shard
from models.demo.tokenizer import Tokenizer

ARTICLES_A_TASK = 250
_SEEDS_A_SHARD = 1_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """Some articles of a shard, drawn from a seed of their own."""

    tokenizer: Path
    seed: int
    articles: int


def pack(tokenizer: Path, articles: int, seed: int, workers: int) -> Shard:
    """Draw articles in several processes and put them behind each other."""
    tasks = [
        Task(tokenizer, seed * _SEEDS_A_SHARD + start, min(ARTICLES_A_TASK, articles - start))
        for start in range(0, articles, ARTICLES_A_TASK)
    ]
    if workers == 1:
        return Shard.join([_pack_task(task) for task in tasks])
    with get_context("spawn").Pool(workers) as pool:
        return Shard.join(pool.map(_pack_task, tasks, chunksize=1))


def _pack_task(task: Task) -> Shard:
    samples = islice(draw_articles(task.seed), task.articles)
    return Shard.pack(samples, Tokenizer.load(task.tokenizer))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the shard that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write training text as token ids.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    shard = pack(options.tokenizer, options.articles, options.seed, options.workers)
    if not shard.articles:
        raise SystemExit("No section is short enough; learn the tokenizer from more articles.")
    shard.save(options.out)
    seconds = time.monotonic() - started
    print(
        f"{options.out}: {shard.articles:,} articles, {len(shard.section_lengths):,} sections, "
        f"{len(shard.ids):,} tokens ({shard.learnt.mean():.0%} to be learnt), "
        f"{options.out.stat().st_size / 1e6:.1f} MB in {seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
