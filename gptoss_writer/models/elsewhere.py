"""Looks for model files where other programs keep theirs, and judges each by its header.

The places are those that the programs document or use; nothing is copied and nothing changed.
Sources: huggingface_hub's and llama.cpp's cache code, LM Studio's, Ollama's, Jan's and GPT4All's
documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from gptoss_writer.engine.llama.header import check_model
from gptoss_writer.errors import ModelError
from gptoss_writer.models.catalog import KnownModel, known_models

_MOST_FILES = 2000
_LARGE_BYTES = 5_000_000_000
"""No real gpt-oss is smaller; what is, is for tests or demonstrations."""
_OLLAMA_MODEL = "application/vnd.ollama.image.model"
_OLLAMA_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_GPT_OSS = re.compile(r"gpt-?oss", re.IGNORECASE)
_TEXT_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a model. `refusal` says why it cannot be used; "" where it can."""

    path: Path
    program: str
    size_bytes: int
    refusal: str
    known: KnownModel | None

    @property
    def is_usable(self) -> bool:
        """Tell whether llama.cpp can load it and it speaks harmony."""
        return not self.refusal


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a search starts: the user's home, the environment, and folders of our own."""

    home: Path
    environment: Mapping[str, str]
    own_folders: tuple[Path, ...] = ()
    ollama_system: Path = Path("/usr/share/ollama/.ollama/models")


def find_models(surroundings: Surroundings) -> list[Found]:
    """Find the gpt-oss files on this machine, usable ones first, each once.

    Files that are plainly other models are left out.
    """
    found: dict[tuple[int, int], Found] = {}
    for program, path in islice(_candidates(surroundings), _MOST_FILES):
        try:
            status = path.stat()
        except OSError:
            continue
        key = (status.st_dev, status.st_ino)
        if key not in found and (judged := _judge(path, program, status.st_size)) is not None:
            found[key] = judged
    return sorted(found.values(), key=_rank)


def best_model(found: list[Found]) -> Found | None:
    """Choose what a run without `--model` takes: a known file before others, a smaller before."""
    large = [one for one in found if one.is_usable and one.size_bytes >= _LARGE_BYTES]
    return large[0] if large else None


def _rank(one: Found) -> tuple[bool, bool, int]:
    return (not one.is_usable, one.known is None, one.size_bytes)


def _judge(path: Path, program: str, size: int) -> Found | None:
    refusal = ""
    try:
        check_model(path)
    except ModelError as error:
        is_other = "is not a gpt-oss model" in error.message and not _GPT_OSS.search(str(path))
        if is_other:
            return None
        refusal = error.message.replace(f"{path} ", "it ", 1)
    known = next((known for known in known_models() if known.bytes and known.bytes == size), None)
    return Found(path, program, size, refusal, known)


def _candidates(surroundings: Surroundings) -> Iterator[tuple[str, Path]]:
    searches: tuple[tuple[str, Callable[[Surroundings], Iterator[Path]]], ...] = (
        ("gptoss-writer", _ours),
        ("Hugging Face", _hugging_face),
        ("llama.cpp", _llama_cpp),
        ("LM Studio", _lm_studio),
        ("Ollama", _ollama),
        ("Jan", _jan),
        ("GPT4All", _gpt4all),
    )
    for program, search in searches:
        yield from ((program, path) for path in search(surroundings))


def _ours(at: Surroundings) -> Iterator[Path]:
    """Give the files in our own folders; a bundled model is nobody's find."""
    bundled = {known.file for known in known_models() if known.bundled}
    for folder in at.own_folders:
        yield from (path for path in _below(folder, "*.gguf") if path.name not in bundled)


def _hugging_face(at: Surroundings) -> Iterator[Path]:
    get = at.environment.get
    cache = get("XDG_CACHE_HOME") or str(at.home / ".cache")
    named = get("HF_HUB_CACHE") or get("HUGGINGFACE_HUB_CACHE")
    hub = Path(named) if named else Path(get("HF_HOME") or f"{cache}/huggingface") / "hub"
    yield from _below(hub, "models--*/snapshots/*/*.gguf")
    yield from _below(hub, "models--*/snapshots/*/*/*.gguf")


def _llama_cpp(at: Surroundings) -> Iterator[Path]:
    get = at.environment.get
    cache = Path(get("XDG_CACHE_HOME") or at.home / ".cache")
    places = [cache / "llama.cpp", at.home / "Library/Caches/llama.cpp"]
    if local := get("LOCALAPPDATA"):
        places.append(Path(local) / "llama.cpp")
    for folder in [Path(named)] if (named := get("LLAMA_CACHE")) else places:
        yield from _below(folder, "*.gguf")
        yield from _below(folder, "models--*/snapshots/*/*.gguf")


def _lm_studio(at: Surroundings) -> Iterator[Path]:
    pointer = _text(at.home / ".lmstudio-home-pointer").strip()
    old = at.home / ".cache/lm-studio"
    home = Path(pointer) if pointer else old if old.is_dir() else at.home / ".lmstudio"
    settings = _json(home / "settings.json")
    folder = settings.get("downloadsFolder") if isinstance(settings, dict) else None
    for models in {home / "models", Path(folder) if isinstance(folder, str) else home / "models"}:
        yield from _below(models, "*/*/*.gguf")


def _ollama(at: Surroundings) -> Iterator[Path]:
    named = at.environment.get("OLLAMA_MODELS")
    for models in [Path(named)] if named else [at.home / ".ollama/models", at.ollama_system]:
        for manifest in _below(models / "manifests", "*/*/*/*"):
            content = _json(manifest)
            layers = content.get("layers") if isinstance(content, dict) else None
            for layer in layers if isinstance(layers, list) else ():
                if isinstance(layer, dict) and layer.get("mediaType") == _OLLAMA_MODEL:
                    # Matched in full before a path is made of it: a manifest is anybody's text.
                    digest = _OLLAMA_DIGEST.fullmatch(str(layer.get("digest")))
                    if digest:
                        yield models / "blobs" / f"sha256-{digest[1]}"


def _jan(at: Surroundings) -> Iterator[Path]:
    for data in ("jan", ".config/Jan/data", "Library/Application Support/Jan/data"):
        yield from _below(at.home / data / "llamacpp/models", "*/*/*.gguf")


def _gpt4all(at: Surroundings) -> Iterator[Path]:
    for data in (".local/share", "Library/Application Support", "AppData/Local"):
        yield from _below(at.home / data / "nomic.ai/GPT4All", "*.gguf")


def _below(folder: Path, pattern: str) -> Iterator[Path]:
    try:
        yield from sorted(islice(folder.glob(pattern), _MOST_FILES))
    except OSError:
        return


def _text(path: Path) -> str:
    try:
        if not path.is_file():  # a pipe would make us wait
            return ""
        with path.open("rb") as file:
            return file.read(_TEXT_LIMIT).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _json(path: Path) -> object:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError):
        return None
