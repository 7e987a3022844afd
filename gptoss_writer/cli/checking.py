"""What can be said of an article: its scorecard on the terminal, as JSON, and as a page."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from gptoss_writer.cli.copies import STDOUT, is_same_file, require_place, write_file
from gptoss_writer.cli.finding_lines import finding_lines
from gptoss_writer.cli.outlines import announce
from gptoss_writer.cli.painting import Line, can_draw, fitted, line_width, paint, table_width
from gptoss_writer.cli.places import read_settings
from gptoss_writer.cli.scorecard_text import POOR, RICH, section_lines, total_lines
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.cli.thresholds import Verdict, parse_thresholds, verdicts
from gptoss_writer.cli.wanted import wanted_tolerance
from gptoss_writer.errors import FindingsError, UsageError
from gptoss_writer.grounding.report import to_json
from gptoss_writer.grounding.scorecard import Scorecard, score
from gptoss_writer.outline.reading import read_outline

MAX_BYTES = 4 << 20
"""The largest article that is read; 200 sections of 2,000 words have about 2.5 MB."""

_OUTLINE_SUFFIXES = frozenset((".yaml", ".yml"))


@dataclass(frozen=True, slots=True)
class CheckCommand:
    """One call of `check` on an article."""

    article: Path
    outline: Path
    html: str | None = None
    fail_on: str | None = None
    tolerance: str | None = None
    as_json: bool = False


def check_article(command: CheckCommand, terminal: Terminal) -> int:
    """Hold an article against its outline and print the scorecard on stdout.

    Findings alone are no failure: raises `FindingsError` where a threshold of `fail_on` is
    crossed, and `UsageError` or `OutlineError` where article or outline cannot be used.
    """
    thresholds = parse_thresholds(command.fail_on) if command.fail_on is not None else ()
    settings = read_settings({"tolerance": command.tolerance})
    if command.html is not None:
        _require_page_place(command)
    text = read_article(command.article)
    file = read_outline(command.outline)
    announce(file, terminal)
    card = score(text, file.outline, tolerance=wanted_tolerance(settings))
    judged = verdicts(card, thresholds)
    if command.html is not None:
        _write_page(card, command, terminal)
    if command.as_json:
        terminal.json(check_json(card, command, judged))
    else:
        terminal.painted(paint(_lines(card, command, is_all=terminal.verbose)))
    _require_kept(judged, terminal)
    return 0


def check_json(
    card: Scorecard, command: CheckCommand, judged: tuple[Verdict, ...]
) -> dict[str, JsonValue]:
    """Give what `check ARTICLE --against OUTLINE --json` prints.

    The scorecard in the schema of `grounding.report`, and besides: `article` and `outline`, the
    files as they were named; `fail_on`, for each measure asked for how many faults were found
    and allowed, and whether that is crossed.
    """
    fail_on: dict[str, JsonValue] = {
        item.measure: {"found": item.found, "allowed": item.allowed, "crossed": item.is_crossed}
        for item in judged
    }
    names: dict[str, JsonValue] = {
        "article": str(command.article),
        "outline": str(command.outline),
    }
    return {**to_json(card), **names, "fail_on": fail_on}


def _lines(card: Scorecard, command: CheckCommand, *, is_all: bool) -> Iterator[Line]:
    look = RICH if can_draw() else POOR
    width, breaking = table_width(), line_width()
    article = one_line(str(command.article))
    title = card.article.title.text if card.article.title else card.outline.title
    yield ((fitted(title, width).rstrip(), "bold"),)
    yield ((f"{article} against {one_line(str(command.outline))}", "dim"),)
    yield ()
    yield from section_lines(card, width, look)
    yield ()
    yield from total_lines(card, width, look)
    yield ()
    yield from finding_lines(card.findings, article, breaking, is_all=is_all)


def _require_kept(judged: tuple[Verdict, ...], terminal: Terminal) -> None:
    crossed = [item for item in judged if item.is_crossed]
    if crossed:
        told = ", ".join(
            f"{item.measure} ({item.found}, {item.allowed} allowed)" for item in crossed
        )
        hint = "" if terminal.verbose else "Run it with -v to see every finding."
        raise FindingsError(f"The article fails on {told}.", hint)


def read_article(path: Path) -> str:
    """Read a Markdown article; `UsageError` where it is not UTF-8 text of at most 4 MiB."""
    if path.suffix.lower() in _OUTLINE_SUFFIXES:
        raise UsageError(
            f"{path} is an outline; the article comes first.",
            "Write: gptoss-writer check ARTICLE --against OUTLINE",
        )
    data = _bytes(path)
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path} is larger than 4 MiB.", "Check that this is the article.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: byte {data[error.start]:#04x} at offset {error.start:,} is not UTF-8.",
            "Save the article as UTF-8.",
        ) from None


def _bytes(path: Path) -> bytes:
    """Read at most one byte more than is allowed; never waits on a pipe or reads a device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError(f"{path} is not a regular file.", "Name a Markdown file.")
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise UsageError(
            f"The article {path} cannot be read: {reason}.", "Check the name and the folder."
        ) from None


def _require_page_place(command: CheckCommand) -> None:
    """Raise `UsageError` where the page cannot go, or would take the place of another file."""
    target = command.html or ""
    if target == STDOUT:
        raise UsageError("--html needs a file's name.", "Give it one, such as scorecard.html.")
    path = require_place(target, "--html")
    for other, what in ((command.article, "the article"), (command.outline, "the outline")):
        if is_same_file(path, other):
            raise UsageError(f"--html {target} is {what} itself.", "Give --html another name.")
    from gptoss_writer.preview.page import GENERATOR

    if path.is_file() and GENERATOR.encode() not in _beginning(path):
        raise UsageError(
            f"{target} exists and is not a page of this program.",
            "Give --html another name, or move the file away.",
        )


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(1024)
    except OSError as error:
        raise UsageError(
            f"{path} exists and cannot be read: {error.strerror}.", "Give --html another name."
        ) from None


def _write_page(card: Scorecard, command: CheckCommand, terminal: Terminal) -> None:
    from gptoss_writer.preview.page import page

    target = command.html or ""
    html = page(
        card,
        article_name=one_line(command.article.name),
        outline_name=one_line(command.outline.name),
    )
    write_file(target, html)
    terminal.say(f"Page: {target}")
