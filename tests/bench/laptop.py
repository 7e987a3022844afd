"""Writes an article on a file of gpt-oss-20b's size inside the memory of a laptop.

    python -m tests.bench.laptop MODEL.gguf [--memory GIB] [--context N] [--weights MODE]

Three processes, one after the other, in a control group of so much memory where one can be made:
the article from a cold page cache, one section again from the saved prefix, and the same section
with nothing saved. The table says for each how long it took, how long to the first token of text,
how many prompt tokens were evaluated, and how much memory was its own. MODEL is real, or made by
`python -m tests.bench.shape_true`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from gptoss_writer.draft import Sampling
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.run import Run, RunOptions, prepare, section_states
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.measured import MeasuredEngine
from gptoss_writer.engine.preflight import WEIGHTS_MODES
from gptoss_writer.events import Event, SectionText
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace

DATE = "2026-01-01"
GROUP = "gptoss-writer-bench"
POLL_SECONDS = 0.02
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
    own_peak: int
    whole_peak: int


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
    watch = _Watch()
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
            Run(prompts, workspace, engine, run_options).write(prepared, Cancellation(), sink)
        spent = engine.spent
    own, whole = watch.stop()
    result = Result(
        time.perf_counter() - began,
        first,
        spent.evaluated,
        spent.cached,
        spent.analysis + spent.final,
        own,
        whole,
    )
    sys.stdout.write(json.dumps(asdict(result)))


def _created(place: Path) -> Workspace:
    return Workspace.create(place, WorkspaceSettings(DATE, "outline"))


class _Watch:
    """Looks at the memory of this process until it is told to stop."""

    def __init__(self) -> None:
        self._own = self._whole = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._is_over.wait(POLL_SECONDS):
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
            fields = dict(line.split(":", 1) for line in lines)
            self._own = max(self._own, int(fields["RssAnon"].split()[0]) * 1024)
            self._whole = max(self._whole, int(fields["VmHWM"].split()[0]) * 1024)

    def stop(self) -> tuple[int, int]:
        self._is_over.set()
        self._thread.join()
        return self._own, self._whole


class Group:
    """A control group of limited memory, of either version; none where none can be made."""

    def __init__(self, gibibytes: float) -> None:
        self.folder: Path | None = None
        size = str(int(gibibytes * 2**30))
        for root, limit in (("memory", "memory.limit_in_bytes"), ("", "memory.max")):
            folder = Path("/sys/fs/cgroup", root, GROUP)
            with suppress(OSError):
                folder.mkdir(exist_ok=True)
                (folder / limit).write_text(size)
                self.folder = folder
                return

    def prefix(self) -> list[str]:
        """Give what makes a command run in the group."""
        if self.folder is None:
            return []
        return ["sh", "-c", f'echo $$ > "{self.folder}/cgroup.procs"; exec "$@"', "sh"]

    def kills(self) -> int:
        """Count the processes that the kernel killed for their memory."""
        for name in ("memory.oom_control", "memory.events"):
            with suppress(OSError, AttributeError):
                for line in (self.folder / name).read_text().splitlines():  # type: ignore[operator]  # an AttributeError or a TypeError is none
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0

    def remove(self) -> None:
        """Take the group away."""
        if self.folder is not None:
            with suppress(OSError):
                self.folder.rmdir()


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
        return f"ended with {done.returncode}: {last}"
    return Result(**json.loads(done.stdout))


def forget(path: Path) -> None:
    """Drop the pages of a file from the cache."""
    descriptor = os.open(path, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def row(name: str, result: Result | str) -> str:
    """Write one line of the table."""
    if isinstance(result, str):
        return f"{name:34}{result}\n"
    return (
        f"{name:34}{result.seconds:8.1f}{result.first_token_seconds:10.1f}{result.evaluated:10,}"
        f"{result.cached:9,}{result.sampled:9,}{result.own_peak / 1e9:8.2f}"
        f"{result.whole_peak / 1e9:8.2f}\n"
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
    group = Group(options.memory)
    limit = f"a control group of {options.memory:g} GiB" if group.folder else "no limit"
    head = f"{options.model.name}, {options.weights}, {options.context:,} tokens, in {limit}"
    sys.stdout.write(
        f"{head}\n{'':34}{'seconds':>8}{'1st text':>10}{'evaluated':>10}{'cached':>9}{'sampled':>9}"
        f"{'own GB':>8}{'all GB':>8}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "outline.yaml").write_text(OUTLINE)
        model = str(options.model.absolute())
        setup = Setup(
            model, folder, options.context, options.weights, options.threads, options.attempts
        )
        forget(options.model)
        for name, section, keeps in (
            ("article, from a cold page cache", "", True),
            ("regenerate, prefix on disk", "use", True),
            ("regenerate, --no-cache", "use", False),
        ):
            sys.stdout.write(row(name, child(setup, section, group, keeps=keeps)))
            sys.stdout.flush()
    sys.stdout.write(f"killed by the kernel for memory: {group.kills()}\n")
    group.remove()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(Setup(**json.loads(sys.argv[2])), *sys.argv[3:])
    else:
        main()
