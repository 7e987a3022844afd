"""The models that are known by name, read from `models/catalog.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from gptoss_writer.sampling.params import SamplingParams

_PACKAGE = Path(__file__).resolve().parents[1]
_CATALOG = "catalog.toml"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the catalog. What is not known of it is "" or 0.

    `bytes` and `sha256` are those of the whole file, `header_name` and `fingerprint` what an engine
    finds in it. A bundled model came with the program; the others stand in a repository on Hugging
    Face, at a revision that never changes. `sampling` is what the model writes best with.
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
    header_name: str = ""
    fingerprint: str = ""
    sampling: SamplingParams = field(default_factory=SamplingParams)

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
    return tuple(map(_known_model, tomllib.loads(text)["model"]))


def _known_model(entry: dict[str, Any]) -> KnownModel:
    """Make a model of its entry; what that does not say of sampling is the program's default."""
    return KnownModel(**entry | {"sampling": SamplingParams(**entry.get("sampling", {}))})


def known_model(name: str) -> KnownModel | None:
    """Give a model of the catalog by its name; None where it has none such."""
    return next((model for model in known_models() if model.name == name), None)


def recognise(header_name: str, fingerprint: str) -> KnownModel | None:
    """Give the model of the catalog that a file is, wherever it lies and whatever it is called.

    One of the two is enough: the name in the file's header, or the engine's fingerprint of it.
    """
    for model in known_models():
        is_by_name = header_name and header_name == model.header_name
        if is_by_name or (fingerprint and fingerprint == model.fingerprint):
            return model
    return None


def packaged_file(name: str) -> Path:
    """Give the place of a file of `models/`: in the installed package, else in the checkout."""
    installed = _PACKAGE / "_models"
    return (installed if installed.is_dir() else _PACKAGE.parent / "models") / name
