"""What the numbers and tensors of a gpt-oss file must be, so that llama.cpp cannot abort on them.

Source: `load_hparams` in llama.cpp's `llama-model.cpp`, and `models/openai-moe.cpp`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from gptoss_writer.engine.llama.gguf_layout import Scalar, Tensor, by
from gptoss_writer.engine.llama.lookalikes import printable

ARCHITECTURE = "gpt-oss"

# (key, least, most). The most layers and experts are LLAMA_MAX_LAYERS and LLAMA_MAX_EXPERTS; the
# other bounds are far above any gpt-oss.
_BOUNDS = (
    ("block_count", 1, 512),
    ("context_length", 1, 1 << 24),
    ("embedding_length", 32, 1 << 16),
    ("expert_feed_forward_length", 32, 1 << 18),
    ("attention.head_count", 1, 1024),
    ("attention.head_count_kv", 1, 1024),
    ("attention.key_length", 2, 1024),
    ("attention.sliding_window", 1, 1 << 24),
    ("expert_count", 1, 1024),
    ("expert_used_count", 1, 1024),
)
# Numbers above 0, with what llama.cpp takes where they are absent.
_POSITIVE = (
    ("attention.layer_norm_rms_epsilon", None),
    ("rope.freq_base", 10000.0),
    ("rope.scaling.factor", 1.0),
)
# Other lengths of a head, and features that gpt-oss does not have; llama.cpp trusts both.
_HEAD_LENGTHS = (
    *("attention.value_length", "attention.key_length_swa", "attention.value_length_swa"),
    *("rope.dimension_count", "rope.dimension_count_swa"),
)
_ABSENT = ("expert_group_count", "expert_group_used_count", "nextn_predict_layers")
_ROPE_SCALINGS = ("none", "linear", "yarn", "longrope")
# The graph adds and multiplies these without asking for their type.
_FLOAT_TENSORS = ("norm.weight", "attn_sinks.weight", ".bias")

Shape = tuple[int, ...]


def find_problems(
    metadata: Mapping[str, Scalar], tensors: tuple[Tensor, ...], vocabulary_size: int
) -> Iterator[str]:
    """Yield what is wrong with a model, the first first; after one, those behind it mean little.

    Take only the first: each kind of problem is looked for where there is none before it.
    """
    numbers = {
        key.removeprefix(f"{ARCHITECTURE}."): value
        for key, value in metadata.items()
        if key.startswith(f"{ARCHITECTURE}.")
    }
    yield from _problems_of_numbers(numbers)
    whole = {key: value for key, value in numbers.items() if isinstance(value, int)}
    yield from _problems_of_attention(numbers, whole)
    yield from _problems_of_tensors({t.name: t for t in tensors}, whole, vocabulary_size)


def _problems_of_numbers(numbers: Mapping[str, Scalar]) -> Iterator[str]:
    for key, least, most in _BOUNDS:
        value = numbers.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"its {key} is {_shown(value)}; a number from {least:,} to {most:,} must be there"
    for key, default in _POSITIVE:
        value = numbers.get(key, default)
        if not isinstance(value, float) or not (math.isfinite(value) and value > 0):
            yield f"its {key} is {_shown(value)}; a number above 0 must be there"
    scaling = numbers.get("rope.scaling.type", "linear")
    if scaling not in _ROPE_SCALINGS:
        yield f"its rope.scaling.type is {_shown(scaling)}, which llama.cpp does not know"


def _problems_of_attention(
    numbers: Mapping[str, Scalar], whole: Mapping[str, int]
) -> Iterator[str]:
    key_length = whole["attention.key_length"]
    if key_length % 2:
        yield f"its attention.key_length is {key_length}, which is odd"
    for key in _HEAD_LENGTHS:
        value = numbers.get(key, key_length)
        if value != key_length:
            yield f"its {key} is {_shown(value)} where its keys are {key_length} long"
    for key in _ABSENT:
        if numbers.get(key, 0) != 0:
            yield f"it has {key}, which gpt-oss has not"
    heads, heads_kv = whole["attention.head_count"], whole["attention.head_count_kv"]
    if heads % heads_kv:
        yield f"its {heads} heads cannot share {heads_kv} heads of keys"
    used, experts = whole["expert_used_count"], whole["expert_count"]
    if used > experts:
        yield f"it uses {used} of {experts} experts"


def _problems_of_tensors(
    tensors: Mapping[str, Tensor], whole: Mapping[str, int], vocabulary_size: int
) -> Iterator[str]:
    expected = dict(_tensors(whole, vocabulary_size))
    for name, shape in expected.items():
        if name not in tensors:
            yield f"the tensor {name} is missing"
            continue
        found = tensors[name]
        if found.shape != shape:
            yield f"the tensor {name} is {by(found.shape)}, not {by(shape)}"
        if name.endswith(_FLOAT_TENSORS) and found.type_name != "F32":
            yield f"the tensor {name} is of type {found.type_name}, not F32"
    for name in tensors:
        if name not in expected:
            yield f"it has a tensor {name}, which gpt-oss has not"


def _tensors(whole: Mapping[str, int], vocabulary_size: int) -> Iterator[tuple[str, Shape]]:
    """Yield the name and shape of every tensor of a gpt-oss with these numbers."""
    width = whole["embedding_length"]
    yield "token_embd.weight", (width, vocabulary_size)
    yield "output_norm.weight", (width,)
    yield "output.weight", (width, vocabulary_size)
    layer = dict(_layer_tensors(whole))
    for block in range(whole["block_count"]):
        for name, shape in layer.items():
            yield f"blk.{block}.{name}", shape


def _layer_tensors(whole: Mapping[str, int]) -> Iterator[tuple[str, Shape]]:
    width, inner = whole["embedding_length"], whole["expert_feed_forward_length"]
    heads, experts = whole["attention.head_count"], whole["expert_count"]
    queries = heads * whole["attention.key_length"]
    keys = whole["attention.head_count_kv"] * whole["attention.key_length"]
    yield "attn_norm.weight", (width,)
    yield "post_attention_norm.weight", (width,)
    yield "attn_sinks.weight", (heads,)
    for name, shape in (
        ("attn_q", (width, queries)),
        ("attn_k", (width, keys)),
        ("attn_v", (width, keys)),
        ("attn_output", (queries, width)),
        ("ffn_gate_inp", (width, experts)),
        ("ffn_gate_exps", (width, inner, experts)),
        ("ffn_up_exps", (width, inner, experts)),
        ("ffn_down_exps", (inner, width, experts)),
    ):
        yield f"{name}.weight", shape
        yield f"{name}.bias", shape[1:]


def _shown(value: Scalar | None) -> str:
    return "missing" if value is None else printable(str(value).encode())
