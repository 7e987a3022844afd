"""The numbers and tensors of a gpt-oss file: what llama.cpp would abort on is refused before it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.support.broken_models import AGAIN, FLOAT32, STRING, UINT32, changed, text, verdict
from tests.support.gguf_models import write_model

NUMBERS: dict[str, tuple[str, bytes, str]] = {
    "no layers": (
        "gpt-oss.block_count",
        struct.pack("<II", UINT32, 0),
        "its block_count is 0; a number from 1 to 512 must be there",
    ),
    "more layers than tensors": (
        "gpt-oss.block_count",
        struct.pack("<II", UINT32, 3),
        "the tensor blk.2.attn_norm.weight is missing",
    ),
    "no heads": (
        "gpt-oss.attention.head_count",
        struct.pack("<II", UINT32, 0),
        "its attention.head_count is 0; a number from 1 to 1,024 must be there",
    ),
    "heads that cannot share": (
        "gpt-oss.attention.head_count_kv",
        struct.pack("<II", UINT32, 3),
        "its 4 heads cannot share 3 heads of keys",
    ),
    "more experts used than there are": (
        "gpt-oss.expert_used_count",
        struct.pack("<II", UINT32, 5),
        "it uses 5 of 4 experts",
    ),
    "a head of keys unlike that of values": (
        "gpt-oss.attention.value_length",
        struct.pack("<II", UINT32, 17),
        "its attention.value_length is 17 where its keys are 16 long",
    ),
    "a base of rope that is no number": (
        "gpt-oss.rope.freq_base",
        struct.pack("<If", FLOAT32, float("nan")),
        "its rope.freq_base is nan; a number above 0 must be there",
    ),
    "a width unlike the embeddings'": (
        "gpt-oss.embedding_length",
        struct.pack("<II", UINT32, 96),
        "the tensor token_embd.weight is 64 x 439, not 96 x 439",
    ),
    "a scaling unknown to llama.cpp": (
        "gpt-oss.rope.scaling.type",
        struct.pack("<I", STRING) + text("warp"),
        "its rope.scaling.type is warp, which llama.cpp does not know",
    ),
}


@pytest.mark.parametrize(("key", "value", "what"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_on_which_llama_cpp_aborts_are_refused(
    tiny_model: Path, tmp_path: Path, key: str, value: bytes, what: str
) -> None:
    """What llama.cpp asserts or trusts about the model's numbers is checked before it."""
    path = changed(tiny_model, tmp_path, at=text(key), value=value)

    assert (f"FILE is damaged: {what}.", AGAIN) == verdict(path)


def test_a_tensor_that_must_hold_floats_does(tmp_path: Path) -> None:
    """A bias of another type than F32, on which the graph would abort, is refused."""
    path = write_model(tmp_path / "sound.gguf", layers=1)
    sinks = text("blk.0.attn_sinks.weight") + struct.pack("<IQ", 1, 4)

    half = changed(path, tmp_path, at=sinks, value=struct.pack("<I", 1))

    assert (
        "FILE is damaged: the tensor blk.0.attn_sinks.weight is of type F16, not F32.",
        AGAIN,
    ) == verdict(half)
