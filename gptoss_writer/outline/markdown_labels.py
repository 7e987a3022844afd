"""The words by which a Markdown outline names its blocks, its sections and their fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gptoss_writer.outline.markdown_figures import budget_in
from gptoss_writer.outline.markdown_lines import Item, Label, label_of
from gptoss_writer.outline.models import Role

_BLOCKS = {
    "strategy": re.compile(r"(?:content |article )?strategy"),
    "outline": re.compile(r"(?:detailed |article |content )?outline|sections"),
    "elements": re.compile(r"(?:content |article |key )?elements"),
}
HEAD_FIELDS = {
    "title": re.compile(r"(?:article |working )?title$"),
    "description": re.compile(r"(?:meta )?description$"),
    "tags": re.compile(r"(?:tags|keywords)$"),
    "length": re.compile(r".*(?:read(?:ing)? time|total words?|word count)"),
}
STRATEGY_FIELDS = {
    "angle": re.compile(r".*?\bangle\b"),
    "value": re.compile(r".*?\bvalue\b"),
    "approach": re.compile(r".*?\bapproach\b"),
    "audience": re.compile(r".*?\b(?:audience|readership)\b"),
}
SECTION_FIELDS = {
    "title": re.compile(r"(?:.* )?(?:title|heading)$"),
    "key_points": re.compile(r"(?:key|main) points?\b"),
    "evidence": re.compile(r".*\bevidence\b"),
    "words": re.compile(r".*\bword (?:distribution|count|budget)|(?:estimated )?(?:words|length)$"),
    "notes": re.compile(r"notes?$"),
}
ELEMENT_FIELDS = {
    "statistics": re.compile(r".*\bstatistics?\b"),
    "quotes": re.compile(r".*\b(?:quotes?|quotations?)\b"),
    "examples": re.compile(r".*\b(?:examples?|case stud(?:y|ies))\b"),
    "takeaways": re.compile(r".*\btakeaways?\b"),
    "length": re.compile(r".*(?:read(?:ing)? time|total words?|word count)"),
}
_NUMBERED = re.compile(r"(?:(?:section|part)\s+)?(?P<number>\d{1,3})\s*[.):–—-]\s+", re.IGNORECASE)
_WHOLE_BOLD = re.compile(r"(\*\*|__)(?:(?!\1).)+\1:?$")
_INTRODUCTION = re.compile(r"\b(?:introduction|intro|opening|hook)\b", re.IGNORECASE)
_CONCLUSION = re.compile(r"\b(?:conclusions?|concluding|closing|wrap-up)\b", re.IGNORECASE)
_HEADER_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Header:
    """The line that begins a section: its words without number and budget, and the budget."""

    text: str
    words: str | None


def block_of(item: Item) -> str | None:
    """Give the block that an item opens: strategy, outline or elements; None if it opens none."""
    if item.kind == "bullet" or len(item.text) > _HEADER_LENGTH:
        return None
    label = _heading_label(item)
    if label is None or label.rest:
        return None
    name = label.name.lower()
    return next((block for block, words in _BLOCKS.items() if words.fullmatch(name)), None)


def field_of(item: Item, fields: dict[str, re.Pattern[str]]) -> tuple[str, Label] | None:
    """Give the field that an item's label names, and the label; the earliest word decides."""
    label = _heading_label(item)
    if label is None or not label.has_colon:
        return None
    name = " ".join(label.name.lower().split())
    ends = {key: found.end() for key, words in fields.items() if (found := words.match(name))}
    return (min(ends, key=ends.__getitem__), label) if ends else None


def header_of(item: Item) -> Header | None:
    """Read an item as the beginning of a section, or give None.

    A heading or bold line with a number or a word budget begins one; so does a numbered list
    item at the left edge with a budget, and a heading that names the introduction or conclusion.
    """
    if item.indent > 3 or len(item.text) > _HEADER_LENGTH:  # noqa: PLR2004 - four spaces indent code
        return None
    bare = re.sub(r"\*\*|__", "", item.text).strip().removesuffix(":").strip()
    budget = budget_in(bare)
    head = bare[: budget[1]] if budget else bare
    number = _NUMBERED.match(head)
    text = (head[number.end() :] if number else head).strip(" :–—-")
    header = Header(text, budget[0] if budget else None)
    if item.kind == "bullet":
        return header if item.number and budget and item.indent == 0 else None
    if item.kind == "heading":
        is_named = item.level > 1 and role_words(text) != "body"
        return header if number or budget or is_named else None
    is_bold = _WHOLE_BOLD.match(item.text) or (budget and item.text.startswith(("**", "__")))
    return header if is_bold and (number or budget) else None


def role_words(text: str) -> Role:
    """Give the role that the words of a section's header name."""
    if _INTRODUCTION.search(text):
        return "introduction"
    return "conclusion" if _CONCLUSION.search(text) else "body"


def _heading_label(item: Item) -> Label | None:
    if item.kind == "heading":
        bare = re.sub(r"\*\*|__", "", item.text).strip()
        return label_of(bare) or Label(bare, "", len(bare), is_bold=True, has_colon=True)
    return label_of(item.text)
