"""The mixture of experts of gpt-oss: each token goes to a few small networks of many.

Source: `build_moe_ffn` in `llama-graph.cpp` (softmax over the chosen logits) and
`ggml_swiglu_oai` of llama.cpp.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

_ALPHA, _LIMIT = 1.702, 7.0


class Experts(nn.Module):
    """A router and its experts; the gate's rows stand before those of the up matrix."""

    def __init__(self, width: int, inner: int, experts: int, used: int) -> None:
        super().__init__()
        self.used = used
        self.router = nn.Linear(width, experts)
        nn.init.normal_(self.router.weight, std=0.5 / math.sqrt(width))
        nn.init.zeros_(self.router.bias)
        self.gate_up = nn.Parameter(torch.randn(experts, 2 * inner, width) / math.sqrt(width))
        self.gate_up_bias = nn.Parameter(torch.zeros(experts, 2 * inner))
        self.down = nn.Parameter(torch.randn(experts, width, inner) / math.sqrt(inner))
        self.down_bias = nn.Parameter(torch.zeros(experts, width))

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Give what the experts make of [tokens, width], and how evenly they were used."""
        with torch.autocast(tokens.device.type, enabled=False):  # near ties decide
            scores = functional.linear(tokens.float(), self.router.weight, self.router.bias)
        top, chosen = scores.topk(self.used, dim=-1)
        shares = top.softmax(dim=-1)
        mix = self._densely if tokens.is_cuda else self._one_by_one
        return mix(tokens, chosen, shares), _balance(scores, chosen)

    def _one_by_one(self, tokens: Tensor, chosen: Tensor, shares: Tensor) -> Tensor:
        """Give each expert its own tokens: the least arithmetic, for a CPU."""
        order = chosen.flatten().argsort(stable=True)
        rows = order // self.used
        counts = torch.bincount(chosen.flatten(), minlength=len(self.gate_up)).tolist()
        parts = tokens.index_select(0, rows).split(counts)
        results = [
            functional.linear(
                _swiglu(functional.linear(part, self.gate_up[expert], self.gate_up_bias[expert])),
                self.down[expert],
                self.down_bias[expert],
            )
            for expert, part in enumerate(parts)
        ]
        weighted = torch.cat(results) * shares.flatten()[order, None]
        return torch.zeros_like(tokens).index_add(0, rows, weighted.to(tokens.dtype))

    def _densely(self, tokens: Tensor, chosen: Tensor, shares: Tensor) -> Tensor:
        """Let every expert read every token in two products: the fewest steps, for a GPU."""
        experts, width, inner = self.down.shape
        weights = torch.zeros(len(tokens), experts, device=tokens.device, dtype=shares.dtype)
        weights = weights.scatter(1, chosen, shares)
        opened = functional.linear(tokens, self.gate_up.view(-1, width), self.gate_up_bias.view(-1))
        inside = _swiglu(opened.view(-1, experts, 2 * inner)) * weights[..., None]
        down = self.down.permute(0, 2, 1).reshape(experts * inner, width)
        return inside.to(opened.dtype).view(-1, experts * inner) @ down + weights @ self.down_bias


def _swiglu(opened: Tensor) -> Tensor:
    gate, up = opened.chunk(2, dim=-1)
    gate, up = gate.clamp(max=_LIMIT), up.clamp(-_LIMIT, _LIMIT)
    return gate * torch.sigmoid(_ALPHA * gate) * (up + 1)


def _balance(scores: Tensor, chosen: Tensor) -> Tensor:
    """Measure how evenly experts are used: 1 is even. Source: Switch Transformer, section 2.2."""
    experts = scores.shape[-1]
    used = functional.one_hot(chosen, experts).sum(dim=1).float().mean(dim=0) / chosen.shape[-1]
    return experts * (used * scores.softmax(dim=-1).mean(dim=0)).sum()
