"""Broken model files, written byte by byte, and the verdict on them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from gptoss_writer.engine.llama.header import check_model
from gptoss_writer.errors import ModelError

AGAIN = "Download the file again and compare its SHA-256 with the one on its page."
GET_GGUF = (
    "Choose a GGUF file of gpt-oss-20b, such as gpt-oss-20b-mxfp4.gguf; "
    "`gptoss-writer models download gpt-oss-20b` gets it."
)
STRING, ARRAY, UINT32, FLOAT32 = 8, 9, 4, 6


def text(value: str) -> bytes:
    """Write a GGUF string."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


def front(*keys: bytes, key_count: int | None = None, tensors: int = 0, version: int = 3) -> bytes:
    """Write the front of a GGUF file with keys already in bytes."""
    count = len(keys) if key_count is None else key_count
    return struct.pack("<4sIQQ", b"GGUF", version, tensors, count) + b"".join(keys)


def verdict(path: Path) -> tuple[str, str]:
    """Check a file that must be refused; return message, without the path, and hint."""
    with pytest.raises(ModelError) as refused:
        check_model(path)

    assert refused.value.exit_code == 12
    return refused.value.message.replace(str(path), "FILE"), refused.value.hint


def written(folder: Path, content: bytes) -> Path:
    """Write a file to be checked."""
    path = folder / "model.gguf"
    path.write_bytes(content)
    return path


def changed(model: Path, folder: Path, *, at: bytes, value: bytes) -> Path:
    """Copy a model; the bytes after the one place where `at` stands become `value`."""
    content = model.read_bytes()
    assert content.count(at) == 1
    place = content.index(at) + len(at)
    return written(folder, content[:place] + value + content[place + len(value) :])
