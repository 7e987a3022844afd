"""Cuts shards into batches of about as many tokens each, in an order that a seed decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.demo.attention import Blocks, Layout, Rectangle, Rectangles
from models.demo.network import Batch
from models.demo.shards import Counts, Shard

# Articles that are sorted by length before they are cut into batches, so that a batch's
# rectangles of queries and keys have little air in them.
_POOL = 256
# Lengths of rectangles are multiples of this, because the fast kernels of CUDA want it so. The
# first block of keys is the sink and nothing else.
_BLOCK = 8
_TOKEN, _SINK, _NOTHING = 0, 1, 2

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spans:
    """Runs of tokens: where each begins and how long it is."""

    starts: Places
    lengths: Counts


def batch_plans(shard: Shard, seed: int, tokens_a_batch: int) -> Iterator[Places]:
    """Yield the articles of batch after batch, epoch after epoch, without end."""
    longest = np.maximum.reduceat(shard.section_lengths, _starts(shard.section_counts))
    sizes = _article_sizes(shard)
    epoch = 0
    while True:
        draw = np.random.default_rng((seed, epoch))
        order = draw.permutation(shard.articles)
        for start in range(0, len(order), _POOL):
            pool = order[start : start + _POOL]
            pool = pool[np.argsort(longest[pool], kind="stable")]
            # A batch ends where its tokens are full; the last of a pool may be smaller.
            fullness = np.cumsum(sizes[pool]) // tokens_a_batch
            cuts = np.flatnonzero(np.diff(fullness)) + 1
            batches = np.split(pool, cuts)
            for place in draw.permutation(len(batches)):
                yield batches[place]
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
        layout = rectangles(prefixes.lengths, sections.lengths, article_of, device)
    return Batch(
        _send(ids, device),
        _send(_runs(Spans(first, lengths)), device),
        layout,
        prefix_tokens,
        _send(learnt - 1, device),
        _send(ids[learnt], device),
    )


def rectangles(
    prefix_lengths: Counts, section_lengths: Counts, article_of: Places, device: torch.device
) -> Rectangles:
    """Lay out the queries and keys of texts for a GPU."""
    tokens = int(prefix_lengths.sum() + section_lengths.sum())
    prefixes = Spans(_starts(prefix_lengths), prefix_lengths)
    sections = Spans(prefix_lengths.sum() + _starts(section_lengths), section_lengths)
    shared = Spans(prefixes.starts[article_of], prefix_lengths[article_of])
    prefix_rectangle, prefix_outputs = _rectangle(prefixes, None, tokens, device)
    section_rectangle, section_outputs = _rectangle(sections, shared, tokens, device)
    return Rectangles(prefix_rectangle, section_rectangle, prefix_outputs, section_outputs)


def _send(array: Places, device: torch.device) -> Tensor:
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


def _rectangle(
    own: Spans, shared: Spans | None, tokens: int, device: torch.device
) -> tuple[Rectangle, Tensor]:
    """Lay out queries and keys, and tell where the result for each token will stand."""
    queries, is_query = _padded(own, tokens)
    kinds = [np.full((len(queries), _BLOCK), _NOTHING, np.int64)]
    kinds[0][:, 0] = _SINK
    keys = [np.zeros_like(kinds[0])]
    if shared is not None:
        places, is_key = _padded(shared, tokens)
        keys.append(places)
        kinds.append(np.where(is_key, _TOKEN, _NOTHING))
    keys.append(queries)
    kinds.append(np.full_like(queries, _TOKEN))
    all_keys = np.concatenate(keys, axis=1)
    rectangle = Rectangle(
        _send(queries, device),
        _send(all_keys, device),
        _send(np.concatenate(kinds, axis=1), device),
        all_keys.shape[1] - queries.shape[1],
    )
    return rectangle, _send(np.flatnonzero(is_query), device)


def _padded(spans: Spans, tokens: int) -> tuple[Places, npt.NDArray[np.bool_]]:
    """Put each run into a row; what stands behind it is any token.

    These are tokens all over the batch, as the gradients of one token, although zero, would be
    added one after the other.
    """
    length = -(-int(spans.lengths.max()) // _BLOCK) * _BLOCK
    steps = np.arange(length)
    inside = steps < spans.lengths[:, None]
    anywhere = np.arange(inside.size).reshape(inside.shape) % tokens
    return np.where(inside, spans.starts[:, None] + steps, anywhere), inside
