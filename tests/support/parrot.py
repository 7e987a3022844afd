"""Models that say what they are told: after each token, the tokens they want next.

The layers add nothing, so what comes next depends on the last token alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from gguf import GGUFReader

from models.demo.tokenizer import byte_alphabet
from tests.support.gguf_models import SMALL, Vocabulary

Wishes = Mapping[str, Sequence[str]]
"""After the token, the tokens that are wanted, the dearest first; pieces in the byte alphabet."""

_WISH = 40.0  # the logit of the dearest; each one behind it has 10 less
_LESS = 10.0
_WEIGHTS = ("token_embd.weight", "output_norm.weight", "output.weight")


def write_parrot(path: Path, model: Path, wishes: Wishes, vocabulary: Vocabulary = SMALL) -> Path:
    """Copy a test model of F32 weights and make it want what `wishes` says."""
    shutil.copyfile(model, path)
    tensors = {tensor.name: tensor.data for tensor in GGUFReader(path, "r+").tensors}
    for name, data in tensors.items():
        if name not in _WEIGHTS and not name.endswith("norm.weight"):
            data[:] = 0
    embeddings, output = tensors["token_embd.weight"], tensors["output.weight"]
    spread = np.random.default_rng(0).standard_normal(embeddings.shape)
    embeddings[:] = spread / np.linalg.norm(spread, axis=1, keepdims=True)
    output[:] = 0
    norm = np.sqrt(embeddings.shape[1])  # what the last norm makes of a vector of length 1
    for token, wanted in wishes.items():
        here = embeddings[vocabulary.tokens.index(token)]
        for place, piece in enumerate(wanted):
            output[vocabulary.tokens.index(piece)] += here * (_WISH - _LESS * place) / norm
    for data in tensors.values():
        data.flush()
    return path


def saying(content: bytes, *, then: Sequence[str] = ("<|end|>", "<|return|>")) -> Wishes:
    """Wish for these bytes, one token each, in each channel, and `then` after the last.

    No byte may come twice: what is wanted next depends on the last token alone.
    """
    alphabet = byte_alphabet()
    pieces = [alphabet[byte] for byte in content]
    chain = ["<|message|>", *pieces]
    return {
        **{token: (following,) for token, following in zip(chain, pieces, strict=False)},
        chain[-1]: tuple(then),
    }
