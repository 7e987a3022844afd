"""Reads the Markdown form of an outline into plain data with places.

The form is what planning tools and chat models write: a content strategy, numbered sections
`**1. Role (Approx. 150 words)**` with a title, key points and evidence each, and content elements
for the whole article. An article behind the outline is not read.
"""

from __future__ import annotations

from collections.abc import Callable

from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.markdown_figures import budget_of, figures_in
from gptoss_writer.outline.markdown_labels import (
    ELEMENT_FIELDS,
    HEAD_FIELDS,
    SECTION_FIELDS,
    STRATEGY_FIELDS,
    Header,
    block_of,
    field_of,
    header_of,
    role_words,
)
from gptoss_writer.outline.markdown_lines import Item, Label, items, label_of
from gptoss_writer.outline.quotations import QuotedText, find_quotations
from gptoss_writer.outline.source import Loc, RawOutline, Source, Span
from gptoss_writer.outline.yaml_form import read_yaml

MAX_LINES = 20_000
MAX_MARKS = 40_000

_HEADING_HINT = "Write it in the heading, as in `**2. The first lamps (250 words)**`."
_NOTHING = frozenset(("", "none", "n/a", "-", "—", "–"))
_LISTS = frozenset(("key_points", "evidence", "statistics", "quotes", "examples", "takeaways"))
_WRAPPINGS = (("**", "**"), ('"', '"'), ("“", "”"))
_MATTER_KEYS = ("title", "description", "tags", "published")


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
        self.sections: list[dict[str, object]] = []
        self.headers: list[tuple[Header, Item]] = []
        self.block = "head"
        self.field: str | None = None
        self.opened_by: Item | None = None
        self.is_fenced = False

    def read(self) -> None:
        """Read the whole file."""
        first_line = self._front_matter()
        for item in items(self.raw.source, first_line):
            if not self._take(item):
                break
        self._finish()

    def _take(self, item: Item) -> bool:
        """Read one item; tell whether the outline goes on behind it."""
        if item.kind in ("fence", "matter"):
            return self._fence(item)
        if block := block_of(item):
            self.block, self.field, self.opened_by = block, None, None
        elif header := self._header(item):
            self._begin_section(header, item)
        elif item.kind == "heading" and item.level == 1 and self.sections:
            message = "from this heading on, the file was taken for an article and not read"
            hint = "Give a section its number and budget, as in `# 8. Title (200 words)`."
            self.raw.warn("OL031", message, hint, item.span)
            return False
        else:
            self._by_block()[self.block](item)
        return True

    def _by_block(self) -> dict[str, Callable[[Item], None]]:
        return {
            "head": self._head,
            "strategy": self._strategy,
            "outline": self._head,
            "section": self._section,
            "elements": self._elements,
        }

    def _fence(self, item: Item) -> bool:
        """Pass a fence: the first one may hold the outline, a later one holds the article."""
        if self.sections:
            return False
        self.is_fenced = item.kind == "fence" and not self.is_fenced
        return True

    # -- sections

    def _header(self, item: Item) -> Header | None:
        if self.block == "section" and item.kind == "bullet" and not self._is_at_field(item):
            return None
        return header_of(item)

    def _begin_section(self, header: Header, item: Item) -> None:
        self.block, self.field, self.opened_by = "section", None, None
        index = len(self.sections)
        section: dict[str, object] = {}
        self.sections.append(section)
        self.headers.append((header, item))
        self.raw.spans["sections", index] = item.span
        if header.words is not None:
            section["words"] = header.words

    def _section(self, item: Item) -> None:
        if self._is_at_field(item):
            if total := self._total(item):
                self._length(total, item)
                return
            if found := field_of(item, SECTION_FIELDS):
                self.field, self.opened_by = found[0], item
                self._section_field(found[0], found[1], item)
                return
            if self._is_unknown_field(item):
                self.field, self.opened_by = None, item
        if self.field == "key_points" and item.kind == "bullet":
            self._key_point(item)
        elif self.field == "evidence" and item.kind == "bullet":
            self._evidence(item.text, 0, item)
        else:
            self._unread(item)

    def _section_field(self, name: str, label: Label, item: Item) -> None:
        index = len(self.sections) - 1
        section = self.sections[index]
        if name == "key_points" and label.rest:
            self._append(("sections", index), "key_points", label.rest, item.span)
        elif name == "evidence":
            self._evidence(label.rest, label.offset, item)
        elif name == "words":
            self._words(label, item)
        elif name in ("title", "notes"):
            if name in section:
                self._twice(name, item)
            elif label.rest:
                section[name] = _unwrapped(label.rest) if name == "title" else label.rest
                self.raw.spans["sections", index, name] = _behind(label, item)

    def _words(self, label: Label, item: Item) -> None:
        section = self.sections[-1]
        words = budget_of(label.rest)
        if words is None:
            self._unread(item)
        elif "words" not in section:
            section["words"] = words
            self.raw.spans["sections", len(self.sections) - 1, "words"] = _behind(label, item)
        elif section["words"] != words:
            message = f"the heading of this section says {section['words']} words, and so it stays"
            hint = "Make the two figures agree."
            self.raw.warn("OL033", message, hint, _behind(label, item))

    def _key_point(self, item: Item) -> None:
        label = label_of(item.text)
        value: object = item.text
        if label and label.is_bold and label.has_colon:
            value = {"label": label.name, **({"detail": label.rest} if label.rest else {})}
        self._append(("sections", len(self.sections) - 1), "key_points", value, item.span)

    def _evidence(self, text: str, offset: int, item: Item) -> None:
        if text.strip().rstrip(".").lower() in _NOTHING:
            return
        loc = ("sections", len(self.sections) - 1)
        scan = find_quotations(text)
        for found in scan.quotations:
            span = Span(item.line, item.column + offset + found.offset, len(found.quote))
            self._append(loc, "evidence", _quotation(found), span)
        if scan.unclosed is not None:
            self._warn_unclosed(Span(item.line, item.column + offset + scan.unclosed))
            text = text[scan.unclosed :] if scan.quotations else text
        if scan.unclosed is not None or not scan.quotations:
            self._append(loc, "evidence", text, item.span)

    def _warn_unclosed(self, span: Span) -> None:
        message = "the quotation mark opened here is not closed, so its text was read as a fact"
        self.raw.warn("OL032", message, "Close it where the quotation ends.", span)

    # -- the blocks around the sections

    def _head(self, item: Item) -> None:
        if item.kind == "heading" and item.level == 1:
            self._set("title", item.text, item.span, item)
        elif found := field_of(item, HEAD_FIELDS):
            name, label = found
            if name == "length":
                self._length(label, item)
            elif name == "tags":
                tags = [tag.strip(" #") for tag in label.rest.strip("[]").split(",")]
                self._set("tags", [tag for tag in tags if tag], _behind(label, item), item)
            else:
                self._set(name, _unwrapped(label.rest), _behind(label, item), item)
        else:
            self._strategy(item)

    def _strategy(self, item: Item) -> None:
        found = field_of(item, STRATEGY_FIELDS)
        strategy = self.raw.data.setdefault("strategy", {})
        if found is None or not found[1].rest or not isinstance(strategy, dict):
            self._unread(item)
        elif found[0] in strategy:
            self._twice(found[0], item)
        else:
            strategy[found[0]] = found[1].rest
            self.raw.spans["strategy", found[0]] = _behind(found[1], item)

    def _elements(self, item: Item) -> None:
        if self._is_at_field(item):
            if found := field_of(item, ELEMENT_FIELDS):
                self.field, self.opened_by = found[0], item
                if found[0] == "length":
                    self._length(found[1], item)
                elif found[1].rest:
                    self._element(found[1].rest, found[1].offset, item)
                return
            if self._is_unknown_field(item):
                self.field, self.opened_by = None, item
        if self.field in _LISTS and item.kind == "bullet":
            self._element(item.text, 0, item)
        else:
            self._unread(item)

    def _element(self, text: str, offset: int, item: Item) -> None:
        if self.field is None or text.strip().rstrip(".").lower() in _NOTHING:
            return
        if self.field != "quotes":
            self._append(("elements",), self.field, text, item.span)
            return
        scan = find_quotations(text, is_expert=True)
        for found in scan.quotations:
            span = Span(item.line, item.column + offset + found.offset, len(found.quote))
            self._append(("elements",), "quotes", _quotation(found), span)
        if not scan.quotations:
            message = "no quotation was found on this line, so it is not in the outline"
            hint = 'Write it as `Name: "the words that were said"`.'
            self.raw.warn("OL031", message, hint, item.span)

    def _total(self, item: Item) -> Label | None:
        label = label_of(item.text)
        return label if label and label.name.lower().startswith("total word") else None

    def _length(self, label: Label, item: Item) -> None:
        figures = figures_in(f"{label.name}: {label.rest}")
        total = figures.total_words
        if total is None and "word" in label.name.lower():
            total = budget_of(label.rest)
        pace = list(figures.words_per_minute) if figures.words_per_minute else None
        known = {
            "total_words": total,
            "reading_minutes": figures.reading_minutes,
            "words_per_minute": pace,
        }
        if not any(known.values()):
            self._unread(item)
        for key, value in known.items():
            if value is not None and key not in self.raw.data:
                self._set(key, value, item.span, item)

    def _front_matter(self) -> int:
        """Read front matter at the top of the file; give the line behind it."""
        lines = self.raw.source.lines
        if lines[0].rstrip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
            return 1
        end = next(at for at, line in enumerate(lines) if at and line.rstrip() == "---")
        matter = Source.of(self.raw.source.file, "\n".join(("", *lines[1:end])))
        found = read_yaml(matter)
        self.raw.diagnostics += found.diagnostics
        self.raw.reported |= found.reported
        self.raw.is_complete = found.is_complete
        for key, value in found.data.items():
            if key in _MATTER_KEYS:
                self.raw.data[key] = value
            else:
                message = f"the key `{key[:40]}` of the front matter is not read"
                hint = f"Known here: {', '.join(_MATTER_KEYS)}."
                self.raw.warn("OL031", message, hint, found.keys[(key,)])
        self.raw.spans |= {loc: span for loc, span in found.spans.items() if loc}
        return end + 2

    # -- the end

    def _finish(self) -> None:
        if not self.sections:
            hint = "Begin each one like `**1. Introduction (150 words)**`."
            _refuse(self.raw, "OL030", "the file has no sections", hint)
            return
        last = len(self.sections) - 1
        for index, (section, (header, item)) in enumerate(
            zip(self.sections, self.headers, strict=True)
        ):
            role = role_words(header.text)
            fits = {"introduction": index == 0, "conclusion": index == last, "body": True}[role]
            section["role"] = role if fits else "body"
            if header.text:
                section.setdefault("title", header.text)
            if "words" not in section:
                self.raw.report("OL102", "this section has no words", _HEADING_HINT, item.span)
                self.raw.reported.add(("sections", index, "words"))
        self.raw.data["sections"] = self.sections
        self.raw.data.setdefault("title", self.sections[0].get("title"))

    # -- small steps

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
        return item.kind != "bullet" or bool(label and label.is_bold and label.has_colon)

    def _append(self, loc: Loc, key: str, value: object, span: Span) -> None:
        in_section = loc[0] == "sections"
        parent = self.sections[-1] if in_section else self.raw.data.setdefault("elements", {})
        if isinstance(parent, dict):
            values = parent.setdefault(key, [])
            self.raw.spans[(*loc, key, len(values))] = span
            values.append(value)

    def _set(self, key: str, value: object, span: Span, item: Item) -> None:
        if key in self.raw.data:
            self._twice(key, item)
        elif value:
            self.raw.data[key] = value
            self.raw.spans[(key,)] = span

    def _twice(self, name: str, item: Item) -> None:
        message = f"the {name} is given twice; this line is not in the outline"
        self.raw.warn("OL033", message, "Keep one of the two.", item.span)

    def _unread(self, item: Item) -> None:
        message = "this line was not understood, so it is not in the outline"
        hint = "Put it under a label that is known, such as `**Key points:**`, or remove it."
        self.raw.warn("OL031", message, hint, item.span)


def _behind(label: Label, item: Item) -> Span:
    return Span(item.line, item.column + label.offset, max(1, len(label.rest)))


def _quotation(found: QuotedText) -> dict[str, object]:
    parts = {
        "quote": found.quote,
        "speaker": found.speaker,
        "source": found.source,
        "note": found.note,
    }
    return {key: value for key, value in parts.items() if value is not None}


def _unwrapped(text: str) -> str:
    """Take a whole text out of the bold or quotation marks around it."""
    for left, right in _WRAPPINGS:
        inner = text[len(left) : len(text) - len(right)]
        is_wrapped = len(text) > len(left + right) and text.startswith(left)
        if is_wrapped and text.endswith(right) and left not in inner and right not in inner:
            return inner.strip()
    return text
