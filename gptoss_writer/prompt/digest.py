"""What a section sees of the article before it: a digest made by code, not the growing text.

gpt-oss-20b's long-form quality falls as it rereads its own text, and every token of it would have
to be evaluated again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gptoss_writer.outline.models import Outline, Quotation, Section
from gptoss_writer.text import count_words, fold, prose_lines, sentences, strip_controls

_ENDING_CHARACTERS = 160
_QUOTED_CHARACTERS = 40
_QUOTED_ITEMS = 4
_SCARE_QUOTE_WORDS = 3
_QUOTED = re.compile(r'"([^"]+)"')
_SINGLE = str.maketrans('"', "'")


@dataclass(frozen=True, slots=True)
class Digest:
    """What the section before ended with, and which quotations were used already.

    All of it is short text on one line, whatever the earlier sections hold.
    """

    previous_ending: str = ""
    quoted_before: tuple[str, ...] = ()


def make_digest(outline: Outline, section: Section, earlier: Mapping[str, str]) -> Digest:
    """Sum up the accepted texts of the sections before `section`.

    `earlier` maps section ids to text; sections that have none are passed over. A quotation that
    `section` may use counts as used where an earlier text has it, or quotes a piece of it; one
    that must appear is never named.
    """
    number = outline.number(section.id)
    before = [earlier[item.id] for item in outline.sections[: number - 1] if item.id in earlier]
    previous = outline.sections[number - 2].id if number > 1 else ""
    used = fold("\n".join(before))
    passages = [_plain(passage) for passage in _QUOTED.findall(used)]
    quoted = (
        _beginning(quotation.quote)
        for quotation in section.quotations
        if not quotation.required and _is_used(quotation, used, passages)
    )
    return Digest(
        previous_ending=_ending(earlier.get(previous, "")),
        quoted_before=tuple(dict.fromkeys(quoted))[:_QUOTED_ITEMS],
    )


def _is_used(quotation: Quotation, used: str, passages: Sequence[str]) -> bool:
    """Tell whether an earlier text has a quotation; of a few words, only in quotation marks."""
    wanted = _plain(quotation.quote)
    if _is_long(wanted) and wanted in used.translate(_SINGLE):
        return True
    return any(
        passage == wanted or (_is_long(passage) and passage in wanted) for passage in passages
    )


def _plain(quote: str) -> str:
    """Fold a quotation for comparison; marks inside it are single, as an article has them."""
    return fold(quote).translate(_SINGLE).strip(" .,")


def _is_long(text: str) -> bool:
    return count_words(text) > _SCARE_QUOTE_WORDS


def _ending(text: str) -> str:
    """Give the last sentence of a text, its tail where the sentence is long."""
    paragraph: list[str] = []
    for line in reversed([line.strip() for line in prose_lines(strip_controls(text))]):
        if line:
            paragraph.append(line)
        elif paragraph:
            break
    if not paragraph:
        return ""
    last = " ".join(sentences(" ".join(reversed(paragraph)))[-1].split())
    if len(last) <= _ENDING_CHARACTERS:
        return last
    tail = last[-_ENDING_CHARACTERS:]
    return "… " + (tail.partition(" ")[2] or tail)


def _beginning(quotation: str) -> str:
    text = fold(quotation).translate(_SINGLE)
    if len(text) <= _QUOTED_CHARACTERS:
        return f'"{text}"'
    head = text[:_QUOTED_CHARACTERS]
    return f'"{head.rpartition(" ")[0] or head} …"'
