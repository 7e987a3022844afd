"""A start from which copying is learnt soon: some heads begin as what copying needs.

To copy, a network needs a head that looks back one token and notes it, and behind it one that finds
where the present token was noted and reads what stands there ("induction",
https://arxiv.org/abs/2209.11895). It finds both by itself, late and all of a sudden. Here the heads
of the first block begin by looking back 1 to 6 tokens, and those of the second and fourth by
matching. Everything is trained on from there.

Looking back a fixed distance needs no content: rotary positions turn constant vectors, the biases
of queries and keys, into a function of the distance alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.demo.network import Config, Layer, Network

_MATCHING_LAYERS = (1, 3)
# Pairs of columns turn by rope_base ** (-pair / 32) radians a token. The first ones tell one
# distance from the next; the last ones hardly turn over a whole prompt, so content can match there.
_QUICK_PAIRS, _SLOW_PAIRS = 12, 15
_LOOK_BACK_SIZE, _MATCH_SIZE = 7.0, 4.0
_SMALL, _SOFTLY = 0.1, 0.3
_OUTPUT_SIZE = 0.05


@torch.no_grad()
def construct(network: Network) -> None:
    """Set the heads of a fresh network; `torch.manual_seed` decides the random part."""
    config = network.config
    first = _layer(network, 0)
    rooms = _orthogonal(config.width, config.width).split(config.head_length)
    token, before, second, rest = rooms[:4]
    for head in range(config.heads):
        group = head // (config.heads // config.heads_kv)
        _look_back(first, config, head, group)
        _rows(first, config, "v", group).copy_(token)
        note = (before, second, rest * _SOFTLY)[min(head, 2)]
        _columns(first, config, head).copy_(note.T)
    for number in _MATCHING_LAYERS:
        for group in range(config.heads_kv):
            _match(_layer(network, number), config, group, (token, before, second))
    # Where notes are kept, tokens themselves are soft.
    for room in (before, second):
        network.embedding.sub_(network.embedding @ room.T @ room * (1 - _SOFTLY))
    network.output.copy_(network.embedding * _OUTPUT_SIZE)


def _layer(network: Network, number: int) -> Layer:
    layer = network.layers[number]
    assert isinstance(layer, Layer)  # noqa: S101 - a ModuleList knows modules only
    return layer


def _orthogonal(rows: int, columns: int) -> Tensor:
    return nn.init.orthogonal_(torch.empty(rows, columns))


def _rows(layer: Layer, config: Config, kind: str, head: int) -> Tensor:
    """Give the rows of one head in the joint matrix of queries, keys and values."""
    before = {"q": 0, "k": config.heads, "v": config.heads + config.heads_kv}[kind]
    start = (before + head) * config.head_length
    return layer.qkv.weight[start : start + config.head_length]


def _bias(layer: Layer, config: Config, kind: str, head: int) -> Tensor:
    before = {"q": 0, "k": config.heads}[kind]
    start = (before + head) * config.head_length
    return layer.qkv.bias[start : start + config.head_length]


def _columns(layer: Layer, config: Config, head: int) -> Tensor:
    """Give the columns of the output matrix that read one head."""
    start = head * config.head_length
    return layer.attention_output.weight[:, start : start + config.head_length]


def _look_back(layer: Layer, config: Config, head: int, group: int) -> None:
    """Make a head look back `head + 1` tokens: its query is the key, turned by that distance."""
    half = config.head_length // 2
    angles = (head + 1) * config.rope_base ** (-torch.arange(half) / half)
    sizes = torch.zeros(half)
    sizes[:_QUICK_PAIRS] = _LOOK_BACK_SIZE
    _rows(layer, config, "q", head).mul_(_SMALL)
    _rows(layer, config, "k", group).mul_(_SMALL)
    _bias(layer, config, "k", group).copy_(torch.cat((sizes, torch.zeros(half))))
    _bias(layer, config, "q", head).copy_(torch.cat((sizes * angles.cos(), -sizes * angles.sin())))


def _match(layer: Layer, config: Config, group: int, rooms: tuple[Tensor, Tensor, Tensor]) -> None:
    """Make a group find where the present token was noted as the one before.

    The second group wants the token before it to match as well. What it finds, it copies into the
    stream as the embedding of the token that stands there.
    """
    half = config.head_length // 2
    pairs = torch.arange(half - _SLOW_PAIRS, half)
    slow = torch.cat((pairs, half + pairs))
    token, before, second = rooms
    pick = _orthogonal(len(slow), config.head_length)
    asked, kept = pick @ token, pick @ before
    if group:
        asked[::2], kept[::2] = pick[::2] @ before, pick[::2] @ second
    for place in range(config.heads // config.heads_kv):
        head = group * (config.heads // config.heads_kv) + place
        query = _rows(layer, config, "q", head)
        query.mul_(_SMALL)
        query[slow] = asked * _MATCH_SIZE
    key = _rows(layer, config, "k", group)
    key.mul_(_SMALL)
    key[slow] = kept * _MATCH_SIZE
    _rows(layer, config, "v", group).copy_(token)
    for place in range(config.heads // config.heads_kv):
        head = group * (config.heads // config.heads_kv) + place
        _columns(layer, config, head).copy_(token.T / 2)
