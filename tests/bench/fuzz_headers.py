"""Feeds damaged model files to the header check, and what passes it to llama.cpp.

    python -m tests.bench.fuzz_headers [--runs N] [--seed N]

Each run damages the front of a small gpt-oss file, or cuts it off. The check must give its verdict
in a second of the processor and 150 MB, and refuse with nothing but a `ModelError`, which ends a
command with exit code 12. What it lets through is loaded by llama.cpp and made to write: that may
fail with a message, and must not end the process. Each of the two is done in a child, so that a
crash leaves the file behind, in `fuzz-failure.gguf`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from gptoss_writer.engine.llama.header import check_model
from gptoss_writer.errors import ModelError, WriterError

SECONDS, MEGABYTES = 1.0, 150
FAILURE = Path("fuzz-failure.gguf")
ANCHORS = re.compile(rb"GGUF|general\.|gpt-oss\.|tokenizer\.|blk\.|token_embd|output")
NEAR_BYTES = 120
LARGE_SHARE = 0.02
NUMBERS = (0, 1, 2, 13, 1 << 31, (1 << 32) - 1, 1 << 62, 1 << 63, (1 << 64) - 1)


@dataclass(frozen=True)
class Sound:
    """A file that is as it should be: its header, and how many bytes of weights follow it."""

    front: bytes
    weights: int
    anchors: tuple[int, ...]


@dataclass(slots=True)
class Tally:
    """What came of the runs; `accepted` are the numbers of those whose file passed the check."""

    refused: int = 0
    accepted: list[int] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest_run: int = 0
    peak_megabytes: float = 0.0
    written: int = 0


def sound_files(folder: Path) -> list[Sound]:
    """Build the files to damage: two small ones, and one with a vocabulary of the real size."""
    from tests.bench.shape_true import padded_vocabulary  # noqa: PLC0415 - not in the children
    from tests.support.gguf_models import write_model  # noqa: PLC0415 - the same

    paths = [
        write_model(folder / "a.gguf", layers=1, width=32, experts=2, experts_used=1),
        write_model(folder / "b.gguf", layers=2, width=64, experts_type="MXFP4"),
        write_model(folder / "c.gguf", layers=1, width=32, vocabulary=padded_vocabulary()),
    ]
    return [_sound(path) for path in paths]


def _sound(path: Path) -> Sound:
    end = check_model(path).data_offset
    with path.open("rb") as file:
        front = file.read(end)
    anchors = tuple(match.start() for match in ANCHORS.finditer(front))
    return Sound(front, path.stat().st_size - end, anchors)


def write_damaged(path: Path, sounds: list[Sound], seed: int, run: int) -> None:
    """Write one of the files, damaged in one place or a few; the same run writes the same.

    Its weights are zeros that take no room on the disk.
    """
    chance = random.Random(f"{seed}/{run}")
    sound = sounds[-1] if chance.random() < LARGE_SHARE else chance.choice(sounds[:-1])
    front, weights = bytearray(sound.front), sound.weights
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        # A vocabulary is most of a header; the keys and tensors are what has structure.
        at = chance.choice(sound.anchors) + chance.randrange(NEAR_BYTES)
        if chance.random() < 0.25 or at >= len(front):
            at = chance.randrange(len(front) + 1)
        end = at + chance.choice((1, 4, 8, 40, 400))
        match chance.randrange(9):
            case 0 | 1 | 2 if at < len(front):
                front[at] ^= 1 << chance.randrange(8)
            case 3:
                size = chance.choice((4, 8))
                number = chance.choice(NUMBERS) & ((1 << 8 * size) - 1)
                front[at : at + size] = number.to_bytes(size, "little")
            case 4:
                front[at:end] = b""
            case 5:
                front[at:at] = front[at:end]
            case 6:
                other = chance.choice(sounds[:-1])
                begin = chance.choice(other.anchors)
                front[at:end] = other.front[begin : begin + end - at]
            case 7:
                weights = chance.randrange(weights + 1)
            case _:
                del front[at:]
                weights = 0
    path.write_bytes(front)
    os.truncate(path, len(front) + weights)


def check_all(pipe: Connection, sounds: list[Sound], seed: int, runs: int, path: Path) -> None:
    """Be the first child: give a verdict on every file."""
    tally = Tally()
    for run in range(runs):
        write_damaged(path, sounds, seed, run)
        began = time.process_time()
        try:
            check_model(path)
        except ModelError:
            tally.refused += 1
        else:
            tally.accepted.append(run)
        seconds = time.process_time() - began
        if seconds > tally.slowest_seconds:
            tally.slowest_seconds, tally.slowest_run = seconds, run
    tally.peak_megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send(tally)


def load_accepted(
    pipe: Connection, sounds: list[Sound], seed: int, accepted: list[int], path: Path
) -> None:
    """Be the second child: have llama.cpp load and write with what passed the check."""
    tally = Tally(accepted=accepted)
    for run in accepted:
        write_damaged(path, sounds, seed, run)
        try:
            _write_with(path)
        except WriterError:
            tally.refused += 1
        else:
            tally.written += 1
    pipe.send(tally)


def _write_with(path: Path) -> None:
    # Not in the first child, whose memory is measured.
    from gptoss_writer.engine.interface import (  # noqa: PLC0415 - see above
        Cancellation,
        GenerationRequest,
        TokenLimits,
    )
    from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions  # noqa: PLC0415 - so too
    from gptoss_writer.harmony.rendering import user_message  # noqa: PLC0415 - so too
    from gptoss_writer.sampling.params import SamplingParams  # noqa: PLC0415 - so too

    with closing(LlamaEngine(path, LlamaOptions(threads=1, weights="mmap"))) as engine:
        engine.prepare(256, Cancellation())
        request = GenerationRequest(((user_message("One."),),), TokenLimits(0, 4), SamplingParams())
        for _ in engine.generate(request):
            pass


def in_child(work: Callable[..., None], *arguments: object, path: Path) -> Tally | None:
    """Do it in a process of its own; None where that died, with the file kept."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(
        target=work, args=(theirs, *arguments, path)
    )
    child.start()
    theirs.close()
    try:
        tally: Tally = ours.recv()
    except EOFError:
        child.join()
        shutil.move(path, FAILURE)
        sys.stdout.write(
            f"FAILED: {work.__name__} ended with exit code {child.exitcode}; "
            f"the file is in {FAILURE}\n"
        )
        return None
    child.join()
    return tally


def main() -> int:
    """Run, say what came of it, and fail where a promise is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, sounds = Path(folder) / "model.gguf", sound_files(Path(folder))
        checked = in_child(check_all, sounds, options.seed, options.runs, path=path)
        if checked is None:
            return 1
        sys.stdout.write(
            f"{options.runs:,} damaged files: {checked.refused:,} refused, "
            f"{len(checked.accepted):,} accepted; slowest verdict "
            f"{checked.slowest_seconds:.2f} s, peak {checked.peak_megabytes:.0f} MB\n"
        )
        loaded = in_child(load_accepted, sounds, options.seed, checked.accepted, path=path)
        if loaded is None:
            return 1
        sys.stdout.write(
            f"of the accepted: {loaded.written:,} wrote, {loaded.refused:,} were refused later\n"
        )
        if checked.slowest_seconds > SECONDS or checked.peak_megabytes > MEGABYTES:
            write_damaged(FAILURE, sounds, options.seed, checked.slowest_run)
            sys.stdout.write(
                f"FAILED: the limits are {SECONDS} s and {MEGABYTES} MB; the slowest is in "
                f"{FAILURE}\n"
            )
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
