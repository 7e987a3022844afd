"""Settings from flags, environment, project file and user file, in this order.

A setting that is named nowhere is None here; the command then takes what the workspace was
written with, or the default.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path

from gptoss_writer.engine.preflight import WEIGHTS_MODES, WeightsMode
from gptoss_writer.errors import UsageError
from gptoss_writer.harmony.messages import ReasoningEffort

_NAME = "gptoss-writer"
PROJECT_FILE = "gptoss-writer.toml"
USER_FILE = "config.toml"
ENVIRONMENT_PREFIX = "GPTOSS_WRITER_"

MAX_SEED = 2**31 - 1
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set.

    `workspace` is the folder of one draft; `context` counts tokens; `mlock` keeps the weights'
    pages in memory; `gpu_layers` -1 means all; `tolerance` is the part of a word budget, in per
    cent, by which a section may miss it.
    """

    model: str | None = None
    prompts: Path | None = None
    workspace: Path | None = None
    effort: ReasoningEffort | None = None
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    context: int | None = None
    threads: int | None = None
    weights: WeightsMode | None = None
    mlock: bool | None = None
    gpu_layers: int | None = None
    analysis_tokens: int | None = None
    tolerance: float | None = None


def prefixes_folder() -> Path:
    """Give the folder in which evaluated prompt prefixes are kept, for all drafts of this user."""
    return user_cache_path(_NAME) / "prefixes"


def speeds_file() -> Path:
    """Give the file in which it is remembered how fast models run on this machine."""
    return user_cache_path(_NAME) / "speeds.json"


def models_folder() -> Path:
    """Give the folder that models are downloaded into, and looked for in."""
    return user_data_path(_NAME) / "models"


@dataclass(frozen=True, slots=True)
class _Layer:
    """Raw values from one place; `label` names a key of it in a message."""

    values: Mapping[str, object]
    label: Callable[[str], str]
    folder: Path


def resolve(
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    folder: Path,
    user_file: Path | None = None,
) -> Settings:
    """Merge all layers; `flags` that are None do not count.

    `folder` is where the project file is looked for, and above it. Relative paths of a file start
    at its folder; those of flags and variables stay as they are typed.

    Raises `UsageError` that names the flag, variable or file whose value cannot be used.
    """
    layers = (
        _Layer({k: v for k, v in flags.items() if v is not None}, _flag, Path()),
        _environment_layer(environment),
        *_file_layers(folder, user_file or user_config_path(_NAME) / USER_FILE),
    )
    chosen: dict[str, object] = {}
    for layer in layers:
        for key, raw in layer.values.items():
            if key not in chosen:
                chosen[key] = _PARSERS[key](raw, layer.label(key), layer.folder)
    return Settings(**chosen)  # type: ignore[arg-type]  # each value went through its parser


def _flag(key: str) -> str:
    return "--" + key.replace("_", "-")


def _variable(key: str) -> str:
    return ENVIRONMENT_PREFIX + key.upper()


def _environment_layer(environment: Mapping[str, str]) -> _Layer:
    values: dict[str, object] = {}
    for name, value in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or not value:
            continue
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if key not in _PARSERS or name != _variable(key):
            raise UsageError(
                f"The environment variable {name} is not a setting.{_suggestion(key, _variable)}",
                f"Use any of: {', '.join(map(_variable, _PARSERS))}.",
            )
        values[key] = value
    return _Layer(values, _variable, Path())


def _file_layers(folder: Path, user_file: Path) -> list[_Layer]:
    candidates = (place / PROJECT_FILE for place in (folder, *folder.parents))
    project = next((path for path in candidates if _is_file(path)), None)
    files = [project] if project else []
    if _is_file(user_file):
        files.append(user_file)
    return [_file_layer(path) for path in files]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder above that we may not look into, nothing can be meant for us
        return False


def _file_layer(path: Path) -> _Layer:
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(
            f"{path} cannot be read: {reason}.", "Mend the file or remove it."
        ) from None
    for key in values:
        if key not in _PARSERS:
            raise UsageError(
                f"{path}: {_shown(key)} is not a setting.{_suggestion(key, str)}",
                f"Use any of: {', '.join(_PARSERS)}.",
            )
    return _Layer(values, lambda key: f"{path}: {key}", path.parent)


def _suggestion(key: str, spelled: Callable[[str], str]) -> str:
    close = difflib.get_close_matches(key, _PARSERS, n=1)
    return f" Did you mean {spelled(close[0])}?" if close else ""


def _shown(raw: object) -> str:
    """Write a value for a message, cut where it is long."""
    text = repr(raw)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


def _text(raw: object, label: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise UsageError(f"{label}: {_shown(raw)} is not a text.", "Give a name or a path.")
    return raw


def _placed(text: str, label: str, folder: Path) -> tuple[Path, bool]:
    """Give the path that a text means, starting at `folder`, and whether something is there."""
    try:
        path = folder / Path(text).expanduser()
    except RuntimeError as error:  # a home folder that nobody has
        raise _no_path(label, text, str(error)) from None
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return path, False
    except (OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            return path, True  # whoever opens it says better what may not be read
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise _no_path(label, text, reason) from None
    return path, True


def _no_path(label: str, text: str, reason: str) -> UsageError:
    return UsageError(
        f"{label}: {_shown(text)} cannot be used as a path: {reason.rstrip('.')}.",
        "Give another path.",
    )


def _model(raw: object, label: str, folder: Path) -> str:
    """Give a path if it leads anywhere; else the text, which may be a model's name."""
    text = _text(raw, label)
    path, exists = _placed(text, label, folder)
    return str(path) if exists else text


def _path(raw: object, label: str, folder: Path) -> Path:
    text = str(raw) if isinstance(raw, Path) else _text(raw, label)
    return _placed(text, label, folder)[0]


def _effort(raw: object, label: str, _folder: Path) -> ReasoningEffort:
    with suppress(ValueError):
        if isinstance(raw, str):
            return ReasoningEffort(raw.strip().lower())
    raise UsageError(
        f"{label}: {_shown(raw)} is not a reasoning effort.", "Use low, medium or high."
    )


def _weights(raw: object, label: str, _folder: Path) -> WeightsMode:
    for mode in WEIGHTS_MODES:
        if raw == mode:
            return mode
    raise UsageError(
        f"{label}: {_shown(raw)} is not a way to load weights.",
        "Use auto, mmap or repack.",
    )


def _switch(raw: object, label: str, _folder: Path) -> bool:
    if isinstance(raw, bool):
        return raw
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if isinstance(raw, str) and raw.strip().lower() in words:
        return words[raw.strip().lower()]
    raise UsageError(f"{label}: {_shown(raw)} is neither true nor false.", "Use true or false.")


def _whole(lowest: int, highest: int) -> Callable[[object, str, Path], int]:
    def parse(raw: object, label: str, _folder: Path) -> int:
        with suppress(ValueError):
            value = int(raw) if isinstance(raw, int | str) and not isinstance(raw, bool) else None
            if value is not None and lowest <= value <= highest:
                return value
        raise UsageError(
            f"{label}: {_shown(raw)} is not a whole number from {lowest} to {highest}.",
            "Give a number in that range.",
        )

    return parse


def _share(lowest: float, highest: float) -> Callable[[object, str, Path], float]:
    def parse(raw: object, label: str, _folder: Path) -> float:
        with suppress(ValueError, OverflowError):
            if isinstance(raw, int | float | str) and not isinstance(raw, bool):
                value = float(raw)
                if lowest <= value <= highest:
                    return value
        raise UsageError(
            f"{label}: {_shown(raw)} is not a number from {lowest:g} to {highest:g}.",
            "Give a number in that range.",
        )

    return parse


_PARSERS: Mapping[str, Callable[[object, str, Path], object]] = {
    "model": _model,
    "prompts": _path,
    "workspace": _path,
    "effort": _effort,
    "seed": _whole(0, MAX_SEED),
    "temperature": _share(0, 5),
    "top_p": _share(0.01, 1),
    "top_k": _whole(0, 1_000_000),
    "min_p": _share(0, 1),
    "context": _whole(256, 1_048_576),
    "threads": _whole(1, 1024),
    "weights": _weights,
    "mlock": _switch,
    "gpu_layers": _whole(-1, 10_000),
    "analysis_tokens": _whole(0, 100_000),
    "tolerance": _share(1, 50),
}
assert set(_PARSERS) == {field.name for field in fields(Settings)}  # noqa: S101 - a typo here
