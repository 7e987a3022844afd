"""Text to token ids and back, such that no control token ever comes out of somebody's text.

llama.cpp matches the five structure tokens of harmony in plain text even with
`parse_special=False` (https://github.com/ggml-org/llama.cpp/issues/17607). So text is cut inside
of everything that could spell one before it is tokenised, and the result is checked.

The cut is made between `<|` and a letter. There gpt-oss's own rules for words (punctuation, then
letters) cut as well, so it changes no id: `<|end|>` in a text becomes what openai-harmony makes of
it. Runs without a break are cut, too, because llama.cpp matches words with `std::regex`, which
needs 350 bytes of stack for each character and kills the process at 22,000 of them (1,500 on a
thread of macOS).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any

from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.errors import EngineError, ModelError
from gptoss_writer.harmony.messages import Control, Segment
from gptoss_writer.sampling.trie import ByteTrie

_MARKER = re.compile(r"<\|(?=[^\W\d_])")
_REMEMBERED_TEXTS = 256
_LONGEST_RUN = 1024
_LONG_RUN = re.compile(rf"\S{{{_LONGEST_RUN}}}|\s{{{_LONGEST_RUN}}}")
_SPECIAL = (
    bindings.LLAMA_TOKEN_ATTR_CONTROL
    | bindings.LLAMA_TOKEN_ATTR_USER_DEFINED
    | bindings.LLAMA_TOKEN_ATTR_UNKNOWN
    | bindings.LLAMA_TOKEN_ATTR_UNUSED
)


class Vocabulary:
    """The vocabulary of a loaded model; `handle` must stay valid for as long as this is used."""

    def __init__(self, handle: Any) -> None:  # noqa: ANN401 - an opaque ctypes pointer
        self._handle = handle
        self.size: int = bindings.llama_vocab_n_tokens(handle)
        self._pieces: dict[int, bytes] = {}
        # llama.cpp builds its regular expressions anew in every call, which costs 0.5 ms; and
        # headers, prefixes and sections come again and again.
        self._encode_piece = lru_cache(_REMEMBERED_TEXTS)(self._encode_new_piece)
        self._controls = {control: self._lookup(control) for control in Control}

    def _lookup(self, control: Control) -> int:
        ids = self._tokenize(control.encode(), parse_special=True)
        if len(ids) != 1:
            raise ModelError(
                f"The model's vocabulary has no token {control}.",
                "Use a GGUF of gpt-oss; other models do not speak its format.",
            )
        return ids[0]

    def control(self, control: Control) -> int:
        """Give the id of a control token."""
        return self._controls[control]

    @cached_property
    def special_ids(self) -> frozenset[int]:
        """All ids that are not text: control, user-defined, unknown, unused, end of generation."""
        attribute, ends = bindings.llama_vocab_get_attr, bindings.llama_vocab_is_eog
        return frozenset(
            token
            for token in range(self.size)
            if attribute(self._handle, token) & _SPECIAL or ends(self._handle, token)
        ) | frozenset(self._controls.values())

    def encode(self, segments: Iterable[Segment]) -> tuple[int, ...]:
        """Turn a rendered conversation into ids: control tokens by id, text as text."""
        ids: list[int] = []
        for segment in segments:
            if isinstance(segment, Control):
                ids.append(self._controls[segment])
            else:
                ids.extend(self.encode_text(segment))
        return tuple(ids)

    def encode_text(self, text: str) -> list[int]:
        """Turn somebody's text into ids, none of which is a control token.

        They are the ids that openai-harmony gives the text, unless a run in it has no space, or
        nothing but spaces, for more than 1,024 characters. A lone surrogate becomes `?`.
        """
        ids = list(chain.from_iterable(map(self._encode_piece, _cut(text))))
        if not self.special_ids.isdisjoint(ids):
            raise EngineError(
                "A control token came out of plain text; the prompt was not sent to the model.",
                "Report this with the text that caused it.",
            )
        return ids

    def _encode_new_piece(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenize(text.encode("utf-8", "replace")))

    def _tokenize(self, text: bytes, *, parse_special: bool = False) -> list[int]:
        room = len(text) + 8
        buffer = (bindings.llama_token * room)()
        count = bindings.llama_tokenize(
            self._handle, text, len(text), buffer, room, False, parse_special
        )
        if count < 0:
            raise EngineError("llama.cpp could not tokenise a text.")
        return list(buffer[:count])

    @cached_property
    def trie(self) -> ByteTrie:
        """The tokens of text by their bytes; built when it is first asked for."""
        special = self.special_ids
        return ByteTrie(
            (self.piece(token), token) for token in range(self.size) if token not in special
        )

    def piece(self, token: int) -> bytes:
        """Give the bytes of a token; b"" for special ones. May be part of a character."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._read_piece(token)
        return known

    def _read_piece(self, token: int) -> bytes:
        if token in self.special_ids:  # llama.cpp would spell out those it matches in text
            return b""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = bindings.llama_token_to_piece(self._handle, token, buffer, size, 0, False)
            if count >= 0:
                return buffer.raw[:count]
            size = -count  # a piece longer than the buffer, such as a run of spaces


def _cut(text: str) -> list[str]:
    """Cut a text inside its markers and its longest runs; the pieces join to the same text."""
    cuts = {match.end() for cut in (_MARKER, _LONG_RUN) for match in cut.finditer(text)}
    return [text[start:end] for start, end in pairwise(sorted(cuts | {0, len(text)}))]
