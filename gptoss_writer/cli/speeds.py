"""How fast a model runs on this machine, remembered from runs, and how long an outline will take.

Each run leaves its speeds in a small file of the user's cache, by model and by how it was loaded.
Nothing is measured where no run has been: then nobody can say how long one takes.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from gptoss_writer.drafting.sizing import RunSize
from gptoss_writer.engine.interface import ModelIdentity, Usage

_ENOUGH_TOKENS = 32
_SHORT_REASONING = 0.25
"""The share of its limit that reasoning takes where things go well."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Tokens per second: `prefill` of prompts, `decode` of text and reasoning."""

    prefill: float
    decode: float


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds a run takes: where each section is taken at once, and where all goes badly."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class SpeedBook:
    """The speeds that were seen, in one file."""

    path: Path

    def known(self, identity: ModelIdentity, how: str) -> Speeds | None:
        """Give the speeds of a model loaded in this way; None where it never ran."""
        entry = self._read().get(_key(identity, how))
        if not isinstance(entry, dict):
            return None
        prefill, decode = entry.get("prefill"), entry.get("decode")
        if isinstance(prefill, float) and isinstance(decode, float) and min(prefill, decode) > 0:
            return Speeds(prefill, decode)
        return None

    def remember(self, identity: ModelIdentity, how: str, usage: Usage) -> None:
        """Keep what a run showed; a run of a few tokens shows nothing."""
        speeds = speeds_of(usage)
        if speeds is None:
            return
        book = self._read() | {_key(identity, how): asdict(speeds)}
        with suppress(OSError):  # a cache: where it cannot be kept, nothing is lost
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self.path.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(book, file)
            Path(name).replace(self.path)

    def _read(self) -> dict[str, object]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def speeds_of(usage: Usage) -> Speeds | None:
    """Give the speeds that a cost shows; None where it is too little to tell."""
    sampled = usage.analysis + usage.final
    if min(usage.evaluated, sampled) < _ENOUGH_TOKENS:
        return None
    if min(usage.prefill_seconds, usage.decode_seconds) <= 0:
        return None
    return Speeds(usage.evaluated / usage.prefill_seconds, sampled / usage.decode_seconds)


def how_loaded(mode: str, threads: int | None) -> str:
    """Name what speeds depend on besides the model."""
    return f"{mode}, {threads or 'default'} threads"


def time_needed(size: RunSize, speeds: Speeds, text_tokens: float, attempts: int) -> Duration:
    """Estimate a run: one attempt with little reasoning each, or all attempts to their limits.

    `text_tokens` are those of all the text that is asked for; `attempts` the most that a section
    gets. Every further attempt evaluates its own notes only.
    """
    prompts = size.prefix_tokens + sum(section.suffix_tokens for section in size.sections)
    notes = sum(section.notes_tokens for section in size.sections) * (attempts - 1)
    analyses = sum(section.limits.analysis for section in size.sections)
    return Duration(
        prompts / speeds.prefill + (text_tokens + analyses * _SHORT_REASONING) / speeds.decode,
        (prompts + notes) / speeds.prefill + attempts * (text_tokens + analyses) / speeds.decode,
    )


def _key(identity: ModelIdentity, how: str) -> str:
    return f"{identity.fingerprint} {how}"
