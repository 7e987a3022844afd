"""Holds the estimate of memory that a run starts with against the peak of a real run.

    python -m tests.bench.memory_estimate [--model GGUF ...] [--context N] [--weights MODE]

Each model is opened in a process of its own, which fills the KV cache, evaluates a whole batch,
writes some text under constraints, and reports the most memory it had: all of it, and the part that
is its own and cannot be given back. Without models, small ones of several shapes are built. Linux
only. Exits 1 where an estimate of the whole is more than 5 % off.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gguf import TokenType

from gptoss_writer.engine.interface import Cancellation, GenerationRequest, TokenLimits
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.preflight import WEIGHTS_MODES, WeightsMode
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.sampling.params import SamplingParams
from tests.bench.shape_true import padded_vocabulary
from tests.support.gguf_models import write_model

BATCH_TEXT = "The pump stood where two streets met, and nobody drank from it. " * 40
TOLERANCE = 0.05
SMALL_BYTES = 200_000_000
POLL_SECONDS = 0.005


@dataclass(frozen=True)
class Comparison:
    """Estimated and measured bytes of one run."""

    mode: str
    estimated: int
    measured: int
    estimated_own: int
    measured_own: int

    @property
    def error(self) -> float:
        """By how much the estimate of the whole is off; positive where it is too high."""
        return self.estimated / self.measured - 1

    @property
    def line(self) -> str:
        """The numbers in one line, in MB."""
        own = self.estimated_own / self.measured_own - 1
        return (
            f"{self.mode:6}  whole: estimated {self.estimated / 1e6:8,.0f} MB, peak "
            f"{self.measured / 1e6:8,.0f} MB, {self.error:+6.1%}   own: "
            f"{self.estimated_own / 1e6:8,.0f} MB, {self.measured_own / 1e6:8,.0f} MB, {own:+6.1%}"
        )


def compare(model: Path, context_tokens: int, weights: WeightsMode, threads: int) -> Comparison:
    """Run one model in a child and compare."""
    arguments = [str(model), str(context_tokens), weights, str(threads)]
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, "--child", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return Comparison(**json.loads(done.stdout))


def run_child(model: str, context_tokens: str, weights: WeightsMode, threads: str) -> None:
    """Be the run that is measured; print a `Comparison` as JSON."""
    peak_own = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak_own
        while not is_over.wait(POLL_SECONDS):
            peak_own = max(peak_own, _status("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    options = LlamaOptions(threads=int(threads), weights=weights)
    with closing(LlamaEngine(Path(model), options)) as engine:
        before = engine.preflight(int(context_tokens))
        engine.prepare(int(context_tokens), Cancellation())
        _fill(engine)
        is_over.set()
        watcher.join()
    need = before.need
    compared = Comparison(before.mode, need.peak, _status("VmHWM"), need.own, peak_own)
    sys.stdout.write(json.dumps(compared.__dict__))


def _fill(engine: LlamaEngine) -> None:
    """Touch all that a long article would touch."""
    context = engine._context
    assert context is not None
    text = BATCH_TEXT
    if engine.identity.size_bytes < SMALL_BYTES:
        text = _text_of(engine, context.tokens - 64)
    else:  # clearing writes to every page of the cache, which would take an hour to fill
        bindings.llama_memory_clear(context._memory, True)
    _ = engine.vocabulary.trie
    request = GenerationRequest(((user_message(text),),), TokenLimits(0, 8), SamplingParams())
    for _event in engine.generate(request):
        pass


def _text_of(engine: LlamaEngine, tokens: int) -> str:
    count = engine.count_tokens(((user_message(BATCH_TEXT),),))[0]
    return BATCH_TEXT * (tokens // (count + 1))


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields[name].split()[0]) * 1024


def built(folder: Path) -> list[Path]:
    """Build small models that differ in what takes the memory."""
    wide = write_model(folder / "wide.gguf", layers=3, width=512, experts=8, experts_type="MXFP4")
    vocabulary = padded_vocabulary(TokenType.NORMAL)
    many = write_model(folder / "many-tokens.gguf", vocabulary=vocabulary)
    return [write_model(folder / "tiny.gguf"), wide, many]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and print; 1 where an estimate is too far off."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("--context", type=int, action="append", default=[])
    parser.add_argument("--weights", choices=WEIGHTS_MODES, action="append", default=[])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for model in options.model or built(Path(folder)):
            for context in options.context or [2048, 16384]:
                for weights in options.weights or ["mmap", "repack"]:
                    one = compare(model, context, weights, options.threads)
                    worst = max(worst, abs(one.error))
                    sys.stdout.write(f"{model.name} at {context:,} tokens, {one.line}\n")
                    sys.stdout.flush()
    sys.stdout.write(f"farthest off: {worst:.1%}\n")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(*sys.argv[2:])  # type: ignore[arg-type]  # called by `compare` alone
    else:
        sys.exit(main())
