"""Reads JSON objects strictly: every key is asked for by name and type, and none may be left."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TypeVar

from gptoss_writer.errors import NewerFormatError

SCHEMA_VERSION = 2
"""The format of a draft, told by `workspace.json` and by every record; a higher one is refused.

Version 1 had fewer events in its journal, no name of a model, no parent, no time and no conditions
in its records, no receipt and no `.gitignore`. Drafts of it are read as they are.
"""

_Option = TypeVar("_Option", bound=str)


class Fields:
    """The keys of one JSON object that have not been taken yet.

    Every method takes a key and raises `ValueError` where it is missing or not of that type.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError("an object in braces is missing")  # noqa: TRY004 - one error for all
        self._rest: dict[str, object] = dict(value)

    @classmethod
    def parse(cls, data: bytes) -> Fields:
        """Read one JSON object from UTF-8 bytes."""
        try:
            return cls(json.loads(data.decode("utf-8")))
        except RecursionError as error:
            raise ValueError("it is nested too deeply") from error

    def take(self, key: str) -> object:
        """Take a value of any type."""
        if key not in self._rest:
            raise ValueError(f'"{key}" is missing')
        return self._rest.pop(key)

    def has(self, key: str) -> bool:
        """Tell whether a key is there and was not taken yet."""
        return key in self._rest

    def text(self, key: str) -> str:
        """Take a string."""
        value = self.take(key)
        if not isinstance(value, str):
            raise ValueError(f'"{key}" is not a string')  # noqa: TRY004 - one error for all
        return value

    def whole(self, key: str) -> int:
        """Take a whole number, 0 or more."""
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f'"{key}" is not a whole number')
        return value

    def optional_whole(self, key: str) -> int | None:
        """Take a whole number, or null as None."""
        if self._rest.get(key, 0) is None:
            self.take(key)
            return None
        return self.whole(key)

    def flag(self, key: str) -> bool:
        """Take true or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise ValueError(f'"{key}" is not true or false')  # noqa: TRY004 - one error for all
        return value

    def number(self, key: str) -> float:
        """Take a finite number."""
        value = self.take(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f'"{key}" is not a number')  # noqa: TRY004 - one error for all
        if not math.isfinite(value):
            raise ValueError(f'"{key}" is not a finite number')
        return float(value)

    def choice(self, key: str, options: tuple[_Option, ...]) -> _Option:
        """Take a string that is one of the options."""
        value = self.text(key)
        for option in options:
            if value == option:
                return option
        raise ValueError(f'"{key}" is "{value}" and not one of {", ".join(options)}')

    def nested(self, key: str) -> Fields:
        """Take an object."""
        return Fields(self.take(key))

    def optional(self, key: str, *, is_new: bool = False) -> Fields | None:
        """Take an object, or null as None; `is_new`: older files do not have the key."""
        value = None if is_new and key not in self._rest else self.take(key)
        return None if value is None else Fields(value)

    def items(self, key: str) -> tuple[Fields, ...]:
        """Take a list of objects."""
        value = self.take(key)
        if not isinstance(value, list):
            raise ValueError(f'"{key}" is not a list')  # noqa: TRY004 - one error for all
        return tuple(Fields(item) for item in value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of strings."""
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f'"{key}" is not a list of strings')
        return tuple(value)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Take a list of whole numbers, 0 or more."""
        value = self.take(key)
        items = value if isinstance(value, list) else [None]
        if not all(type(item) is int and item >= 0 for item in items):
            raise ValueError(f'"{key}" is not a list of whole numbers')
        return tuple(items)

    def pairs(self, key: str) -> dict[str, str]:
        """Take an object whose values are strings."""
        value = self.take(key)
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ValueError(f'"{key}" is not an object of strings')
        return dict(value)

    def finish(self) -> None:
        """Raise `ValueError` where a key is left that nobody asked for."""
        if self._rest:
            raise ValueError(f'"{next(iter(self._rest))}" is not known')


def parse_versioned(data: bytes, path: Path) -> Fields:
    """Read a JSON object of our format version; `NewerFormatError` where it is newer."""
    fields = Fields.parse(data)
    require_known(fields.whole("schema_version"), path)
    return fields


def version_of(data: bytes) -> int:
    """Give the format version of a JSON object of ours; `ValueError` where it has none."""
    return Fields.parse(data).whole("schema_version")


def require_known(version: int, path: Path) -> None:
    """Raise `NewerFormatError` where a format version is newer, `ValueError` where it never was."""
    if version > SCHEMA_VERSION:
        raise NewerFormatError(
            f"{path} was written by a newer version of gptoss-writer "
            f"(format {version}; this one knows format {SCHEMA_VERSION}).",
            "Update gptoss-writer and run the same command again; nothing was changed.",
        )
    if version < 1:
        raise ValueError(f'"schema_version" is {version}')


def to_json(value: dict[str, object]) -> bytes:
    """Write an object as a person would want to read and compare it, in the order given."""
    versioned = {"schema_version": SCHEMA_VERSION, **value}
    text = json.dumps(versioned, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8") + b"\n"
