"""Decides which lines of a Markdown outline begin a section, by looking at all of them together.

One line alone often does not show it: `## Shores` is a section where its neighbours have budgets,
and a part of one where they are deeper. So the certain ones are found first, and what looks like
them follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from gptoss_writer.outline.markdown_figures import budget_alone, is_only_figures
from gptoss_writer.outline.markdown_labels import (
    ELEMENT_FIELDS,
    HEAD_FIELDS,
    REMARK_FIELDS,
    SECTION_FIELDS,
    STRATEGY_FIELDS,
    Header,
    block_of,
    field_of,
    header_of,
    is_bold_line,
    role_words,
)
from gptoss_writer.outline.markdown_lines import Item, label_of

_BARE_NUMBER = re.compile(r"(\d{1,3})\s+(?=\S)")
_LINE_LENGTH = 80

Place = tuple[str, int]
"""What a line is: a heading with its level, a bold line, a numbered item, a plain line."""


def section_starts(items: Sequence[Item]) -> dict[int, Header]:
    """Give the headers of the sections by their lines.

    `items` end where the outline does.
    """
    candidates = {
        index: header
        for index, item in enumerate(items)
        if (header := header_of(item)) is not None and not _is_something_else(item)
    }
    _leave_out_title(items, candidates)
    candidates |= _plain_lines(items, candidates)
    certain = {
        index
        for index, header in candidates.items()
        if _is_certain(items[index], header) or _owns_budget(items, index, candidates)
    }
    places = {_place(items[index]) for index in certain}
    headings = [place for place in places if place[0] == "heading"]
    if headings:
        # Headings deeper than the sections' own belong into sections, numbered or not.
        level = min(level for _, level in headings)
        chosen = {i for i in candidates if _place(items[i]) == ("heading", level)}
        chosen |= {i for i in certain if _place(items[i])[0] != "heading"}
        chosen = {i for i in chosen if candidates[i].budget or items[i].kind != "bullet"}
    else:
        chosen = certain or _by_shape(items, candidates)
    headers = _without_bare_numbers([candidates[index] for index in sorted(chosen)])
    return dict(zip((items[index].line for index in sorted(chosen)), headers, strict=True))


def _plain_lines(items: Sequence[Item], candidates: dict[int, Header]) -> dict[int, Header]:
    """Give the short lines with a list below, in a file without headings and bold lines."""
    if any(_place(items[index])[0] in ("heading", "bold") for index in candidates):
        return {}
    return {
        index: Header(item.text.strip(), None)
        for index, (item, below) in enumerate(pairwise(items))
        if index not in candidates
        and item.kind == "text"
        and item.after_blank
        and item.indent == 0
        and below.kind == "bullet"
        and len(item.text) <= _LINE_LENGTH
        and not item.text.endswith((".", ":", ";", ","))
        and label_of(item.text) is None
        and not _is_something_else(item)
    }


def _without_bare_numbers(headers: list[Header]) -> list[Header]:
    """Take bare numbers away where they count the sections: `1 Shores`, `2 Bays`."""
    numbers = [_BARE_NUMBER.match(header.text) for header in headers]
    if len(headers) < 2 or any(  # noqa: PLR2004 - one number counts nothing
        found is None or int(found[1]) != number for number, found in enumerate(numbers, start=1)
    ):
        return headers
    return [replace(header, text=_BARE_NUMBER.sub("", header.text, 1)) for header in headers]


def is_certain_header(item: Item) -> bool:
    """Tell whether a line shows by itself that it begins a section."""
    header = header_of(item)
    return header is not None and not _is_something_else(item) and _is_certain(item, header)


def _is_certain(item: Item, header: Header) -> bool:
    if item.kind == "heading":
        return header.is_certain or (item.level > 1 and role_words(header.text) != "body")
    return header.budget is not None or (is_bold_line(item) and header.is_numbered)


def _is_something_else(item: Item) -> bool:
    """Tell whether a line is the label of a block or of a field."""
    if block_of(item) or (item.kind != "heading" and is_only_figures(item.text)):
        return True
    budget = field_of(item, {"words": SECTION_FIELDS["words"], "length": HEAD_FIELDS["length"]})
    if budget and budget[1].rest and item.kind != "heading":
        return True
    label = label_of(item.text)
    is_marked = item.kind == "heading" or (label is not None and not label.rest)
    header = header_of(item)
    if header and header.is_certain and role_words(header.text) != "body":
        return False
    fields = {**SECTION_FIELDS, **HEAD_FIELDS, **STRATEGY_FIELDS, **ELEMENT_FIELDS}
    found = field_of(item, fields)
    if found is None:
        return bool(label and label.rest and not label.is_bold and REMARK_FIELDS.match(label.name))
    name = " ".join(found[1].name.lower().split())
    is_whole = any(words.fullmatch(name) for words in fields.values())
    return (is_whole and is_marked) or bool(found[1].rest and not (header and header.is_certain))


def _leave_out_title(items: Sequence[Item], candidates: dict[int, Header]) -> None:
    """Take the article's title from the candidates: a first H1 with other headings below it."""
    headings = [i for i in candidates if items[i].kind == "heading"]
    top = min((items[i].level for i in headings), default=1)
    ones = [i for i in headings if items[i].level == top]
    others = [i for i in candidates if i not in ones]
    if top > 1 and (len(headings) > 1 or candidates[ones[0]].is_certain):
        return
    if len(ones) == 1 and others and min(others) > ones[0]:
        has_sections = any(
            _is_certain(items[i], candidates[i]) or items[i].kind == "heading" for i in others
        ) or any(_owns_budget(items, i, candidates) for i in others)
        if has_sections:
            del candidates[ones[0]]
    elif len(ones) > 1 and not candidates[ones[0]].is_certain:
        is_first = ones[0] == min(candidates)
        rest_certain = all(candidates[i].is_certain for i in ones[1:])
        if is_first and (rest_certain or others):
            del candidates[ones[0]]


def _owns_budget(items: Sequence[Item], index: int, candidates: dict[int, Header]) -> bool:
    """Tell whether a line with a budget of its own follows before the next line of this kind."""
    place = _place(items[index])
    for after in range(index + 1, len(items)):
        item = items[after]
        if after in candidates and _place(item) == place:
            return False
        if item.kind == "heading" and place[0] == "heading" and item.level <= place[1]:
            return False
        if is_only_figures(item.text) and budget_alone(item.text) is None:
            return False  # with a reading time, which is the article's
        found = field_of(item, {**SECTION_FIELDS, **HEAD_FIELDS})
        if (found and found[0] == "words") or budget_alone(item.text):
            return True
        if found and found[0] == "length":
            # `Target: 250` in a section; in the head it is the article's, and a heading follows.
            return True
    return False


def _by_shape(items: Sequence[Item], candidates: dict[int, Header]) -> set[int]:
    """Choose the sections of an outline that gives no budgets: the shallowest repeated shape."""
    by_place: dict[Place, list[int]] = {}
    for index in candidates:
        by_place.setdefault(_place(items[index]), []).append(index)
    repeated = [place for place, found in by_place.items() if len(found) > 1]
    order = sorted(repeated or by_place, key=lambda place: (_SHAPES.index(place[0]), place[1]))
    if not order:
        return set()
    return set(by_place[order[0]])


_SHAPES = ("heading", "bold", "line", "number")


def _place(item: Item) -> Place:
    if item.kind == "heading":
        return ("heading", item.level)
    if item.kind == "bullet":
        return ("number", 0)
    return ("bold", 0) if item.text.startswith(("**", "__")) else ("line", 0)
