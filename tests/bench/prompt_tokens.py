"""Measures how many prompt tokens whole articles cost: evaluated, and saved by the prefix cache.

    python -m tests.bench.prompt_tokens [--model GGUF] [--effort LEVEL] [--seed N] [OUTLINE ...]

Each outline is written from its first section to its last by the real conductor, into a folder
that is thrown away. Without outlines those in `outlines/` are taken; without a model, a small one
is built, whose vocabulary makes about three times as many tokens of a text as gpt-oss's own. With
random weights nearly every section is tried three times, which is the dearest case there is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.draft import Sampling
from gptoss_writer.drafting.preparing import RunOptions, prepare
from gptoss_writer.drafting.reports import RunReport
from gptoss_writer.drafting.run import Run
from gptoss_writer.drafting.standing import accepted_drafts
from gptoss_writer.engine.interface import (
    Cancellation,
    Engine,
    GenerationEvent,
    GenerationRequest,
    Usage,
)
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.measured import MeasuredEngine
from gptoss_writer.events import silent
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.workspace.records import WorkspaceSettings
from gptoss_writer.workspace.workspace import Workspace
from tests.support.gguf_models import write_model

OUTLINES = Path(__file__).parents[2] / "outlines"
DATE = "2026-01-01"


class Recorder(MeasuredEngine):
    """An engine that keeps what was asked of it besides what that cost."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.requests: list[GenerationRequest] = []

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Pass on, and keep the request and its cost."""
        self.requests.append(request)
        return super().generate(request)


@dataclass(frozen=True)
class Article:
    """A whole article as it was written: its texts by section, what was asked, what it cost."""

    texts: dict[str, str]
    report: RunReport
    requests: list[GenerationRequest]
    spent: Usage

    @property
    def attempts(self) -> int:
        """How many times a section was written."""
        return len(self.requests)

    def line(self, engine: LlamaEngine) -> str:
        """Say in one line what its prompts cost; each section counts once, notes all retries."""
        requests = [request.parts for request in self.requests]
        notes = [note for parts in requests for note in parts[2:]]
        prefix, suffixes, retries = (
            sum(engine.count_tokens(tuple(parts)))
            for parts in (
                dict.fromkeys(parts[0] for parts in requests),
                dict.fromkeys(parts[1] for parts in requests),
                notes,
            )
        )
        return (
            f"{self.spent.evaluated:,} prompt tokens evaluated, {self.spent.cached:,} cached, "
            f"{len(self.texts)} sections in {self.attempts} attempts; "
            f"prefix {prefix:,} + suffixes {suffixes:,} + notes {retries:,} "
            f"= {prefix + suffixes + retries:,}, headers besides"
        )


def write_article(
    engine: LlamaEngine, outline: Outline, effort: ReasoningEffort, seed: int, folder: Path
) -> Article:
    """Write a whole article into a new workspace."""
    sampling = Sampling(effort.value, seed, temperature=1.0, top_p=1.0, top_k=0, min_p=0.01)
    prompts = PromptWriter(outline, load_templates(), effort, DATE)
    options = RunOptions(sampling, sampling, engine.identity.fingerprint)
    recorder = Recorder(engine)
    workspace = Workspace.create(folder, WorkspaceSettings(DATE, "outline"))
    with workspace.lock():
        prepared = prepare(prompts, {}, recorder, options)
        run = Run(prompts, workspace, recorder, options)
        report = run.write(prepared, Cancellation(), silent)
        drafts = accepted_drafts(workspace, outline)
    texts = {section_id: draft.text for section_id, draft in drafts.items()}
    return Article(texts, report, recorder.requests, recorder.spent)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the articles and print what they cost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("outlines", type=Path, nargs="*", metavar="OUTLINE")
    parser.add_argument("--model", type=Path, help="a GGUF file; without it a small one is built")
    parser.add_argument("--effort", type=ReasoningEffort, default=ReasoningEffort.LOW)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="0: one for each physical core")
    options = parser.parse_args(arguments)
    paths = options.outlines or sorted(path for path in OUTLINES.iterdir() if path.is_file())
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or write_model(Path(folder) / "random-weights.gguf")
        for path in paths:
            with closing(LlamaEngine(model, LlamaOptions(threads=options.threads))) as engine:
                outline, drafts = load_outline(path), Path(folder) / path.name
                article = write_article(engine, outline, options.effort, options.seed, drafts)
                sys.stdout.write(f"{path.name}: {article.line(engine)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
