"""Identity of values."""

from __future__ import annotations

import pytest

from gptoss_writer.workspace.fingerprints import Json, fingerprint


def test_is_the_same_on_every_machine() -> None:
    """A fingerprint is the tag and the SHA-256 of tag and canonical JSON."""
    actual = fingerprint("section", {"words": 150, "title": "Ebbe – und Flut"})

    assert "section:d144b0cc30f72deac0b07a1d48a5faad0cde6a2ae5e096f737e2b1579712a317" == actual


def test_ignores_the_order_of_keys() -> None:
    """Two objects with the same keys and values have one fingerprint."""
    one = fingerprint("section", {"a": 1, "b": [1, 2]})
    other = fingerprint("section", {"b": (1, 2), "a": 1})

    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        {"a": [1, 2, 3]},
        {"a": [2, 1]},
        {"a": ["1", 2]},
        {"a": [1.0, 2]},
        {"b": [1, 2]},
        {"a": [1, 2], "c": None},
    ],
)
def test_tells_values_apart(other: Json) -> None:
    """Any difference in a value changes its fingerprint."""
    assert fingerprint("t", {"a": [1, 2]}) != fingerprint("t", other)


def test_tags_keep_kinds_apart() -> None:
    """The tag is hashed too, so the digits of two kinds never agree."""
    one = fingerprint("section", "x").partition(":")[2]
    other = fingerprint("template", "x").partition(":")[2]

    assert one != other


def test_refuses_what_json_cannot_say() -> None:
    """Not-a-number has no identity."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        fingerprint("t", float("nan"))


def test_takes_any_string() -> None:
    """A lone surrogate has a fingerprint and no exception."""
    assert fingerprint("t", "\ud800") != fingerprint("t", "\ud801")
