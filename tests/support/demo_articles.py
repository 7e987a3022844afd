"""Articles that the bundled demo model wrote, by the real program, and what is in them."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gptoss_writer.grounding.ledger import CoveredPoint
from gptoss_writer.grounding.scorecard import Scorecard, score
from gptoss_writer.models.catalog import packaged_file
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline
from gptoss_writer.text import fold
from tests.support.commands import ROOT, child_of

MODEL = packaged_file("gpt-oss-demo.gguf")
EXAMPLES = sorted((ROOT / "outlines").iterdir())
UNSEEN = sorted((ROOT / "tests/demo/outlines").iterdir())
"""Outlines of the tests alone: nobody trains on them; among trained files they helped to choose."""

LOOP_WORDS, LOOP_TIMES = 6, 3
"""Six words in a row that come three times in a section are a loop."""


@dataclass(frozen=True)
class Article:
    """One article: its outline, the run's report and last words on the screen, and the text."""

    outline: Outline
    report: dict[str, Any]
    screen: str
    text: str

    @cached_property
    def card(self) -> Scorecard:
        """The article held against its outline."""
        return score(self.text, self.outline)

    @property
    def points(self) -> list[CoveredPoint]:
        """All key points, with what of their words stands in their section."""
        return [point for section in self.card.sections for point in section.coverage]

    @property
    def quoted(self) -> tuple[int, int]:
        """How many of the evidence's quotations stand in the text verbatim, and of how many."""
        entries = [entry for entry in self.card.entries if entry.source.is_quotation]
        found = sum(any(use.how == "verbatim" for use in entry.uses) for entry in entries)
        return found, len(entries)

    @property
    def loops(self) -> dict[str, list[str]]:
        """The runs of words that come back and back, by section."""
        parts = {part.title: self.text[part.start : part.end] for part in self.card.article.parts}
        found = {title: _loops(text) for title, text in parts.items()}
        return {title: runs for title, runs in found.items() if runs}


Written = Callable[[Path], Article]
"""Gives the article of an outline."""


def _loops(text: str) -> list[str]:
    said = re.findall(r"[^\W_]+", fold(text).lower())
    runs = Counter(
        " ".join(said[start : start + LOOP_WORDS]) for start in range(len(said) - LOOP_WORDS + 1)
    )
    return [run for run, times in runs.items() if times >= LOOP_TIMES]


def write_article(outline: Path, folder: Path, *flags: str) -> Article:
    """Let the program write an outline's article with the demo model, in a folder of its own."""
    copied = Path(shutil.copy(outline, folder / outline.name))
    result = child_of(
        *("generate", copied.name, "--model", "demo", "--effort", "low", "--json", *flags),
        folder=folder,
    )
    assert 0 == result.code, result.err
    report = json.loads(result.out)
    text = (folder / report["article"]).read_text(encoding="utf-8")
    return Article(load_outline(copied), report, result.err, text)
