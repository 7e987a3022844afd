"""The network of gpt-oss in PyTorch, computed as llama.cpp computes the architecture `gpt-oss`.

RMSNorm, attention with grouped queries, biases and sinks, rotary positions, and a mixture of
experts with the clamped swiglu. Source: `models/openai-moe.cpp`, `build_moe_ffn` in
`llama-graph.cpp` and `ggml_swiglu_oai` of llama.cpp.

A batch holds articles: what the sections of one share is computed once, and each section sees it
and itself. Everything but attention runs on all tokens of a batch in one row, without padding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.demo.attention import Layout, attend, extra_of_queries
from models.demo.experts import Experts


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of the network, as gpt-oss names them.

    The sliding window is wider than any training text, so every layer sees all of it: copying is
    what this model is for, and a window of 128 tokens would leave it to half of the layers.
    """

    layers: int = 6
    width: int = 256
    heads: int = 6
    heads_kv: int = 2
    head_length: int = 64
    experts: int = 8
    experts_used: int = 2
    expert_width: int = 192
    vocabulary: int = 4096
    sliding_window: int = 4096
    context_length: int = 16384
    rope_base: float = 150000.0
    norm_epsilon: float = 1e-5


@dataclass(frozen=True, slots=True)
class Batch:
    """Articles in one row of tokens: all prefixes, then all sections.

    `learnt` are the tokens whose next one is to be learnt, and `targets` these next ones.
    """

    ids: Tensor
    positions: Tensor
    layout: Layout
    prefix_tokens: int
    learnt: Tensor
    targets: Tensor

    @property
    def tokens(self) -> int:
        """The number of tokens; there is no padding."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The mean loss of a batch's learnt tokens, how evenly the experts were used, and the logits.

    `balance` is 1 where all experts are used alike, and greater elsewhere.
    """

    loss: Tensor
    balance: Tensor
    logits: Tensor


class Network(nn.Module):
    """A whole gpt-oss."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Parameter(torch.randn(config.vocabulary, config.width) * 0.5)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.Parameter(torch.ones(config.width))
        self.output = nn.Parameter(torch.randn(config.vocabulary, config.width) * 0.02)
        cosines, sines = _rotations(config)
        self.register_buffer("cosines", cosines, persistent=False)
        self.register_buffer("sines", sines, persistent=False)

    def forward(self, batch: Batch) -> Verdict:
        """Read a batch and judge the tokens to be learnt."""
        logits, balance = self.logits(batch)
        loss = functional.cross_entropy(logits.float(), batch.targets)
        return Verdict(loss, balance, logits)

    def logits(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Give the logits behind each token of `batch.learnt`, and the balance of the experts."""
        hidden, balance = self.read(batch)
        return functional.linear(hidden, self.output), balance

    def read(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Give what the rows of the output read behind each token of `batch.learnt`.

        That is the last block's stream, normed, [tokens, width]; with it the experts' balance.
        """
        hidden = functional.embedding(batch.ids, self.embedding)
        turns = self.cosines[batch.positions], self.sines[batch.positions]
        balances = []
        for number, layer in enumerate(self.layers):
            last = number == len(self.layers) - 1
            hidden, balance = layer(hidden, turns, batch, only_learnt=last)
            balances.append(balance)
        hidden = functional.rms_norm(hidden, self.norm.shape, self.norm, self.config.norm_epsilon)
        return hidden, torch.stack(balances).mean()

    def compile_layers(self) -> None:
        """Compile what each layer does to single tokens, once for all layers and lengths."""
        for layer in self.layers:
            layer.project = torch.compile(layer.project, dynamic=True)
            layer.conclude = torch.compile(layer.conclude, dynamic=True)


class Layer(nn.Module):
    """One block: attention, then experts, each added to the stream."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        heads_all = config.heads + 2 * config.heads_kv
        self.attention_norm = nn.Parameter(torch.ones(config.width))
        self.qkv = _linear(config.width, heads_all * config.head_length)
        self.sinks = nn.Parameter(torch.zeros(config.heads))
        self.attention_output = _linear(config.heads * config.head_length, config.width)
        self.experts_norm = nn.Parameter(torch.ones(config.width))
        self.experts = Experts(
            config.width, config.expert_width, config.experts, config.experts_used
        )
        with torch.no_grad():
            for weight in (self.attention_output.weight, self.experts.down):
                weight.div_(math.sqrt(2 * config.layers))

    def forward(
        self, hidden: Tensor, turns: tuple[Tensor, Tensor], batch: Batch, *, only_learnt: bool
    ) -> tuple[Tensor, Tensor]:
        """Give the stream behind this block, [tokens, width], and the balance of its experts.

        With `only_learnt` it gives the tokens of `batch.learnt` alone: of the last block nothing
        else is needed.
        """
        queries, keys, values = self.project(hidden, *turns)
        attended = attend(queries, keys, values, batch.layout, only_sections=only_learnt)
        if only_learnt:
            hidden = hidden.index_select(0, batch.learnt)
            attended = attended.index_select(0, batch.learnt - batch.prefix_tokens)
        return self.conclude(hidden, attended)

    def project(
        self, hidden: Tensor, cosines: Tensor, sines: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Make rotated queries (with their extra columns), rotated keys, and values."""
        config = self.config
        normed = functional.rms_norm(
            hidden, self.attention_norm.shape, self.attention_norm, config.norm_epsilon
        )
        mixed = self.qkv(normed).view(len(hidden), -1, config.head_length)
        queries, keys, values = mixed.split((config.heads, config.heads_kv, config.heads_kv), dim=1)
        queries = torch.cat(
            (_rotate(queries, cosines, sines), extra_of_queries(self.sinks, queries)), dim=-1
        )
        return queries, _rotate(keys, cosines, sines), values

    def conclude(self, hidden: Tensor, attended: Tensor) -> tuple[Tensor, Tensor]:
        """Add to the stream what was attended to, then what the experts make of it."""
        hidden = hidden + self.attention_output(attended)
        normed = functional.rms_norm(
            hidden, self.experts_norm.shape, self.experts_norm, self.config.norm_epsilon
        )
        mixed, balance = self.experts(normed)
        return hidden + mixed, balance


def _linear(inputs: int, outputs: int) -> nn.Linear:
    linear = nn.Linear(inputs, outputs)
    nn.init.normal_(linear.weight, std=1 / math.sqrt(inputs))
    nn.init.zeros_(linear.bias)
    return linear


def _rotations(config: Config) -> tuple[Tensor, Tensor]:
    """Give cosines and sines of every position, [positions, half a head]."""
    half = torch.arange(0, config.head_length, 2, dtype=torch.float64) / config.head_length
    angles = torch.arange(config.context_length)[:, None] * config.rope_base**-half
    return angles.cos().float(), angles.sin().float()


def _rotate(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn each pair (first half, second half) of [tokens, heads, length] by its angle."""
    first, second = heads.chunk(2, dim=-1)
    cosines, sines = cosines[:, None], sines[:, None]
    turned = torch.cat((first * cosines - second * sines, second * cosines + first * sines), dim=-1)
    return turned.to(heads.dtype)
