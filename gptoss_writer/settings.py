"""Settings from flags, environment, project file and user file, in this order.

A setting that is named nowhere is None here; the command then takes what the workspace was
written with, or the default.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from platformdirs import user_config_path

from gptoss_writer.errors import UsageError
from gptoss_writer.harmony.messages import ReasoningEffort

PROJECT_FILE = "gptoss-writer.toml"
USER_FILE = "config.toml"
ENVIRONMENT_PREFIX = "GPTOSS_WRITER_"

MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user set. `workspace` is the folder of one draft; `context` counts tokens."""

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
    analysis_tokens: int | None = None


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
    """Merge all layers; `flags` that are None do not count. Relative paths of a file start there.

    Raises `UsageError` that names the flag, variable or file whose value cannot be used.
    """
    layers = (
        _Layer({k: v for k, v in flags.items() if v is not None}, _flag, folder),
        _environment_layer(environment, folder),
        *_file_layers(folder, user_file or user_config_path("gptoss-writer") / USER_FILE),
    )
    chosen: dict[str, object] = {}
    for layer in layers:
        for key, raw in layer.values.items():
            if key not in chosen:
                chosen[key] = _PARSERS[key](raw, layer.label(key), layer.folder)
    return Settings(**chosen)  # type: ignore[arg-type]  # each value went through its parser


def _flag(key: str) -> str:
    return "--" + key.replace("_", "-")


def _environment_layer(environment: Mapping[str, str], folder: Path) -> _Layer:
    values: dict[str, object] = {}
    for name, value in environment.items():
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if not name.startswith(ENVIRONMENT_PREFIX) or not value:
            continue
        if key not in _PARSERS:
            raise UsageError(
                f"The environment variable {name} is not a setting.{_suggestion(key, upper=True)}",
                f"Use one of: {', '.join(ENVIRONMENT_PREFIX + name.upper() for name in _PARSERS)}.",
            )
        values[key] = value
    return _Layer(values, lambda key: ENVIRONMENT_PREFIX + key.upper(), folder)


def _file_layers(folder: Path, user_file: Path) -> list[_Layer]:
    layers = []
    for candidate in (folder, *folder.parents):
        if (candidate / PROJECT_FILE).is_file():
            layers.append(_file_layer(candidate / PROJECT_FILE))
            break
    if user_file.is_file():
        layers.append(_file_layer(user_file))
    return layers


def _file_layer(path: Path) -> _Layer:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read: {error}.", "Mend the file or remove it."
        ) from None
    for key in values:
        if key not in _PARSERS:
            raise UsageError(
                f"{path}: {key} is not a setting.{_suggestion(key)}",
                f"Use any of: {', '.join(_PARSERS)}.",
            )
    return _Layer(values, lambda key: f"{path}: {key}", path.parent)


def _suggestion(key: str, *, upper: bool = False) -> str:
    close = difflib.get_close_matches(key, _PARSERS, n=1)
    if not close:
        return ""
    name = ENVIRONMENT_PREFIX + close[0].upper() if upper else close[0]
    return f" Did you mean {name}?"


def _text(raw: object, label: str, _folder: Path) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise UsageError(f"{label}: {raw!r} is not a text.", "Give a name or a path.")
    return raw


def _model(raw: object, label: str, folder: Path) -> str:
    text = _text(raw, label, folder)
    relative = folder / Path(text).expanduser()
    return str(relative) if relative.exists() else text


def _path(raw: object, label: str, folder: Path) -> Path:
    return folder / Path(raw if isinstance(raw, Path) else _text(raw, label, folder)).expanduser()


def _effort(raw: object, label: str, _folder: Path) -> ReasoningEffort:
    try:
        return ReasoningEffort(str(raw).lower())
    except ValueError:
        raise UsageError(
            f"{label}: {raw!r} is not a reasoning effort.", "Use low, medium or high."
        ) from None


def _whole(lowest: int, highest: int) -> Callable[[object, str, Path], int]:
    def parse(raw: object, label: str, _folder: Path) -> int:
        try:
            value = int(raw) if isinstance(raw, int | str) and not isinstance(raw, bool) else None
        except ValueError:
            value = None
        if value is None or not lowest <= value <= highest:
            raise UsageError(
                f"{label}: {raw!r} is not a whole number from {lowest} to {highest}.",
                "Give a number in that range.",
            )
        return value

    return parse


def _share(lowest: float, highest: float) -> Callable[[object, str, Path], float]:
    def parse(raw: object, label: str, _folder: Path) -> float:
        usable = isinstance(raw, int | float | str) and not isinstance(raw, bool)
        try:
            value = float(raw) if usable else None  # type: ignore[arg-type]  # `usable` says so
        except ValueError:
            value = None
        if value is None or not lowest <= value <= highest:
            raise UsageError(
                f"{label}: {raw!r} is not a number from {lowest:g} to {highest:g}.",
                "Give a number in that range.",
            )
        return value

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
    "analysis_tokens": _whole(0, 100_000),
}
assert set(_PARSERS) == {field.name for field in fields(Settings)}  # noqa: S101 - a typo here
