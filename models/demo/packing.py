"""Writes training text as a shard of token ids.

    python -m models.demo.packing --articles N [--seed N] [--workers N] --tokenizer T.json OUT.npz

A GGUF is a tokenizer's file as well: that of its model, for text to train it on with.

The same numbers give the same shard, whatever the number of workers.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from models.demo.phrases import SELDOM
from models.demo.samples import PLAIN, ArticleSample, Mixture, SectionSample, draw_articles
from models.demo.shards import Shard
from models.demo.tokenizer import Tokenizer
from models.demo.vocabulary import load_tokenizer

LONGEST_TEXT = 3584
"""The most tokens of a prefix and a section together; longer sections are left out."""

ARTICLES_A_TASK = 250
_SEEDS_A_SHARD = 1_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """Some articles of a shard, drawn from a seed of their own."""

    tokenizer: Path
    seed: int
    articles: int
    mixture: Mixture


def pack(
    tokenizer: Path, articles: int, seed: int, workers: int, mixture: Mixture = PLAIN
) -> Shard:
    """Draw articles in several processes and put them behind each other."""
    tasks = [
        Task(
            tokenizer,
            seed * _SEEDS_A_SHARD + start,
            min(ARTICLES_A_TASK, articles - start),
            mixture,
        )
        for start in range(0, articles, ARTICLES_A_TASK)
    ]
    if workers == 1:
        return Shard.join([_pack_task(task) for task in tasks])
    with get_context("spawn").Pool(workers) as pool:
        return Shard.join(pool.map(_pack_task, tasks, chunksize=1))


def _pack_task(task: Task) -> Shard:
    samples = islice(draw_articles(task.seed, task.mixture), task.articles)
    return pack_articles(samples, load_tokenizer(task.tokenizer))


def pack_articles(articles: Iterable[ArticleSample], tokenizer: Tokenizer) -> Shard:
    """Tokenise articles; sections that are too long are left out, and articles without any."""
    texts: list[tuple[list[int], list[bool]]] = []
    prefix_lengths, section_counts, section_lengths = [], [], []
    for article in articles:
        prefix = tokenizer.encode_segments(article.prefix)
        packed = [_pack_section(section, tokenizer) for section in article.sections]
        sections = [text for text in packed if len(prefix) + len(text[0]) <= LONGEST_TEXT]
        if sections:
            texts += [(prefix, [False] * len(prefix)), *sections]
            prefix_lengths.append(len(prefix))
            section_counts.append(len(sections))
            section_lengths += [len(ids) for ids, _ in sections]
    return Shard(
        np.array([id_ for ids, _ in texts for id_ in ids], np.uint16),
        np.array([flag for _, flags in texts for flag in flags], np.bool_),
        np.array(prefix_lengths, np.int64),
        np.array(section_counts, np.int64),
        np.array(section_lengths, np.int64),
        tokenizer.size,
    )


def _pack_section(section: SectionSample, tokenizer: Tokenizer) -> tuple[list[int], list[bool]]:
    """Tokenise a section; its first token cannot be learnt, as it follows no other."""
    ids = tokenizer.encode_segments(section.prompt)
    flags = [False] * len(ids)
    for segment, is_learnt in section.answer:
        more = tokenizer.encode_segments([segment])
        ids += more
        flags += [is_learnt] * len(more)
    if flags[0]:
        raise ValueError("The answer to an empty prompt cannot be learnt.")
    return ids, flags


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the shard that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write training text as token ids.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dense", type=float, default=0.0, help="share of articles with much")
    parser.add_argument("--plans", type=float, default=1.0, help="share whose plans are learnt")
    parser.add_argument(
        "--seldom",
        type=float,
        default=SELDOM,
        help="of strange words the share with tokens that answers seldom have",
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    shard = pack(
        options.tokenizer,
        options.articles,
        options.seed,
        options.workers,
        Mixture(options.dense, options.plans, options.seldom),
    )
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
