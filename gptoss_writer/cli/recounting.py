"""The history of a section as a table and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gptoss_writer.cli.attempts import age, attempt_json, who
from gptoss_writer.cli.desk import Desk, read_desk
from gptoss_writer.cli.outlines import find_section
from gptoss_writer.cli.painting import Line, Piece, broken, line_width, paint
from gptoss_writer.cli.scorecard_text import plural
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.draft import Finding
from gptoss_writer.grounding.scorecard import check_section
from gptoss_writer.text import count_words
from gptoss_writer.workspace.records import AttemptRecord

SCHEMA_VERSION = 1
_TITLE_WIDTH = 56


def recount(
    path: Path, name: str, workspace: Path | None, terminal: Terminal, *, as_json: bool
) -> int:
    """Print every attempt at a section, oldest first."""
    desk = read_desk(path, workspace, name=name)
    section_id = find_section(desk.outline, name)
    records = [_with_findings(desk, record) for record in desk.draft.attempts(section_id)]
    accepted = desk.draft.accepted(section_id)
    number = accepted.number if accepted else 0
    edited = desk.draft.edited_text(section_id)
    if as_json:
        terminal.json(_json(desk, section_id, records, number, edited))
        return 0
    width = line_width()
    lines = _lines(desk, section_id, records, number, edited, verbose=terminal.verbose)
    terminal.painted(paint(part for line in lines for part in broken(line, width, 8)))
    for hint in _next(desk, section_id, records, number, edited):
        terminal.say(hint)
    return 0


def _with_findings(desk: Desk, record: AttemptRecord) -> AttemptRecord:
    """Fill in what a person's text was never checked for, so that all can be compared."""
    if record.origin == "model":
        return record
    section = desk.outline.section(record.section_id)
    text = desk.draft.attempt(record.section_id, record.number).text
    found = check_section(section, text, desk.outline) if section else ()
    return replace(record, findings=tuple(Finding(item.code, item.message) for item in found))


def _json(
    desk: Desk, section_id: str, records: list[AttemptRecord], number: int, edited: str | None
) -> dict[str, object]:
    section = desk.outline.section(section_id)
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(desk.draft.path),
        "section": section_id,
        "title": section.title if section else "",
        "budget_words": section.words if section else 0,
        "accepted": number or None,
        "locked": desk.draft.is_locked(section_id),
        "edited": edited is not None,
        "attempts": [
            attempt_json(record, is_accepted=record.number == number) for record in records
        ],
    }


def _lines(
    desk: Desk,
    section_id: str,
    records: list[AttemptRecord],
    number: int,
    edited: str | None,
    *,
    verbose: bool,
) -> Iterator[Line]:
    section = desk.outline.section(section_id)
    title = one_line(section.title, _TITLE_WIDTH) if section else ""
    words = f", {section.words} words wanted" if section else ""
    locked = ", locked" if desk.draft.is_locked(section_id) else ""
    yield ((f"{section_id}: {title}{words}{locked}", "bold"),)
    yield ()
    now = dt.datetime.now(dt.UTC)
    rows = [_row(record, 0 if edited is not None else number, now) for record in records]
    if edited is not None:
        rows.append(("*", "", f"{count_words(edited)} words", "hand, not kept yet", "", "", ""))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(6)]
    for row, record in zip(rows, [*records, None], strict=False):
        yield tuple(_cells(row, widths))
        for finding in record.findings if record and verbose else ():
            yield ((f"        {finding.code}: ", "yellow"), (one_line(finding.message), ""))
    if not rows:
        yield (("Nothing was written yet.", ""),)


_Row = tuple[str, str, str, str, str, str, str]


def _row(record: AttemptRecord, number: int, now: dt.datetime) -> _Row:
    return (
        "*" if record.number == number else " ",
        f"@{record.number}",
        f"{record.words} words",
        who(record),
        _judged(record),
        age(record.made, now),
        f'"{one_line(record.because)}"' if record.because else "",
    )


def _judged(record: AttemptRecord) -> str:
    if record.verdict == "interrupted":
        return "interrupted"
    return plural(len(record.findings), "finding") if record.findings else "no findings"


def _cells(row: _Row, widths: list[int]) -> Iterator[Piece]:
    star, name, words, *others = row
    yield f"{star} ", "green"
    yield f"{name:>{widths[1]}}", "bold"
    yield f"  {words:>{widths[2]}}", ""
    for text, width in zip(others, [*widths[3:], 0], strict=True):
        yield f"  {text:<{width}}", ""


def _next(
    desk: Desk, section_id: str, records: list[AttemptRecord], number: int, edited: str | None
) -> Iterator[str]:
    if edited is not None:
        yield "The file was edited; the next command that writes keeps it as an attempt."
    others = [record.number for record in records if record.number != number]
    if others and (number or edited is not None):
        yield f"Compare with: {desk.command('diff', section_id, f'@{others[-1]}')}"
    if others:
        command = desk.command("restore", f"{section_id}@{others[-1]}")
        yield f"Bring @{others[-1]} back with: {command}"
    if not records:
        yield f"Write it with: {desk.command('generate')}"
