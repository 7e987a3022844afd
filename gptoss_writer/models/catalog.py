"""The models that are known by name, read from `models/catalog.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CATALOG = "catalog.toml"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the catalog. What is not known of it is "" or 0.

    `bytes` and `sha256` are those of the whole file. A bundled model came with the program; the
    others stand in a repository on Hugging Face, at a revision that never changes.
    """

    name: str
    title: str
    license: str
    file: str = ""
    bytes: int = 0
    sha256: str = ""
    repository: str = ""
    revision: str = ""
    bundled: bool = False

    @property
    def can_be_downloaded(self) -> bool:
        """Tell whether the catalog says which file it is, and how to know it for the right one."""
        return bool(self.repository and self.revision and self.file and self.sha256 and self.bytes)

    @property
    def page(self) -> str:
        """Where a person can read about it; "" for a bundled one."""
        return f"https://huggingface.co/{self.repository}" if self.repository else ""


@cache
def known_models() -> tuple[KnownModel, ...]:
    """Give the models of the catalog, in its order."""
    text = packaged_file(_CATALOG).read_text(encoding="utf-8")
    return tuple(KnownModel(**entry) for entry in tomllib.loads(text)["model"])


def known_model(name: str) -> KnownModel | None:
    """Give a model of the catalog by its name; None where it has none such."""
    return next((model for model in known_models() if model.name == name), None)


def packaged_file(name: str) -> Path:
    """Give the place of a file of `models/`: in the installed package, else in the checkout."""
    installed = _PACKAGE / "_models"
    return (installed if installed.is_dir() else _PACKAGE.parent / "models") / name
