"""Compares the logits of PyTorch and of llama.cpp, token by token of held-out text.

    python -m models.demo.parity DEMO.pt MODEL.gguf SHARD.npz

An F32 file shows whether both compute the same network, any other file what its rounding costs.
Both lines are for one thread; the first has llama.cpp keep everything in float32, the second lets
it compute as our engine does, with a cache of 16-bit floats and fused attention.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gptoss_writer.engine.llama.header import check_model
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.weights import Weights
from models.demo.attention import Blocks
from models.demo.network import Batch, Network
from models.demo.shards import Shard
from models.demo.training import load_network

_F32, _ROOM = 0, 2048
_NOT_FUSED = 0
_ARTICLES = 8

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Parity:
    """How far apart the logits of two computations are, over all tokens."""

    largest_difference: float
    same_choice: float
    tokens: int

    def __str__(self) -> str:
        return (
            f"{self.tokens:,} tokens: largest difference of a logit {self.largest_difference:.1e}, "
            f"same first choice for {self.same_choice:.2%}"
        )


def compare(
    network: Network, path: Path, texts: Sequence[Sequence[int]], *, in_float32: bool = True
) -> Parity:
    """Compute the logits behind every token of texts in both ways."""
    check_model(path)
    differences, same, tokens = [], 0, 0
    with _open(path) as model:
        for text in texts:
            ours, theirs = (
                torch_logits(network, text),
                _llama_logits(model, text, in_float32=in_float32),
            )
            differences.append(float(np.abs(ours - theirs).max()))
            same += int((ours.argmax(-1) == theirs.argmax(-1)).sum())
            tokens += len(text)
    return Parity(max(differences), same / tokens, tokens)


@torch.no_grad()
def torch_logits(network: Network, ids: Sequence[int]) -> Floats:
    """Give [tokens, vocabulary] for one text, in float32."""
    everywhere = torch.arange(len(ids))
    batch = Batch(
        torch.tensor(ids),
        everywhere,
        # One section without anything shared, all of which counts as learnt.
        Blocks((0,), (len(ids),), (0,)),
        0,
        everywhere,
        everywhere,
    )
    logits: Floats = network.logits(batch)[0].numpy()
    return logits


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """Load a model; it computes on one thread."""
    weights = Weights(path)
    try:
        yield weights.handle
    finally:
        weights.close()


def _llama_logits(
    model: Any,  # noqa: ANN401 - ctypes
    ids: Sequence[int],
    *,
    in_float32: bool,
) -> Floats:
    """Give [tokens, vocabulary] for one text."""
    params = bindings.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = params.n_outputs_max = _ROOM
    params.n_threads = params.n_threads_batch = 1
    if in_float32:
        params.type_k = params.type_v = _F32
        params.flash_attn_type = _NOT_FUSED  # its sums are in 16 bits even then
    context = bindings.llama_init_from_model(model, params)
    batch = bindings.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for place, id_ in enumerate(ids):
        batch.token[place], batch.pos[place], batch.logits[place] = id_, place, 1
        batch.n_seq_id[place], batch.seq_id[place][0] = 1, 0
    try:
        if bindings.llama_decode(context, batch):
            raise RuntimeError("llama.cpp could not read the text.")
        size = bindings.llama_vocab_n_tokens(bindings.llama_model_get_vocab(model))
        logits = np.ctypeslib.as_array(bindings.llama_get_logits(context), (len(ids), size))
        return logits.copy()
    finally:
        bindings.llama_batch_free(batch)
        bindings.llama_free(context)


def whole_texts(shard: Shard, articles: int) -> list[list[int]]:
    """Give the first section of each of some articles, behind its prefix."""
    texts, start, section = [], 0, 0
    for article in range(min(articles, shard.articles)):
        lengths = shard.section_lengths[section : section + shard.section_counts[article]]
        end = start + shard.prefix_lengths[article]
        texts.append(shard.ids[start : end + lengths[0]].tolist())
        start, section = end + lengths.sum(), section + len(lengths)
    return texts


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare what the command line names."""
    parser = argparse.ArgumentParser(description="Compare PyTorch with llama.cpp.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("shard", type=Path)
    parser.add_argument("--articles", type=int, default=_ARTICLES)
    options = parser.parse_args(arguments)
    texts = whole_texts(Shard.load(options.shard), options.articles)
    network = load_network(options.checkpoint)
    for name, in_float32 in (("in float32", True), ("as the engine computes", False)):
        print(f"{name}: {compare(network, options.model, texts, in_float32=in_float32)}")


if __name__ == "__main__":
    main()
