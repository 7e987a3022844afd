"""Cuts shards into batches of about as many tokens each, in an order that a seed decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.demo.attention import Blocks, Layout, Ragged, Texts
from models.demo.network import Batch
from models.demo.shards import Counts, Shard

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spans:
    """Runs of tokens: where each begins and how long it is."""

    starts: Places
    lengths: Counts


def batch_plans(shard: Shard, seed: int, tokens_a_batch: int) -> Iterator[Places]:
    """Yield the articles of batch after batch, epoch after epoch, without end."""
    sizes = _article_sizes(shard)
    epoch = 0
    while True:
        order = np.random.default_rng((seed, epoch)).permutation(shard.articles)
        # A batch ends where its tokens are full; the last one may be smaller.
        fullness = np.cumsum(sizes[order]) // tokens_a_batch
        yield from np.split(order, np.flatnonzero(np.diff(fullness)) + 1)
        epoch += 1


def make_batch(shard: Shard, articles: Places, device: torch.device) -> Batch:
    """Lay out some articles for the network, and send them to a device without waiting for it."""
    prefixes, sections, article_of = _spans(shard, articles)
    places = np.concatenate((_runs(prefixes), _runs(sections)))
    prefix_tokens = int(prefixes.lengths.sum())
    first = np.concatenate((np.zeros_like(prefixes.lengths), prefixes.lengths[article_of]))
    lengths = np.concatenate((prefixes.lengths, sections.lengths))
    learnt = np.flatnonzero(shard.learnt[places])
    ids = shard.ids[places].astype(np.int64)
    layout: Layout
    if device.type == "cpu":
        layout = Blocks(
            tuple(prefixes.lengths.tolist()),
            tuple(sections.lengths.tolist()),
            tuple(article_of.tolist()),
        )
    else:
        layout = texts(prefixes.lengths, sections.lengths, article_of, device)
    return Batch(
        _send(ids, device),
        _send(_runs(Spans(first, lengths)), device),
        layout,
        prefix_tokens,
        _send(learnt - 1, device),
        _send(ids[learnt], device),
    )


def texts(
    prefix_lengths: Counts, section_lengths: Counts, article_of: Places, device: torch.device
) -> Texts:
    """Lay out the queries and keys of prefixes and sections for a GPU."""
    prefix_tokens = int(prefix_lengths.sum())
    sink = prefix_tokens + int(section_lengths.sum())
    prefixes = Spans(_starts(prefix_lengths), prefix_lengths)
    sections = Spans(prefix_tokens + _starts(section_lengths), section_lengths)
    shared = np.split(_runs(prefixes), prefixes.starts[1:])
    own = np.split(_runs(sections), _starts(section_lengths)[1:])
    of_prefixes = [np.concatenate(([sink], places)) for places in shared]
    of_sections = [
        np.concatenate((of_prefixes[article], places))
        for article, places in zip(article_of, own, strict=True)
    ]
    everything = np.concatenate((prefix_lengths, section_lengths))
    return Texts(
        _ragged(everything, [*of_prefixes, *of_sections], device),
        _ragged(section_lengths, of_sections, device),
        prefix_tokens,
    )


def _ragged(queries: Counts, keys: Sequence[Places], device: torch.device) -> Ragged:
    key_counts = np.array([len(places) for places in keys])
    return Ragged(
        _send(_borders(queries), device),
        _send(_borders(key_counts), device),
        _send(np.concatenate(keys), device),
        (int(queries.max()), int(key_counts.max())),
    )


def _borders(lengths: Counts) -> npt.NDArray[np.int32]:
    """Give where runs begin and end, 0 among them."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)


def _send(array: Places | npt.NDArray[np.int32], device: torch.device) -> Tensor:
    tensor = torch.from_numpy(array)
    return tensor if device.type == "cpu" else tensor.pin_memory().to(device, non_blocking=True)


def _article_sizes(shard: Shard) -> Counts:
    owners = np.repeat(np.arange(shard.articles), shard.section_counts)
    sections = np.bincount(owners, shard.section_lengths, shard.articles).astype(np.int64)
    return shard.prefix_lengths + sections


def _spans(shard: Shard, articles: Places) -> tuple[Spans, Spans, Places]:
    """Find the prefixes and sections of articles, and the place of each section's article."""
    article_starts = _starts(_article_sizes(shard))[articles]
    prefix_lengths = shard.prefix_lengths[articles]
    counts = shard.section_counts[articles]
    numbers = _runs(Spans(_starts(shard.section_counts)[articles], counts))
    article_of = np.repeat(np.arange(len(articles)), counts)
    lengths = shard.section_lengths[numbers]
    # Within an article the sections stand behind the prefix and one behind the other.
    all_starts = _starts(shard.section_lengths)
    offsets = all_starts[numbers] - all_starts[_starts(shard.section_counts)[articles]][article_of]
    starts = (article_starts + prefix_lengths)[article_of] + offsets
    return Spans(article_starts, prefix_lengths), Spans(starts, lengths), article_of


def _starts(lengths: Counts) -> Places:
    """Give where each of consecutive runs begins."""
    return np.cumsum(lengths) - lengths


def _runs(spans: Spans) -> Places:
    """Write out the places of all runs, one run behind the other."""
    total = int(spans.lengths.sum())
    return np.arange(total) + np.repeat(spans.starts - _starts(spans.lengths), spans.lengths)
