"""Trains the rows of the output alone, one for each token, and leaves all other weights.

    python -m models.demo.rows SHARD.npz --weights DEMO.pt --out ROWS.pt [--rate 1e-3] [--rounds 2]

The row of a token that answers seldom have is learnt as one never to be written, even where the
network has found the token in its prompt. To mend that takes the network's way forward once, a
third of the arithmetic of training, and then some rounds over what came out at its end.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from models.demo.batches import make_batch
from models.demo.network import Network
from models.demo.shards import Shard
from models.demo.training import load_network, save_network

_ARTICLES_AT_ONCE = 4
_TOKENS_A_STEP = 4096
_BETAS = (0.9, 0.99)
"""Of AdamW. Chosen by hand, as are the defaults of --rate and --rounds."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What stands at the network's end, [tokens, width], and the tokens that should follow."""

    hidden: Tensor
    targets: Tensor

    def loss(self, rows: Tensor) -> float:
        """Give the mean loss with such rows."""
        parts = zip(
            self.hidden.split(_TOKENS_A_STEP), self.targets.split(_TOKENS_A_STEP), strict=True
        )
        losses = [
            functional.cross_entropy(hidden.float() @ rows.T, targets, reduction="sum")
            for hidden, targets in parts
        ]
        return float(sum(losses)) / len(self.targets)


@torch.no_grad()
def read(network: Network, shard: Shard) -> Readings:
    """Let a network read all of a shard."""
    parts = []
    for start in range(0, shard.articles, _ARTICLES_AT_ONCE):
        articles = np.arange(start, min(shard.articles, start + _ARTICLES_AT_ONCE))
        batch = make_batch(shard, articles, torch.device("cpu"))
        parts.append((network.read(batch)[0].half(), batch.targets))
    hidden, targets = zip(*parts, strict=True)
    return Readings(torch.cat(hidden), torch.cat(targets))


def train_rows(rows: Tensor, readings: Readings, *, rate: float, rounds: int, seed: int) -> Tensor:
    """Give rows that foretell better what was read; the rate falls to nothing."""
    learnt = rows.detach().clone().requires_grad_()
    optimizer = torch.optim.AdamW([learnt], betas=_BETAS, weight_decay=0.0)
    steps = list(_steps(len(readings.targets), rounds, seed))
    for number, chosen in enumerate(steps):
        logits = readings.hidden[chosen].float() @ learnt.T
        functional.cross_entropy(logits, readings.targets[chosen]).backward()
        optimizer.param_groups[0]["lr"] = rate * (1 - number / len(steps))
        optimizer.step()
        optimizer.zero_grad()
    return learnt.detach()


def _steps(tokens: int, rounds: int, seed: int) -> Iterator[Tensor]:
    """Yield the tokens of each step, in an order that the seed decides."""
    draw = torch.Generator().manual_seed(seed)
    for _ in range(rounds):
        yield from torch.randperm(tokens, generator=draw).split(_TOKENS_A_STEP)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the rows of a checkpoint as the command line asks."""
    parser = argparse.ArgumentParser(description="Train the rows of the output alone.")
    parser.add_argument("shards", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path, required=True, help="the checkpoint to begin with")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    network = load_network(options.weights)
    readings = read(network, Shard.join([Shard.load(path) for path in options.shards]))
    before = readings.loss(network.output.detach())
    rows = train_rows(
        network.output, readings, rate=options.rate, rounds=options.rounds, seed=options.seed
    )
    with torch.no_grad():
        network.output.copy_(rows)
    save_network(network, options.out)
    print(f"loss {before:.4f} before, {readings.loss(rows):.4f} after, on what was learnt")


if __name__ == "__main__":
    main()
