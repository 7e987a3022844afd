"""Findings on an article for the eye: place, code and message, the nearest evidence below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gptoss_writer.cli.painting import Line, Style, broken, fitted
from gptoss_writer.cli.scorecard_text import plural
from gptoss_writer.grounding.findings import Severity, TextFinding

FEW = 20
"""So many findings are read in one go."""

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_STYLES: dict[Severity, Style] = {"error": "red", "warning": "yellow", "note": "cyan"}
_SHOWN = 160
_NEAREST = ("-unsupported", "quotation-absent")


def finding_lines(
    findings: Sequence[TextFinding], file: str, width: int | None, *, is_all: bool
) -> Iterator[Line]:
    """Give the findings in the order of the text; where there are many, the most serious first.

    Of many only the first 20 are given, and how many were left out, unless all are wanted. A
    width of None leaves every finding on a line of its own.
    """
    if not findings:
        yield (("No findings.", "green"),)
        return
    shown = list(findings)
    yield from broken(((f"Findings: {counted(shown)}", "bold"),), width, 4)
    if len(findings) > FEW:
        shown.sort(key=_rank)
    left = [] if is_all else shown[FEW:]
    for finding in shown if is_all else shown[:FEW]:
        yield from _finding(finding, file, width)
    if left:
        told = f"{len(left)} more ({counted(left)}); -v shows all of them."
        yield from broken(((told, "dim"),), width, 0)


def _rank(finding: TextFinding) -> tuple[int, bool]:
    # Lengths come last among the warnings: each stands in the table of sections already.
    return _SEVERITIES.index(finding.severity), finding.code == "length"


def counted(findings: Sequence[TextFinding]) -> str:
    """Count findings by their severity: "1 error, 2 warnings"."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(plural(counts[name], name) for name in _SEVERITIES if counts[name])


def _finding(finding: TextFinding, file: str, width: int | None) -> Iterator[Line]:
    style = _STYLES[finding.severity]
    kind = "" if finding.severity == "error" else f"{finding.severity}: "
    line: Line = (
        (f"{file}:{finding.line}:{finding.column} ", ""),
        (f"{finding.code} ", style),
        (f"{kind}{finding.message}", ""),
    )
    yield from broken(line, width, 4)
    room = _SHOWN if width is None else width - 4
    if finding.is_on_words and finding.excerpt:
        yield ("    ", ""), (fitted(f"> {finding.excerpt}", room).rstrip(), "")
    if finding.evidence_text and finding.evidence_text.rstrip(".,") not in finding.message:
        near = "nearest " if finding.code.endswith(_NEAREST) else ""
        text = fitted(f"{near}{finding.evidence}: {finding.evidence_text}", room).rstrip()
        yield ("    ", ""), (text, "dim")
