"""Reads what stands in one section of a Markdown outline."""

from __future__ import annotations

import re

from gptoss_writer.outline.markdown_figures import (
    Budget,
    budget_alone,
    budget_of,
    note_words_beside,
    words_beside_figures,
)
from gptoss_writer.outline.markdown_labels import (
    REMARK_FIELDS,
    SECTION_FIELDS,
    Header,
    field_of,
    is_bold_line,
    is_only_label,
    without_emphasis,
    without_number,
)
from gptoss_writer.outline.markdown_lines import Item, Label, label_of
from gptoss_writer.outline.markdown_points import PointList
from gptoss_writer.outline.markdown_values import (
    Evidence,
    behind,
    evidence_in,
    is_nothing,
    is_said_by_somebody,
    quoted_block,
    unwrapped,
)
from gptoss_writer.outline.source import RawOutline, Span

LISTS = frozenset(("key_points", "evidence"))
_WITHIN = re.compile(
    r"(?:(?:supporting |key )?(?:evidence|sources?|quotes?|quotations?|citations?|references?)|"
    r"(?:word (?:count|budget|target)|target|words|length)|notes?)$"
)
"""Labels that a bullet can have in any list; others there are part of the text."""
_ABOUT_QUOTATION = {
    "speaker": re.compile(r"(?:speaker|by|who|said by|attribution|author)$"),
    "source": re.compile(r"(?:source|from|where|publication|origin)$"),
    "url": re.compile(r"(?:url|link)$"),
}
_REMARKS_IN_LISTS = re.compile(
    r"(?:(?:the|section) )?(?:tone|style|purpose|goal|aim|transition|visuals?)$"
)
_SAID_BY = re.compile(r"\bquot|\bclips?\b|\binterview|\btestimon", re.IGNORECASE)


class SectionReader:
    """One section of the file: takes its items in order, then gives its data."""

    def __init__(self, raw: RawOutline, index: int, header: Header, item: Item) -> None:
        self.raw = raw
        self.index = index
        self.header = header
        self.item = item
        self.data: dict[str, object] = {}
        self.field: str | None = None
        self.opened_by: Item | None = None
        self._points = PointList()
        self._evidence: list[Evidence] = []
        self._evidence_indent = 0
        self._label = ""
        self._is_fresh = False
        self._is_implied = False
        raw.spans["sections", index] = item.span
        if header.budget is not None:
            self._set_words(header.budget, item)
            note_words_beside(raw, header.beside, item.span)

    def take(self, item: Item) -> bool:
        """Read one item of the section; False where it belongs to nothing that is known."""
        if item.kind == "quote":
            return self._add(*quoted_block(item)) if item.text.strip(" *_") else True
        if item.kind == "heading" or _is_bold_heading(item):
            return self._budget_line(item) or self._heading(item)
        if self._is_at_field(item):
            if found := _field(item):
                if found[0] not in ("words", "title"):  # these have no list below them
                    self.field, self.opened_by, self._is_implied = found[0], item, False
                    self._label, self._is_fresh = found[1].name, not found[1].rest
                return self._open(found[0], found[1], item)
            if self._remark(item) or self._budget_line(item):
                return True
            if self._is_unknown_field(item):
                self.field, self.opened_by = None, item
                return False
        elif item.kind == "bullet" and self._within(item):
            return True
        return self._content(item)

    def finish(self) -> dict[str, object]:
        """Give the section's data; `title` and `role` are the reader's of the whole file."""
        loc = ("sections", self.index)
        points, spans = self._points.values((*loc, "key_points"))
        if points:
            self.data["key_points"] = points
            self.raw.spans |= spans
        if self._evidence:
            self.data["evidence"] = [item.value for item in self._evidence]
            for number, item in enumerate(self._evidence):
                self.raw.spans[(*loc, "evidence", number)] = item.span
        return self.data

    # -- fields

    def _heading(self, item: Item) -> bool:
        """Read a heading below the section's own: a field's label, or what a key point is about."""
        if found := _field(item):
            self.field, self.opened_by = found[0], item
            self._label, self._is_fresh = found[1].name, True
            return self._open(found[0], found[1], item)
        label = without_number(without_emphasis(item.text)).removesuffix(":")
        self.field, self.opened_by, self._is_fresh = "key_points", item, False
        self._points.head(label, item.span)
        return True

    def _open(self, name: str, label: Label, item: Item) -> bool:
        if name == "words":
            return self._words(label, item)
        if is_nothing(label.rest):
            return True
        text, offset, span = label.rest, label.offset, behind(label, item)
        if not is_only_label(label):
            text, offset, span = item.text, 0, item.span
        if name == "key_points":
            self._points.add(text, item, span, is_behind_label=item is self.opened_by)
        elif name == "evidence":
            return self._read_evidence(text, offset, item)
        elif name == "notes":
            self._note(label.rest, behind(label, item))
        elif name in self.data:
            self._twice(name, item)
        else:
            self.data[name] = unwrapped(label.rest)
            self.raw.spans["sections", self.index, name] = behind(label, item)
        return True

    def _within(self, item: Item) -> bool:
        """Read a bullet of a list that has a label of its own, such as `- Source: ...`."""
        label = label_of(item.text)
        if label is None or not label.has_colon or not label.rest:
            return False
        name = label.name.lower()
        if (
            self.field == "evidence"
            and item.indent > self._evidence_indent
            and self._about(name, label, item)
        ):
            return True
        if _REMARKS_IN_LISTS.match(name):
            self._note(item.text.replace("*", ""), item.span)
            return True
        found = field_of(item, SECTION_FIELDS) if _WITHIN.match(name) else None
        if found is None:
            return False
        self._label = found[1].name
        return self._open(found[0], found[1], item)

    def _about(self, name: str, label: Label, item: Item) -> bool:
        last = self._evidence[-1].value if self._evidence else None
        if not isinstance(last, dict):
            return False
        for key, words in _ABOUT_QUOTATION.items():
            if words.match(name):
                if last.setdefault(key, label.rest) != label.rest:
                    self._twice(f"{key} of this quotation", item)
                return True
        return False

    def _remark(self, item: Item) -> bool:
        """Read a line such as `Tone: dry` into the notes."""
        label = label_of(item.text)
        if label is None or not label.has_colon or not label.rest:
            return False
        words = _REMARKS_IN_LISTS if item.kind == "bullet" else REMARK_FIELDS
        if not words.match(label.name.lower()):
            return False
        self._note(f"{label.name}: {label.rest}", item.span)
        return True

    def _budget_line(self, item: Item) -> bool:
        budget = budget_alone(item.text, is_timed=True)
        if budget is None or (item.kind == "bullet" and self.field is not None):
            return False
        return self._take_words(budget, item, item.span)

    def _words(self, label: Label, item: Item) -> bool:
        budget = budget_of(label.rest)
        if budget is None:
            return False
        note_words_beside(self.raw, words_beside_figures(label.rest), behind(label, item))
        return self._take_words(budget, item, behind(label, item))

    def _take_words(self, budget: Budget, item: Item, span: Span) -> bool:
        if "words" not in self.data:
            self._set_words(budget, item)
        elif self.data["words"] == budget.words:
            self.raw.spans["sections", self.index, "words", 1] = self._place_of(budget, item)
        else:
            message = (
                f"the heading of this section says {self.data['words']} words, and so it stays"
            )
            self.raw.warn("OL033", message, "Make the two figures agree.", span)
        return True

    def _set_words(self, budget: Budget, item: Item) -> None:
        self.data["words"] = budget.words
        self.raw.spans["sections", self.index, "words"] = self._place_of(budget, item)

    def _place_of(self, budget: Budget, item: Item) -> Span:
        at = self.raw.source.line(item.line).rfind(budget.typed)
        return Span(item.line, at + 1, len(budget.typed)) if at >= 0 else item.span

    # -- content

    def _content(self, item: Item) -> bool:
        is_bullet = item.kind == "bullet"
        if self.field == "notes":
            self._note(item.text, item.span)
            return True
        if self.field is None and self.opened_by is None:
            # Nothing has a label yet: bullets say what to cover, sentences how.
            if is_bullet:
                self.field, self._is_implied = "key_points", True
            elif not self._is_unknown_field(item):
                self._note(item.text, item.span)
                return True
        if not is_bullet and not (self._is_fresh or self._is_under_heading()):
            return False
        if self.field == "key_points":
            if self._is_implied and is_said_by_somebody(item.text):
                return self._read_evidence(item.text, 0, item)
            self._points.add(item.text, item, item.span, is_behind_label=item is self.opened_by)
        elif self.field == "evidence":
            if is_nothing(item.text):
                return True
            self._evidence_indent = item.indent
            return self._read_evidence(item.text, 0, item)
        else:
            return False
        return True

    def _is_under_heading(self) -> bool:
        opened = self.opened_by
        return opened is not None and (opened.kind == "heading" or _is_bold_heading(opened))

    def _read_evidence(self, text: str, offset: int, item: Item) -> bool:
        is_expert = bool(_SAID_BY.search(self._label))
        return self._add(*evidence_in(text, offset, item, is_expert=is_expert))

    def _add(self, found: list[Evidence], unclosed: Span | None) -> bool:
        self._evidence += found
        self._is_fresh = False
        if unclosed is not None:
            message = "the quotation mark opened here is not closed, so its text was read as a fact"
            self.raw.warn("OL032", message, "Close it where the quotation ends.", unclosed)
        return True

    def _note(self, text: str, span: Span) -> None:
        before = self.data.get("notes")
        self.data["notes"] = f"{before}\n{text}" if isinstance(before, str) else text
        self.raw.spans.setdefault(("sections", self.index, "notes"), span)

    # -- small steps

    def _is_at_field(self, item: Item) -> bool:
        """Tell whether an item stands where a field can begin, not inside a field's list."""
        opened = self.opened_by
        if item.kind != "bullet":
            return True
        if opened is None:
            return self._points.is_level(item.indent)
        if opened.kind == "bullet":
            return item.indent <= opened.indent
        return self.field not in LISTS

    def _is_unknown_field(self, item: Item) -> bool:
        label = label_of(item.text)
        if item.kind == "bullet":
            is_listed = self.opened_by is not None and self.opened_by.kind == "bullet"
            return bool(label and label.is_bold and label.has_colon and is_listed)
        return bool(label and label.has_colon and (label.is_bold or _is_short(label)))

    def _twice(self, name: str, item: Item) -> None:
        message = f"the {name} is given twice; this line is not in the outline"
        self.raw.warn("OL033", message, "Keep one of the two.", item.span)


def _is_bold_heading(item: Item) -> bool:
    """Tell whether a bold line stands for a heading; one with a colon is a label."""
    return is_bold_line(item) and not without_emphasis(item.text).endswith(":")


def _field(item: Item) -> tuple[str, Label] | None:
    """Give the field that an item opens; `#### Sub heading` with nothing behind it is no title."""
    found = field_of(item, SECTION_FIELDS)
    return None if found and found[0] == "title" and not found[1].rest else found


def _is_short(label: Label) -> bool:
    return len(label.name.split()) <= 2  # noqa: PLR2004 - a label has few words, a sentence many
