"""How much memory llama.cpp will take for a model and a context, computed from the file's header.

The formulas follow what llama.cpp (llama-cpp-python 0.3.36) allocates on a CPU, and
`python -m tests.bench.memory_estimate` holds them against the peak of a real run.
"""

from __future__ import annotations

from dataclasses import dataclass

from gptoss_writer.engine.llama.header import GgufHeader
from gptoss_writer.engine.preflight import MemoryNeed
from gptoss_writer.machine.memory import used_memory

_FLOAT, _HALF = 4, 2
# What llama.cpp's CPU backend copies into another layout (ggml-cpu/repack.cpp). Q8_0 is repacked on
# ARM only; gpt-oss has it for attention, a tenth of the weights.
_REPACKED_TYPES = frozenset({"MXFP4", "Q4_0", "Q4_K", "Q2_K", "IQ4_NL"})
_LEAST_EXPERTS = 0.5
"""With less of the experts in memory nearly every token would wait for the disk."""
# Measured. Loading makes the vocabulary a second time before it drops the first, partly in the
# memory that making the first one left.
_SECOND_VOCABULARY = 0.75
_TABLES_BYTES_PER_TOKEN = 135
_PROMPT_BYTES_PER_TOKEN = 350
_CODE_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of a context that its memory depends on."""

    context_tokens: int
    batch_tokens: int
    sequences: int


def estimate(header: GgufHeader, plan: Plan, vocabulary_bytes: int, *, repack: bool) -> MemoryNeed:
    """Estimate the peak of a run whose context is full.

    To be called when the vocabulary is loaded and the weights are not; `vocabulary_bytes` is what
    loading it took, and all that this process has now counts as its own.
    """
    weights, (held, pages) = header.weight_bytes, used_memory()
    experts = sum(tensor.size_bytes for tensor in header.tensors if "_exps." in tensor.name)
    repacked = 0
    if repack:
        repacked = sum(t.size_bytes for t in header.tensors if t.type_name in _REPACKED_TYPES)
    least = weights - repacked if repacked else round(weights - (1 - _LEAST_EXPERTS) * experts)
    return MemoryNeed(
        weights=weights - repacked,
        least_weights=least,
        other_pages=repacked + pages + _CODE_BYTES,
        repacked=repacked,
        cache=plan.context_tokens * header.kv_bytes_per_token,
        compute=_compute(header, plan),
        program=held
        + round(_SECOND_VOCABULARY * vocabulary_bytes)
        + _TABLES_BYTES_PER_TOKEN * header.vocabulary_size
        + _PROMPT_BYTES_PER_TOKEN * plan.context_tokens,
        held=held,
    )


def _compute(header: GgufHeader, plan: Plan) -> int:
    """Estimate the buffers of a batch: its experts' activations, the masks, and the logits."""
    inner = header.metadata.get(f"{header.architecture}.expert_feed_forward_length", 0)
    assert isinstance(inner, int)  # noqa: S101 - the header check saw to it
    activations = 3 * header.expert_used_count * inner + 4 * header.embedding_length
    masks = 2 * plan.context_tokens
    batch = plan.batch_tokens + plan.sequences
    logits = plan.sequences * header.vocabulary_size
    return batch * (activations * _FLOAT + masks * _HALF) + logits * _FLOAT
