"""Reads a network's weights back from a GGUF file, and takes means of trainings.

    python -m models.demo.weights OUT.pt 0.3:A.pt 0.7:B.gguf ...

The result is a checkpoint for `models.demo.training --weights` and `models.demo.export`. A mean of
weights along one training often does better than any of them (https://arxiv.org/abs/2203.05482).
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize

from models.demo.export import tensors_of
from models.demo.network import Config, Network
from models.demo.training import load_network, save_network


def read_gguf(path: Path) -> Network:
    """Read a file that `models.demo.export` wrote; what it rounded stays rounded."""
    reader = GGUFReader(path)
    stored = {tensor.name: tensor for tensor in reader.tensors}
    fields = {key: field.contents() for key, field in reader.fields.items()}
    prefix = fields["general.architecture"]
    # The file has the epsilon in 32 bits, whose digits behind the sixth are noise.
    epsilon = float(f"{fields[f'{prefix}.attention.layer_norm_rms_epsilon']:.6g}")
    network = Network(
        Config(
            layers=fields[f"{prefix}.block_count"],
            width=fields[f"{prefix}.embedding_length"],
            heads=fields[f"{prefix}.attention.head_count"],
            heads_kv=fields[f"{prefix}.attention.head_count_kv"],
            head_length=fields[f"{prefix}.attention.key_length"],
            experts=fields[f"{prefix}.expert_count"],
            experts_used=fields[f"{prefix}.expert_used_count"],
            expert_width=fields[f"{prefix}.expert_feed_forward_length"],
            vocabulary=len(fields["tokenizer.ggml.tokens"]),
            sliding_window=fields[f"{prefix}.attention.sliding_window"],
            context_length=fields[f"{prefix}.context_length"],
            rope_base=fields[f"{prefix}.rope.freq_base"],
            norm_epsilon=epsilon,
        )
    )
    with torch.no_grad():
        for name, weight in tensors_of(network):
            values = dequantize(stored[name].data, stored[name].tensor_type)
            weight.copy_(torch.from_numpy(np.array(values, np.float32)))
    return network


def mean(parts: Sequence[tuple[float, Network]]) -> Network:
    """Add up networks, each times its share.

    `ValueError` where the shares are not 1 together, or the networks are of several shapes.
    """
    if not math.isclose(1, sum(share for share, _ in parts), abs_tol=1e-6):
        raise ValueError("The shares of a mean must be 1 together.")
    if any(network.config != parts[0][1].config for _, network in parts):
        raise ValueError("Networks of different shapes have no mean.")
    result = Network(parts[0][1].config)
    states = [(share, network.state_dict()) for share, network in parts]
    result.load_state_dict(
        {name: sum(share * state[name] for share, state in states) for name in states[0][1]}
    )
    return result


def _load(path: Path) -> Network:
    return read_gguf(path) if path.suffix == ".gguf" else load_network(path)


def _part(text: str) -> tuple[float, Path]:
    share, _, name = text.partition(":")
    return float(share), Path(name)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the mean that the command line asks for."""
    parser = argparse.ArgumentParser(description="Take a mean of weights.")
    parser.add_argument("out", type=Path)
    parser.add_argument("parts", type=_part, nargs="+", metavar="SHARE:FILE")
    options = parser.parse_args(arguments)
    parts = [(share, _load(path)) for share, path in options.parts]
    save_network(mean(parts), options.out)


if __name__ == "__main__":
    main()
