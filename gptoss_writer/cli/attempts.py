"""Attempts as a writer names and reads them: SECTION@N, who wrote it, how long ago."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gptoss_writer.cli.desk import Desk
from gptoss_writer.cli.outlines import find_section
from gptoss_writer.errors import UsageError
from gptoss_writer.workspace.records import AttemptRecord

_NAMED = re.compile(r"(?P<section>.*?)(?:@(?P<number>[^@]*))?", re.DOTALL)
_STEPS = ((365 * 86400, "year"), (30 * 86400, "month"), (86400, "day"), (3600, "hour"))
_NOW = 45
"""Less than so many seconds ago is just now."""


def find_attempt(desk: Desk, name: str) -> tuple[str, int | None]:
    """Read SECTION or SECTION@N; the number is an attempt there is, None where none is said.

    Raises `UsageError` with what there is.
    """
    match = _NAMED.fullmatch(name)
    section, number = (match["section"], match["number"]) if match else (name, None)
    section_id = find_section(desk.outline, section)
    if number is None:
        return section_id, None
    return section_id, known_number(desk, section_id, number)


def named(section: str, number: str | None) -> str:
    """Put a number that stands apart to its section: `two @1` is `two@1`."""
    return section if number is None else f"{section}@{number.removeprefix('@')}"


def known_number(desk: Desk, section_id: str, number: str) -> int:
    """Read the number of an attempt, with or without its @; `UsageError` where there is none."""
    known = [record.number for record in desk.draft.attempts(section_id)]
    plain = number.removeprefix("@")
    if plain.isdecimal() and plain.isascii() and int(plain) in known:
        return int(plain)
    if not known:
        raise UsageError(
            f'There is no attempt at section "{section_id}" yet.',
            f"Write it with:\n{desk.command('generate')}",
        )
    raise UsageError(
        f'Section "{section_id}" has no attempt @{plain}.',
        f"It has {listed(known)}. See them with:\n{desk.command('history', section_id)}",
    )


def listed(numbers: list[int]) -> str:
    """Name attempts: @1; @1 and @2; @1 to @7."""
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):  # noqa: PLR2004 - a range saves nothing before
        return f"@{numbers[0]} to @{numbers[-1]}"
    return " and ".join(filter(None, (", ".join(f"@{n}" for n in numbers[:-1]), f"@{numbers[-1]}")))


def who(record: AttemptRecord) -> str:
    """Say who wrote an attempt, and what a person's is an edit of."""
    if record.origin == "model":
        return "model"
    return f"hand, from @{record.parent}" if record.parent else "hand"


def age(made: str, now: dt.datetime) -> str:
    """Say how long ago an attempt was made; "" where the record does not tell."""
    try:
        seconds = (now - dt.datetime.fromisoformat(made)).total_seconds()
    except (ValueError, TypeError):
        return ""
    for size, unit in (*_STEPS, (60, "minute")):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now" if seconds < _NOW else "a minute ago"


def attempt_json(record: AttemptRecord, *, is_accepted: bool) -> dict[str, Any]:
    """Give what `history --json` and `show --json` print of an attempt.

    `model` is the fingerprint of its file; `parent` the attempt that stood before, null for none.
    """
    sampling: Mapping[str, Any] = asdict(record.sampling) if record.sampling else {}
    return {
        "attempt": record.number,
        "accepted": is_accepted,
        "origin": record.origin,
        "parent": record.parent or None,
        "made": record.made or None,
        "words": record.words,
        "verdict": record.verdict,
        "findings": [asdict(finding) for finding in record.findings],
        "because": record.because or None,
        "model": record.model or None,
        "model_name": record.model_name or None,
        "sampling": sampling or None,
        "usage": asdict(record.usage),
        "fingerprint": record.fingerprint or None,
        "made_from": dict(record.made_from),
        "sha256": record.sha256,
    }
