"""Finds a tokenizer in a file: in its own JSON, or inside a GGUF that was made with it."""

from __future__ import annotations

from pathlib import Path

from gguf import GGUFReader

from models.demo.tokenizer import Tokenizer

_MERGES_KEY = "tokenizer.ggml.merges"


def load_tokenizer(path: Path) -> Tokenizer:
    """Read the tokenizer of `models.demo.make`, or of a model to be trained on."""
    if path.suffix != ".gguf":
        return Tokenizer.load(path)
    merges = GGUFReader(path).fields[_MERGES_KEY].contents()
    return Tokenizer([(first, second) for first, second in map(str.split, merges)])
