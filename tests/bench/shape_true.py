"""Builds files of gpt-oss-20b's exact shape with random weights, to measure memory and speed with.

Neither depends on what the weights are, so such a file stands in for the real one; 24 layers are
gpt-oss-20b (12.1 GB, written in under a minute), fewer are less. Run as a program:

    python -m tests.bench.shape_true OUT.gguf [--layers 24] [--vocabulary O200K.tiktoken]

With the published `o200k_base.tiktoken` (see `real_vocabulary`) prompts have as many tokens as for
the real model; without it the vocabulary has the right size and about three times the tokens.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf import GGMLQuantizationType, GGUFWriter, RopeScalingType, TokenType
from gguf.quants import quantize

from tests.bench.real_vocabulary import VOCABULARY_SIZE, o200k_vocabulary
from tests.support.gguf_models import (
    BIAS_INPUT,
    GROWTH_PER_LAYER,
    MXFP4_SPREAD,
    SMALL,
    Vocabulary,
    add_tokenizer,
    token_biases,
)

LAYERS = 24
WIDTH = INNER = 2880
HEADS, HEADS_KV, HEAD_LENGTH = 64, 8, 64
EXPERTS, EXPERTS_USED = 32, 4
QUERIES, KEYS = HEADS * HEAD_LENGTH, HEADS_KV * HEAD_LENGTH
BLOCK = 32
Q8_BYTES, MXFP4_BYTES = 34, 17
ROWS = 4096
"""Rows of weights that are drawn; longer tensors repeat them."""
LOGIT_SPREAD = 1.5

Bytes = npt.NDArray[np.uint8]
Chunks = Iterator[npt.NDArray[np.uint8]] | Iterator[npt.NDArray[np.float32]]


def write_shape_true(path: Path, layers: int = LAYERS, vocabulary: Vocabulary | None = None) -> int:
    """Write a file of so many layers of gpt-oss-20b; give its size in bytes."""
    vocabulary = vocabulary or padded_vocabulary()
    writer = GGUFWriter(path, "gpt-oss")
    _add_keys(writer, layers)
    add_tokenizer(writer, vocabulary)
    tensors = list(_tensors(_Pool(np.random.default_rng(0)), layers, vocabulary))
    for tensor in tensors:
        writer.add_tensor_info(
            tensor.name, tensor.shape, np.dtype(np.float32), tensor.size_bytes, tensor.kind
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    assert writer.fout is not None
    file = writer.fout[0]
    writer.write_padding(file, file.tell())
    for tensor in tensors:
        for chunk in tensor.chunks:
            chunk.tofile(file)
        writer.write_padding(file, tensor.size_bytes)
    writer.close()
    return path.stat().st_size


def padded_vocabulary(kind: TokenType = TokenType.UNUSED) -> Vocabulary:
    """Fill the small vocabulary up with tokens that nothing uses, to the size of the real one."""
    filler = [f"<|filler_{index}|>" for index in range(VOCABULARY_SIZE - len(SMALL.tokens))]
    return replace(
        SMALL,
        tokens=(*SMALL.tokens, *filler),
        types=(*SMALL.types, *[kind] * len(filler)),
    )


@dataclass(frozen=True)
class _Tensor:
    name: str
    shape: tuple[int, ...]
    kind: GGMLQuantizationType
    size_bytes: int
    chunks: Chunks


class _Pool:
    """Random weights, drawn once and used again for every layer."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._drawn: dict[tuple[object, ...], Bytes] = {}

    def floats(self, shape: tuple[int, ...], spread: float) -> npt.NDArray[np.float32]:
        return self._random.standard_normal(shape, np.float32) * np.float32(spread)

    def q8(self, rows: int, columns: int, spread: float, *, first: float | None = None) -> Bytes:
        """Give rows of Q8_0 blocks; `first` is the value of column 0 in all of them."""
        key = ("q8", rows, columns, spread, first)
        if key not in self._drawn:
            values = self.floats((rows, columns), spread)
            if first is not None:
                values[:, 0] = first
            self._drawn[key] = quantize(values, GGMLQuantizationType.Q8_0)
        return self._drawn[key]

    def mxfp4(self, rows: int, columns: int) -> Bytes:
        """Give rows of MXFP4 blocks: a byte of scale, 2 ** (byte - 127), then 32 nibbles."""
        key = ("mxfp4", rows, columns)
        if key not in self._drawn:
            blocks = self._random.integers(0, 256, (rows, columns // BLOCK, MXFP4_BYTES), np.uint8)
            blocks[..., 0] = 127 + round(math.log2(1 / math.sqrt(columns) / MXFP4_SPREAD))
            self._drawn[key] = blocks.reshape(rows, -1)
        return self._drawn[key]


def _tensors(pool: _Pool, layers: int, vocabulary: Vocabulary) -> Iterator[_Tensor]:
    size = len(vocabulary.tokens)
    embeddings = pool.q8(ROWS, WIDTH, 1.0, first=BIAS_INPUT)
    yield _q8("token_embd.weight", size, WIDTH, _repeated(embeddings, size))
    yield _f32("output_norm.weight", np.ones(WIDTH, np.float32))
    biases = token_biases(vocabulary, 0.0) * math.sqrt(1 + GROWTH_PER_LAYER * layers) / BIAS_INPUT
    yield _q8("output.weight", size, WIDTH, _output(pool, biases))
    for layer in range(layers):
        yield from _layer(pool, f"blk.{layer}")


def _output(pool: _Pool, biases: npt.NDArray[np.float32]) -> Iterator[Bytes]:
    """Give the output weights; column 0, which meets a constant input, biases each token."""
    rows = pool.q8(ROWS, WIDTH, LOGIT_SPREAD / math.sqrt(WIDTH), first=0.0)
    for start in range(0, len(biases), ROWS):
        here = biases[start : start + ROWS]
        chunk = rows[: len(here)].copy()
        first = np.zeros((len(here), BLOCK), np.float32)
        first[:, 0] = here
        chunk[:, :Q8_BYTES] = quantize(first, GGMLQuantizationType.Q8_0)
        yield chunk


def _layer(pool: _Pool, block: str) -> Iterator[_Tensor]:
    yield _f32(f"{block}.attn_norm.weight", np.ones(WIDTH, np.float32))
    yield _f32(f"{block}.post_attention_norm.weight", np.ones(WIDTH, np.float32))
    yield _f32(f"{block}.attn_sinks.weight", pool.floats((HEADS,), 1.0))
    for name, rows, columns in (
        ("attn_q", QUERIES, WIDTH),
        ("attn_k", KEYS, WIDTH),
        ("attn_v", KEYS, WIDTH),
        ("attn_output", WIDTH, QUERIES),
    ):
        weights = pool.q8(rows, columns, 1 / math.sqrt(columns))
        bias = pool.floats((rows,), 0.1)
        if name == "attn_output":  # nothing may write to input 0 of the stream
            weights = _without_first_row(weights)
            bias[0] = 0
        yield _q8(f"{block}.{name}.weight", rows, columns, iter([weights]))
        yield _f32(f"{block}.{name}.bias", bias)
    yield _f32(f"{block}.ffn_gate_inp.weight", pool.floats((EXPERTS, WIDTH), 1 / math.sqrt(WIDTH)))
    yield _f32(f"{block}.ffn_gate_inp.bias", pool.floats((EXPERTS,), 0.1))
    for name in ("ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"):
        weights, bias = pool.mxfp4(INNER, WIDTH), pool.floats((EXPERTS, INNER), 0.1)
        if name == "ffn_down_exps":
            weights = _without_first_row(weights)
            bias[:, 0] = 0
        yield _Tensor(
            f"{block}.{name}.weight",
            (EXPERTS, INNER, WIDTH),
            GGMLQuantizationType.MXFP4,
            EXPERTS * weights.nbytes,
            iter([weights] * EXPERTS),
        )
        yield _f32(f"{block}.{name}.bias", bias)


def _without_first_row(rows: Bytes) -> Bytes:
    rows = rows.copy()
    rows[0] = 0
    return rows


def _repeated(rows: Bytes, count: int) -> Iterator[Bytes]:
    for start in range(0, count, len(rows)):
        yield rows[: count - start]


def _q8(name: str, rows: int, columns: int, chunks: Iterator[Bytes]) -> _Tensor:
    size = rows * columns // BLOCK * Q8_BYTES
    return _Tensor(name, (rows, columns), GGMLQuantizationType.Q8_0, size, chunks)


def _f32(name: str, values: npt.NDArray[np.float32]) -> _Tensor:
    kind = GGMLQuantizationType.F32
    return _Tensor(name, values.shape, kind, values.nbytes, iter([values]))


def _add_keys(writer: GGUFWriter, layers: int) -> None:
    writer.add_name(f"shape of gpt-oss-20b, {layers} layers, random weights")
    writer.add_block_count(layers)
    writer.add_context_length(131072)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_expert_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_key_length(HEAD_LENGTH)
    writer.add_value_length(HEAD_LENGTH)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_sliding_window(128)
    writer.add_expert_count(EXPERTS)
    writer.add_expert_used_count(EXPERTS_USED)
    writer.add_rope_freq_base(150000.0)
    writer.add_rope_scaling_type(RopeScalingType.YARN)
    writer.add_rope_scaling_factor(32.0)
    writer.add_rope_scaling_orig_ctx_len(4096)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--vocabulary", type=Path, help="o200k_base.tiktoken")
    options = parser.parse_args(arguments)
    vocabulary = o200k_vocabulary(options.vocabulary) if options.vocabulary else None
    started = time.perf_counter()
    size = write_shape_true(options.out, options.layers, vocabulary)
    seconds = time.perf_counter() - started
    sys.stdout.write(f"{options.out}: {size:,} bytes in {seconds:.0f} s\n")


if __name__ == "__main__":
    main()
