"""Measures what our generation loop adds to raw llama.cpp decoding, in one run, in turns.

    python -m tests.bench.loop_overhead [--model GGUF] [--tokens N] [--rounds N] [--threads N]

Raw is the shortest loop there is over the bindings: `llama_sampler_sample`, `llama_decode`, one
batch, the same chain of samplers. Ours is `LlamaEngine.generate` as drafting consumes it, its
watch for loops and a sink that paints nothing included. Both draw the same tokens from the same
context. Without a model, a small one is built whose token costs about half a millisecond.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gptoss_writer.drafting.defects import LoopWatch
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationRequest,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama.context import _LIVE
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.sampler import Sampler
from gptoss_writer.engine.llama.turn import _channel_params
from gptoss_writer.events import SectionText, silent
from gptoss_writer.harmony.messages import Channel, Control
from gptoss_writer.harmony.rendering import FINAL_HEADER, render, user_message
from gptoss_writer.sampling.params import SamplingParams
from tests.support.gguf_models import write_model

PROMPT = "Write a section of exactly 300 words about how a pipe joins two programs. " * 8
CONTEXT_TOKENS = 4096
NEVER_ENDS = -40.0


@dataclass(frozen=True)
class Round:
    """Seconds of one round, for the same tokens."""

    raw: float
    ours: float
    tokens: int

    @property
    def ratio(self) -> float:
        """How many times longer ours took."""
        return self.ours / self.raw


class Bench:
    """One model, one request, two loops."""

    def __init__(self, engine: LlamaEngine, request: GenerationRequest) -> None:
        self._engine = engine
        self._request = request

    def ours(self) -> tuple[float, int]:
        """Generate, watched and reported as drafting does; give the seconds, and the tokens."""
        watch, text = LoopWatch(), ""
        for event in self._engine.generate(self._request):
            if isinstance(event, TokenEvent):
                silent(SectionText("bench", "writing", event.text, event.index))
                text += event.text
                watch.feed(event.text)
            elif isinstance(event, Completion):
                return event.usage.decode_seconds, event.usage.final
        raise AssertionError("the engine ended without a completion")

    def raw(self, tokens: int) -> float:
        """Draw as many tokens with the bindings alone; give the seconds."""
        context, vocabulary = self._engine._context, self._engine.vocabulary
        assert context is not None
        parts = tuple(vocabulary.encode(render(part)) for part in self._request.parts)
        for _ in context.enter(parts, Cancellation()):
            pass
        context.extend(vocabulary.encode(FINAL_HEADER), Cancellation())
        position = context.position
        sampler = Sampler(
            _channel_params(self._request.sampling, Channel.FINAL),
            vocabulary.size,
            vocabulary.special_ids - {vocabulary.control(Control.RETURN)},
        )
        batch = bindings.llama_batch_init(1, 0, 1)
        batch.n_tokens = batch.n_seq_id[0] = batch.logits[0] = 1
        batch.seq_id[0][0] = _LIVE
        token, place = batch.token, batch.pos
        sample, decode = bindings.llama_sampler_sample, bindings.llama_decode
        chain, handle = sampler.handle, context.handle
        started = time.perf_counter()
        for index in range(tokens):
            token[0] = sample(chain, handle, -1)
            place[0] = position + index
            decode(handle, batch)
        seconds = time.perf_counter() - started
        bindings.llama_batch_free(batch)
        sampler.close()
        context.leave()
        return seconds

    def round(self, tokens: int, *, raw_first: bool) -> Round:
        """Run both, in either order."""
        raw = self.raw(tokens) if raw_first else 0.0
        ours, drawn = self.ours()
        return Round(raw or self.raw(tokens), ours, drawn)


def measure(model: Path, tokens: int, rounds: int, threads: int) -> list[Round]:
    """Run the two loops in turns, after one round that is not counted."""
    engine = LlamaEngine(model, LlamaOptions(threads=threads))
    try:
        engine.prepare(CONTEXT_TOKENS + tokens, Cancellation())
        request = GenerationRequest(
            ((user_message(PROMPT),),), TokenLimits(0, tokens), SamplingParams()
        )
        bench = Bench(engine, _longest(engine, request))
        _, drawn = bench.ours()
        bench.raw(drawn)
        return [bench.round(drawn, raw_first=number % 2 == 0) for number in range(rounds)]
    finally:
        engine.close()


def _longest(engine: LlamaEngine, request: GenerationRequest) -> GenerationRequest:
    """Find a seed whose text does not end at once: random weights end when they like."""

    def drawn(candidate: GenerationRequest) -> int:
        return Bench(engine, candidate).ours()[1]

    seeds = [replace(request.sampling, seed=seed) for seed in range(1, 9)]
    candidates = [replace(request, sampling=sampling) for sampling in seeds]
    return next(
        (one for one in candidates if drawn(one) >= request.limits.final),
        max(candidates, key=drawn),
    )


def report(model: str, results: Sequence[Round]) -> str:
    """Say in tokens per second what both loops make, and what ours adds."""
    raw = statistics.median(one.tokens / one.raw for one in results)
    ours = statistics.median(one.tokens / one.ours for one in results)
    ratio = statistics.median(one.ratio for one in results)
    per_token = 1e6 * statistics.median((one.ours - one.raw) / one.tokens for one in results)
    return (
        f"{model}: {len(results)} rounds of {results[0].tokens} tokens\n"
        f"  raw llama.cpp  {raw:8.1f} tokens/s ({1000 / raw:.3f} ms each)\n"
        f"  our loop       {ours:8.1f} tokens/s\n"
        f"  ratio          {ratio:8.3f}, so our loop adds {100 * (ratio - 1):.1f} % "
        f"({per_token:.0f} microseconds a token)\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, help="a GGUF file; without it a small one is built")
    parser.add_argument("--tokens", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1, help="0: one for each physical core")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or write_model(
            Path(folder) / "random-weights.gguf", layers=5, width=128, end_bias=NEVER_ENDS
        )
        results = measure(model, options.tokens, options.rounds, options.threads)
    sys.stdout.write(report(model.name, results))


if __name__ == "__main__":
    main()
