"""How the demo model's weights move: AdamW, or Muon for the matrices and AdamW for the rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import torch
from torch import Tensor, nn

from models.demo.precision import has_fast_bfloat16

OptimizerName = Literal["adamw", "muon"]
_BETAS = (0.9, 0.98)
_MOMENTUM = 0.95
# The polynomial of degree five that drives singular values towards 1 quickly, applied five times,
# and the factor that gives an update AdamW's usual size. Sources: https://kellerjordan.github.io/
# posts/muon/ and https://arxiv.org/abs/2502.16982, section 2.2.
_NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5
_SIZE = 0.2


@dataclass(frozen=True, slots=True)
class Schedule:
    """The learning rate by tokens seen: up, level, and down to zero in a straight line.

    Where `decay_share` is 0 it stays level, for a stage that another one follows.
    """

    peak: float
    tokens: int
    warm_up_tokens: int
    decay_share: float

    def rate(self, seen: int) -> float:
        """Give the learning rate for the step that begins after `seen` tokens."""
        up = (seen + 1) / (self.warm_up_tokens + 1)
        falling = self.decay_share * self.tokens
        down = (self.tokens - seen) / falling if falling else 1.0
        return self.peak * max(0.0, min(1.0, up, down))


def make_optimizers(
    network: nn.Module, name: OptimizerName, weight_decay: float
) -> list[torch.optim.Optimizer]:
    """Give the optimizers that together move every weight; only matrices decay."""
    kinds: dict[str, list[Tensor]] = {"vector": [], "rows": [], "matrix": []}
    for name_of_weight, weight in network.named_parameters():
        kinds[_kind(name_of_weight, weight)].append(weight)
    vectors, rows, inner = kinds.values()
    decaying = [*rows, *inner] if name == "adamw" else rows
    adam = torch.optim.AdamW(
        [
            {"params": decaying, "weight_decay": weight_decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        betas=_BETAS,
        fused=True,
    )
    return [adam] if name == "adamw" else [adam, Muon(inner, weight_decay)]


def _kind(name: str, weight: Tensor) -> str:
    """Tell apart vectors, rows that stand each for itself (tokens, experts), and matrices.

    The biases of experts are vectors in one array.
    """
    if weight.ndim == 1 or name.endswith("bias"):
        return "vector"
    return "rows" if name in ("embedding", "output") or "router" in name else "matrix"


class Muon(torch.optim.Optimizer):
    """Momentum, with every matrix of an update made orthogonal; three-dimensional weights are many.

    Weights of one shape are handled together.
    """

    def __init__(self, weights: Iterable[Tensor], weight_decay: float) -> None:
        super().__init__(list(weights), {"lr": 0.0, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        """Move the weights; `closure` is there for the interface only."""
        del closure
        for group in self.param_groups:
            weights = sorted(group["params"], key=lambda weight: tuple(weight.shape))
            for shape, alike in groupby(weights, key=lambda weight: tuple(weight.shape)):
                self._move(list(alike), shape, group["lr"], group["weight_decay"])

    def _move(
        self, weights: list[Tensor], shape: tuple[int, ...], rate: float, weight_decay: float
    ) -> None:
        updates = []
        for weight in weights:
            state = self.state[weight]
            if not state:
                state["momentum"] = torch.zeros_like(weight)
            state["momentum"].lerp_(weight.grad, 1 - _MOMENTUM)
            updates.append(weight.grad.lerp(state["momentum"], _MOMENTUM))
        orthogonal = orthogonalise(torch.stack(updates).view(-1, *shape[-2:]))
        scale = rate * _SIZE * math.sqrt(max(shape[-2:]))
        for weight, update in zip(weights, orthogonal.view(-1, *shape), strict=True):
            weight.mul_(1 - rate * weight_decay).sub_(update, alpha=scale)


def orthogonalise(matrices: Tensor) -> Tensor:
    """Bring the singular values of [many, rows, columns] near 1, by Newton-Schulz iteration."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    result = matrices.mT if tall else matrices
    if has_fast_bfloat16(matrices.device):
        result = result.bfloat16()
    result = result / (result.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    linear, cubic, quintic = _NEWTON_SCHULZ
    for _ in range(_ROUNDS):
        square = result @ result.mT
        result = linear * result + (cubic * square + quintic * square @ square) @ result
    return (result.mT if tall else result).to(matrices.dtype)
