"""Reads the front of a file piece by piece, for files that may lie about their lengths."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import BinaryIO, NoReturn

from gptoss_writer.engine.llama.lookalikes import DOWNLOAD_AGAIN
from gptoss_writer.errors import ModelError

# gpt-oss-20b's header has 13 MB; its longest text, the chat template, 17 kB.
HEADER_LIMIT_BYTES = 32 << 20
TEXT_LIMIT_BYTES = 1 << 20
FIRST_READ_BYTES = 64 << 10

U32 = struct.Struct("<I")
U64 = struct.Struct("<Q")


class FrontReader:
    """Walks the front of a file and reads more of it when it is needed."""

    def __init__(self, path: Path, stream: BinaryIO, size: int) -> None:
        self._path = path
        self._stream = stream
        self._size = size
        self.data = b""
        self.position = 0

    def fail(self, what: str) -> NoReturn:
        """Raise `ModelError`: the file is damaged."""
        raise ModelError(f"{self._path} is damaged: {what}.", DOWNLOAD_AGAIN)

    def peek(self, length: int) -> bytes:
        """Give the first bytes of the file, as many as there are up to `length`."""
        self.reach(min(length, self._size))
        return self.data[:length]

    def reach(self, end: int) -> int:
        """Read the file up to `end` at least; return how far it has been read."""
        if end <= len(self.data):
            return len(self.data)
        if end > self._size:
            raise ModelError(
                f"{self._path} is cut off: it ends after {self._size:,} bytes, inside its header.",
                DOWNLOAD_AGAIN,
            )
        if end > HEADER_LIMIT_BYTES:
            self.fail(f"its header is longer than {HEADER_LIMIT_BYTES:,} bytes")
        wanted = min(self._size, HEADER_LIMIT_BYTES, max(end, FIRST_READ_BYTES, 4 * len(self.data)))
        try:
            self.data += self._stream.read(wanted - len(self.data))
        except OSError as error:
            raise ModelError(
                f"{self._path} cannot be read: {error.strerror}.", "Check the disk it is on."
            ) from error
        if len(self.data) < end:
            self.fail("it became shorter while it was read")
        return len(self.data)

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes and step over them."""
        start, self.position = self.position, self.position + length
        self.reach(self.position)
        return self.data[start : self.position]

    def number(self, form: struct.Struct) -> int:
        """Read one whole number."""
        return int(form.unpack(self.take(form.size))[0])

    def counted(self, what: str, limit: int) -> int:
        """Read a count of 64 bits and refuse one above `limit`."""
        count = self.number(U64)
        if count > limit:
            self.fail(f"it claims {count:,} {what}; more than {limit:,} cannot be")
        return count

    def text(self, limit: int = TEXT_LIMIT_BYTES) -> bytes:
        """Read a string: its length, then its bytes."""
        place = self.position
        length = self.number(U64)
        if length > limit:
            self.fail(f"the text at byte {place:,} claims to be {length:,} bytes long")
        return self.take(length)

    def skip_texts(self, count: int) -> None:
        """Step over `count` strings. A tight loop: gpt-oss has 446,189 merges."""
        position, reached, length_at = self.position, len(self.data), U64.unpack_from
        for _ in range(count):
            start = position + 8
            if start > reached:
                reached = self.reach(start)
            position = start + length_at(self.data, position)[0]
        self.position = position
        self.reach(position)

    def texts(self, count: int) -> list[bytes]:
        """Read `count` strings, as tightly as `skip_texts`."""
        position, reached, length_at = self.position, len(self.data), U64.unpack_from
        found = []
        for _ in range(count):
            start = position + 8
            if start > reached:
                reached = self.reach(start)
            position = start + length_at(self.data, position)[0]
            if position > reached:
                reached = self.reach(position)
            found.append(self.data[start:position])
        self.position = position
        return found

    def sha256(self) -> str:
        """Hash all that has been stepped over."""
        return hashlib.sha256(memoryview(self.data)[: self.position]).hexdigest()
