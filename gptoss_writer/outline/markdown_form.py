"""Reads the Markdown form of an outline into plain data with places.

The form is what people, planning tools and chat models write: a title, a strategy, sections with
a budget each, their key points and evidence, and material for the whole article. An article behind
the outline is not read.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.markdown_elements import ElementsReader
from gptoss_writer.outline.markdown_extent import items_of_outline
from gptoss_writer.outline.markdown_figures import (
    Figures,
    budget_of,
    figures_in,
    is_only_figures,
    middle,
    note_words_beside,
    words_beside_figures,
)
from gptoss_writer.outline.markdown_labels import (
    ELEMENT_FIELDS,
    HEAD_FIELDS,
    SECTION_FIELDS,
    STRATEGY_FIELDS,
    Header,
    block_of,
    field_of,
    header_of,
    is_bold_line,
    role_words,
    without_emphasis,
)
from gptoss_writer.outline.markdown_lines import Item, Label, items, label_of
from gptoss_writer.outline.markdown_matter import read_front_matter
from gptoss_writer.outline.markdown_section import SectionReader
from gptoss_writer.outline.markdown_sections import section_starts
from gptoss_writer.outline.markdown_shares import share_budgets
from gptoss_writer.outline.markdown_values import behind, unwrapped
from gptoss_writer.outline.source import RawOutline, Source, Span

MAX_LINES = 20_000
MAX_MARKS = 40_000

_OUTLINE_OF = re.compile(
    r"\A(?:(?:article|blog|post|content|draft|detailed|essay|newsletter|story)\s+)*"
    r"(?:outline|article|blog post|post|essay|story|newsletter)\s*(?:for\s*)?[:–—-]\s+(?=\S)",
    re.IGNORECASE,
)
_TITLE_LENGTH = 120
_TITLE_WORDS = 4
"""From so many words on, a first line with a colon is a title, and no unknown label."""
_STATED = {
    "total_words": "length in words",
    "reading_minutes": "reading time",
    "words_per_minute": "pace",
}


def read_markdown(source: Source) -> RawOutline:
    """Read the text of a Markdown outline into data with places.

    A line that no rule reads is a warning among the diagnostics of the result, never dropped in
    silence. Nothing is raised.
    """
    raw = RawOutline(source)
    marks = sum(source.text.count(mark) for mark in '"“”')
    if len(source.lines) > MAX_LINES or marks > MAX_MARKS:
        what = "lines" if len(source.lines) > MAX_LINES else "quotation marks"
        _refuse(raw, "OL019", f"the file holds too many {what} for an outline", "Shorten it.")
        return raw
    _Reading(raw).read()
    return raw


def _refuse(raw: RawOutline, code: str, message: str, hint: str) -> None:
    raw.diagnostics.append(Diagnostic(raw.source.file, 0, 0, code, message, hint))
    raw.is_complete = False


class _Reading:
    """Walks over the items of a file once, and knows which block, section and field it is in."""

    def __init__(self, raw: RawOutline) -> None:
        self.raw = raw
        self.sections: list[SectionReader] = []
        self.block = "head"
        self.elements = ElementsReader(raw, self._length)

    def read(self) -> None:
        """Read the whole file."""
        listed = list(
            items_of_outline(self.raw, items(self.raw.source, read_front_matter(self.raw)))
        )
        starts = section_starts(listed)
        for item in listed:
            if item.line in starts:
                self._begin_section(starts[item.line], item)
            elif block := block_of(item):
                self.block = block
                self.elements.begin()
            elif not self._take(item, is_first=item is listed[0]):
                self._unread(item)
        self._finish()

    def _take(self, item: Item, *, is_first: bool) -> bool:
        if self.block == "section":
            if self._is_for_all(item):
                return self.elements.take(item)
            if (label := label_of(item.text)) and _is_of_the_article(label):
                return self._length(label, item)
            return self.sections[-1].take(item)
        if self.block == "elements":
            return self.elements.take(item)
        return self._head(item, is_first=is_first)

    def _begin_section(self, header: Header, item: Item) -> None:
        self.block = "section"
        self.sections.append(SectionReader(self.raw, len(self.sections), header, item))

    # -- the blocks around the sections

    def _head(self, item: Item, *, is_first: bool) -> bool:
        is_free = self.block == "head" and "title" not in self.raw.data
        if item.kind == "heading" and (item.level == 1 or is_free):
            self._title(item)
            return True
        if self.block != "strategy" and (found := field_of(item, HEAD_FIELDS)):
            name, label = found
            if name == "length":
                return self._length(label, item)
            if name == "tags":
                tags = [tag.strip(" #") for tag in label.rest.strip("[]").split(",")]
                self._set("tags", [tag for tag in tags if tag], behind(label, item), item)
            else:
                self._set(name, unwrapped(label.rest), behind(label, item), item)
            return bool(label.rest)
        if self._strategy(item):
            return True
        if item.kind != "heading" and is_only_figures(item.text):
            return self._figures(figures_in(item.text), item)
        if is_first and _reads_as_title(item):
            self._title(item)
            return True
        return False

    def _title(self, item: Item) -> None:
        header = header_of(item)
        text = without_emphasis(item.text)
        if header and header.budget:
            text = header.text
            note_words_beside(self.raw, header.beside, item.span)
            self._figures(figures_in(item.text), item)
        text = _OUTLINE_OF.sub("", text, count=1)
        self._set("title", unwrapped(text), item.span, item)

    def _strategy(self, item: Item) -> bool:
        found = field_of(item, STRATEGY_FIELDS)
        strategy = self.raw.data.setdefault("strategy", {})
        if found is None or not found[1].rest or not isinstance(strategy, dict):
            return False
        if found[0] in strategy:
            self._twice(found[0], item)
        else:
            strategy[found[0]] = found[1].rest
            self.raw.spans["strategy", found[0]] = behind(found[1], item)
        return True

    def _is_for_all(self, item: Item) -> bool:
        """Tell whether a heading as high as the sections' own holds material for all of them."""
        own = self.sections[-1].item
        is_high = item.kind == own.kind == "heading" and item.level <= own.level
        if not is_high or not field_of(item, {**ELEMENT_FIELDS, **SECTION_FIELDS}):
            return False
        self.block = "elements"
        return True

    def _length(self, label: Label, item: Item) -> bool:
        """Read a statement on the length of the whole article."""
        figures = figures_in(f"{label.name}: {label.rest}")
        is_words = re.search(r"word|length|total|target", label.name, re.IGNORECASE)
        if figures.total_words is None and is_words and figures.reading_minutes is None:
            budget = budget_of(label.rest)
            if budget:
                typed = (budget.typed, *figures.typed[1:])
                figures = replace(figures, total_words=middle(budget.words), typed=typed)
        is_read = self._figures(figures, item)
        if is_read:
            words = words_beside_figures(label.rest)
            note_words_beside(self.raw, words, behind(label, item))
        return is_read

    def _figures(self, figures: Figures, item: Item) -> bool:
        """Keep what a line says of the article's length; the first of two statements stays."""
        pace = list(figures.words_per_minute) if figures.words_per_minute else None
        known = {
            "total_words": (figures.total_words, figures.typed[0]),
            "reading_minutes": (figures.reading_minutes, figures.typed[1]),
            "words_per_minute": (pace, figures.typed[2]),
        }
        for key, (value, words) in known.items():
            if value is not None and value != self.raw.data.get(key):
                self._set(key, value, self._span_of(words, item), item)
        return any(value for value, _ in known.values())

    def _span_of(self, words: str, item: Item) -> Span:
        at = self.raw.source.line(item.line).find(words, item.column - 1) if words else -1
        return Span(item.line, at + 1, len(words)) if at >= 0 else item.span

    # -- the end

    def _finish(self) -> None:
        if not self.sections:
            hint = "Begin each one like `**1. Introduction (150 words)**`."
            _refuse(self.raw, "OL030", "the file has no sections", hint)
            return
        last = len(self.sections) - 1
        listed = [section.finish() for section in self.sections]
        for index, (reader, section) in enumerate(zip(self.sections, listed, strict=True)):
            role = role_words(reader.header.text)
            fits = {"introduction": index == 0, "conclusion": index == last, "body": True}[role]
            section["role"] = role if fits else "body"
            if reader.header.text:
                section.setdefault("title", reader.header.text)
        share_budgets(self.raw, listed, [section.item.span for section in self.sections])
        self.raw.data["sections"] = listed
        self.raw.data.setdefault("title", listed[0].get("title"))

    # -- small steps

    def _set(self, key: str, value: object, span: Span, item: Item) -> None:
        if key in self.raw.data:
            self._twice(key, item)
        elif value:
            self.raw.data[key] = value
            self.raw.spans[(key,)] = span

    def _twice(self, name: str, item: Item) -> None:
        message = f"the {_STATED.get(name, name)} is given twice; this line is not in the outline"
        self.raw.warn("OL033", message, "Keep one of the two.", item.span)

    def _unread(self, item: Item) -> None:
        message = "this line was not understood, so it is not in the outline"
        hint = "Put it under a label that is known, such as `**Key points:**`, or remove it."
        self.raw.warn("OL031", message, hint, item.span)


def _is_of_the_article(label: Label) -> bool:
    """Tell whether a label in a section is about the whole article."""
    return label.name.lower().startswith(("total word", "reading time"))


def _reads_as_title(item: Item) -> bool:
    text = without_emphasis(item.text)
    return (
        item.kind == "text"
        and len(text) <= _TITLE_LENGTH
        and not text.endswith((".", ":", ";", ","))
        and "!" not in text
        and (is_bold_line(item) or label_of(text) is None or len(text.split()) >= _TITLE_WORDS)
    )
