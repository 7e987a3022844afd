"""Reads the material of a Markdown outline that is for the article as a whole."""

from __future__ import annotations

from collections.abc import Callable

from gptoss_writer.outline.markdown_labels import (
    ELEMENT_FIELDS,
    SECTION_FIELDS,
    field_of,
    is_only_label,
)
from gptoss_writer.outline.markdown_lines import Item, Label, label_of
from gptoss_writer.outline.markdown_section import LISTS as SECTION_LISTS
from gptoss_writer.outline.markdown_values import is_nothing, quotations_in
from gptoss_writer.outline.source import RawOutline, Span

_LISTS = frozenset(("statistics", "quotes", "examples", "takeaways"))


class ElementsReader:
    """Takes the items of such a block in order; a statement on length goes to `read_length`."""

    def __init__(self, raw: RawOutline, read_length: Callable[[Label, Item], bool]) -> None:
        self.raw = raw
        self.field: str | None = None
        self.opened_by: Item | None = None
        self._read_length = read_length

    def begin(self) -> None:
        """Begin a block; no list of an earlier one goes on."""
        self.field, self.opened_by = None, None

    def take(self, item: Item) -> bool:
        """Read one item; False where it belongs to nothing that is known."""
        if item.kind == "heading" or self._is_at_field(item):
            found = field_of(item, ELEMENT_FIELDS)
            section = field_of(item, SECTION_FIELDS) if item.kind == "heading" else None
            if found is None and section and section[0] in SECTION_LISTS:
                # `## Sources` and the like: facts for whichever section they fit.
                self.field, self.opened_by = "statistics", item
                label = label_of(item.text)
                return not (label and label.rest) or self._element(label.rest, label.offset, item)
            if found:
                self.field, self.opened_by = found[0], item
                if found[0] == "length":
                    return self._read_length(found[1], item)
                if found[1].rest and not is_only_label(found[1]):
                    return self._element(item.text, 0, item)
                return not found[1].rest or self._element(found[1].rest, found[1].offset, item)
            if self._is_unknown_field(item):
                self.field, self.opened_by = None, item
        is_listed = item.kind in ("bullet", "quote") or (item.kind == "text" and item.after_blank)
        if self.field in _LISTS and is_listed:
            return self._element(item.text, 0, item)
        return False

    def _element(self, text: str, offset: int, item: Item) -> bool:
        if self.field is None or is_nothing(text):
            return True
        if self.field != "quotes":
            self._append(self.field, text, item.span)
            return True
        found = list(quotations_in(text, offset, item))
        for part in found:
            self._append("quotes", part.value, part.span)
        if not found:
            message = "no quotation was found on this line, so it is not in the outline"
            hint = 'Write it as `Name: "the words that were said"`.'
            self.raw.warn("OL031", message, hint, item.span)
        return True

    def _is_at_field(self, item: Item) -> bool:
        """Tell whether an item stands where a field can begin, not inside a field's list."""
        opened = self.opened_by
        if opened is None or item.kind != "bullet":
            return True
        if opened.kind == "bullet":
            return item.indent <= opened.indent
        return self.field not in _LISTS

    def _is_unknown_field(self, item: Item) -> bool:
        label = label_of(item.text)
        if item.kind == "text":
            return bool(label and label.has_colon) or not item.after_blank
        return item.kind != "bullet" or bool(label and label.is_bold and label.has_colon)

    def _append(self, key: str, value: object, span: Span) -> None:
        elements = self.raw.data.setdefault("elements", {})
        if isinstance(elements, dict):
            values = elements.setdefault(key, [])
            self.raw.spans["elements", key, len(values)] = span
            values.append(value)
