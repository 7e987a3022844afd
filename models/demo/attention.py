"""Attention of gpt-oss over a batch of articles: sections see what they share, and themselves.

A score is a product of 64 numbers. Beside these stand a few columns that add to it: the logit of
the sink, which is a key of its own without a value, and on a GPU a number that hides a key.

A CPU is slow at products and quick at calls, so it takes text after text, and each query with few
more keys than it may see. A GPU takes all at once, in two rectangles padded to the longest text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.demo.text_attention import attend_to_text

EXTRA_COLUMNS = 8
"""The fast kernels of CUDA want a multiple of 8; three are used."""

_HIDDEN = -1e4


@dataclass(frozen=True, slots=True)
class Blocks:
    """Lengths of texts as they stand one behind the other, and the article of each section."""

    prefix_lengths: tuple[int, ...]
    section_lengths: tuple[int, ...]
    article_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Which tokens attend to which; a row for each text.

    `queries` [rows, length] and `keys` [rows, keys] are places in the row of tokens. `kinds` tells
    what stands at a key: 0 a token, 1 the sink, 2 nothing. Each query of a row may see the first
    `shared` keys; those behind them are the queries' own, and each sees them up to itself.
    """

    queries: Tensor
    keys: Tensor
    kinds: Tensor
    shared: int


@dataclass(frozen=True, slots=True)
class Rectangles:
    """Rectangles of prefixes and of sections, and for each token its place among the queries.

    The queries of `prefixes` count first in `prefix_outputs`, and so do those of `sections` in
    `section_outputs`.
    """

    prefixes: Rectangle
    sections: Rectangle
    prefix_outputs: Tensor
    section_outputs: Tensor


Layout = Blocks | Rectangles


def extra_of_queries(sinks: Tensor, queries: Tensor) -> Tensor:
    """Give the extra columns of queries [tokens, heads, length].

    The sink's logit is in two parts, because bfloat16 has eight bits; the third column hides. All
    are multiplied by what scores are divided by.
    """
    rough = sinks.detach().bfloat16().float()
    columns = torch.stack((rough, sinks - rough, torch.ones_like(sinks)), dim=-1)
    columns = functional.pad(columns * math.sqrt(queries.shape[-1]), (0, EXTRA_COLUMNS - 3))
    return columns.to(queries.dtype).expand(len(queries), -1, -1)


def attend(
    queries: Tensor, keys: Tensor, values: Tensor, layout: Layout, *, only_sections: bool
) -> Tensor:
    """Attend; gives [tokens, heads * head length], or that of the sections' tokens alone.

    Queries are [tokens, heads, head length and extra columns], keys and values are
    [tokens, heads of keys, head length].
    """
    if isinstance(layout, Blocks):
        parts = _attend_to_texts(queries, keys, values, layout, only_sections=only_sections)
        return torch.cat(list(parts)).flatten(1)
    sections = _attend_in_rectangle(queries, keys, values, layout.sections)
    sections = sections.index_select(0, layout.section_outputs)
    if only_sections:
        return sections
    prefixes = _attend_in_rectangle(queries, keys, values, layout.prefixes)
    return torch.cat((prefixes.index_select(0, layout.prefix_outputs), sections))


def _attend_to_texts(
    queries: Tensor, keys: Tensor, values: Tensor, layout: Blocks, *, only_sections: bool
) -> Iterator[Tensor]:
    """Yield what the queries of each text give, [tokens, heads, head length]."""
    lengths = (*layout.prefix_lengths, *layout.section_lengths)
    # To split is to have gradients joined; to take slices would add them up in full size.
    texts = list(
        zip(
            queries.split(lengths),
            functional.pad(keys, (0, EXTRA_COLUMNS)).split(lengths),
            values.split(lengths),
            strict=True,
        )
    )
    prefixes, sections = texts[: len(layout.prefix_lengths)], texts[len(layout.prefix_lengths) :]
    sink = functional.pad(torch.ones_like(keys[:1, :, :2]), (keys.shape[-1], EXTRA_COLUMNS - 2))
    nothing = torch.zeros_like(values[:1])
    if not only_sections:
        for asked, own_keys, own_values in prefixes:
            yield attend_to_text(
                asked, torch.cat((sink, own_keys)), torch.cat((nothing, own_values))
            )
    for article, (asked, own_keys, own_values) in zip(layout.article_of, sections, strict=True):
        _, shared_keys, shared_values = prefixes[article]
        yield attend_to_text(
            asked,
            torch.cat((sink, shared_keys, own_keys)),
            torch.cat((nothing, shared_values, own_values)),
        )


def _attend_in_rectangle(
    queries: Tensor, keys: Tensor, values: Tensor, rectangle: Rectangle
) -> Tensor:
    """Attend in a rectangle; gives [queries of the rectangle, heads * head length]."""
    length = keys.shape[-1]
    group = queries.shape[1] // keys.shape[1]
    real = (rectangle.kinds == 0).to(keys.dtype)[:, :, None, None]
    seen_keys = _pick(keys, rectangle.keys) * real
    seen_keys = torch.cat((seen_keys, _extra_of_keys(rectangle.kinds, keys)), dim=-1)
    seen_values = functional.pad(_pick(values, rectangle.keys) * real, (0, EXTRA_COLUMNS))
    own = torch.arange(rectangle.keys.shape[1], device=keys.device) - rectangle.shared
    steps = torch.arange(rectangle.queries.shape[1], device=keys.device)
    result = functional.scaled_dot_product_attention(
        _pick(queries, rectangle.queries).transpose(1, 2),
        seen_keys.transpose(1, 2).repeat_interleave(group, dim=1),
        seen_values.transpose(1, 2).repeat_interleave(group, dim=1),
        attn_mask=own <= steps[:, None],
        scale=1 / math.sqrt(length),
    )
    return result[..., :length].transpose(1, 2).flatten(0, 1).flatten(1)


def _pick(table: Tensor, places: Tensor) -> Tensor:
    """Give [rows, places, ...] of a table [tokens, ...]."""
    return table.index_select(0, places.flatten()).view(*places.shape, *table.shape[1:])


def _extra_of_keys(kinds: Tensor, keys: Tensor) -> Tensor:
    """Give the extra columns of keys: the sink takes both parts of its logit, nothing is hidden."""
    sink, nothing = kinds == 1, kinds == 2
    columns = torch.stack((sink, sink, nothing * _HIDDEN), dim=-1).to(keys.dtype)
    columns = functional.pad(columns, (0, EXTRA_COLUMNS - 3))
    return columns[:, :, None].expand(-1, -1, keys.shape[1], -1)
