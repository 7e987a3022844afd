"""What a section sees of the article before it: a digest made by code, not the growing text.

gpt-oss-20b's long-form quality falls as it rereads its own text, and every token of it would have
to be evaluated again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gptoss_writer.outline.models import Outline, Section
from gptoss_writer.text import fold, prose_lines, sentences

_ENDING_CHARACTERS = 160
_QUOTED_WORDS = 5
_QUOTED_ITEMS = 4


@dataclass(frozen=True, slots=True)
class Digest:
    """What the section before ended with, and which quotations were used already."""

    previous_ending: str = ""
    quoted_before: tuple[str, ...] = ()


def make_digest(outline: Outline, section: Section, earlier: Mapping[str, str]) -> Digest:
    """Sum up the accepted texts of the sections before `section`.

    `earlier` maps section ids to text; sections that have none are passed over. Quotations count
    as used where one that this section may use stands in an earlier text.
    """
    number = outline.number(section.id)
    before = [earlier[item.id] for item in outline.sections[: number - 1] if item.id in earlier]
    previous = outline.sections[number - 2].id if number > 1 else ""
    used = fold("\n".join(before))
    quoted = (
        _beginning(quotation.quote)
        for quotation in section.quotations
        if fold(quotation.quote).rstrip(".,") in used
    )
    return Digest(
        previous_ending=_ending(earlier.get(previous, "")),
        quoted_before=tuple(dict.fromkeys(quoted))[:_QUOTED_ITEMS],
    )


def _ending(text: str) -> str:
    """Give the last sentence of a text, its tail where the sentence is long."""
    lines = [line.strip() for line in prose_lines(text) if line.strip()]
    if not lines:
        return ""
    last = sentences(lines[-1])[-1]
    if len(last) <= _ENDING_CHARACTERS:
        return last
    return "… " + last[-_ENDING_CHARACTERS:].partition(" ")[2]


def _beginning(quotation: str) -> str:
    words = quotation.split()
    text = " ".join(words[:_QUOTED_WORDS])
    return f'"{text} …"' if len(words) > _QUOTED_WORDS else f'"{text}"'
