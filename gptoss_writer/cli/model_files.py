"""What the `models` commands do, and how it is shown."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gptoss_writer.cli.interrupts import interruptible
from gptoss_writer.cli.places import model_folders, surroundings
from gptoss_writer.cli.progress import coarse_duration
from gptoss_writer.cli.terminal import Terminal, is_capable, one_line
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama.header import GgufHeader, check_model, read_header
from gptoss_writer.engine.preflight import gigabytes
from gptoss_writer.errors import ModelError, UsageError
from gptoss_writer.models.catalog import KnownModel, known_model, known_models
from gptoss_writer.models.download import Source, download
from gptoss_writer.models.elsewhere import Found, find_models
from gptoss_writer.models.finding import find_model
from gptoss_writer.models.transfer import sha256_of
from gptoss_writer.settings import models_folder

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LABEL_WIDTH = 16

_WHICH_FILE = (
    "Give the path of a GGUF file, or a name from `gptoss-writer models list`; "
    "`gptoss-writer models find` shows which files are on this machine."
)


def list_known(terminal: Terminal, *, as_json: bool) -> int:
    """Print the catalog, each model with its place on this machine."""
    places = {known.name: _place(known) for known in known_models()}
    if as_json:
        terminal.json([_known_json(known, places[known.name]) for known in known_models()])
        return 0
    blocks = []
    for known in known_models():
        place = places[known.name]
        where = f"here: {place}" if place else "not on this machine"
        if not place and known.can_be_downloaded:
            where += f"; gptoss-writer models download {known.name}"
        size = f" ({gigabytes(known.bytes)})" if known.bytes else ""
        lines = [f"{known.name}{size}", f"  {known.title}", f"  {where}"]
        blocks.append("\n".join(lines + ([f"  {known.page}"] if known.page else [])))
    terminal.data("\n\n".join(blocks))
    return 0


def _place(known: KnownModel) -> Path | None:
    try:
        return find_model(known.name, model_folders(), lambda: find_models(surroundings()))
    except ModelError:
        return None


def _file_named(file: str) -> Path:
    """Find the file that a command is to look at."""
    return find_model(file, model_folders(), lambda: find_models(surroundings()), _WHICH_FILE)


def _known_json(known: KnownModel, place: Path | None) -> dict[str, Any]:
    return {
        "name": known.name,
        "title": known.title,
        "license": known.license,
        "file": known.file or None,
        "bytes": known.bytes or None,
        "sha256": known.sha256 or None,
        "page": known.page or None,
        "path": str(place) if place else None,
        "can_be_downloaded": known.can_be_downloaded,
    }


def list_found(terminal: Terminal, *, as_json: bool) -> int:
    """Print the gpt-oss files on this machine; raises `ModelError` where none can be used."""
    found = find_models(surroundings())
    if as_json:
        terminal.json([_found_json(one) for one in found])
    elif found:
        terminal.data("\n".join(_found_line(one) for one in found))
    if not any(one.is_usable for one in found):
        raise ModelError(
            "No gpt-oss model that can be used was found on this machine.",
            "Download one with:\ngptoss-writer models download gpt-oss-20b",
        )
    return 0


def _found_line(one: Found) -> str:
    name = f", {one.known.name}" if one.known else ""
    line = f"{'ok ' if one.is_usable else 'no '} {one.path}\n    {one.program}, "
    line += f"{gigabytes(one.size_bytes)}{name}"
    return line + (f"\n    {one_line(one.refusal)}" if one.refusal else "")


def _found_json(one: Found) -> dict[str, Any]:
    return {
        "path": str(one.path),
        "program": one.program,
        "bytes": one.size_bytes,
        "usable": one.is_usable,
        "reason": one.refusal or None,
        "known_as": one.known.name if one.known else None,
    }


def inspect_file(file: str, terminal: Terminal, *, as_json: bool) -> int:
    """Print what matters of a GGUF file; raises `ModelError` where it is none."""
    path = _file_named(file)
    header = read_header(path)
    problem = ""
    try:
        check_model(path)
    except ModelError as error:
        problem = error.message
    facts = _facts(path, header)
    if as_json:
        terminal.json(facts | {"usable": not problem, "reason": problem or None})
        return 0
    shown = [f"{label + ':':{_LABEL_WIDTH}}{_shown(value)}" for label, value in facts.items()]
    terminal.data("\n".join([*shown, "", problem or "It can be used."]))
    return 0


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else one_line(str(value))


def _facts(path: Path, header: GgufHeader) -> dict[str, Any]:
    """Give the facts by their labels, which are the keys of the JSON as well."""
    experts = f"{header.expert_used_count} of {header.expert_count} used"
    return {
        "path": str(path),
        "name": header.name,
        "architecture": header.architecture,
        "format": f"GGUF {header.version}",
        "bytes": header.size_bytes,
        "weights": header.quantisation,
        "weight_bytes": header.weight_bytes,
        "layers": header.block_count,
        "width": header.embedding_length,
        "heads": f"{header.head_count}, {header.head_count_kv} of keys and values",
        "experts": experts if header.expert_count else "none",
        "sliding_window": header.sliding_window,
        "context_tokens": header.context_length,
        "vocabulary": header.vocabulary_size,
        "kv_bytes": header.kv_bytes_per_token,
        "tensors": len(header.tensors),
        "identity": header.fingerprint,
    }


def verify_file(file: str, sha256: str | None, terminal: Terminal) -> int:
    """Check header and hash; raises `ModelError` where either is wrong."""
    if sha256 is not None and not _SHA256.fullmatch(sha256.lower()):
        raise UsageError(
            f"--sha256: {one_line(sha256, 70)!r} is not a SHA-256.", "Give its 64 digits."
        )
    path = _file_named(file)
    header = check_model(path)
    terminal.say(f"The header of {path} is that of a gpt-oss model that can be loaded.")
    expected, source = _expected(path, header, sha256)
    cancellation = Cancellation()
    with interruptible(cancellation):
        found = sha256_of(path, Meter(terminal, "Hashing"), cancellation)
    terminal.data(f"{found}  {path}")
    if expected and found != expected:
        raise ModelError(
            f"{path} is damaged or another file: its SHA-256 should be {expected} ({source}).",
            "Download the file again.",
        )
    terminal.say(
        f"The SHA-256 is right ({source})."
        if expected
        else "No SHA-256 is known for this file; compare it with the one on its page."
    )
    return 0


def _expected(path: Path, header: GgufHeader, sha256: str | None) -> tuple[str, str]:
    """Give the hash that a file should have, and who says so."""
    if sha256 is not None:
        return sha256.lower(), "as asked for"
    for known in known_models():
        if known.sha256 and known.bytes == header.size_bytes:
            return known.sha256, f"the catalog's for {known.name}"
    blob = path.resolve().name.removeprefix("sha256-")  # as Hugging Face's and Ollama's caches name
    return (blob, "by its name in the cache") if _SHA256.fullmatch(blob) else ("", "")


def download_model(name: str, to: Path | None, terminal: Terminal) -> int:
    """Download a model of the catalog; raises what `download` raises."""
    known = known_model(name)
    names = ", ".join(known.name for known in known_models() if known.can_be_downloaded)
    if known is None:
        raise UsageError(f"There is no model {name} in the catalog.", f"Use {names}.")
    if known.bundled:
        raise UsageError(f"{name} came with the program.", f"Use it with --model {name}.")
    if not known.can_be_downloaded:
        raise UsageError(
            f"{name} cannot be downloaded from here.",
            f"Get its file from {known.page} and give --model its path.",
        )
    folder = to or models_folder()
    terminal.say(f"Downloading {known.file} ({gigabytes(known.bytes)}) to {folder}.")
    cancellation = Cancellation()
    with interruptible(cancellation):
        meter = Meter(terminal, "Downloading")
        path = download(known, folder, Source.of(os.environ, meter.interrupt), meter, cancellation)
    terminal.data(str(path))
    terminal.say(f"Use it with --model {path if to else name}.")
    return 0


class Meter:
    """Shows how far something is: a line that is written over, or one for each tenth in a log."""

    def __init__(
        self, terminal: Terminal, doing: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._terminal = terminal
        self._doing = doing
        self._clock = clock
        self._is_live = is_capable(sys.stderr) and not terminal.quiet
        self._began = self._shown_at = 0.0
        self._first = self._tenth = -1

    def __call__(self, done: int, total: int) -> None:
        """Take in that so many bytes of so many are done."""
        now = self._clock()
        if self._first < 0:
            self._first, self._began = done, now
        is_over = done >= total
        if self._is_live:
            if now - self._shown_at >= _REFRESH_SECONDS or is_over:
                self._shown_at = now
                self._terminal.rewrite(self._line(done, total, now), ends=is_over)
        elif 10 * done // total > self._tenth:
            self._tenth = 10 * done // total
            self._terminal.say(self._line(done, total, now))

    def interrupt(self, text: str) -> None:
        """Say something between two lines of the meter; the next one stands below it."""
        if self._is_live:
            self._terminal.rewrite(text, ends=True)
        else:
            self._terminal.say(text)

    def _line(self, done: int, total: int, now: float) -> str:
        share = f"{self._doing}: {100 * done // total} % of {gigabytes(total)}"
        seconds, moved = now - self._began, done - self._first
        if seconds < 1 or not moved or done >= total:
            return share
        speed = moved / seconds
        return f"{share}, {speed / 1e6:.1f} MB/s, {coarse_duration((total - done) / speed)} left"


_REFRESH_SECONDS = 0.2
