"""Headers that lie, are cut off, or have flipped bits."""

from __future__ import annotations

import random
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.engine.llama.header import check_model
from gptoss_writer.errors import ModelError
from tests.support.broken_models import (
    AGAIN,
    ARRAY,
    FLOAT32,
    STRING,
    UINT32,
    front,
    text,
    verdict,
    written,
)

HUGE = struct.pack("<Q", 1 << 63)
LIES = {
    "2^63 keys": (
        front(key_count=1 << 63),
        "it claims 9,223,372,036,854,775,808 keys; more than 4,096 cannot be",
    ),
    "2^63 tensors": (
        front(tensors=1 << 63),
        "it claims 9,223,372,036,854,775,808 tensors; more than 16,384 cannot be",
    ),
    "a key of 2^62 bytes": (
        front(struct.pack("<Q", 1 << 62)),
        "the text at byte 24 claims to be 4,611,686,018,427,387,904 bytes long",
    ),
    "a string of 2^62 bytes": (
        front(text("a") + struct.pack("<IQ", STRING, 1 << 62)),
        "the text at byte 37 claims to be 4,611,686,018,427,387,904 bytes long",
    ),
    "2^63 tokens": (
        front(text("tokenizer.ggml.tokens") + struct.pack("<II", ARRAY, STRING) + HUGE),
        f"it claims {1 << 63:,} strings in tokenizer.ggml.tokens; more than 262,144 cannot be",
    ),
    "2^63 numbers": (
        front(text("a") + struct.pack("<II", ARRAY, UINT32) + HUGE),
        "it claims 9,223,372,036,854,775,808 numbers in a; more than 33,554,432 cannot be",
    ),
    "an array of arrays": (
        front(text("a") + struct.pack("<IIQ", ARRAY, ARRAY, 1) * 1000),
        "the key a holds an array of arrays",
    ),
    "an unknown type": (
        front(text("a") + struct.pack("<I", 13)),
        "the key a is of an unknown type, 13",
    ),
    "a key twice": (
        front(*[text("a") + struct.pack("<II", UINT32, 1)] * 2),
        "the key a stands twice",
    ),
    "a key without a name": (
        front(text("") + struct.pack("<II", UINT32, 1)),
        "a key has no name",
    ),
    "alignment 0": (
        front(text("general.alignment") + struct.pack("<II", UINT32, 0)),
        "its alignment is 0, which is not a power of two",
    ),
    "alignment 48": (
        front(text("general.alignment") + struct.pack("<II", UINT32, 48)),
        "its alignment is 48, which is not a power of two",
    ),
    "a broken alignment": (
        front(text("general.alignment") + struct.pack("<If", FLOAT32, 32)),
        "the key general.alignment is not a whole number of 32 bits",
    ),
    "two equal tokens": (
        front(
            text("tokenizer.ggml.tokens") + struct.pack("<IIQ", ARRAY, STRING, 2) + text("x") * 2
        ),
        "two of its tokens have the same text",
    ),
    "a tensor of five dimensions": (
        front(text("t") + struct.pack("<I", 5), key_count=0, tensors=1),
        "the tensor t has 5 dimensions",
    ),
    "a tensor of 2^64 weights": (
        front(text("t") + struct.pack("<IQQIQ", 2, 1 << 32, 1 << 32, 0, 0), key_count=0, tensors=1),
        "the tensor t has an impossible shape, 4,294,967,296 x 4,294,967,296 of F32",
    ),
    "a row that is no whole number of blocks": (
        front(text("t") + struct.pack("<IQIQ", 1, 33, 39, 0), key_count=0, tensors=1),
        "the tensor t has an impossible shape, 33 of MXFP4",
    ),
    "a tensor of an unknown type": (
        front(text("t") + struct.pack("<IQIQ", 1, 32, 99, 0), key_count=0, tensors=1),
        "the tensor t is of a type that holds no weights, 99",
    ),
    "a tensor twice": (
        front(text("t") + struct.pack("<IQIQ", 1, 8, 0, 0), key_count=0, tensors=2)
        + text("t")
        + struct.pack("<IQIQ", 1, 8, 0, 32),
        "the tensor t stands twice",
    ),
    "a tensor out of place": (
        front(text("t") + struct.pack("<IQIQ", 1, 8, 0, 64), key_count=0, tensors=1),
        "the tensor t is said to begin at byte 64 of the weights, but the one before it ends at 0",
    ),
}


@pytest.mark.parametrize(("content", "what"), LIES.values(), ids=LIES.keys())
def test_a_header_that_lies_is_refused_with_the_place(
    tmp_path: Path, content: bytes, what: str
) -> None:
    """Counts, lengths and places that cannot be true are named in the message."""
    padded = content + bytes(64)

    assert (f"FILE is damaged: {what}.", AGAIN) == verdict(written(tmp_path, padded))


def test_a_header_of_many_empty_strings_costs_little_memory(tmp_path: Path) -> None:
    """The biggest arrays of strings that are let through stay far below 150 MB."""
    tokens = b"".join(text(str(index)) for index in range(262_144))
    keys = (
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", ARRAY, STRING, 262_144) + tokens,
        text("a") + struct.pack("<IIQ", ARRAY, STRING, 700_000) + bytes(8 * 700_000),
        text("b") + struct.pack("<IIQ", ARRAY, UINT32, 4_000_000) + bytes(4 * 4_000_000),
    )
    path = written(tmp_path, front(*keys))
    tracemalloc.start()

    message, _ = verdict(path)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "FILE is not a gpt-oss model: its architecture is not named." == message
    assert peak < 120_000_000


def test_a_short_download_is_told_with_both_sizes(tiny_model: Path, tmp_path: Path) -> None:
    """A file whose weights are not all there says how many bytes are expected and found."""
    path = written(tmp_path, tiny_model.read_bytes()[:-1000])
    whole = tiny_model.stat().st_size

    assert (
        f"FILE is cut off: {whole:,} bytes expected, {whole - 1000:,} found.",
        "Finish the download, or download the file again.",
    ) == verdict(path)


def test_a_file_cut_in_its_header_is_told_so(tiny_model: Path, tmp_path: Path) -> None:
    """Where the header itself is cut, the expected size cannot be known."""
    path = written(tmp_path, tiny_model.read_bytes()[:5000])

    assert (
        "FILE is cut off: it ends after 5,000 bytes, inside its header.",
        AGAIN,
    ) == verdict(path)


def test_no_truncation_is_accepted(tiny_model: Path, tmp_path: Path) -> None:
    """At 64 offsets, in the header and in the weights, a cut file is refused as cut off."""
    content = tiny_model.read_bytes()
    ends = random.Random(0).sample(range(1, check_model(tiny_model).data_offset), 48)
    ends += random.Random(1).sample(range(24, len(content)), 16)

    messages = [verdict(written(tmp_path, content[:end]))[0] for end in ends]

    words = ("cut off", "short text")
    assert [] == [message for message in messages if not any(word in message for word in words)]


def test_flipped_bits_never_escape_as_another_error(tiny_model: Path, tmp_path: Path) -> None:
    """Of 200 single flipped bits of the header, each is refused cleanly or changes no structure."""
    sound = check_model(tiny_model)
    content = tiny_model.read_bytes()
    refusals = []
    for bit in random.Random(2).sample(range(8 * sound.data_offset), 200):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        path = written(tmp_path, bytes(damaged))
        try:
            header = check_model(path)
        except ModelError as error:
            refusals.append(error)
        else:
            assert sound.data_offset == header.data_offset
            assert len(sound.tensors) == len(header.tensors)

    assert 100 < len(refusals) < 200
    assert all(error.hint and "model.gguf " in error.message for error in refusals)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name one file that all fuzzed headers are written to."""
    return tmp_path_factory.mktemp("fuzz") / "fuzzed.gguf"


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), keep=st.integers(0, 40))
def test_any_bytes_behind_the_magic_give_a_verdict(fuzzed: Path, content: bytes, keep: int) -> None:
    """Whatever follows the magic, the only error is a model error."""
    sound = front(text("general.architecture") + struct.pack("<I", STRING) + text("gpt-oss"))
    fuzzed.write_bytes(sound[: 8 + keep] + content)

    assert verdict(fuzzed)[0].startswith("FILE ")


def test_text_from_the_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Escapes and newlines in an architecture's name do not reach the message."""
    name = "evil\x1b]0;title\x07\n\nname" + "x" * 200
    key = text("general.architecture") + struct.pack("<I", STRING) + text(name)

    message, _ = verdict(written(tmp_path, front(key)))

    assert f"FILE is not a gpt-oss model: its architecture is evil]0;title name{'x' * 42}…." == (
        message
    )
