"""Reads the front of a GGUF file: its keys, the places of its tensors, and nothing of the weights.

Written for files that may lie: every count and length has a cap, arrays are walked without being
built, and whatever llama.cpp would refuse or abort on is refused here first. The format is
described in ggml's docs/gguf.md; the rules beyond it are those of `gguf.cpp`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gptoss_writer.engine.llama.front_reader import HEADER_LIMIT_BYTES, U32, U64, FrontReader
from gptoss_writer.engine.llama.lookalikes import MAGIC, check_magic, printable
from gptoss_writer.errors import ModelError

Scalar = int | float | bool | str

TOKENS_KEY = "tokenizer.ggml.tokens"
_ALIGNMENT_KEY = "general.alignment"

# gpt-oss-20b has about 40 keys, 459 tensors, 201,088 tokens, 446,189 merges and 13 MB of header.
_KEYS_LIMIT = 4_096
_TENSORS_LIMIT = 16_384
_TOKENS_LIMIT = 1 << 18
_STRINGS_LIMIT = 1 << 20
_KEY_LIMIT = 256
_NAME_LIMIT = 64
_DIMENSIONS_LIMIT = 4
_DEFAULT_ALIGNMENT = 32
_VERSIONS = (2, 3)

_STRING, _ARRAY = 8, 9
_SCALARS = {
    number: struct.Struct(f"<{code}")
    for number, code in enumerate(("B", "b", "H", "h", "I", "i", "f", "?", "", "", "Q", "q", "d"))
    if code
}
_UINT32 = 4

# ggml's types of weights, as number:name:weights in a block:bytes of a block; whole numbers and
# the types of activations are not among them.
_TYPE_ROWS = """
0:F32:1:4 1:F16:1:2 2:Q4_0:32:18 3:Q4_1:32:20 6:Q5_0:32:22 7:Q5_1:32:24 8:Q8_0:32:34
10:Q2_K:256:84 11:Q3_K:256:110 12:Q4_K:256:144 13:Q5_K:256:176 14:Q6_K:256:210
16:IQ2_XXS:256:66 17:IQ2_XS:256:74 18:IQ3_XXS:256:98 19:IQ1_S:256:50 20:IQ4_NL:32:18
21:IQ3_S:256:110 22:IQ2_S:256:82 23:IQ4_XS:256:136 29:IQ1_M:256:56 30:BF16:1:2
34:TQ1_0:256:54 35:TQ2_0:256:66 39:MXFP4:32:17 40:NVFP4:64:36 41:Q1_0:128:18 42:Q2_0:64:18
"""
_TYPES = {
    int(number): (name, int(weights), int(size))
    for number, name, weights, size in (row.split(":") for row in _TYPE_ROWS.split())
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One array of weights: `shape` innermost first, `offset` in bytes from the data's start."""

    name: str
    shape: tuple[int, ...]
    type_name: str
    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class GgufLayout:
    """What the front of a GGUF file says.

    `array_lengths` counts the entries of the keys that hold arrays; `token_ids` has those of the
    wanted tokens that the vocabulary has; `data_offset` is where the weights begin.
    """

    version: int
    metadata: Mapping[str, Scalar]
    array_lengths: Mapping[str, int]
    token_ids: Mapping[str, int]
    tensors: tuple[Tensor, ...]
    data_offset: int
    header_sha256: str

    @property
    def end(self) -> int:
        """The size in bytes that the file must have at least."""
        return self.data_offset + max((t.offset + t.size_bytes for t in self.tensors), default=0)


def read_layout(
    path: Path, stream: BinaryIO, size: int, wanted_tokens: Iterable[str]
) -> GgufLayout:
    """Read the layout of an open file of `size` bytes.

    Raises `ModelError`, which says what is wrong and where, for anything but a sound GGUF header.
    The weights themselves may be missing: compare `end` with the size of the file.
    """
    reader = FrontReader(path, stream, size)
    check_magic(path, reader.peek(512), size)
    reader.take(len(MAGIC))
    version = reader.number(U32)
    _check_version(path, version)
    tensor_count = reader.counted("tensors", _TENSORS_LIMIT)
    keys = _Keys(reader)
    for _ in range(reader.counted("keys", _KEYS_LIMIT)):
        keys.read_one()
    alignment = keys.alignment
    tensors = _read_tensors(reader, tensor_count, alignment)
    return GgufLayout(
        version=version,
        metadata=keys.metadata,
        array_lengths=keys.array_lengths,
        token_ids=keys.find_tokens(wanted_tokens),
        tensors=tensors,
        # A file without tensors need not be padded.
        data_offset=_padded(reader.position, alignment if tensors else 1),
        header_sha256=reader.sha256(),
    )


def _check_version(path: Path, version: int) -> None:
    if version in _VERSIONS:
        return
    if not version & 0xFFFF:
        raise ModelError(
            f"{path} is a big-endian GGUF file, made for another kind of processor.",
            "Choose the little-endian file, which is the usual one.",
        )
    if version == 1:
        raise ModelError(
            f"{path} is a GGUF file of version 1, which llama.cpp no longer reads.",
            "Choose a newer file of the same model.",
        )
    raise ModelError(
        f"{path} says that it is a GGUF file of version {version:,}; versions 2 and 3 are known.",
        "Update gptoss-writer if the file is newer than it; otherwise download the file again.",
    )


class _Keys:
    """The keys read so far: scalars whole, arrays by their length, the tokens as bytes."""

    def __init__(self, reader: FrontReader) -> None:
        self._reader = reader
        self._tokens: list[bytes] = []
        self._strings_left = _STRINGS_LIMIT
        self._alignment_type = _UINT32
        self.metadata: dict[str, Scalar] = {}
        self.array_lengths: dict[str, int] = {}

    def read_one(self) -> None:
        reader = self._reader
        raw = reader.text(_KEY_LIMIT)
        key = raw.decode("utf-8", "replace")
        if not key or key in self.metadata or key in self.array_lengths:
            reader.fail(f"the key {printable(raw)} stands twice" if key else "a key has no name")
        kind = reader.number(U32)
        if key == _ALIGNMENT_KEY:
            self._alignment_type = kind
        if kind == _ARRAY:
            self.array_lengths[key] = self._read_array(key)
        elif kind == _STRING:
            self.metadata[key] = reader.text().decode("utf-8", "replace")
        elif kind in _SCALARS:
            form = _SCALARS[kind]
            self.metadata[key] = form.unpack(reader.take(form.size))[0]
        else:
            reader.fail(f"the key {printable(raw)} is of an unknown type, {kind}")

    def _read_array(self, key: str) -> int:
        reader = self._reader
        kind = reader.number(U32)
        if kind == _STRING:
            limit = _TOKENS_LIMIT if key == TOKENS_KEY else self._strings_left
            length = reader.counted(f"strings in {printable(key.encode())}", limit)
            self._strings_left -= length
            if key == TOKENS_KEY:
                self._tokens = reader.texts(length)
            else:
                reader.skip_texts(length)
            return length
        if kind not in _SCALARS:
            what = "an array of arrays" if kind == _ARRAY else f"an array of unknown type {kind}"
            reader.fail(f"the key {printable(key.encode())} holds {what}")
        length = reader.counted(f"numbers in {printable(key.encode())}", HEADER_LIMIT_BYTES)
        reader.take(length * _SCALARS[kind].size)
        return length

    @property
    def alignment(self) -> int:
        """The step in bytes at which tensors may begin."""
        alignment = self.metadata.get(_ALIGNMENT_KEY, _DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or self._alignment_type != _UINT32:
            self._reader.fail(f"the key {_ALIGNMENT_KEY} is not a whole number of 32 bits")
        if alignment <= 0 or alignment & (alignment - 1):
            self._reader.fail(f"its alignment is {alignment:,}, which is not a power of two")
        return alignment

    def find_tokens(self, wanted: Iterable[str]) -> dict[str, int]:
        """Find the ids of tokens; llama.cpp aborts where two have the same text, so look here."""
        known = set(self._tokens)
        if len(known) != len(self._tokens):
            self._reader.fail("two of its tokens have the same text")
        return {
            token: self._tokens.index(token.encode()) for token in wanted if token.encode() in known
        }


def _read_tensors(reader: FrontReader, count: int, alignment: int) -> tuple[Tensor, ...]:
    tensors: dict[str, Tensor] = {}
    expected = 0
    for _ in range(count):
        tensor = _read_tensor(reader)
        if tensor.name in tensors:
            reader.fail(f"the tensor {tensor.name} stands twice")
        if tensor.offset != expected:
            reader.fail(
                f"the tensor {tensor.name} is said to begin at byte {tensor.offset:,} of the "
                f"weights, but the one before it ends at {expected:,}"
            )
        expected += _padded(tensor.size_bytes, alignment)
        tensors[tensor.name] = tensor
    return tuple(tensors.values())


def _read_tensor(reader: FrontReader) -> Tensor:
    name = printable(reader.text(_NAME_LIMIT - 1), _NAME_LIMIT)
    dimensions = reader.number(U32)
    if not 1 <= dimensions <= _DIMENSIONS_LIMIT:
        reader.fail(f"the tensor {name} has {dimensions:,} dimensions")
    shape = tuple(reader.number(U64) for _ in range(dimensions))
    kind = reader.number(U32)
    if kind not in _TYPES:
        reader.fail(f"the tensor {name} is of a type that holds no weights, {kind}")
    type_name, block_weights, block_bytes = _TYPES[kind]
    weights = math.prod(shape)
    if not 0 < weights < 1 << 63 or shape[0] % block_weights:
        reader.fail(f"the tensor {name} has an impossible shape, {by(shape)} of {type_name}")
    offset = reader.number(U64)
    return Tensor(name, shape, type_name, offset, weights // block_weights * block_bytes)


def by(shape: tuple[int, ...]) -> str:
    """Write a shape as people do: 64 x 4."""
    return " x ".join(f"{length:,}" for length in shape)


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
