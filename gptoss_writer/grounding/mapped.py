"""Text that remembers where each of its characters stood in the text it was made from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gptoss_writer.text import fold

_CHUNK = re.compile(r"[\x00-\x7f]+(?![^\x00-\x7f])|[\x00-\x7f]?[^\x00-\x7f]+")
_SPACES = re.compile(r"\s+")
_GUARD = "|"  # composes with no mark, and keeps `fold` from stripping spaces


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text with, for each character, the (start, end) it came from in an original text."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str, offset: int = 0) -> Mapped:
        """Map a text onto itself, as it stands at an offset of the original."""
        return cls(
            text,
            tuple(range(offset, offset + len(text))),
            tuple(range(offset + 1, offset + len(text) + 1)),
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the (start, end) in the original of a stretch that is not empty."""
        return self.starts[start], self.ends[end - 1]

    def cut(self, start: int, end: int) -> Mapped:
        """Give a stretch of this text."""
        return Mapped(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def folded(self) -> Mapped:
        """Give what `text.fold` makes of this text, mapped to the same original."""
        joined = MappedText()
        for chunk in _CHUNK.finditer(self.text):
            if chunk[0].isascii():
                plain = chunk[0].replace("`", "'")
                joined.add(plain, self.starts[chunk.start() : chunk.end()], None)
                joined.ends += self.ends[chunk.start() : chunk.end()]
                continue
            for start, end in _clusters(self.text, chunk.start(), chunk.end()):
                cluster = _fold_cluster(self.text[start:end])
                joined.add(cluster, (self.starts[start],) * len(cluster), self.ends[end - 1])
        return _single_spaced(joined)


class MappedText:
    """Collects the pieces of a `Mapped`."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, text: str, starts: tuple[int, ...] | range, end: int | None) -> None:
        """Add a piece; with `end`, all its characters end there, else the caller adds the ends."""
        self.pieces.append(text)
        self.starts += starts
        if end is not None:
            self.ends += (end,) * len(text)

    def done(self) -> Mapped:
        """Give what was collected."""
        return Mapped("".join(self.pieces), tuple(self.starts), tuple(self.ends))


def _single_spaced(collected: MappedText) -> Mapped:
    whole = collected.done()
    result = MappedText()
    position = 0
    for spaces in (*_SPACES.finditer(whole.text), None):
        end = spaces.start() if spaces else len(whole.text)
        result.add(whole.text[position:end], whole.starts[position:end], None)
        result.ends += whole.ends[position:end]
        # Spaces at the beginning and at the end go.
        if spaces is None or end == 0 or spaces.end() == len(whole.text):
            position = spaces.end() if spaces else end
            continue
        result.add(" ", (whole.starts[end],), whole.ends[spaces.end() - 1])
        position = spaces.end()
    return result.done()


def _clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut text where normalising the parts gives the same as normalising the whole."""
    begin = start
    for index in range(start + 1, end):
        if not _joins(text[begin:index], text[index]):
            yield begin, index
            begin = index
    yield begin, end


def _joins(cluster: str, character: str) -> bool:
    alone = _fold_cluster(character)
    if not alone or unicodedata.combining(alone[0]):
        return True
    if alone.isascii():
        return False
    return fold(f"{_GUARD}{cluster}{character}")[1:] != _fold_cluster(cluster) + alone


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    return fold(f"{_GUARD}{cluster}{_GUARD}")[1:-1]
