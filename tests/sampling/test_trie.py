"""A walk finds exactly the tokens of which every prefix passes."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.sampling.trie import ByteTrie

pieces = st.lists(st.binary(max_size=5) | st.text("ab", max_size=6).map(str.encode), max_size=60)


def closed(refused: set[bytes]) -> Callable[[bytes], bool]:
    """Make a test that refuses some prefixes and all that goes on from them."""
    return lambda prefix: not any(prefix[:end] in refused for end in range(1, len(prefix) + 1))


@given(pieces, st.sets(st.binary(min_size=1, max_size=3) | st.just(b"ab"), max_size=20))
def test_a_walk_is_a_search_through_all(tokens: list[bytes], refused: set[bytes]) -> None:
    """Each token that passes comes once, whatever bytes the vocabulary has twice or not at all."""
    passes = closed(refused)
    found = list(ByteTrie((piece, token) for token, piece in enumerate(tokens)).walk(passes))

    assert sorted(found) == [token for token, piece in enumerate(tokens) if piece and passes(piece)]


@given(pieces)
def test_a_refused_prefix_is_not_walked_into(tokens: list[bytes]) -> None:
    """Each prefix is asked about once, and none behind one that was refused."""
    asked: list[bytes] = []

    def passes(prefix: bytes) -> bool:
        asked.append(prefix)
        return len(prefix) < 2

    list(ByteTrie((piece, token) for token, piece in enumerate(tokens)).walk(passes))

    assert sorted({piece[:end] for piece in tokens for end in (1, 2) if len(piece) >= end}) == (
        sorted(asked)
    )


def test_tokens_without_bytes_are_never_found() -> None:
    """Control tokens have none."""
    assert [] == list(ByteTrie([(b"", 1)]).walk(lambda _prefix: True))
    assert [2] == list(ByteTrie([(b"", 1), (b"a", 2)]).walk(lambda _prefix: True))
