"""Measures what a constraint adds to decoding where the model keeps to it, in one run, in turns.

    python -m tests.bench.steering_cost [--model GGUF] [--rounds N] [--threads N]

Random weights break the rules with every other token, and a real model hardly ever does. So both
loops, `LlamaEngine.generate` with a constraint and without, decode the same good prose: the native
chain draws as always, and its token is replaced by the next one of the prose. Aim for less than
3 % with the real vocabulary, which `tests.bench.real_vocabulary` puts into a tiny model.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptoss_writer.draft import Steering
from gptoss_writer.drafting.edges import strip_edges
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationRequest,
    TokenLimits,
)
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.harmony.messages import Control
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import GuardRules, SectionGuard
from gptoss_writer.sampling.interface import Verdict
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.sampling.prose import ProseRule
from gptoss_writer.sampling.quotations import Quotations
from gptoss_writer.text import count_words
from tests.support.gguf_models import write_model

CONTEXT_TOKENS = 4096
TITLE = "The Pump"
EVIDENCE = (
    (
        "Within 250 yards of the spot where Cambridge Street joins Broad Street there were upwards "
        "of 500 fatal attacks of cholera in 10 days."
    ),
    "Snow wrote that nearly all the deaths had taken place within a short distance of the pump.",
)
PROSE = """\
In the first week of September 1854 the people of Soho began to die. They fell ill in the morning \
and were dead by the evening, and those who could leave the parish left it. The streets were \
empty, the shops were shut, and nobody knew where the sickness came from. Most doctors blamed the \
air, which smelled of tanneries, slaughterhouses and cesspools; a few blamed the poor.

John Snow, a physician who lived nearby, blamed the water. He had argued for years that cholera \
was swallowed, not breathed, and hardly anybody had listened. Now he went from door to door and \
asked one question: where do you get your water? He was struck by the numbers, and wrote them \
down with care: "Within 250 yards of the spot where Cambridge Street joins Broad Street there \
were upwards of 500 fatal attacks of cholera in 10 days."

### One pump among many

What he found was a pattern that could be drawn. Almost every house with a death in it stood \
closer to **one pump** than to any other, and the exceptions were better still:

- The workhouse had its own well, and lost very few.
- The brewery gave its men beer, and lost none at all.
- A widow in Hampstead, who had not been to Soho for months, died as well; a cart brought her a \
bottle of its water every day, because she *liked the taste*.

On the evening of 7 September he spoke to the board of the parish. Its members did not believe \
him, but they had nothing better to try, and on the next day the handle of the pump was taken \
off (the story that he did it himself is a legend). The outbreak was already on the wane, since \
so many had fled, as Snow was the first to admit. He wrote that “nearly all the deaths had taken \
place within a short distance of the pump,” and that this was the thing to be explained.

It took another twelve years, one more epidemic and a great deal of arithmetic until the question \
was settled. By then Snow was dead. What remains of him in Broad Street is a pump without a \
handle, a plaque, and a public house that bears his name, although he drank no alcohol for most \
of his life."""


@dataclass(frozen=True)
class Round:
    """Seconds of decoding in one round, for the same tokens."""

    free: float
    steered: float

    @property
    def ratio(self) -> float:
        """How many times longer the steered loop took."""
        return self.steered / self.free


class Replay:
    """Draws with the native chain, and gives the next token of a recorded text instead."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens = tokens
        self._next = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Replay the text from its beginning to whoever samples."""
        sample: Callable[[Any, Any, int], int] = bindings.llama_sampler_sample
        tokens = iter(self._tokens)

        def draw(chain: Any, context: Any, index: int) -> int:  # noqa: ANN401 - ctypes
            sample(chain, context, index)
            return next(tokens)

        bindings.llama_sampler_sample = draw
        try:
            yield
        finally:
            bindings.llama_sampler_sample = sample


class Bench:
    """One model, one text, two loops."""

    def __init__(self, engine: LlamaEngine, text: str) -> None:
        self._engine = engine
        vocabulary = engine.vocabulary
        self._words = count_words(text)
        self.tokens = [*vocabulary.encode_text(text), vocabulary.control(Control.RETURN)]
        self._replay = Replay(self.tokens)
        self.steering = Steering()

    def guard(self) -> SectionGuard:
        """Make the constraint, as drafting does."""
        band = (self._words * 9 // 10, self._words * 11 // 10)
        return SectionGuard(
            GuardRules(
                Quotations.of(EVIDENCE),
                BudgetRule(self._words, *band),
                ProseRule(subheadings=True),
                lambda line: strip_edges(line, TITLE).strip() != line.strip(),
            )
        )

    def seconds(self, *, steered: bool) -> float:
        """Decode the text once; give the processor's time, which other programs take no part in."""
        request = GenerationRequest(
            ((user_message("Write about the pump."),),),
            TokenLimits(0, len(self.tokens)),
            SamplingParams(),
            constraint=self.guard() if steered else None,
        )
        with self._replay.running():
            started = time.process_time()
            *_, completion = self._engine.generate(request)
            seconds = time.process_time() - started
        assert isinstance(completion, Completion)
        if (completion.final, completion.stop) != (PROSE, "return"):
            raise AssertionError(f"the text was changed: {completion.final[-200:]!r}")
        if steered:
            self.steering = completion.steering or Steering()
        return seconds

    def guard_seconds(self) -> float:
        """Let a guard alone read the text, as the loop does; the rest is the loop's own."""
        guard = self.guard()
        pieces = [self._engine.vocabulary.piece(token) for token in self.tokens[:-1]]
        started = time.perf_counter()
        for piece in pieces:
            guard.ending()
            assert guard.accepts(piece) is Verdict.ACCEPT
            guard.advance(piece)
        return time.perf_counter() - started


def measure(model: Path, rounds: int, threads: int) -> tuple[Bench, list[Round], float]:
    """Run both loops in turns, after one round that is not counted."""
    engine = LlamaEngine(model, LlamaOptions(threads=threads))
    try:
        engine.prepare(CONTEXT_TOKENS, Cancellation())
        bench = Bench(engine, PROSE)
        results = []
        for number in range(rounds + 1):
            order = (False, True) if number % 2 else (True, False)
            seconds = {steered: bench.seconds(steered=steered) for steered in order}
            results.append(Round(seconds[False], seconds[True]))
        alone = statistics.median(bench.guard_seconds() for _ in range(5))
        return bench, results[1:], alone
    finally:
        engine.close()


def report(model: str, bench: Bench, results: Sequence[Round], alone: float) -> str:
    """Say in tokens per second what both loops make, and what the constraint adds.

    The best round of each counts, which other programs disturbed least; the median of the rounds'
    ratios stands beside it.
    """
    tokens = len(bench.tokens)
    free = min(one.free for one in results) / tokens
    steered = min(one.steered for one in results) / tokens
    median = statistics.median(one.ratio for one in results)
    return (
        f"{model}: {len(results)} rounds of {tokens} tokens, {bench.steering.rejected} rejected\n"
        f"  free     {1 / free:8.1f} tokens/s ({1e3 * free:.3f} ms each)\n"
        f"  steered  {1 / steered:8.1f} tokens/s ({1e6 * (steered - free):.0f} microseconds more, "
        f"the guard alone {1e6 * alone / tokens:.0f})\n"
        f"  ratio    {steered / free:8.4f} of the best rounds, {median:.4f} in the median: "
        f"the constraint adds {100 * (steered / free - 1):.1f} %\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, help="a GGUF file; without it a small one is built")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1, help="0: one for each physical core")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or write_model(Path(folder) / "small.gguf", layers=5, width=128)
        bench, results, alone = measure(model, options.rounds, options.threads)
    sys.stdout.write(report(model.name, bench, results, alone))


if __name__ == "__main__":
    main()
