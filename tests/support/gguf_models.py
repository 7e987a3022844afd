"""Small real gpt-oss GGUF files with random weights, written in about a second.

The files have the true architecture, tensor names and harmony tokens of gpt-oss, so llama.cpp
loads and decodes them like the real model; what they write is noise. Run as a program to make one:

    python -m tests.support.gguf_models OUT.gguf [--layers N] [--width N] [--seed N]
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from gguf import GGMLQuantizationType, GGUFWriter, RopeScalingType, TokenType

from models.demo.tokenizer import CONTROL_TOKENS, byte_alphabet

ExpertsType = Literal["F32", "F16", "MXFP4"]
Floats = npt.NDArray[np.float32]

HEAD_LENGTH = 16
MXFP4_WEIGHTS, MXFP4_BYTES = 32, 17
# Root mean square of the sixteen values an MXFP4 nibble can have.
MXFP4_SPREAD = 2.93
# Width 0 of every embedding is this constant. No layer writes to it, so after the last norm it
# still has one sign, and column 0 of the output weights works as a bias of each token.
BIAS_INPUT = 4.0
# Measured: a layer adds this to the mean square of a stream that starts near 1.
GROWTH_PER_LAYER = 0.85
# Logits that make sentences, clauses, quotations and paragraphs out of the noise.
PUNCTUATION = {".": 6.0, ",": 4.0, 'Ġ"': 3.0, '."': 3.0, "ĊĊ": 3.0}

# The commonest merges of o200k_base in its order, and the merges these are made of; the pieces
# are in GPT-2's byte alphabet, in which a space is Ġ and a newline Ċ.
MERGES = r"""
Ġ+Ġ ĠĠ+ĠĠ i+n e+r Ġ+t Ġ+a e+n o+n r+e Ġ+s a+t o+r e+s a+n Ġ+d h+e Ġ+c Ġ+p i+s a+r i+t Ċ+Ċ a+l
l+e o+u Ġ+m Ġ+f Ġ+w Ġ+b a+s in+g Ġt+he i+c e+t Ġ+o i+on e+d e+l Ġ+n r+o en+t n+d s+t Ġ+l Ġ+in
c+t o+m i+l Ġ+h a+m i+d Ġt+o â+Ģ Ġ+e i+m Ġ+re Ġ+v a+d Ġt+h Ġa+nd Ġo+f Ġ+g u+r c+h Ġd+e Ġ+u u+t
o+l Ġ+y i+g s+e o+t e+m a+g i+v q+u Ġ+T a+y a+c u+l o+s i+f o+d t+r Ġ+k u+n -+- es+t a+b at+e
i+r Ġ+is o+w u+s at+ion or+t Ġ+" u+m Ġf+or i+e t+er c+e ou+r Ġ+on a+p t+h Ġc+on a+v er+s t+e
Ġb+e en+d Ġs+t is+t a+k l+y p+e an+d Ġ+r re+s u+b o+c Ġa+l es+s it+h âĢ+Ļ Ġp+ro Ġ+j am+e v+er
p+ort Ġa+n Ġc+om Ġn+e as+s Ġs+e l+ic u+e o+p ou+t Ġ+en h+t Ġw+h Ġa+s Ġ+qu ct+ion ag+e o+g Ġ+it
Ġy+ou i+z Ġw+ith Ġth+at i+p e+x in+t il+l an+t --+-- Ġ+âĢ =+= ĠT+he âĢ+Ŀ #+# ==+== od+el âĢ+ľ
##+## Ġm+odel ĠâĢ+Ķ .+"
"""


@dataclass(frozen=True)
class Vocabulary:
    """What a byte-level tokenizer is in a GGUF file: pieces, their types, and ranked merges."""

    tokens: tuple[str, ...]
    types: tuple[TokenType, ...]
    merges: tuple[str, ...]

    def without(self, text: str) -> Vocabulary:
        """Give the same vocabulary, in which the token `text` has become a plain word."""
        at = self.tokens.index(text)
        tokens = (*self.tokens[:at], f"plain{at}", *self.tokens[at + 1 :])
        types = (*self.types[:at], TokenType.NORMAL, *self.types[at + 1 :])
        return Vocabulary(tokens, types, self.merges)


def small_vocabulary() -> Vocabulary:
    """Make the vocabulary of the test models: 256 bytes, 171 merges, the harmony tokens."""
    merges = tuple(pair.replace("+", " ", 1) for pair in MERGES.split())
    pieces = (*byte_alphabet().values(), *(merge.replace(" ", "") for merge in merges))
    types = [TokenType.NORMAL] * len(pieces) + [TokenType.CONTROL] * len(CONTROL_TOKENS)
    return Vocabulary((*pieces, *CONTROL_TOKENS), tuple(types), merges)


SMALL = small_vocabulary()


@dataclass(frozen=True)
class Shape:
    """The numbers of a file, as gpt-oss names them; heads are `HEAD_LENGTH` wide."""

    layers: int
    width: int
    experts: int
    experts_used: int

    @property
    def heads(self) -> int:
        """Query heads."""
        return max(2, self.width // HEAD_LENGTH)

    @property
    def heads_kv(self) -> int:
        """Key and value heads, half as many."""
        return self.heads // 2


def write_model(  # noqa: PLR0913 - one knob for each number of the file
    path: Path,
    *,
    layers: int = 2,
    width: int = 64,
    experts: int = 4,
    experts_used: int = 2,
    vocabulary: Vocabulary = SMALL,
    seed: int = 0,
    scale: float = 1.5,
    end_bias: float = 0.0,
    raised: Mapping[str, float] | None = None,
    experts_type: ExpertsType = "F32",
    architecture: str = "gpt-oss",
    name: str = "random weights",
) -> Path:
    """Write a gpt-oss GGUF file with random weights and return its path.

    `width` is a multiple of 32. `scale` is the spread (standard deviation) of the logits: 0.5 is
    near uniform, 5 near greedy. `end_bias` is about what is added to the logits of `<|return|>`
    and `<|end|>`; `raised` does the same for pieces by name, in GPT-2's byte alphabet.
    """
    shape = Shape(layers, width, experts, experts_used)
    writer = GGUFWriter(path, architecture)
    writer.add_name(name)
    _add_keys(writer, shape)
    add_tokenizer(writer, vocabulary)
    weights = _Weights(writer, np.random.default_rng(seed), experts_type)
    embeddings = weights.normal((len(vocabulary.tokens), width), 1.0)
    embeddings[:, 0] = BIAS_INPUT
    output = weights.normal((len(vocabulary.tokens), width), scale / math.sqrt(width))
    biases = token_biases(vocabulary, end_bias)
    for piece, amount in (raised or {}).items():
        biases[vocabulary.tokens.index(piece)] += amount
    output[:, 0] = biases * math.sqrt(1 + GROWTH_PER_LAYER * layers) / BIAS_INPUT
    writer.add_tensor("token_embd.weight", embeddings)
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    writer.add_tensor("output.weight", output)
    for layer in range(layers):
        _add_layer(weights, f"blk.{layer}", shape)
    return _finish(writer, path)


def write_llama_arch_model(path: Path) -> Path:
    """Write a whole, well-formed GGUF file of the architecture `llama`, which is not ours."""
    writer = GGUFWriter(path, "llama")
    writer.add_name("random weights")
    _add_keys(writer, Shape(layers=1, width=32, experts=1, experts_used=1))
    add_tokenizer(writer, SMALL)
    writer.add_tensor("token_embd.weight", np.zeros((len(SMALL.tokens), 32), np.float32))
    return _finish(writer, path)


def _finish(writer: GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_keys(writer: GGUFWriter, shape: Shape) -> None:
    writer.add_block_count(shape.layers)
    writer.add_context_length(131072)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.width)
    writer.add_expert_feed_forward_length(shape.width)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads_kv)
    writer.add_key_length(HEAD_LENGTH)
    writer.add_value_length(HEAD_LENGTH)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_sliding_window(128)
    writer.add_expert_count(shape.experts)
    writer.add_expert_used_count(shape.experts_used)
    writer.add_rope_freq_base(150000.0)
    writer.add_rope_scaling_type(RopeScalingType.YARN)
    writer.add_rope_scaling_factor(32.0)
    writer.add_rope_scaling_orig_ctx_len(4096)


def add_tokenizer(writer: GGUFWriter, vocabulary: Vocabulary) -> None:
    """Add a vocabulary to a file, as gpt-oss files have it."""
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-4o")
    writer.add_token_list(list(vocabulary.tokens))
    writer.add_token_types(list(vocabulary.types))
    writer.add_token_merges(list(vocabulary.merges))
    for add, text in (
        (writer.add_bos_token_id, "<|startoftext|>"),
        (writer.add_eos_token_id, "<|return|>"),
        (writer.add_pad_token_id, "<|endoftext|>"),
    ):
        if text in vocabulary.tokens:
            add(vocabulary.tokens.index(text))
    writer.add_add_bos_token(False)


def token_biases(vocabulary: Vocabulary, end_bias: float) -> Floats:
    """Lean the noise towards prose: words, spaces and full stops before stray bytes.

    Punctuation and ends get the share in any vocabulary that they have in the small one.
    """
    rarity = math.log(len(vocabulary.tokens) / len(SMALL.tokens))
    biases = np.array([_bias(piece, rarity) for piece in vocabulary.tokens], np.float32)
    for text in ("<|return|>", "<|end|>"):
        if text in vocabulary.tokens:
            biases[vocabulary.tokens.index(text)] += end_bias + rarity
    return biases


def _bias(piece: str, rarity: float) -> float:
    if piece.startswith("<|"):
        return 0.0
    if piece in PUNCTUATION:
        return PUNCTUATION[piece] + rarity
    letters = piece.removeprefix("Ġ")
    if letters.isascii() and letters.isalpha():
        return 2.5 if piece.startswith("Ġ") else 0.5 if letters.islower() else -1.0
    return -1.0 if piece.isascii() else -3.0


def _add_layer(weights: _Weights, block: str, shape: Shape) -> None:
    width, experts = shape.width, shape.experts
    queries, keys = shape.heads * HEAD_LENGTH, shape.heads_kv * HEAD_LENGTH
    weights.ones(f"{block}.attn_norm.weight", width)
    weights.ones(f"{block}.post_attention_norm.weight", width)
    weights.linear(f"{block}.attn_q", (queries, width))
    weights.linear(f"{block}.attn_k", (keys, width))
    weights.linear(f"{block}.attn_v", (keys, width))
    weights.linear(f"{block}.attn_output", (width, queries), keeps_bias_input=True)
    weights.vector(f"{block}.attn_sinks.weight", shape.heads)
    weights.linear(f"{block}.ffn_gate_inp", (experts, width))
    weights.experts(f"{block}.ffn_gate_exps", (experts, width, width))
    weights.experts(f"{block}.ffn_up_exps", (experts, width, width))
    weights.experts(f"{block}.ffn_down_exps", (experts, width, width), keeps_bias_input=True)


@dataclass(frozen=True)
class _Weights:
    """Random tensors, scaled so that a layer keeps the size of what flows through it."""

    writer: GGUFWriter
    random: np.random.Generator
    experts_type: ExpertsType

    def normal(self, shape: tuple[int, ...], spread: float) -> Floats:
        return self.random.standard_normal(shape, np.float32) * np.float32(spread)

    def ones(self, name: str, length: int) -> None:
        self.writer.add_tensor(name, np.ones(length, np.float32))

    def vector(self, name: str, length: int) -> None:
        self.writer.add_tensor(name, self.normal((length,), 1.0))

    def linear(self, name: str, shape: tuple[int, int], *, keeps_bias_input: bool = False) -> None:
        weight = self.normal(shape, 1 / math.sqrt(shape[-1]))
        bias = self.normal(shape[:1], 0.1)
        if keeps_bias_input:
            weight[0] = bias[0] = 0
        self.writer.add_tensor(f"{name}.weight", weight)
        self.writer.add_tensor(f"{name}.bias", bias)

    def experts(
        self, name: str, shape: tuple[int, int, int], *, keeps_bias_input: bool = False
    ) -> None:
        spread = 1 / math.sqrt(shape[-1])
        bias = self.normal(shape[:2], 0.1)
        if keeps_bias_input:
            bias[:, 0] = 0
        self.writer.add_tensor(f"{name}.bias", bias)
        if self.experts_type == "MXFP4":
            blocks = self._mxfp4(shape, spread)
            if keeps_bias_input:
                blocks[:, 0] = 0
            kind = GGMLQuantizationType.MXFP4
            self.writer.add_tensor(f"{name}.weight", blocks, raw_dtype=kind)
            return
        weight = self.normal(shape, spread)
        if keeps_bias_input:
            weight[:, 0] = 0
        dtype = np.float16 if self.experts_type == "F16" else np.float32
        self.writer.add_tensor(f"{name}.weight", weight.astype(dtype))

    def _mxfp4(self, shape: tuple[int, int, int], spread: float) -> npt.NDArray[np.uint8]:
        """Draw random blocks: a byte of scale, 2 ** (byte - 127), then 32 nibbles."""
        blocks = (*shape[:2], shape[2] // MXFP4_WEIGHTS, MXFP4_BYTES)
        drawn = self.random.integers(0, 256, blocks, np.uint8)
        drawn[..., 0] = 127 + round(math.log2(spread / MXFP4_SPREAD))
        return drawn.reshape(*shape[:2], -1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write a gpt-oss GGUF file with random weights.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=64, help="a multiple of 32")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_model(options.out, layers=options.layers, width=options.width, seed=options.seed)


if __name__ == "__main__":
    main()
