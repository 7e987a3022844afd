"""The files beside an assembled article: scorecard, what each sentence rests on, receipt."""

from __future__ import annotations

import json
from pathlib import Path

from gptoss_writer.cli.finding_lines import counted
from gptoss_writer.cli.places import command_line
from gptoss_writer.cli.scorecard_text import summary
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.grounding import provenance, report
from gptoss_writer.grounding.scorecard import Scorecard, score
from gptoss_writer.outline.models import DEFAULT_TOLERANCE, Outline
from gptoss_writer.receipt import receipt
from gptoss_writer.receipt.making import make_receipt
from gptoss_writer.workspace.workspace import Workspace


def write_beside(
    draft: Workspace, article: Path, text: str, outline: Outline, tolerance: float
) -> Scorecard:
    """Hold the article against its outline and write what was found beside it.

    Needs the draft's lock. `tolerance` is a share of a section's budget.
    """
    card = score(text, outline, tolerance=tolerance)
    sentences = provenance.trace(card.passages, outline)
    draft.write_reports(
        article,
        {
            "scorecard": _encoded(report.to_json(card)),
            "provenance": _encoded(provenance.to_json(text, sentences)),
            "receipt": receipt.to_json(make_receipt(draft, outline, text)),
        },
    )
    return card


def _encoded(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def say_scorecard(card: Scorecard, article: Path, outline: Path, terminal: Terminal) -> None:
    """Print the scorecard in four lines on stderr, unless quiet is wanted."""
    for line in summary(card):
        terminal.say(line)
    if not card.findings:
        terminal.say("Findings: none.")
        return
    percent = 100 * card.whole.budget.tolerance
    flags = {"tolerance": f"{percent:g}"} if percent != 100 * DEFAULT_TOLERANCE else {}
    command = command_line("check", article, "--against", str(outline), flags=flags)
    terminal.say(f"Findings: {counted(card.findings)}. See them with:\n{command}")
