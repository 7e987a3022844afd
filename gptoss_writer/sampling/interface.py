"""The seam between rules over text and an engine that draws tokens.

A constraint reads the text as the bytes of tokens. It holds a state; the engine asks whether a
piece may come next, tells it what did come, and takes back what it gave up. Nothing here knows
llama.cpp, vocabularies or outlines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Protocol


class Verdict(Enum):
    """What a constraint says to a piece of text."""

    ACCEPT = auto()
    REJECT = auto()
    OVERRUN = auto()
    """Well formed, but it would begin a word above the ceiling."""


class Ending(Enum):
    """Whether the text may end where it stands."""

    FORBIDDEN = auto()
    ALLOWED = auto()
    FORCED = auto()
    """One more sentence would not fit, or would lead further from the budget."""


Mark = object
"""A constraint's state at one moment; opaque, immutable, cheap to keep."""

Walk = Callable[[Callable[[bytes], bool]], Iterable[int]]
"""Enumerates tokens by their bytes: given a test of prefixes, the ids whose every prefix passes."""


class Constraint(Protocol):
    """Decides which text may come next. Not for use by two generations at once."""

    def accepts(self, piece: bytes) -> Verdict:
        """Say whether these bytes may come next; the state stays as it is."""
        ...

    def allowed(self, walk: Walk) -> Iterable[int]:
        """Enumerate the tokens that may come next, by walking a vocabulary's byte trie."""
        ...

    def advance(self, piece: bytes) -> None:
        """Take the bytes in; they must have been accepted."""
        ...

    def mark(self) -> Mark:
        """Give the state, to come back to by `rollback`."""
        ...

    def rollback(self, mark: Mark) -> None:
        """Go back to the state of a mark, exactly."""
        ...

    def refuse_end(self) -> None:
        """Note that the text wanted to end here and may not: something new must begin."""
        ...

    def ending(self) -> Ending:
        """Say whether the text may end here, and whether it should."""
        ...

    def ends_before(self, piece: bytes) -> bool:
        """Tell whether a sentence ends here, seen from what would come next.

        What looks like an end may be none: "3." before "5", "U.S." before " Army".
        """
        ...

    @property
    def words(self) -> int:
        """How many words the text has, as `text.count_words` counts them."""
        ...

    @property
    def is_sentence_end(self) -> bool:
        """Tell whether a sentence can end here, with nothing left open."""
        ...

    @property
    def is_in_band(self) -> bool:
        """Tell whether the text has as many words as it may have at its end."""
        ...

    @property
    def is_narrow(self) -> bool:
        """Tell whether so little may come here that it is best enumerated by `allowed`."""
        ...

    def distance(self) -> int:
        """Give how many words the text is away from its budget."""
        ...

    def closing(self) -> str | None:
        """Give the shortest text that ends the sentence here, inside the band; None: not here.

        "" where one ends already.
        """
        ...
