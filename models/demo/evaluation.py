"""How faithfully a model rearranges outlines that it has never seen.

    python -m models.demo.evaluation MODEL.gguf [--outlines N] [--set NAME] [--seed S]

Prints, for unseen synthetic outlines, for outlines of invented words, for outlines with much
material (prompt and text of 1,500 to 3,500 tokens) and for the example outlines, with and without
the guard, at temperature 0 and 0.7: the shares of quotations, key points and labels that stand in
the text word for word (of those that a text of this length has room for), texts that loop, and
sections inside their bands. In the example outlines all quotations count that are required, and a
key point counts where its words of content are there, as in a scorecard.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random

from gptoss_writer.drafting.defects import LoopWatch
from gptoss_writer.drafting.guarding import make_guard
from gptoss_writer.engine.choose import EngineOptions, open_engine
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    Engine,
    GenerationRequest,
    TokenLimits,
)
from gptoss_writer.grounding.facts import known_facts
from gptoss_writer.grounding.ledger import coverage
from gptoss_writer.grounding.passages import read_passage
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import Outline, Section
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.text import count_words, fold, sentences
from models.demo.answers import write_answer
from models.demo.material import draw_subject

FIRST_SEED = 1_000_000_000
"""Training draws below; nothing here was ever trained on."""
UNSEEN, STRANGE, DENSE = "unseen outlines", "unseen words", "much material"
EXAMPLES = "example outlines"
SETS = (UNSEEN, STRANGE, DENSE, EXAMPLES)
TEMPERATURES = (0.0, 0.7)
_STRANGENESS = (0.0, 0.0, 0.1, 0.35)
_LIMITS = TokenLimits(analysis=400, final=1600)
_CONTEXT = 8192
_REPEATED_WORDS = 5
_OUTLINES = Path(__file__).parents[2] / "outlines"


@dataclass(frozen=True, slots=True)
class Case:
    """A section to be written, and what its text should have, word for word.

    `is_example`: its key points are counted by their words of content instead.
    """

    outline: Outline
    prompts: PromptWriter
    section: Section
    is_example: bool
    quotations: tuple[str, ...]
    points: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over sections, `_of` the most that could be reached."""

    sections: int = 0
    quotations: int = 0
    quotations_of: int = 0
    points: int = 0
    points_of: int = 0
    labels: int = 0
    labels_of: int = 0
    loops: int = 0
    in_band: int = 0
    unfinished: int = 0

    def __add__(self, other: Score) -> Score:
        """Add two scores up."""
        names = (field.name for field in fields(self))
        return Score(*(getattr(self, name) + getattr(other, name) for name in names))


def draw_cases(name: str, first_seed: int, count: int) -> Iterator[Case]:
    """Draw a section of each of so many outlines."""
    templates = load_templates()
    for seed in range(first_seed, first_seed + count):
        draw = Random(seed)
        strangeness = 1.0 if name == STRANGE else draw.choice(_STRANGENESS)
        subject = draw_subject(draw, strangeness=strangeness, written=1, is_dense=name == DENSE)
        outline, material = subject.outline, subject.written[0]
        number = outline.number(material.section.id)
        answer = write_answer(
            material, number, len(outline.sections), draw=draw, again=False, quoted=frozenset()
        )
        text = _folded(answer.text)
        prompts = PromptWriter(outline, templates, ReasoningEffort.LOW, "2026-11-26")
        yield Case(
            outline,
            prompts,
            material.section,
            is_example=False,
            quotations=tuple(
                q for q in map(_core, (q.quote for q in material.quotations)) if q in text
            ),
            points=tuple(
                point
                for point in map(_core, (p.rest or p.value.detail or "" for p in material.points))
                if point and point in text
            ),
            labels=tuple(
                label
                for label in (_folded(p.value.label or "") for p in material.points)
                if label and label in text
            ),
        )


def example_cases(folder: Path) -> Iterator[Case]:
    """Give every section of the outlines in a folder."""
    templates = load_templates()
    for path in sorted(folder.glob("*.*")):
        outline = load_outline(path)
        prompts = PromptWriter(outline, templates, ReasoningEffort.LOW, "2026-11-26")
        for section in outline.sections:
            required = (item for item in section.quotations if item.required)
            quotations = tuple(_core(quotation.quote) for quotation in required)
            yield Case(
                outline,
                prompts,
                section,
                is_example=True,
                quotations=quotations,
                points=tuple(point.text for point in section.key_points),
                labels=tuple(_folded(point.label) for point in section.key_points if point.label),
            )


def _core(text: str) -> str:
    return _folded(text).strip(" .,;:")


def _folded(text: str) -> str:
    """Fold a text, and its quotations' marks with those of quotations inside them."""
    return fold(text).replace('"', "'")


def write(case: Case, engine: Engine, *, temperature: float, guarded: bool) -> Completion:
    """Write a case's section."""
    section, band = case.section, case.section.budget
    rule = BudgetRule(section.words, band.floor, band.ceiling)
    prompt = case.prompts.section(section.id, Digest())
    request = GenerationRequest(
        parts=prompt.parts,
        limits=_LIMITS,
        sampling=SamplingParams(temperature=temperature, seed=1),
        constraint=make_guard(section, case.outline, rule) if guarded else None,
    )
    for event in engine.generate(request):
        if isinstance(event, Completion):
            return event
    raise RuntimeError("The engine ended without a completion.")


def score(case: Case, completion: Completion) -> Score:
    """Compare a text with what it should have."""
    text = _folded(completion.final)
    return Score(
        sections=1,
        quotations=sum(quote in text for quote in case.quotations),
        quotations_of=len(case.quotations),
        points=_points_told(case, completion.final),
        points_of=len(case.points),
        labels=sum(label in text for label in case.labels),
        labels_of=len(case.labels),
        loops=_loops(completion.final, case),
        in_band=case.section.budget.contains(count_words(completion.final)),
        unfinished=completion.stop != "return",
    )


def _points_told(case: Case, text: str) -> int:
    if not case.is_example:
        folded = _folded(text)
        return sum(point in folded for point in case.points)
    sources, known = sources_of(case.outline), known_facts(case.outline)
    passage = read_passage(text, (0, len(text)), case.section, sources, known)
    return sum(point.is_covered for point in coverage(case.section, passage.vocabulary))


def _loops(text: str, case: Case) -> bool:
    """Tell whether a text loops: by the watch of every run, or by a sentence that comes twice."""
    if LoopWatch().feed(text):
        return True
    told = fold(" ".join(item.text for item in case.section.key_points))
    told += fold(" ".join(item.text for item in case.section.evidence))
    counts = Counter(
        sentence
        for paragraph in text.split("\n")
        for sentence in map(fold, sentences(paragraph))
        if count_words(sentence) >= _REPEATED_WORDS and sentence.strip('".') not in told
    )
    return any(count > 1 for count in counts.values())


def evaluate(engine: Engine, cases: Sequence[Case], *, temperature: float, guarded: bool) -> Score:
    """Add up the scores of all cases."""
    total = Score()
    for case in cases:
        total += score(case, write(case, engine, temperature=temperature, guarded=guarded))
    return total


def row(name: str, total: Score) -> str:
    """Print a score as a row of the card's table."""
    shares = (
        f"{100 * part / whole:5.1f} %" if whole else "    - "
        for part, whole in (
            (total.quotations, total.quotations_of),
            (total.points, total.points_of),
            (total.labels, total.labels_of),
            (total.in_band, total.sections),
        )
    )
    return f"| {name:<34} | {' | '.join(shares)} | {total.loops:>5} | {total.unfinished:>10} |"


HEAD = (
    f"| {'':<34} | quotes  | points  | labels  | in band | loops | unfinished |\n"
    f"|{'-' * 36}|---------|---------|---------|---------|-------|------------|"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--outlines", type=int, default=200)
    parser.add_argument("--set", dest="sets", choices=SETS, action="append")
    parser.add_argument("--temperature", type=float, action="append")
    parser.add_argument("--guard", choices=("both", "on", "off"), default="both")
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--show", type=int, default=0, help="print so many texts")
    options = parser.parse_args(arguments)
    engine = open_engine(options.model, EngineOptions(threads=1))
    engine.prepare(_CONTEXT, Cancellation())
    _say(HEAD)
    for name in options.sets or SETS:
        cases = _cases(name, options)
        for temperature in options.temperature or TEMPERATURES:
            for guarded in {"both": (True, False), "on": (True,), "off": (False,)}[options.guard]:
                total = evaluate(engine, cases, temperature=temperature, guarded=guarded)
                guard = "guarded" if guarded else "free"
                _say(row(f"{name}, {guard}, T {temperature}", total))
        for case in cases[: options.show]:
            completion = write(case, engine, temperature=0.0, guarded=True)
            prompt = case.prompts.section(case.section.id, Digest())
            _say(f"\n{prompt.section_suffix[0].content}")
            _say(f"\n--- {completion.analysis}\n---\n{completion.final}\n")


def _cases(name: str, options: argparse.Namespace) -> list[Case]:
    if name == EXAMPLES:
        return list(example_cases(_OUTLINES))
    return list(draw_cases(name, options.seed, options.outlines))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
