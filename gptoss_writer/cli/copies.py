"""Files that the user names: a copy of the article, an imported outline."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gptoss_writer.errors import ResourceError, UsageError
from gptoss_writer.workspace.storage import Storage

STDOUT = "-"


def require_free_target(
    target: str, outline: Path, workspace: Path, is_ours: Callable[[bytes], bool]
) -> None:
    """Raise `UsageError` where a copy of the article must not or cannot go to `target`.

    Must not: onto the outline, into the workspace, onto a file that holds anything but an article
    of this draft. To be called before the work, which may take an hour.
    """
    path = require_place(target)
    if is_same_file(path, outline):
        raise UsageError(f"-o {target} is the outline itself.", "Give -o another name.")
    if path.resolve().is_relative_to(workspace.resolve()):
        raise UsageError(
            f"-o {target} lies in the workspace, which is the program's own.",
            "Give -o a place outside of it.",
        )
    if path.is_file() and (old := _read(path)) and not is_ours(old):
        raise UsageError(
            f"{target} exists and is not an article of this draft, or was edited since.",
            "Give -o another name, or move the file away.",
        )


def require_place(target: str, option: str = "-o") -> Path:
    """Give the path of a file that could be written; `UsageError` where it could not."""
    path = Path(target)
    example = "tides.yaml" if option == "init" else "article.md"
    try:
        if path.is_dir():
            raise UsageError(
                f"{option} {target} is a folder.",
                f"Give a file's name, such as {path / example}.",
            )
        if not path.parent.is_dir():
            raise UsageError(
                f"{option} {target}: there is no folder {path.parent}.",
                f"Create it, or give {option} another place.",
            )
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(f"{option} {target}: {reason}.", f"Give {option} another name.") from None
    return path


def is_same_file(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file that exists."""
    return one.exists() and other.exists() and one.samefile(other)


def write_file(target: str, text: str | bytes) -> None:
    """Write a text to a file in one step, or straight into what is no plain file.

    Raises `ResourceError` where the disk refuses; what stood there is then as it was.
    """
    path, data = Path(target), text.encode("utf-8") if isinstance(text, str) else text
    if path.exists() and not path.is_file():
        _pour(path, data)
        return
    real = Path(os.path.realpath(path))  # a link keeps pointing where it points
    Storage(real.parent).replace_file(real, data)


def _pour(path: Path, data: bytes) -> None:
    """Write to a device or a pipe, which cannot be replaced."""
    try:
        with path.open("wb", buffering=0) as stream:
            stream.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ResourceError(
            f"Cannot write to {path}: {error.strerror}.", "Give -o another place."
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} exists and cannot be read: {error.strerror}.", "Give -o another name."
        ) from error
