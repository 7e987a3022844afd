"""From what a person typed to the file of a model."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from gptoss_writer.errors import ModelError
from gptoss_writer.models.catalog import KnownModel, known_model, known_models, packaged_file
from gptoss_writer.models.elsewhere import Found

THREE_WAYS = (
    "Download gpt-oss-20b (12.1 GB) with:\n"
    "gptoss-writer models download gpt-oss-20b\n"
    "or give the path of a gpt-oss GGUF file with --model PATH, or try the small one that came "
    "with the program with --model demo."
)


def find_model(
    model: str,
    folders: tuple[Path, ...],
    elsewhere: Callable[[], Iterable[Found]] = tuple,
    cure: str = THREE_WAYS,
) -> Path:
    """Find a model's file: by path, by a name of the catalog, or by a file's name in `folders`.

    A file's name may come with or without `.gguf`; a model of the catalog may also stand
    `elsewhere`, which is looked through only where it has to be. Raises `ModelError` with what
    comes close, and with the `cure`.
    """
    path = Path(os.path.expanduser(model))  # noqa: PTH111 - Path raises where there is no such user
    known = known_model(model)
    if (os.path.lexists(path) or _is_hidden(path)) and not (known and _is_folder(path)):
        return path
    if known:
        return _find_known(known, folders, elsewhere)
    if len(path.parts) == 1:
        for name in (model, f"{model}.gguf"):
            if found := _find_file(name, folders):
                return found
    raise ModelError(f"There is no model {model}.{_close_to(path, folders)}", cure)


def _find_known(
    known: KnownModel, folders: tuple[Path, ...], elsewhere: Callable[[], Iterable[Found]]
) -> Path:
    if known.bundled:
        path = packaged_file(known.file)
        if _is_file(path):
            return path
        raise ModelError(
            f"The {known.name} model did not come with this copy of the program: {path} does not "
            "exist.",
            "Install a release of gptoss-writer, which has it, or give --model the path of a "
            "gpt-oss GGUF file.",
        )
    if known.file and (found := _find_file(known.file, folders)):
        return found
    for one in elsewhere():
        if one.known == known and one.is_usable:
            return one.path
    size = f" ({known.bytes / 1e9:.1f} GB)" if known.bytes else ""
    raise ModelError(
        f"{known.name}{size} is not on this machine.",
        f"Download it with:\ngptoss-writer models download {known.name}"
        if known.can_be_downloaded
        else f"Get a GGUF file of it from {known.page} and give --model its path.",
    )


def _find_file(name: str, folders: tuple[Path, ...]) -> Path | None:
    return next((folder / name for folder in folders if _is_file(folder / name)), None)


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - Path raises for a name too long


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path raises for a name too long


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
    is_name = len(path.parts) == 1
    places = (path.parent, *folders) if is_name else (path.parent,)
    names = [found.name for folder in places for found in sorted(folder.glob("*.gguf"))]
    names += [known.name for known in known_models() if is_name]
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""
