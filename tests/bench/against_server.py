"""Writes one article in three ways on one model: a naive script, a growing chat, and ours.

    python -m tests.bench.against_server --server LLAMA_SERVER [--llama-bench LLAMA_BENCH]
        [--model GGUF] [--effort LEVEL] [--attempts N] [--threads N] [OUTLINE]

Naive: a request for each section, with the whole outline and the article so far pasted in; where it
names the section first, nothing of the prompt before can be used again, and where it names it last,
much can. Chat: the outline once, then a turn for each section; as gpt-oss's format wants it, the
reasoning of earlier turns is left out of later prompts. Both go to llama-server with its defaults,
and the better ones also with a cache of full size for the sliding-window layers (`--swa-full`),
which is its best case. The tokens evaluated are those of the server's own `timings`, the seconds
those of the requests; loading is not counted. Ours runs first, with all the attempts that it takes;
then each section of the peers is as long as ours came out, text and reasoning, and is written once.

`tests.bench.build_peers` builds the peers. Without a model, a small one with random weights is
built. With random weights nearly every section is tried three times, which is our dearest case.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from gptoss_writer.drafting import policy
from gptoss_writer.engine.interface import Cancellation, Completion, GenerationRequest, TokenLimits
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.harmony.messages import Control, Message, ReasoningEffort, Segment
from gptoss_writer.harmony.rendering import (
    ANALYSIS_HEADER,
    ANALYSIS_TO_FINAL,
    FINAL_HEADER,
    developer_message,
    render,
    system_message,
    user_message,
)
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.sampling.params import SamplingParams
from tests.bench.peers import LlamaServer, Reply, Speed, bench
from tests.bench.prompt_tokens import DATE, OUTLINES, Article, write_article
from tests.support.gguf_models import write_model

PROMPT_TOKENS, TEXT_TOKENS, ROUNDS = 512, 64, 3
SENTENCE = "Write a section of exactly 300 words about how a pipe joins two programs. "
SPARE_TOKENS = 1024
CONTEXT_TOKENS = 8192
SWA_FULL = "--swa-full"


@dataclass(frozen=True)
class Row:
    """What an article cost in one way, in tokens and seconds."""

    name: str
    evaluated: int
    cached: int
    written: int
    seconds: float
    prefill_seconds: float

    @property
    def line(self) -> str:
        """A line of the table."""
        return (
            f"{self.name:44}{self.evaluated:10,}{self.cached:10,}{self.written:10,}"
            f"{self.seconds:10.1f}{self.prefill_seconds:10.1f}\n"
        )


@dataclass(frozen=True)
class Wanted:
    """A section as ours came out: its text, and the tokens of reasoning and of text."""

    text: str
    analysis: int
    final: int


@dataclass(frozen=True)
class Job:
    """What is to be written, as the peers are told; `pasted` is the outline in its own form."""

    engine: LlamaEngine
    outline: Outline
    pasted: str
    wanted: tuple[Wanted, ...]
    effort: ReasoningEffort

    def ids(self, *segments: Segment) -> tuple[int, ...]:
        """Encode as we do: what the peers read is tokenised like what we read."""
        return self.engine.vocabulary.encode(segments)

    @property
    def rules(self) -> tuple[Message, ...]:
        """What stands before every request: the system message and the house rules."""
        rules = load_templates().render("house_rules", {})
        return system_message(self.effort, DATE), developer_message(rules)

    def request(self, index: int) -> str:
        """Ask for a section."""
        section = self.outline.sections[index]
        return f'Write section {index + 1}, "{section.title}", in exactly {section.words} words.'

    def without_reasoning(self) -> Job:
        """Give the same job, in which nobody reasons."""
        return replace(self, wanted=tuple(replace(one, analysis=0) for one in self.wanted))

    @property
    def context_tokens(self) -> int:
        """Give a size of context in which each of the ways has room."""
        texts = sum(one.analysis + one.final for one in self.wanted)
        return len(self.ids(self.pasted, *render(self.rules))) + 2 * texts + SPARE_TOKENS


class Meter:
    """Adds up what a peer says that its answers cost."""

    def __init__(self, server: LlamaServer) -> None:
        self._server = server
        self._replies: list[Reply] = []
        self._seconds = 0.0

    def ask(self, prompt: Sequence[int], tokens: int) -> Reply:
        """Have the server write; count it."""
        began = time.perf_counter()
        reply = self._server.complete(prompt, tokens)
        self._seconds += time.perf_counter() - began
        self._replies.append(reply)
        return reply

    def row(self, name: str) -> Row:
        """Give what all of it cost."""
        replies = self._replies
        return Row(
            name,
            sum(reply.evaluated for reply in replies),
            sum(reply.cached for reply in replies),
            sum(len(reply.tokens) for reply in replies),
            self._seconds,
            sum(reply.prefill_seconds for reply in replies),
        )


def write_turn(job: Job, meter: Meter, prompt: tuple[int, ...], wanted: Wanted) -> Reply:
    """Have one section written: reasoning where it has any, then the text."""
    if not wanted.analysis:
        return meter.ask((*prompt, *job.ids(*FINAL_HEADER)), wanted.final)
    prompt = (*prompt, *job.ids(*ANALYSIS_HEADER))
    analysis = meter.ask(prompt, wanted.analysis)
    return meter.ask((*prompt, *analysis.tokens, *job.ids(*ANALYSIS_TO_FINAL)), wanted.final)


def write_naively(job: Job, meter: Meter, *, request_first: bool = False) -> None:
    """Send one request for each section, with everything in it."""
    article = ""
    for index, wanted in enumerate(job.wanted):
        told = [f"{job.pasted}\n\nThe article so far:\n\n{article}", job.request(index)]
        text = "\n\n".join(reversed(told) if request_first else told)
        write_turn(job, meter, job.ids(*render((*job.rules, user_message(text)))), wanted)
        article += f"{wanted.text}\n\n"


def write_in_chat(job: Job, meter: Meter) -> None:
    """Give the outline once, then ask for one section after the other.

    The answers stay in the history as the very tokens that were sampled, which favours the chat:
    through text they might be tokenised otherwise, and the cache would be lost from there on.
    """
    history = job.ids(*render(job.rules))
    for index, wanted in enumerate(job.wanted):
        told = job.request(index) if index else f"{job.pasted}\n\n{job.request(index)}"
        history += job.ids(*render((user_message(told),)))
        reply = write_turn(job, meter, history, wanted)
        history += (*job.ids(*FINAL_HEADER), *reply.tokens, *job.ids(Control.END))


def rows_of_peers(program: Path, model: Path, job: Job, threads: int) -> Iterator[Row]:
    """Write the article in every way that the server has, each with a server of its own."""
    silent = job.without_reasoning()
    section_first = partial(write_naively, request_first=True)
    ways: tuple[tuple[str, Callable[[Job, Meter], None], Job, tuple[str, ...]], ...] = (
        ("naive, section named first", section_first, job, ()),
        ("naive, section named last", write_naively, job, ()),
        (f"naive, section named last, {SWA_FULL}", write_naively, job, (SWA_FULL,)),
        ("chat", write_in_chat, job, ()),
        (f"chat, {SWA_FULL}", write_in_chat, job, (SWA_FULL,)),
        (f"chat without reasoning, {SWA_FULL}", write_in_chat, silent, (SWA_FULL,)),
    )
    for name, write, told, options in ways:
        with LlamaServer(program, model, job.context_tokens, threads, *options) as server:
            meter = Meter(server)
            write(told, meter)
            yield meter.row(name)


def row_of_ours(article: Article, seconds: float) -> Row:
    """Give what our article cost, all attempts of it."""
    spent = article.spent
    written = spent.analysis + spent.final
    name = f"gptoss-writer, {article.attempts} attempts"
    return Row(name, spent.evaluated, spent.cached, written, seconds, spent.prefill_seconds)


def job_of(
    engine: LlamaEngine, path: Path, outline: Outline, article: Article, effort: ReasoningEffort
) -> Job:
    """Tell the peers to write what we wrote."""
    wanted = []
    for section in article.report.sections:
        text = article.texts.get(section.section_id, "")
        tokens = len(engine.vocabulary.encode((text,))) if text else 1
        wanted.append(Wanted(text, section.usage.analysis // max(1, section.attempts), tokens))
    # What stands behind a fence in an outline in Markdown is a finished article, for comparison.
    pasted = path.read_text(encoding="utf-8").partition("\n```")[0]
    return Job(engine, outline, pasted, tuple(wanted), effort)


def our_speed(engine: LlamaEngine) -> Speed:
    """Read a prompt of one batch and write some tokens, some rounds; give the middle."""
    sentences = PROMPT_TOKENS // engine.count_tokens(((user_message(SENTENCE),),))[0]
    request = GenerationRequest(
        ((user_message(SENTENCE * sentences),),), TokenLimits(0, TEXT_TOKENS), SamplingParams()
    )
    engine.prepare(PROMPT_TOKENS + TEXT_TOKENS + SPARE_TOKENS, Cancellation())
    usages = []
    for _ in range(ROUNDS + 1):
        engine.clear()
        events = [event for event in engine.generate(request) if isinstance(event, Completion)]
        usages += [event.usage for event in events]
    counted = usages[1:]
    return Speed(
        statistics.median(usage.evaluated / usage.prefill_seconds for usage in counted),
        statistics.median(usage.final / usage.decode_seconds for usage in counted),
    )


def compare_articles(options: argparse.Namespace, model: Path, folder: Path) -> None:
    """Print the table of the ways to an article."""
    outline = load_outline(options.outline)
    head = ("evaluated", "cached", "written", "seconds", "reading")
    sys.stdout.write(f"{outline.title}\n{'':44}{''.join(f'{name:>10}' for name in head)}\n")
    llama = LlamaOptions(threads=options.threads, weights="mmap")
    with closing(LlamaEngine(model, llama)) as engine:
        engine.prepare(CONTEXT_TOKENS, Cancellation())
        began = time.perf_counter()
        article = write_article(engine, outline, options.effort, options.seed, folder / "draft")
        ours = row_of_ours(article, time.perf_counter() - began)
    with closing(LlamaEngine(model)) as engine:  # its vocabulary; the weights are the server's now
        job = job_of(engine, options.outline, outline, article, options.effort)
        for row in rows_of_peers(options.server, model, job, options.threads):
            sys.stdout.write(row.line)
            sys.stdout.flush()
    sys.stdout.write(ours.line)


def compare_speeds(options: argparse.Namespace, model: Path) -> None:
    """Print the table of speeds."""
    theirs = bench(options.llama_bench, model, PROMPT_TOKENS, TEXT_TOKENS, options.threads, ROUNDS)
    with closing(LlamaEngine(model, LlamaOptions(options.threads, "mmap"))) as engine:
        ours = our_speed(engine)
    sys.stdout.write(f"\n{'tokens per second':44}{'reading':>10}{'writing':>10}\n")
    for name, speed in (("llama-bench, which draws no token", theirs), ("gptoss-writer", ours)):
        sys.stdout.write(f"{name:44}{speed.prefill:10,.1f}{speed.decode:10,.1f}\n")
    ratios = (ours.prefill / theirs.prefill, ours.decode / theirs.decode)
    sys.stdout.write(f"{'ratio':44}{ratios[0]:10.2f}{ratios[1]:10.2f}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("outline", type=Path, nargs="?", default=OUTLINES / "unix-pipes.yaml")
    parser.add_argument("--server", type=Path, required=True, help="llama-server")
    parser.add_argument("--llama-bench", type=Path)
    parser.add_argument("--model", type=Path, help="a GGUF file; without it a small one is built")
    parser.add_argument("--effort", type=ReasoningEffort, default=ReasoningEffort.LOW)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--attempts", type=int, default=policy.MAX_ATTEMPTS, help="ours, at most")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    policy.MAX_ATTEMPTS = options.attempts
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or write_model(Path(folder) / "random-weights.gguf")
        compare_articles(options, model, Path(folder))
        if options.llama_bench:
            compare_speeds(options, model)


if __name__ == "__main__":
    main()
