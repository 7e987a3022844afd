"""From the name a person typed to an engine."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from gptoss_writer.engine.interface import Engine
from gptoss_writer.errors import ModelError

_SCRIPTED = "scripted:"
_THREE_WAYS = (
    "Give --model the path of a gpt-oss GGUF file, such as gpt-oss-20b-mxfp4.gguf from "
    "https://huggingface.co/ggml-org/gpt-oss-20b-GGUF (12.1 GB)."
)


def open_engine(model: str | None, *, folders: tuple[Path, ...] = (), threads: int = 0) -> Engine:
    """Open what `model` names: a GGUF's path, the name of one in `folders`, or `scripted:FILE`.

    Reads the header and the vocabulary; weights are loaded by `prepare`. Raises `ModelError`.
    """
    if not model:
        raise ModelError("No model was given.", _THREE_WAYS)
    if model.startswith(_SCRIPTED):
        from gptoss_writer.engine.scripted import read_tape  # noqa: PLC0415 - only where asked for

        return read_tape(Path(model.removeprefix(_SCRIPTED)))
    path = find_model(model, folders)
    # llama.cpp and NumPy take half a second to import, which no other command should pay.
    from gptoss_writer.engine.llama.engine import (  # noqa: PLC0415 - see above
        LlamaEngine,
        LlamaOptions,
    )

    return LlamaEngine(path, LlamaOptions(threads=threads))


def find_model(model: str, folders: tuple[Path, ...]) -> Path:
    """Find a model's file by path or, where there is none, by name in `folders`.

    A name is the file's, with or without `.gguf`. Raises `ModelError` with names that come close.
    """
    path = Path(os.path.expanduser(model))  # noqa: PTH111 - Path raises where there is no such user
    if os.path.lexists(path) or _is_hidden(path):
        return path
    if len(path.parts) == 1:
        for folder in folders:
            for candidate in (folder / model, folder / f"{model}.gguf"):
                if os.path.isfile(candidate):  # noqa: PTH113 - Path raises for a name too long
                    return candidate
    raise ModelError(f"There is no model {model}.{_close_to(path, folders)}", _THREE_WAYS)


def _is_hidden(path: Path) -> bool:
    """Tell whether a folder on the way may not be searched, so that nobody knows what is there."""
    try:
        path.lstat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        pass
    return False


def _close_to(path: Path, folders: tuple[Path, ...]) -> str:
    places = (path.parent,) if len(path.parts) > 1 else (path.parent, *folders)
    names = [found.name for folder in places for found in sorted(folder.glob("*.gguf"))]
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""
