"""Decides from the front of a file, in pure Python, whether it is a gpt-oss model to be loaded.

llama.cpp aborts the process on some damaged files, so nothing is given to it that was not read
here first. The verdict takes a fraction of a second and little memory, whatever the file is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from gptoss_writer.engine.interface import ModelIdentity
from gptoss_writer.engine.llama.gguf_layout import (
    TOKENS_KEY,
    GgufLayout,
    Scalar,
    Tensor,
    read_layout,
)
from gptoss_writer.engine.llama.gptoss_rules import ARCHITECTURE, find_problems
from gptoss_writer.engine.llama.lookalikes import (
    DOWNLOAD_AGAIN,
    GET_GGUF,
    open_model,
    printable,
)
from gptoss_writer.errors import ModelError

HARMONY_TOKENS = (
    *("<|start|>", "<|end|>", "<|message|>", "<|channel|>"),
    *("<|constrain|>", "<|return|>", "<|call|>"),
)

_SAMPLE_BYTES = 64


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What the front of a model file says; a number that is not there is 0.

    Lengths are in weights or tokens as llama.cpp counts them, sizes in bytes. `quantisation` names
    the type that most of the bytes are stored in. `token_ids` are those of the harmony tokens.
    """

    version: int
    architecture: str
    name: str
    quantisation: str
    block_count: int
    context_length: int
    embedding_length: int
    head_count: int
    head_count_kv: int
    key_length: int
    value_length: int
    expert_count: int
    expert_used_count: int
    sliding_window: int
    vocabulary_size: int
    tensors: tuple[Tensor, ...]
    data_offset: int
    size_bytes: int
    fingerprint: str
    token_ids: Mapping[str, int] = field(hash=False)
    metadata: Mapping[str, Scalar] = field(hash=False, repr=False)

    @property
    def weight_bytes(self) -> int:
        """The size of all tensors together."""
        return sum(tensor.size_bytes for tensor in self.tensors)

    @property
    def kv_bytes_per_token(self) -> int:
        """What a token costs in a full-size KV cache of 16-bit floats, over all layers."""
        return 2 * self.block_count * self.head_count_kv * (self.key_length + self.value_length)


def read_header(path: Path) -> GgufHeader:
    """Read the header of a GGUF file of any architecture.

    Raises `ModelError` for what is no GGUF file, is damaged, or ends before its weights do.
    """
    stream, size = open_model(path)
    with stream:
        layout = read_layout(path, stream, size, HARMONY_TOKENS)
        if size < layout.end:
            raise ModelError(
                f"{path} is cut off: {layout.end:,} bytes expected, {size:,} found.",
                "Finish the download, or download the file again.",
            )
        return _header(layout, size, _fingerprint(stream, layout, size))


def check_model(path: Path) -> GgufHeader:
    """Read the header of a model and make sure that it is a gpt-oss that llama.cpp can load.

    Raises `ModelError`: the message says what the file is, the hint what to do.
    """
    header = read_header(path)
    _check_architecture(path, header)
    _check_tokenizer(path, header)
    for problem in find_problems(header.metadata, header.tensors, header.vocabulary_size):
        raise ModelError(f"{path} is damaged: {problem}.", DOWNLOAD_AGAIN)
    return header


def identify(header: GgufHeader, path: Path) -> ModelIdentity:
    """Name the weights of a file for records and caches."""
    return ModelIdentity(
        name=header.name or path.stem,
        path=str(path),
        architecture=header.architecture,
        size_bytes=header.size_bytes,
        fingerprint=header.fingerprint,
        context_length=header.context_length,
    )


def _header(layout: GgufLayout, size: int, fingerprint: str) -> GgufHeader:
    architecture = layout.metadata.get("general.architecture", "")
    name = layout.metadata.get("general.name", "")

    def number(key: str) -> int:
        value = layout.metadata.get(f"{architecture}.{key}", 0)
        return value if isinstance(value, int) else 0

    return GgufHeader(
        version=layout.version,
        architecture=str(architecture),
        name=printable(str(name).encode()),
        quantisation=_main_type(layout.tensors),
        block_count=number("block_count"),
        context_length=number("context_length"),
        embedding_length=number("embedding_length"),
        head_count=number("attention.head_count"),
        head_count_kv=number("attention.head_count_kv"),
        key_length=number("attention.key_length"),
        value_length=number("attention.value_length"),
        expert_count=number("expert_count"),
        expert_used_count=number("expert_used_count"),
        sliding_window=number("attention.sliding_window"),
        vocabulary_size=layout.array_lengths.get(TOKENS_KEY, 0),
        tensors=layout.tensors,
        data_offset=layout.data_offset,
        size_bytes=size,
        fingerprint=fingerprint,
        token_ids=layout.token_ids,
        metadata=layout.metadata,
    )


def _main_type(tensors: tuple[Tensor, ...]) -> str:
    sizes: dict[str, int] = {}
    for tensor in tensors:
        sizes[tensor.type_name] = sizes.get(tensor.type_name, 0) + tensor.size_bytes
    return max(sizes, key=lambda type_name: sizes[type_name], default="")


def _fingerprint(stream: BinaryIO, layout: GgufLayout, size: int) -> str:
    """Hash the header, the size, and a few bytes from the middle of every tensor.

    The header alone would not do: two fine-tunings of one model have the same.
    """
    digest = hashlib.sha256(f"{layout.header_sha256} {size}".encode())
    for tensor in layout.tensors:
        stream.seek(layout.data_offset + tensor.offset + tensor.size_bytes // 2)
        digest.update(stream.read(min(_SAMPLE_BYTES, tensor.size_bytes)))
    return f"gguf:{digest.hexdigest()}"


def _check_architecture(path: Path, header: GgufHeader) -> None:
    splits = header.metadata.get("split.count", 0)
    if isinstance(splits, int) and splits > 1:
        raise ModelError(
            f"{path} is one of {splits} parts of a split GGUF file.",
            "Join the parts with `llama-gguf-split --merge`, or choose a file in one piece.",
        )
    if header.architecture == ARCHITECTURE:
        return
    if header.architecture == "gptoss":
        raise ModelError(
            f"{path} is gpt-oss in Ollama's own form (architecture gptoss), which llama.cpp "
            "cannot load.",
            GET_GGUF,
        )
    found = printable(header.architecture.encode()) or "not named"
    raise ModelError(
        f"{path} is not a gpt-oss model: its architecture is {found}.",
        GET_GGUF,
    )


def _check_tokenizer(path: Path, header: GgufHeader) -> None:
    missing = [token for token in HARMONY_TOKENS if token not in header.token_ids]
    if missing:
        raise ModelError(
            f"{path} cannot write harmony, gpt-oss's format: its vocabulary has no "
            f"{' and no '.join(missing)}.",
            GET_GGUF,
        )
    tokenizer = header.metadata.get("tokenizer.ggml.model")
    if tokenizer != "gpt2":
        found = printable(str(tokenizer).encode()) if tokenizer else "not named"
        raise ModelError(
            f"{path} has a tokenizer that gpt-oss does not use: it is {found}, not gpt2.", GET_GGUF
        )
