"""What is not a GGUF file, and paths at which there is no file."""

from __future__ import annotations

import os
import socket
import struct
import sys
from pathlib import Path

import pytest

from tests.support.broken_models import AGAIN, GET_GGUF, front, verdict, written

LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 57005\n"
LOOKALIKES = {
    "empty": (b"", "FILE is empty.", "Download it again; the download did not finish."),
    "web page": (
        b"\n<!DOCTYPE html><html><title>404</title>",
        "FILE is a web page, not a model.",
        "Download the file itself; on Hugging Face its link contains /resolve/, not /blob/.",
    ),
    "git-LFS pointer": (
        LFS_POINTER,
        "FILE is a git-LFS pointer, not the model. The model it stands for has 57,005 bytes.",
        "Run `git lfs pull` in its folder, or download the file itself.",
    ),
    "safetensors": (
        struct.pack("<Q", 40) + b'{"weight":{"dtype":"F32"}}' + bytes(60),
        "FILE is a safetensors file, not GGUF.",
        GET_GGUF,
    ),
    "checkpoint": (
        b"PK\x03\x04" + bytes(600),
        "FILE is a ZIP archive or a PyTorch checkpoint, not GGUF.",
        GET_GGUF,
    ),
    "error text": (
        b"Entry not\x1b[31m found\n",
        "FILE is not a GGUF file: it begins with the bytes 45 6e 74 72.",
        GET_GGUF,
    ),
    "short text": (
        b"Entry not found\n",
        "FILE is a short text, not a model: Entry not found",
        GET_GGUF,
    ),
    "zeros": (
        bytes(4096),
        "FILE begins with zeros: room for it was reserved, but it was never written.",
        AGAIN,
    ),
    "wrong magic": (
        b"\x89PNG" + bytes(4000),
        "FILE is not a GGUF file: it begins with the bytes 89 50 4e 47.",
        GET_GGUF,
    ),
    "magic alone": (
        b"GGUF",
        "FILE is cut off: a GGUF file has at least 24 bytes, this one has 4.",
        AGAIN,
    ),
    "big-endian": (
        struct.pack(">4sIQQ", b"GGUF", 3, 0, 0),
        "FILE is a big-endian GGUF file, made for another kind of processor.",
        "Choose the little-endian file, which is the usual one.",
    ),
    "version 1": (
        front(version=1),
        "FILE is a GGUF file of version 1, which llama.cpp no longer reads.",
        "Choose a newer file of the same model.",
    ),
    "a later version": (
        front(version=4),
        "FILE says that it is a GGUF file of version 4; versions 2 and 3 are known.",
        "Update gptoss-writer if the file is newer than it; otherwise download the file again.",
    ),
    "nothing in it": (
        front(),
        "FILE is not a gpt-oss model: its architecture is not named.",
        GET_GGUF,
    ),
}


@pytest.mark.parametrize(("content", "message", "hint"), LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_what_is_no_model_is_called_by_its_name(
    tmp_path: Path, content: bytes, message: str, hint: str
) -> None:
    """What people save under a model's name by mistake is recognised, with a way out."""
    assert (message, hint) == verdict(written(tmp_path, content))


def test_a_missing_file_brings_its_nearest_neighbours(tiny_model: Path, tmp_path: Path) -> None:
    """A mistyped name is answered with the models of that folder that are nearest to it."""
    (tmp_path / "gpt-oss-20b-mxfp4.gguf").touch()
    (tmp_path / "notes.txt").touch()

    assert (
        "FILE does not exist.",
        "Did you mean gpt-oss-20b-mxfp4.gguf?",
    ) == verdict(tmp_path / "gpt-oss-20b-mxpf4.gguf")
    assert (
        "FILE does not exist.",
        "Check the path of the model. There is gpt-oss-20b-mxfp4.gguf in that folder.",
    ) == verdict(tmp_path / "other")
    assert (
        "FILE does not exist, nor does its folder.",
        "Check the path of the model.",
    ) == verdict(tiny_model.parent / "nowhere" / "tiny.gguf")


def test_a_folder_is_answered_with_the_models_in_it(tmp_path: Path) -> None:
    """A folder is no model; the hint names the models in it."""
    for name in ("a.gguf", "b.gguf", "c.GGUF", "d.gguf", "e.txt"):
        (tmp_path / name).touch()

    assert (
        "FILE is a folder, not a model file.",
        "Name the file in it: a.gguf, b.gguf and 2 more.",
    ) == verdict(tmp_path)


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    """A loop of links and a link to nothing have messages of their own."""
    loop, dangling = tmp_path / "loop.gguf", tmp_path / "dangling.gguf"
    loop.symlink_to(loop)
    dangling.symlink_to("gone.gguf")
    hint = "Make the link again, or name the model file."

    assert ("FILE is a symbolic link that leads back to itself.", hint) == verdict(loop)
    assert (
        "FILE is a symbolic link to gone.gguf, which does not exist.",
        hint,
    ) == verdict(dangling)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    """A pipe without a writer does not block, a device is not read."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))

    assert ("FILE is a named pipe, not a model file.", GET_GGUF) == verdict(tmp_path / "pipe")
    assert ("FILE is a socket, not a model file.", GET_GGUF) == verdict(tmp_path / "socket")
    assert ("FILE is a device, not a model file.", GET_GGUF) == verdict(Path("/dev/zero"))


def test_paths_that_no_system_takes_are_told(tmp_path: Path) -> None:
    """A name with a NUL or of 300 characters gets a message, not a traceback."""
    assert "cannot be a path" in verdict(Path("a\0b"))[0]
    assert "FILE cannot be opened: File name too long." == verdict(tmp_path / ("x" * 300))[0]


def test_a_file_that_may_not_be_read_is_told(tiny_model: Path, tmp_path: Path) -> None:
    """Without the right to read, the message says so."""
    path = written(tmp_path, tiny_model.read_bytes())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")

    assert (
        "FILE may not be read: permission denied.",
        "Give yourself the right to read the file and its folders.",
    ) == verdict(path)
