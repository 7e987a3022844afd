"""A small outline and article about a tide clock, and short ways to check a text against it."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.grounding.facts import known_facts
from gptoss_writer.grounding.findings import TextFinding
from gptoss_writer.grounding.passages import Passage, read_passage
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.reading import load_outline

FIXTURES = Path(__file__).parents[1] / "grounding" / "fixtures"

TIDE_CLOCK = load_outline(FIXTURES / "tide-clock.yaml")


def passage(text: str, section: str | None = "float", outline: Outline = TIDE_CLOCK) -> Passage:
    """Read a text as a section of the outline; None for a text that belongs to none."""
    found = outline.section(section) if section else None
    return read_passage(text, (0, len(text)), found, sources_of(outline), known_facts(outline))


def told(finding: TextFinding) -> str:
    """Write a finding on one line, as the golden files have it."""
    evidence = f" <- {finding.evidence}" if finding.evidence else ""
    where = f"{finding.line}:{finding.column} {finding.section or '-'}"
    return (
        f"{where} {finding.severity} {finding.code}: {finding.message} "
        f"[{finding.excerpt}]{evidence}"
    )
