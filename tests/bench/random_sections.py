"""Writes sections with models of random weights, and looks whether every promise is kept.

    python -m tests.bench.random_sections [--sections N] [--seeds N] [--tolerance P] [--model GGUF]

The budgets are 60 to 400 words. The evidence has every kind of mark, and the models are made to
open quotations all the time, of all kinds, and to say in them what stands in the evidence often
enough that many are long. What they write is judged apart from the rules it was written under.
Exits with 1 where a section is out of its band, cut, or leaks, or a quotation of four words or
more is not verbatim.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from gptoss_writer.draft import Steering
from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.drafting.edges import strip_edges
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationRequest,
    TokenLimits,
)
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.grounding.leaks import find_leaks
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import GuardRules, SectionGuard
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.sampling.prose import ProseRule
from gptoss_writer.sampling.quotations import Quotations
from gptoss_writer.text import count_words, ends_with_sentence
from models.demo.tokenizer import byte_alphabet
from tests.support.gguf_models import write_model
from tests.support.guarded import SOURCES, TITLE, is_verbatim, quotations_in, words_in

TOKENS_PER_WORD = 40
SUBHEADINGS_ABOVE_WORDS = 200
SMALLEST, LARGEST = 60, 400
PROMPT = (user_message("Write about the pump."),)

# Such words that the models say them often; between them, every kind of mark.
FAVOURITES = ("in", "on", "is", "re", "an")
SPACES_PER_MARK = 4
MARKS = (
    *(", ", ". ", "; ", ": ", " — ", "—", " – ", "-", "’", " (", ") ", "! ", "? ", "… ", "... "),
    *("/", " “", "” ", ' "', '" ', " *", "* ", " [", "] ", " `", "_", "\u00a0", "\n", " 1,000 "),
    *(" 3.5% ", " £5 ", " é", " «", "» ", " ‘", "’ ", "\u2011", " & ", "\u200b", " „", "“ "),
)


def evidence(seed: int = 7) -> tuple[str, ...]:
    """Make the sources: prose with every kind of mark, and chains of the favourite words."""
    dice = random.Random(seed)
    marks = (*MARKS, *(" " for _ in range(SPACES_PER_MARK * len(MARKS))))
    chains = (
        "".join(dice.choice(FAVOURITES) + dice.choice(marks) for _ in range(150)) for _ in range(12)
    )
    return (*SOURCES, *chains)


def favour() -> dict[str, float]:
    """Give what is added to logits: of marks that open, of some that close, of favourite words."""
    alphabet = byte_alphabet()
    raised = {".": -1.0, 'Ġ"': 4.0, '"': 3.0, "ĠâĢ": 9.0, "âĢľ": 5.0, "âĢĿ": 5.0, "Â": 7.0}
    raised |= {alphabet[byte]: 4.0 for byte in (0x9C, 0x9E, 0xAB, 0xBB)}  # of “ „ « »
    for word in FAVOURITES:
        raised |= {word: 3.0, f"Ġ{word}": 4.5}
    return raised


@dataclass(frozen=True)
class Figures:
    """What came of some sections; all but `seconds` are counts."""

    sections: int = 0
    in_band: int = 0
    opened: int = 0
    long: int = 0
    verbatim: int = 0
    least_opened: int = 0
    leaks: int = 0
    cut: int = 0
    forced_ends: int = 0
    resampled: int = 0
    rejected: int = 0
    tokens: int = 0
    words: int = 0
    seconds: float = 0.0

    def __add__(self, other: Figures) -> Figures:
        """Add up; of the least opened quotations, the least counts."""
        least = min(self.least_opened, other.least_opened) if self.sections else other.least_opened
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
        }
        return Figures(**(sums | {"least_opened": least}))

    @property
    def is_good(self) -> bool:
        """Tell whether every promise was kept."""
        is_whole = self.sections == self.in_band and not self.leaks and not self.cut
        return is_whole and self.long == self.verbatim


def judge(completion: Completion, band: tuple[int, int], sources: Sequence[str]) -> Figures:
    """Look at a text as a reader would, who knows the evidence."""
    text = completion.final.rstrip()
    try:
        quotations = quotations_in(text)
    except AssertionError:  # one is not closed
        return Figures(sections=1, cut=1)
    long = [quotation for quotation in quotations if words_in(quotation) > 3]
    is_whole = ends_with_sentence(text) and clean(completion.final, title=TITLE) == text
    steering = completion.steering or Steering()
    return Figures(
        sections=1,
        in_band=band[0] <= count_words(text) <= band[1],
        opened=len(quotations),
        long=len(long),
        verbatim=sum(is_verbatim(quotation, sources) for quotation in long),
        least_opened=len(quotations),
        leaks=len(find_leaks(text, 0, len(text))),
        cut=not is_whole or completion.stop != "return",
        forced_ends=steering.forced_ends,
        resampled=steering.resampled,
        rejected=steering.rejected,
        tokens=completion.usage.final,
        words=count_words(text),
        seconds=completion.usage.seconds,
    )


def write(engine: LlamaEngine, seed: int, target: int, tolerance: float) -> Iterator[Figures]:
    """Write one section and judge it."""
    sources = evidence()
    band = (math.ceil(target * (1 - tolerance)), math.floor(target * (1 + tolerance)))
    guard = SectionGuard(
        GuardRules(
            Quotations.of(sources),
            BudgetRule(target, *band),
            ProseRule(subheadings=target > SUBHEADINGS_ABOVE_WORDS),
            lambda line: strip_edges(line, TITLE).strip() != line.strip(),
        )
    )
    limits = TokenLimits(analysis=8, final=TOKENS_PER_WORD * band[1])
    sampling = SamplingParams(seed=seed)
    for event in engine.generate(GenerationRequest((PROMPT,), limits, sampling, constraint=guard)):
        if isinstance(event, Completion):
            yield judge(event, band, sources)


def measure(path: Path, sections: int, tolerance: float = 0.1, seed: int = 0) -> Figures:
    """Write sections with the model at `path`, with budgets drawn from `seed`."""
    dice = random.Random(seed)
    figures = Figures()
    engine = LlamaEngine(path, LlamaOptions(threads=1))
    try:
        engine.prepare(TOKENS_PER_WORD * 2 * LARGEST, Cancellation())
        for number in range(sections):
            target = dice.randint(SMALLEST, LARGEST)
            for found in write(engine, seed * 10_000 + number, target, tolerance):
                figures += found
    finally:
        engine.close()
    return figures


def random_model(path: Path, seed: int) -> Path:
    """Write a model that likes to quote, and that would like to end."""
    return write_model(path, layers=1, seed=seed, scale=1.0, end_bias=2.0, raised=favour())


COLUMNS: dict[str, Callable[[Figures], str]] = {
    "sections": lambda figures: f"{figures.sections}",
    "in band": lambda figures: f"{figures.in_band / figures.sections:.1%}",
    "quotations": lambda figures: f"{figures.opened}",
    "least": lambda figures: f"{figures.least_opened}",
    "4+ words": lambda figures: f"{figures.long}",
    "verbatim": lambda figures: f"{figures.verbatim / max(1, figures.long):.1%}",
    "leaks": lambda figures: f"{figures.leaks}",
    "cut": lambda figures: f"{figures.cut}",
    "forced ends": lambda figures: f"{figures.forced_ends}",
    "resampled": lambda figures: f"{figures.resampled}",
    "rejected": lambda figures: f"{figures.rejected}",
    "tokens": lambda figures: f"{figures.tokens}",
    "seconds": lambda figures: f"{figures.seconds:.0f}",
}


def show(name: str, cells: Sequence[str]) -> None:
    """Write one line of the table."""
    padded = (f"{cell:>{len(title) + 2}}" for title, cell in zip(COLUMNS, cells, strict=True))
    sys.stdout.write(f"{name:<8}{''.join(padded)}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Write the sections, print the table; 0 where every promise was kept, else 1."""
    parser = argparse.ArgumentParser(description="Hold random weights to the promises.")
    parser.add_argument("--sections", type=int, default=200, help="of all models together")
    parser.add_argument("--seeds", type=int, default=4, help="models of so many seeds")
    parser.add_argument("--tolerance", type=float, default=10, help="percent of the budget")
    parser.add_argument("--model", type=Path, help="this one instead of random ones")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    total = Figures()
    show("model", list(COLUMNS))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seeds):
            share = len(range(seed, options.sections, options.seeds))
            path = options.model or random_model(Path(folder) / f"{seed}.gguf", seed)
            figures = measure(path, share, options.tolerance / 100, seed)
            show(f"seed {seed}", [cell(figures) for cell in COLUMNS.values()])
            total += figures
    show("all", [cell(total) for cell in COLUMNS.values()])
    seconds = time.perf_counter() - started
    verdict = "Every promise was kept" if total.is_good else "A promise was broken"
    sys.stdout.write(f"{verdict}; {seconds:.0f} seconds in all.\n")
    return 0 if total.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
