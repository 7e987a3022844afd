"""Feeds damaged outlines to everything that reads them: `python -m tests.bench.fuzz_outlines`.

Each run takes an outline of the tests, damages it, and has it read, linted, mended, and written as
YAML. Nothing may come of it but an outline or its diagnostics: no other exception, no native crash,
no more than a second of the processor, no more than 200 MB. The work is done in a child, so that a
crash leaves the input behind, in `fuzz-failure.yaml` or `.md`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from gptoss_writer.errors import Diagnostic, OutlineError
from gptoss_writer.outline.diagnostics import format_concise, format_diagnostic, format_github
from gptoss_writer.outline.explanations.catalog import catalog
from gptoss_writer.outline.fixing import fix
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.origin import origin_of
from gptoss_writer.outline.reading import OutlineFile, parse_outline, read_outline
from gptoss_writer.outline.yaml_writer import to_yaml
from tests.support.outline_traps import traps

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 1.0, 200
_OTHER_FORM = 0.2
_OFTENER = 6
_SLOWEST = "fuzz-slowest.txt"
PIECES = (
    *(b'"', b"'", b"\xe2\x80\x9c", b"\xe2\x80\x9d", b"\n", b"\r\n", b"\t", b": ", b"- ", b"* "),
    *(b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!t ", b"|", b">", b"#", b"**", b"---\n", b"```\n"),
    *(b"~", b"?", b"%", b"\\", b"(9 words)", b"sections:\n", b"words: 80\n", b"## ", b"> ", b"\0"),
    *(
        b"\xff",
        b"\xed\xa0\x80",
        b"<|end|>",
        b"\\u202e",
        b"    ",
        b"1. ",
        b"a. ",
        b"I. ",
        b"200-250",
    ),
    *(
        b"Evidence:\n",
        b"Key points:\n",
        b"Quotes: ",
        b"\xe2\x80\x94 ",
        b"says ",
        b"words",
        b"99999",
    ),
)


@dataclass(slots=True)
class Tally:
    """What came of the runs."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    slowest: bytes = b""


def seeds() -> list[tuple[bytes, str]]:
    """Give the outlines to damage: those of the tests, the examples, and the smaller traps.

    Each with the end of its file's name. Traps are refused as they are, so outlines come oftener.
    """
    folders = (
        "outlines",
        "tests/outline/fixtures",
        "tests/outline/wild",
        "tests/outline/wild/golden",
    )
    files = [path for name in folders for path in sorted((ROOT / name).iterdir())]
    found = [(path.read_bytes(), path.suffix) for path in files if path.is_file()]
    small = (
        (content, Path(name).suffix)
        for name, (content, _) in traps().items()
        if len(content) < 1 << 16
    )
    return [*found * _OFTENER, *small]


def damaged(chance: random.Random, seeds: list[tuple[bytes, str]]) -> tuple[bytes, str]:
    """Damage one of the outlines, or join two of them; give it with an end for its name.

    Mostly that is its own: YAML in a Markdown file is refused before anything can happen.
    """
    texts = [text for text, _ in seeds]
    content, suffix = chance.choice(seeds)
    text = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 9))):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 1, 3, 20, 200)))
        match chance.randrange(7):
            case 0:
                text[at:end] = b""
            case 1:
                text[at:at] = chance.choice(PIECES)
            case 2:
                text[at:at] = chance.choice(PIECES) * chance.choice((2, 10, 100, 3000))
            case 3:
                text[at:at] = text[at:end] * chance.choice((1, 2, 40))
            case 4:
                other = chance.choice(texts)
                begin = chance.randrange(len(other) + 1)
                text[at:end] = other[begin : begin + 2000]
            case 5 if at < len(text):
                text[at] ^= 1 << chance.randrange(8)
            case _:
                text = bytearray(b"\n".join(_moved(chance, bytes(text).split(b"\n"))))
    if chance.random() < _OTHER_FORM:
        suffix = chance.choice((".yaml", ".md", ".txt"))
    return bytes(text[: 1 << 18]), suffix


def _moved(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    """Put a line elsewhere, or all of them."""
    if chance.random() < _OTHER_FORM:
        chance.shuffle(lines)
    else:
        lines.insert(chance.randrange(len(lines) + 1), lines.pop(chance.randrange(len(lines))))
    return lines


def examine(path: Path) -> tuple[str, float]:
    """Do everything with an outline that the program can.

    Gives what came of it, and how many seconds of the processor it took to check it.
    """
    begin = time.process_time()
    file, found = _checked(path)
    seconds = time.process_time() - begin
    assert list(found) == sorted(found)
    for item in found:
        assert item.code in catalog()
        assert item.hint
        assert format_diagnostic(item, 40)
        assert format_concise(item)
        assert format_github(item)
    if file is None:
        assert found
        return "refused", seconds
    _examine_forms(file)
    return "read, clean" if not found else "read, with diagnostics", seconds


def _checked(path: Path) -> tuple[OutlineFile | None, tuple[Diagnostic, ...]]:
    try:
        file = read_outline(path)
    except OutlineError as error:
        return None, error.diagnostics
    return file, lint(file)


def _examine_forms(file: OutlineFile) -> None:
    """Write an outline as YAML and read it back; mend it."""
    yaml = Path("outline.yaml")
    assert file.outline == parse_outline(yaml, to_yaml(file.outline, origin_of(file))).outline
    parse_outline(file.path, fix(file).text)


def work(pipe: Connection, seed: int, runs: int, current: str) -> None:
    """Do the runs in a child; `current` is where the input of the run in progress is kept."""
    chance, texts, tally = random.Random(seed), seeds(), Tally()
    for _ in range(runs):
        content, suffix = damaged(chance, texts)
        path = Path(current).with_suffix(suffix)
        path.write_bytes(content)
        Path(current).write_text(str(path), encoding="utf-8")
        outcome, seconds = examine(path)
        tally.outcomes[outcome] += 1
        if seconds > tally.slowest_seconds:
            tally.slowest_seconds, tally.slowest = seconds, content
    pipe.send((tally, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> int:
    """Run, print a line on what came of it, and fail where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _report(options.seed, options.runs, Path(folder) / "current")


def _report(seed: int, runs: int, current: Path) -> int:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(
        target=work, args=(theirs, seed, runs, str(current))
    )
    child.start()
    theirs.close()
    try:
        tally, megabytes = ours.recv()
    except EOFError:
        child.join()
        path = Path(current.read_text(encoding="utf-8"))
        kept = Path(f"fuzz-failure{path.suffix}")
        kept.write_bytes(path.read_bytes())
        sys.stdout.write(f"FAILED with exit code {child.exitcode}; the outline is in {kept}\n")
        return 1
    child.join()
    listed = ", ".join(f"{count:,} {name}" for name, count in sorted(tally.outcomes.items()))
    sys.stdout.write(
        f"{runs:,} damaged outlines: {listed}; slowest {tally.slowest_seconds:.2f} s, "
        f"peak {megabytes:.0f} MB\n"
    )
    if tally.slowest_seconds > SECONDS or megabytes > MEGABYTES:
        Path(_SLOWEST).write_bytes(tally.slowest)
        sys.stdout.write(f"FAILED: the limits are {SECONDS} s and {MEGABYTES} MB; see {_SLOWEST}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
