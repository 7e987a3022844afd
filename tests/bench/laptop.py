"""Writes an article on a file of gpt-oss-20b's size inside the memory of a laptop.

    python -m tests.bench.laptop MODEL.gguf [--memory GIB] [--context N] [--weights MODE]

Three processes, one after the other, in a control group of so much memory where one can be made
(as root): the article of two sections from a cold page cache, one section again from the saved
prefix, and the same section with nothing saved. The table says for each how long it took, how long
to the first token of text, how many prompt tokens were evaluated, and how much memory was its own,
estimated before it was loaded and measured. MODEL is real, or made by `tests.bench.shape_true`,
whose `--vocabulary` makes as many tokens of a prompt as the real model's.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from gptoss_writer.draft import Sampling
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.preparing import RunOptions, prepare
from gptoss_writer.drafting.run import Run
from gptoss_writer.drafting.standing import section_states
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.measured import MeasuredEngine
from gptoss_writer.engine.preflight import WEIGHTS_MODES
from gptoss_writer.errors import WriterError
from gptoss_writer.events import Event, SectionText
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace
from tests.bench.confinement import Group, Watch, forget

DATE = "2026-01-01"
OUTLINE = """\
title: What a pipe is for
strategy:
  angle: Small programs that are joined do more than a large one.
sections:
  - id: idea
    title: The idea
    words: 60
    key_points: [One program writes what another reads.]
    evidence:
      - {quote: "We should have some ways of connecting programs like garden hose", speaker: Doug
         McIlroy, source: a memo of 1964}
  - id: use
    title: The use
    words: 60
    key_points: [Nothing is kept on the disk in between., Each program does one thing.]
"""


@dataclass(frozen=True)
class Result:
    """What one process did and took."""

    seconds: float
    first_token_seconds: float
    evaluated: int
    cached: int
    sampled: int
    own_estimate: int
    own_peak: int
    whole_peak: int
    verdict: str


@dataclass(frozen=True)
class Setup:
    """What all processes of one bench share."""

    model: str
    folder: str
    context: int
    weights: str
    threads: int
    attempts: int


def run_child(setup: Setup, section: str, keeps: str) -> None:
    """Be one of the processes: write the article, or a section of it; print a `Result`."""
    began = time.perf_counter()
    policy.MAX_ATTEMPTS = setup.attempts
    watch = Watch()
    folder = Path(setup.folder)
    outline = load_outline(folder / "outline.yaml")
    options = LlamaOptions(
        threads=setup.threads,
        weights=setup.weights,  # type: ignore[arg-type]  # the parser of the command line saw to it
        prefixes=folder / "prefixes" if keeps else None,
    )
    first = 0.0

    def sink(event: Event) -> None:
        nonlocal first
        if isinstance(event, SectionText) and event.phase == "writing" and not first:
            first = time.perf_counter() - began

    sampling = Sampling("low", 1, temperature=1.0, top_p=1.0, top_k=0, min_p=0.01)
    prompts = PromptWriter(outline, load_templates(), ReasoningEffort.LOW, DATE)
    with closing(MeasuredEngine(LlamaEngine(Path(setup.model), options))) as engine:
        run_options = RunOptions(
            sampling,
            sampling,
            engine.identity.fingerprint,
            asked=(section,) if section else (),
            analysis_tokens=0,
            context_tokens=setup.context,
        )
        place = folder / "draft"
        workspace = Workspace.open(place) if section else _created(place)
        with workspace.lock():
            prepared = prepare(prompts, section_states(workspace, outline), engine, run_options)
            preflight = engine.preflight(prepared.size.context_tokens)
            assert preflight is not None  # no GGUF file needs next to nothing
            Run(prompts, workspace, engine, run_options).write(prepared, Cancellation(), sink)
        spent = engine.spent
    own, whole = watch.stop()
    result = Result(
        time.perf_counter() - began,
        first,
        spent.evaluated,
        spent.cached,
        spent.analysis + spent.final,
        preflight.need.own,
        own,
        whole,
        preflight.verdict,
    )
    sys.stdout.write(json.dumps(asdict(result)))


def _created(place: Path) -> Workspace:
    return Workspace.create(place, WorkspaceSettings(DATE, "outline"))


def child(setup: Setup, section: str, group: Group, *, keeps: bool) -> Result | str:
    """Run one process in the group; give what it did, or how it ended."""
    arguments = [json.dumps(asdict(setup)), section, "yes" * keeps]
    done = subprocess.run(
        [*group.prefix(), sys.executable, "-m", __spec__.name, "--child", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return f"ended with exit code {done.returncode}: {last}"
    return Result(**json.loads(done.stdout))


def row(name: str, result: Result | str) -> str:
    """Write one line of the table."""
    if isinstance(result, str):
        return f"{name:34}{result}\n"
    return (
        f"{name:34}{result.seconds:8.1f}{result.first_token_seconds:10.1f}{result.evaluated:10,}"
        f"{result.cached:9,}{result.sampled:9,}{result.own_estimate / 1e9:10.3f}"
        f"{result.own_peak / 1e9:9.3f}{result.whole_peak / 1e9:9.2f}  {result.verdict}\n"
    )


def measure(setup: Setup, group: Group) -> None:
    """Run the three processes; print a line for each, and what they show."""
    results: list[Result] = []
    for name, section, keeps in (
        ("article, from a cold page cache", "", True),
        ("regenerate, prefix on disk", "use", True),
        ("regenerate, --no-cache", "use", False),
    ):
        result = child(setup, section, group, keeps=keeps)
        sys.stdout.write(row(name, result))
        sys.stdout.flush()
        if isinstance(result, str):
            return
        results.append(result)
    article, warm, cold = results
    share = warm.first_token_seconds / cold.first_token_seconds
    error = article.own_estimate / article.own_peak - 1
    sys.stdout.write(
        f"first text of the regeneration: {share:.1%} of the time without the saved prefix\n"
        f"own memory, estimated for full batches and a full context: {error:+.1%} from the peak\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--memory", type=float, default=14.0, help="GiB of the control group")
    parser.add_argument("--context", type=int, default=8192)
    parser.add_argument("--weights", choices=WEIGHTS_MODES, default="mmap")
    parser.add_argument("--threads", type=int, default=1, help="0: one for each physical core")
    parser.add_argument("--attempts", type=int, default=1, help="at most, for a section")
    options = parser.parse_args(arguments)
    heads = (
        "seconds",
        "1st text",
        "evaluated",
        "cached",
        "sampled",
        "own est.",
        "own GB",
        "all GB",
    )
    widths = (8, 10, 10, 9, 9, 10, 9, 9)
    with tempfile.TemporaryDirectory() as folder, Group(options.memory) as group:
        limit = f"a control group of {options.memory:g} GiB" if group.folder else "no limit"
        sys.stdout.write(
            f"{options.model.name}, {options.weights}, {options.context:,} tokens, in {limit}\n"
            f"{'':34}{''.join(map(str.rjust, heads, widths))}\n"
        )
        Path(folder, "outline.yaml").write_text(OUTLINE)
        model = options.model.absolute()
        forget(model)
        measure(
            Setup(
                str(model),
                folder,
                options.context,
                options.weights,
                options.threads,
                options.attempts,
            ),
            group,
        )
        sys.stdout.write(
            f"killed by the kernel for memory: {group.kills}; most memory of the group, pages of "
            f"the file included: {group.peak / 1e9:.2f} GB\n"
        )


def run_child_or_say_why_not(arguments: Sequence[str]) -> int:
    """Be a child; an error that a command would end with is a line and its exit code."""
    try:
        run_child(Setup(**json.loads(arguments[0])), *arguments[1:])
    except WriterError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        sys.exit(run_child_or_say_why_not(sys.argv[2:]))
    else:
        main()
