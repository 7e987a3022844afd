"""Runs under a guard: an outline of few words, and a model that quotes it all the time."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from gptoss_writer.drafting.preparing import RunOptions
from gptoss_writer.drafting.reports import RunReport
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.outline.models import Outline
from tests.bench.random_sections import favour
from tests.support.drafting import SAMPLING, Desk, options_of
from tests.support.gguf_models import write_model
from tests.support.parrot import write_parrot

SAID = ("in", "on", "is")
"""The words of all evidence: so few that a model without sense often says four in a row."""

WISHES = {
    "<|message|>": ("ĠThe", 'Ġ"', "in"),
    "ĠThe": ("Ġmodel", "Ġin", "Ġis"),
    "Ġmodel": ('Ġ"', "Ġ", "Ġis"),
    "Ġ": ("âĢľ", "âĢľ", "in"),
    'Ġ"': ("in", "is", "on"),
    "âĢľ": ("on", "in", "is"),
    "in": ("Ġon", "Ġis", "Ġin"),
    "on": ("Ġis", "Ġin", "Ġon"),
    "is": ("Ġin", "Ġon", "Ġis"),
    "Ġin": ("Ġon", "Ġis", 'Ġ"', ".", "."),
    "Ġon": ("Ġis", "Ġin", "âĢĿ", "."),
    "Ġis": ("Ġin", "Ġon", '."', "ĊĊ"),
    '."': ("ĠThe", 'Ġ"', "Ġ"),
    ".": ("ĠThe", "Ġ", "ĊĊ"),
    "âĢĿ": ("Ġin", ".", "Ġon"),
    "ĊĊ": ("T", 'Ġ"', "<|return|>"),
    "T": ("he", "in", "is"),
    "he": ("Ġmodel", "Ġ", 'Ġ"'),
}
"""A model that opens quotations, straight and curly, and fills them with the words of evidence."""


def _said(draw: random.Random, words: int) -> str:
    return " ".join(draw.choice(SAID) for _ in range(words)) + "."


def _outline() -> Outline:
    draw = random.Random(3)
    return Outline.model_validate(
        {
            "title": "A lamp by the sea",
            "sections": [
                {
                    "id": section_id,
                    "title": title,
                    "words": words,
                    "key_points": [_said(draw, 20)],
                    "evidence": [{"quote": _said(draw, 60)}, _said(draw, 60)],
                }
                for section_id, title, words in (
                    ("lamp", "The lamp", 40),
                    ("wick", "The wick", 60),
                    ("oil", "The oil", 30),
                    ("dawn", "Dawn", 50),
                )
            ],
        }
    )


OUTLINE = _outline()


def talking_model(path: Path) -> Path:
    """Write a model of short sentences that quotes and repeats itself: much is taken back."""
    raised = favour() | {".": 5.0, "Ġ": 3.0} | dict.fromkeys("ABIT", 4.0)
    return write_model(path, layers=1, seed=1, end_bias=2.0, raised=raised)


def quoting_model(folder: Path) -> Path:
    """Write a model that quotes all the time."""
    model = write_model(folder / "plain.gguf", layers=1)
    return write_parrot(folder / "quoting.gguf", model, WISHES)


def options(seed: int = 1, temperature: float = 1.0, tolerance: float = 0.1) -> RunOptions:
    """Make the options of a run that hardly reasons."""
    sampling = replace(SAMPLING, seed=seed, temperature=temperature, min_p=0.0)
    return options_of(sampling=sampling, pinned=sampling, analysis_tokens=8, tolerance=tolerance)


def write(
    model: Path, desk: Desk, wanted: RunOptions, cancellation: Cancellation | None = None
) -> RunReport:
    """Write the article with a model, on one thread."""
    engine = LlamaEngine(model, LlamaOptions(threads=1))
    try:
        return desk.run(engine, wanted, cancellation)
    finally:
        engine.close()
