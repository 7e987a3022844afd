"""Opens a model file safely and says what the file is where it is no GGUF.

Only regular files are opened, so that a pipe or a device can neither block nor feed us for ever.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import stat
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from gptoss_writer.errors import ModelError
from gptoss_writer.text import strip_controls

MAGIC = b"GGUF"
DOWNLOAD_AGAIN = "Download the file again and compare its SHA-256 with the one on its page."
GET_GGUF = (
    "Choose a GGUF file of gpt-oss-20b, such as gpt-oss-20b-mxfp4.gguf; "
    "`gptoss-writer models download gpt-oss-20b` gets it."
)
_LEAST_GGUF_BYTES = 24
_FOLDER_ENTRIES = 10_000
_NOT_FILES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a disk device"),
    (stat.S_ISSOCK, "a socket"),
)
# The first bytes of what is most often saved under a model's name, and what to call it.
_FORMATS = (
    (b"PK\x03\x04", "a ZIP archive or a PyTorch checkpoint"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"lmgg", "a GGML file, the format before GGUF"),
    (b"tjgg", "a GGML file, the format before GGUF"),
    (b"fmgg", "a GGML file, the format before GGUF"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_LFS_SIZE = re.compile(rb"^size (\d{1,15})$", re.MULTILINE)


def open_model(path: Path) -> tuple[BinaryIO, int]:
    """Open a regular file for reading and return it with its size in bytes.

    Raises `ModelError` for anything else, and says what stands at that path instead.
    """
    try:
        _check_regular(path, path.stat())
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        stream = os.fdopen(os.open(path, flags), "rb")
    except ValueError as error:
        raise ModelError(f"{str(path)!r} cannot be a path: {error}.", GET_GGUF) from error
    except OSError as error:
        raise _not_opened(path, error) from error
    # A second look, at what was really opened: the path may have changed hands in between.
    status = os.fstat(stream.fileno())
    if not stat.S_ISREG(status.st_mode):
        stream.close()
        _check_regular(path, status)
    return stream, status.st_size


def check_magic(path: Path, head: bytes, size: int) -> None:
    """Raise `ModelError`, naming what the file is, unless `head` begins as a GGUF does."""
    if not size:
        raise ModelError(f"{path} is empty.", "Download it again; the download did not finish.")
    if not head.startswith(MAGIC):
        raise _named(path, head, size)
    if size < _LEAST_GGUF_BYTES:
        raise ModelError(
            f"{path} is cut off: a GGUF file has at least {_LEAST_GGUF_BYTES} bytes, this one "
            f"has {size}.",
            DOWNLOAD_AGAIN,
        )


def printable(raw: bytes, limit: int = 60) -> str:
    """Show bytes of a file in a message: no controls, one line, at most `limit` characters."""
    text = " ".join(strip_controls(raw[: 4 * limit].decode("utf-8", "replace")).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _named(path: Path, head: bytes, size: int) -> ModelError:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<!--")):
        return ModelError(
            f"{path} is a web page, not a model.",
            "Download the file itself; on Hugging Face its link contains /resolve/, not /blob/.",
        )
    if start.startswith(b"version https://git-lfs"):
        return _pointer(path, head)
    if not head.strip(b"\0"):
        return ModelError(
            f"{path} begins with zeros: room for it was reserved, but it was never written.",
            DOWNLOAD_AGAIN,
        )
    return ModelError(f"{path} is {_format(head, size)}", GET_GGUF)


def _format(head: bytes, size: int) -> str:
    if head[8:10] == b'{"' and int.from_bytes(head[:8], "little") < size:
        return "a safetensors file, not GGUF."
    for magic, name in _FORMATS:
        if head.startswith(magic):
            return f"{name}, not GGUF."
    if size <= len(head) and not _CONTROL.search(head):
        return f"a short text, not a model: {printable(head)}"
    return f"not a GGUF file: it begins with the bytes {head[:4].hex(' ')}."


def _pointer(path: Path, head: bytes) -> ModelError:
    size = _LFS_SIZE.search(head)
    absent = f" The model it stands for has {int(size[1]):,} bytes." if size else ""
    return ModelError(
        f"{path} is a git-LFS pointer, not the model.{absent}",
        "Run `git lfs pull` in its folder, or download the file itself.",
    )


def _check_regular(path: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    if stat.S_ISDIR(status.st_mode):
        models = _models_in(path)
        hint = f"Name the file in it: {_listed(models)}." if models else GET_GGUF
        raise ModelError(f"{path} is a folder, not a model file.", hint)
    names = [name for is_kind, name in _NOT_FILES if is_kind(status.st_mode)]
    raise ModelError(f"{path} is {(names or ['no regular file'])[0]}, not a model file.", GET_GGUF)


def _not_opened(path: Path, error: OSError) -> ModelError:
    if error.errno == errno.ELOOP:
        return ModelError(
            f"{path} is a symbolic link that leads back to itself.",
            "Make the link again, or name the model file.",
        )
    if error.errno == errno.EACCES:
        return ModelError(
            f"{path} may not be read: permission denied.",
            "Give yourself the right to read the file and its folders.",
        )
    if not isinstance(error, FileNotFoundError):
        return ModelError(f"{path} cannot be opened: {error.strerror}.", GET_GGUF)
    if path.is_symlink():
        return ModelError(
            f"{path} is a symbolic link to {path.readlink()}, which does not exist.",
            "Make the link again, or name the model file.",
        )
    return _missing(path)


def _missing(path: Path) -> ModelError:
    if not path.parent.is_dir():
        return ModelError(
            f"{path} does not exist, nor does its folder.", "Check the path of the model."
        )
    models = _models_in(path.parent)
    near = difflib.get_close_matches(path.name, models, n=3)
    if near:
        return ModelError(f"{path} does not exist.", f"Did you mean {_listed(near, ' or ')}?")
    there = f" There are {_listed(models)} in that folder." if len(models) > 1 else ""
    there = f" There is {models[0]} in that folder." if len(models) == 1 else there
    return ModelError(f"{path} does not exist.", f"Check the path of the model.{there}")


def _models_in(folder: Path) -> list[str]:
    """List the GGUF files of a folder; one that cannot be read has none."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _FOLDER_ENTRIES)]
    except OSError:
        return []
    return sorted(name for name in names if name.lower().endswith(".gguf"))


def _listed(names: list[str], last: str = " and ") -> str:
    shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"]  # noqa: PLR2004 - three fit on a line
    return last.join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else shown[0]
