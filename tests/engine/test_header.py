"""The header check: what is accepted, and what is no gpt-oss model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gguf import GGUFReader, GGUFWriter

from gptoss_writer.engine.llama.header import (
    HARMONY_TOKENS,
    GgufHeader,
    check_model,
    identify,
    read_header,
)
from tests.support.broken_models import GET_GGUF, verdict
from tests.support.gguf_models import SMALL, write_llama_arch_model, write_model


def test_a_gpt_oss_file_is_read_as_it_was_written(tiny_model: Path) -> None:
    """The numbers of an accepted header are those the file was made with."""
    header = check_model(tiny_model)

    assert {
        "architecture": "gpt-oss",
        "block_count": 2,
        "context_length": 131072,
        "embedding_length": 64,
        "expert_count": 4,
        "expert_used_count": 2,
        "head_count": 4,
        "head_count_kv": 2,
        "key_length": 16,
        "name": "random weights",
        "quantisation": "F32",
        "size_bytes": tiny_model.stat().st_size,
        "sliding_window": 128,
        "value_length": 16,
        "version": 3,
        "vocabulary_size": len(SMALL.tokens),
    }.items() <= {name: getattr(header, name) for name in GgufHeader.__slots__}.items()
    assert {token: SMALL.tokens.index(token) for token in HARMONY_TOKENS} == header.token_ids


def test_tensors_lie_where_the_gguf_package_finds_them(tiny_model: Path) -> None:
    """Names, shapes, types, places and sizes equal those of ggml's own reader."""
    header = check_model(tiny_model)
    theirs = GGUFReader(tiny_model)

    assert [
        (t.name, tuple(t.shape.tolist()), t.tensor_type.name, t.data_offset, t.n_bytes)
        for t in theirs.tensors
    ] == [
        (t.name, t.shape, t.type_name, header.data_offset + t.offset, t.size_bytes)
        for t in header.tensors
    ]


def test_mxfp4_experts_count_four_and_a_quarter_bits(tmp_path: Path) -> None:
    """An MXFP4 block of 32 weights has 17 bytes, and names the quantisation where it rules."""
    path = write_model(tmp_path / "m.gguf", layers=1, width=256, experts_type="MXFP4")

    header = check_model(path)

    sizes = {tensor.name: tensor.size_bytes for tensor in header.tensors}
    assert 4 * 256 * 256 // 32 * 17 == sizes["blk.0.ffn_up_exps.weight"]
    assert header.weight_bytes == sum(sizes.values())


def test_a_token_of_the_20b_costs_48_kib_of_cache() -> None:
    """24 layers with 8 heads of 64 for keys and for values, two bytes each, are 48 KiB."""
    empty: dict[str, Any] = dict.fromkeys(GgufHeader.__slots__, 0)

    header = GgufHeader(
        **empty | {"block_count": 24, "head_count_kv": 8, "key_length": 64, "value_length": 64}
    )

    assert 48 * 1024 == header.kv_bytes_per_token


def test_a_moved_file_stays_the_same_model_and_other_weights_are_another(tmp_path: Path) -> None:
    """The fingerprint belongs to the content: equal after a move, other for each seed."""
    first = write_model(tmp_path / "first.gguf", seed=1)
    second = write_model(tmp_path / "second.gguf", seed=2)
    before = check_model(first).fingerprint
    moved = first.rename(tmp_path / "moved.gguf")

    assert before == check_model(moved).fingerprint
    assert before != check_model(second).fingerprint
    assert before.startswith("gguf:")


def test_an_identity_carries_what_records_need(tiny_model: Path) -> None:
    """The identity repeats the header's name, size, fingerprint and context length."""
    header = check_model(tiny_model)

    identity = identify(header, tiny_model)

    assert (
        "random weights",
        str(tiny_model),
        "gpt-oss",
        tiny_model.stat().st_size,
        header.fingerprint,
        131072,
    ) == (
        identity.name,
        identity.path,
        identity.architecture,
        identity.size_bytes,
        identity.fingerprint,
        identity.context_length,
    )


def test_a_link_to_a_model_is_a_model(tiny_model: Path, tmp_path: Path) -> None:
    """A sound symbolic link is followed: Ollama and Hugging Face keep models behind links."""
    link = tmp_path / "link.gguf"
    link.symlink_to(tiny_model)

    assert check_model(tiny_model) == check_model(link)


def test_a_llama_model_is_refused_by_architecture(tmp_path: Path) -> None:
    """A sound model of another family is named as what it is."""
    path = write_llama_arch_model(tmp_path / "llama.gguf")

    assert ("FILE is not a gpt-oss model: its architecture is llama.", GET_GGUF) == verdict(path)
    assert "llama" == read_header(path).architecture


def test_ollamas_own_form_is_told_apart(tmp_path: Path) -> None:
    """Ollama's `gptoss` is gpt-oss that llama.cpp cannot load, and the message says so."""
    path = write_model(tmp_path / "m.gguf", architecture="gptoss")

    assert (
        "FILE is gpt-oss in Ollama's own form (architecture gptoss), which llama.cpp cannot load.",
        GET_GGUF,
    ) == verdict(path)


def test_a_part_of_a_split_file_is_told_apart(tmp_path: Path) -> None:
    """One part of a split GGUF is refused with the way to join the parts."""
    writer = GGUFWriter(tmp_path / "m-00001-of-00003.gguf", "gpt-oss")
    writer.add_uint16("split.count", 3)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()

    assert (
        "FILE is one of 3 parts of a split GGUF file.",
        "Join the parts with `llama-gguf-split --merge`, or choose a file in one piece.",
    ) == verdict(tmp_path / "m-00001-of-00003.gguf")


@pytest.mark.parametrize("token", HARMONY_TOKENS)
def test_every_harmony_token_must_be_there(tmp_path: Path, token: str) -> None:
    """A vocabulary without one of the control tokens is refused and the token named."""
    path = write_model(tmp_path / "m.gguf", layers=1, vocabulary=SMALL.without(token))

    assert (
        f"FILE cannot write harmony, gpt-oss's format: its vocabulary has no {token}.",
        GET_GGUF,
    ) == verdict(path)
