"""The measurement behind `bench`: the same prompt and as many tokens, by both loops in turns."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from gptoss_writer.cli.interrupts import interruptible
from gptoss_writer.cli.opening import open_model
from gptoss_writer.cli.outlook import weights_line
from gptoss_writer.cli.places import read_settings
from gptoss_writer.cli.progress import watching
from gptoss_writer.cli.speeds import SpeedBook, how_loaded
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    Engine,
    GenerationRequest,
    TokenLimits,
    Usage,
)
from gptoss_writer.errors import Interrupted, UsageError
from gptoss_writer.events import ModelLoading
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.settings import Settings, speeds_file

_PROMPT = "Write a section of exactly 300 words about how a pipe joins two programs. " * 24
_TOKENS = 64
_CONTEXT_TOKENS = 4096
_QUICK_SECONDS = 5.0
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class _Round:
    """What both loops took for the same tokens, in seconds."""

    usage: Usage
    raw_read: float
    raw_draw: float


def measure(flags: Mapping[str, object], terminal: Terminal, *, as_json: bool) -> int:
    """Measure and print; several rounds where one is quick."""
    settings = read_settings(flags)
    cancellation = Cancellation()
    with (
        interruptible(cancellation),
        closing(open_model(settings, "", terminal, no_cache=True)) as engine,
    ):
        how, line = _load(engine, settings, cancellation, terminal)
        rounds = _rounds(engine, cancellation)
        spent = sum((one.usage for one in rounds), Usage())
        SpeedBook(speeds_file()).remember(engine.identity, how, spent)
        facts = _facts(rounds) | {"model": engine.identity.path, "loaded": how}
    if as_json:
        terminal.json(facts)
    else:
        terminal.data("\n".join([f"Model: {facts['model']}", line, *_table(facts)]))
    return 0


def _load(
    engine: Engine, settings: Settings, cancellation: Cancellation, terminal: Terminal
) -> tuple[str, str]:
    preflight = engine.preflight(_CONTEXT_TOKENS)
    if preflight is None:
        raise UsageError("A tape has no speed.", "Give --model a GGUF file.")
    path = engine.identity.path
    with watching(terminal, cancellation) as sink:
        engine.prepare(
            _CONTEXT_TOKENS, cancellation, lambda fraction: sink(ModelLoading(path, fraction))
        )
    return how_loaded(preflight.mode, settings.threads), weights_line(preflight)


def _rounds(engine: Engine, cancellation: Cancellation) -> list[_Round]:
    first = _round(engine, cancellation)
    is_quick = first.usage.seconds < _QUICK_SECONDS
    return [first, *(_round(engine, cancellation) for _ in range((_ROUNDS - 1) * is_quick))]


def _round(engine: Engine, cancellation: Cancellation) -> _Round:
    # The raw loop is llama.cpp's alone; no other engine has one, and `_load` saw to it.
    from gptoss_writer.engine.llama.engine import LlamaEngine

    assert isinstance(engine, LlamaEngine)  # noqa: S101 - see above
    request = GenerationRequest(
        ((user_message(_PROMPT),),), TokenLimits(0, _TOKENS), SamplingParams(), cancellation
    )
    engine.clear()
    usage = Usage()
    for event in engine.generate(request):
        if isinstance(event, Completion):
            usage = event.usage
    if cancellation.is_cancelled:
        raise Interrupted("Stopped before the measurement was complete.")
    return _Round(usage, *engine.raw_seconds(request, max(1, usage.final)))


def _facts(rounds: list[_Round]) -> dict[str, Any]:
    """Give tokens per second, each the middle of the rounds."""

    def middle(values: list[float]) -> float:
        return round(statistics.median(values), 2)

    return {
        "rounds": len(rounds),
        "prompt_tokens": rounds[0].usage.evaluated,
        "text_tokens": rounds[0].usage.final,
        "prefill": {
            "ours": middle([one.usage.evaluated / one.usage.prefill_seconds for one in rounds]),
            "raw": middle([one.usage.evaluated / one.raw_read for one in rounds]),
        },
        "decode": {
            "ours": middle([one.usage.final / one.usage.decode_seconds for one in rounds]),
            "raw": middle([one.usage.final / one.raw_draw for one in rounds]),
        },
    }


def _table(facts: dict[str, Any]) -> list[str]:
    prefill, decode = facts["prefill"], facts["decode"]
    ratios = (prefill["ours"] / prefill["raw"], decode["ours"] / decode["raw"])
    tokens = f"{facts['prompt_tokens']:,} tokens read and {facts['text_tokens']} written"
    return [
        "",
        f"{'tokens per second':20}{'reading':>10}{'writing':>10}",
        f"{'gptoss-writer':20}{prefill['ours']:10,.1f}{decode['ours']:10,.1f}",
        f"{'llama.cpp alone':20}{prefill['raw']:10,.1f}{decode['raw']:10,.1f}",
        f"{'ratio':20}{ratios[0]:10.2f}{ratios[1]:10.2f}",
        "",
        f"{tokens}, rounds: {facts['rounds']}.",
        "Later runs estimate their time by these speeds.",
    ]
