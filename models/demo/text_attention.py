"""Attention within one text, written out in products of matrices, for a CPU.

PyTorch's own attention spends most of its time on the way back: in bfloat16, on two cores with
AVX-512, forward and backward together took 12.9 s of two steps of training, and take 6.1 s here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

_QUERIES_A_BLOCK = 128


def attend_to_text(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Attend to a text, whose last tokens the queries are, each to what stands up to itself.

    Queries are [tokens, heads, length and extra columns], keys [tokens, groups, the same], values
    [tokens, groups, length]; gives [tokens of the queries, heads, length].
    """
    if not len(queries):
        return queries[..., : values.shape[-1]]
    result: Tensor = _TextAttention.apply(queries, keys, values)
    return result


class _TextAttention(torch.autograd.Function):
    """Attention in blocks of queries; how much each attended to what is kept for the way back."""

    @staticmethod
    def forward(ctx: FunctionCtx, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        groups, scale = keys.shape[1], 1 / math.sqrt(values.shape[-1])
        asked = _by_group(queries * scale, groups)
        sought, held = (table.transpose(0, 1).contiguous() for table in (keys, values))
        shares, parts = [], []
        for block, seen in _blocks(len(queries), len(keys)):
            size = block.stop - block.start
            scores = asked[:, block].flatten(1, 2) @ sought[:, :seen].mT
            own = scores.view(groups, size, -1, seen)[..., seen - size :]
            own.masked_fill_(_later(size), -math.inf)
            shares.append(scores.softmax(-1))
            parts.append((shares[-1] @ held[:, :seen]).unflatten(1, (size, -1)))
        ctx.save_for_backward(asked, sought, held, *shares)
        return _by_token(torch.cat(parts, dim=1))

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        asked, sought, held, *shares = ctx.saved_tensors
        groups, scale = len(held), 1 / math.sqrt(held.shape[-1])
        gradient = _by_group(gradients[0], groups)
        of_queries = []
        of_keys = torch.zeros_like(sought, dtype=torch.float32)
        of_values = torch.zeros_like(held, dtype=torch.float32)
        blocks = _blocks(asked.shape[1], sought.shape[1])
        for (block, seen), share in zip(blocks, shares, strict=True):
            outer = gradient[:, block].flatten(1, 2)
            of_values[:, :seen] += share.mT @ outer
            of_shares = outer @ held[:, :seen].mT
            of_scores = share * (of_shares - (share * of_shares).sum(-1, keepdim=True))
            of_keys[:, :seen] += of_scores.mT @ asked[:, block].flatten(1, 2)
            of_block = of_scores @ sought[:, :seen]
            of_queries.append(of_block.unflatten(1, (block.stop - block.start, -1)) * scale)
        of_tokens = _by_token(torch.cat(of_queries, dim=1))
        of_keys, of_values = of_keys.to(sought.dtype), of_values.to(held.dtype)
        return of_tokens, of_keys.transpose(0, 1), of_values.transpose(0, 1)


def _blocks(queries: int, keys: int) -> Iterator[tuple[slice, int]]:
    """Yield the queries of each block, and how many keys its last one may see."""
    for start in range(0, queries, _QUERIES_A_BLOCK):
        stop = min(queries, start + _QUERIES_A_BLOCK)
        yield slice(start, stop), keys - queries + stop


def _later(size: int) -> Tensor:
    """Mark, for each query of a block, the keys of the block behind it, [size, 1, size]."""
    return torch.ones(size, size, dtype=torch.bool).triu(1)[:, None]


def _by_group(heads: Tensor, groups: int) -> Tensor:
    """Turn [tokens, heads, length] into [groups, tokens, heads of a group, length]."""
    return heads.unflatten(1, (groups, -1)).transpose(0, 1)


def _by_token(heads: Tensor) -> Tensor:
    """Turn [groups, tokens, heads of a group, length] back into [tokens, heads, length]."""
    return heads.transpose(0, 1).flatten(1, 2)
