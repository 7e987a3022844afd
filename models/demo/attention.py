"""Attention of gpt-oss over a batch of articles: sections see what they share, and themselves.

A score is a product of 64 numbers. Beside these stand a few columns that add to it: the logit of
the sink, which is a key of its own without a value.

A CPU is slow at products and quick at calls, so it takes text after text, and each query with few
more keys than it may see. A GPU takes all at once, in one call for texts of any lengths.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention.varlen import varlen_attn

from models.demo.text_attention import attend_to_text

EXTRA_COLUMNS = 8
"""The fast kernels of CUDA want a multiple of 8; two are used."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Lengths of texts as they stand one behind the other, and the article of each section."""

    prefix_lengths: tuple[int, ...]
    section_lengths: tuple[int, ...]
    article_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Texts of any lengths: where the queries and the keys of each begin and end.

    `queries` and `keys` [texts + 1] are counted from the first text's start. `places` [keys] are
    rows of the table of keys, whose last row is the sink; each text's begin with it, and its last
    keys are its queries' own. `longest` are the most queries and the most keys of a text.
    """

    queries: Tensor
    keys: Tensor
    places: Tensor
    longest: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts, prefixes before sections, and the sections alone."""

    everything: Ragged
    sections: Ragged
    prefix_tokens: int


Layout = Blocks | Texts


def extra_of_queries(sinks: Tensor, queries: Tensor) -> Tensor:
    """Give the extra columns of queries [tokens, heads, length].

    The sink's logit is in two parts, because bfloat16 has eight bits. Both are multiplied by what
    scores are divided by.
    """
    rough = sinks.detach().bfloat16().float()
    columns = torch.stack((rough, sinks - rough), dim=-1)
    columns = functional.pad(columns * math.sqrt(queries.shape[-1]), (0, EXTRA_COLUMNS - 2))
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
    if only_sections:
        asked = queries[layout.prefix_tokens :]
        return _attend_to_all(asked, keys, values, layout.sections).flatten(1)
    return _attend_to_all(queries, keys, values, layout.everything).flatten(1)


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


def _attend_to_all(queries: Tensor, keys: Tensor, values: Tensor, texts: Ragged) -> Tensor:
    """Attend in all texts at once; gives [queries, heads, head length]."""
    length = keys.shape[-1]
    nothing = keys.new_zeros(*keys.shape[:2], EXTRA_COLUMNS)
    table = torch.cat((keys, nothing, values, nothing), dim=-1)
    sink = functional.pad(torch.ones_like(table[:1, :, :2]), (length, table.shape[-1] - length - 2))
    seen = torch.cat((table, sink)).index_select(0, texts.places)
    # Each head gets keys of its own: in PyTorch 2.11 heads cannot share them here.
    seen = seen.repeat_interleave(queries.shape[1] // keys.shape[1], dim=1)
    result = varlen_attn(
        queries,
        *seen.chunk(2, dim=-1),
        texts.queries,
        texts.keys,
        *texts.longest,
        scale=1 / math.sqrt(length),
        window_size=(-1, 0),  # up to itself, counted from the text's end
    )
    return result[..., :length]
