"""The demo model's byte-level tokenizer: text to ids as llama.cpp makes them, and back.

llama.cpp cuts a text into words by gpt-4o's rules (`tokenizer.ggml.pre = "gpt-4o"`) and merges the
bytes of each word by the rank of the merges. The same is done here in plain Python, with a memory
for words, because training text has to be tokenised without a model. Sources: `llama-vocab.cpp`
(`LLAMA_VOCAB_PRE_TYPE_GPT4O`, `llm_tokenizer_bpe_session`) and `unicode_regex_split` in
`unicode.cpp`. Our engine also cuts runs of more than 1,024 characters without a break (see
`gptoss_writer/engine/llama/vocabulary.py`); training text has none.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path

from gptoss_writer.harmony.messages import Control, Segment

CONTROL_TOKENS = (
    "<|startoftext|>",
    "<|endoftext|>",
    "<|reserved_0|>",
    "<|reserved_1|>",
    "<|return|>",
    "<|constrain|>",
    "<|reserved_4|>",
    "<|channel|>",
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|call|>",
)

# What llama.cpp puts in place of a character beyond ASCII before it matches words.
_NUMBER, _LETTER, _OTHER, _SPACE = "\xd1", "\xd2", "\xd0", "\x0b"
_UPPER, _LOWER = f"[A-Z{_LETTER}]", f"[a-z{_LETTER}]"
_WORDLESS = f"A-Za-z0-9{_LETTER}{_NUMBER}"
_BEFORE, _CONTRACTION = rf"[^\r\n{_WORDLESS}]?", "(?:'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL]))?"
_WORDS = re.compile(
    rf"{_BEFORE}{_UPPER}*{_LOWER}+{_CONTRACTION}"
    rf"|{_BEFORE}{_UPPER}+{_LOWER}*{_CONTRACTION}"
    rf"|[0-9{_NUMBER}]{{1,3}}"
    rf"| ?[^\s{_WORDLESS}]+[\r\n/]*"
    r"|\s*[\r\n]+"
    r"|\s+(?!\S)"
    r"|\s+",
    re.ASCII,  # std::regex knows only ASCII's white space
)
_REMEMBERED_WORDS = 500_000


def byte_alphabet() -> dict[int, str]:
    """Map every byte to the printable character that stands for it in GPT-2's vocabularies."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {
        byte: chr(256 + index) for index, byte in enumerate(rest)
    }


_ALPHABET = byte_alphabet()


def spell(text: str) -> str:
    """Write a text's bytes in GPT-2's alphabet; a lone surrogate becomes `?`, as in our engine."""
    return "".join(_ALPHABET[byte] for byte in text.encode("utf-8", "replace"))


def split_words(text: str) -> list[str]:
    """Cut a text into words as llama.cpp does for gpt-4o; the words join to the text."""
    if text.isascii():
        return _WORDS.findall(text)
    return [
        text[match.start() : match.end()] for match in _WORDS.finditer(text.translate(_collapsed))
    ]


class Tokenizer:
    """A vocabulary of 256 bytes, one token for each merge, and the control tokens, in this order.

    `merges` are pairs of pieces in GPT-2's alphabet, the first to be applied first.
    """

    def __init__(self, merges: Sequence[tuple[str, str]]) -> None:
        self.merges = tuple(merges)
        pieces = (*_ALPHABET.values(), *map("".join, self.merges))
        self.tokens: tuple[str, ...] = (*pieces, *CONTROL_TOKENS)
        self._ids = {piece: index for index, piece in enumerate(pieces)}
        if len(self._ids) != len(pieces):
            raise ValueError("Two merges of a vocabulary make the same token.")
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        bytes_of = {character: byte for byte, character in _ALPHABET.items()}
        self._bytes = [bytes(bytes_of[character] for character in piece) for piece in pieces]
        self._words = _Memory(self)

    @property
    def size(self) -> int:
        """The number of tokens, the control tokens among them."""
        return len(self.tokens)

    @property
    def first_control(self) -> int:
        """The id of the first control token; the others follow, up to the last id."""
        return len(self.tokens) - len(CONTROL_TOKENS)

    def encode(self, text: str) -> list[int]:
        """Turn somebody's text into ids, none of which is a control token."""
        return list(chain.from_iterable(map(self._words.__getitem__, split_words(text))))

    def control(self, control: Control) -> int:
        """Give the id of a control token."""
        return self.first_control + CONTROL_TOKENS.index(control)

    def encode_segments(self, segments: Iterable[Segment]) -> list[int]:
        """Turn a rendered conversation into ids: control tokens by id, each text by itself."""
        ids: list[int] = []
        for segment in segments:
            if isinstance(segment, Control):
                ids.append(self.control(segment))
            else:
                ids.extend(self.encode(segment))
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text; control tokens are spelt out."""
        return b"".join(
            self._bytes[token] if token < self.first_control else self.tokens[token].encode()
            for token in ids
        ).decode("utf-8", "replace")

    def merge(self, word: str) -> tuple[int, ...]:
        """Merge the bytes of one word: of all pairs the one of the lowest rank first."""
        pieces = list(spell(word))
        while len(pieces) > 1:
            pair = min(pairwise(pieces), key=lambda pair: self._ranks.get(pair, len(self.tokens)))
            if pair not in self._ranks:
                break
            pieces = _join(pieces, pair)
        return tuple(self._ids[piece] for piece in pieces)

    def save(self, path: Path) -> None:
        """Write the vocabulary as one JSON file, a merge on a line."""
        lines = (" ".join(pair) for pair in self.merges)
        text = json.dumps({"merges": list(lines)}, ensure_ascii=False, indent=0)
        path.write_text(text + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Read what `save` wrote."""
        merges = json.loads(path.read_text("utf-8"))["merges"]
        return cls([(first, second) for first, second in map(str.split, merges)])


class _Memory(dict[str, tuple[int, ...]]):
    """The ids of the words met so far."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, word: str) -> tuple[int, ...]:
        if len(self) >= _REMEMBERED_WORDS:
            self.clear()
        ids = self[word] = self._tokenizer.merge(word)
        return ids


def _join(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    """Join every occurrence of a pair, from the left."""
    joined: list[str] = []
    at = 0
    while at < len(pieces):
        if (pieces[at], *pieces[at + 1 : at + 2]) == pair:
            joined.append("".join(pair))
            at += 2
        else:
            joined.append(pieces[at])
            at += 1
    return joined


class _Collapse(dict[int, str]):
    """What stands for each character while words are matched: itself in ASCII, else its kind."""

    def __missing__(self, code: int) -> str:
        kind = self[code] = _kind(code)
        return kind


def _kind(code: int) -> str:
    character = chr(code)
    category = unicodedata.category(character)
    if code < 128:
        return character
    if character.isspace():
        return _SPACE
    return {"N": _NUMBER, "L": _LETTER}.get(category[0], _OTHER)


_collapsed = _Collapse()
