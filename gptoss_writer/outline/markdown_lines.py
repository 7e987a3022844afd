"""Cuts a Markdown outline into items: headings, list items, lines of text, quotes and fences.

Indentation and markers are read by hand, because such outlines often stand inside a code fence,
where a Markdown parser sees one block of code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from gptoss_writer.outline.source import Source, Span

_FENCE = re.compile(r"[ ]{0,3}(?:```+|~~~+)[ \t]*(?P<info>[\w.+-]*)[ \t]*$")
_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<text>\S.*)$")
_UNDERLINE = re.compile(r"={3,}[ \t]*$")
_BULLET = re.compile(
    r"(?P<mark>[-*+•◦▪●○‣·–]|\(?\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?P<text>\S.*)$"
)
_LETTERED = re.compile(r"(?P<mark>\(?[a-z][.)]|[ivx]{1,4}[.)]|[A-H][.)])[ \t]+(?P<text>\S.*)$")
_QUOTE = re.compile(r"(?:>[ \t]?)+(?:\[![\w-]+\][ \t]*)?(?P<text>.*)$")
_RULE = re.compile(r"(?:-[ \t]*){3,}$|(?:\*[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_COMMENT = re.compile(r"<!--.*-->$")
_LABEL = re.compile(
    r"(?P<bold>\*\*\*|\*\*|__|\*|_)(?P<inner>(?:(?!(?P=bold)).){1,200})(?P=bold)[ \t]*"
    r"(?P<colon>:|[–—-](?=\s))?[ \t]*"
)
_PLAIN_LABEL = re.compile(r"(?P<inner>[^\W\d_][^:*\"“”]{0,80}):(?:[ \t]+|$)")
LONE_LABEL = re.compile(
    r"(?:(?:key|main|talking|supporting) )?"
    r"(?:points|evidence|sources?|quotes|quotations|notes|facts|references|examples|data)|"
    r"(?:points |what )?to cover",
    re.IGNORECASE,
)
"""A label that needs neither colon nor bold, on a line of its own."""
_LINK = re.compile(r"\[\[(?:[^\[\]|]{1,200}\|)?(?P<text>[^\[\]|]{1,200})\]\]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

TAB_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One heading, list item or line of text, with the lines that continue it.

    `indent` is the column of its marker or text, counted from 0; `column` is that of its text in
    the file, counted from 1. `level` is a heading's; `number` is that of a bullet such as `1.`.
    A quote is a line that begins with `>`. A fence has its language as text; `matter` is a `---`
    that begins front matter. `after_blank` tells that a blank line stands before it.
    """

    kind: Literal["heading", "bullet", "text", "quote", "fence", "matter"]
    text: str
    line: int
    column: int
    indent: int
    level: int = 0
    number: str = ""
    after_blank: bool = True

    @property
    def span(self) -> Span:
        """The place of the item's text on its first line."""
        return Span(self.line, self.column, max(1, len(self.text)))


@dataclass(frozen=True, slots=True)
class Label:
    """A leading label, such as `**Title:**` or `Title:`, and the text behind it.

    `offset` is where that text begins in the item's text. `is_bold` tells the two kinds apart;
    `has_colon` is false for a bold beginning without a colon or dash.
    """

    name: str
    rest: str
    offset: int
    is_bold: bool
    has_colon: bool


def label_of(text: str) -> Label | None:
    """Read the label at the beginning of an item, if there is one."""
    if found := _LABEL.match(text):
        inner = found["inner"].strip()
        rest = text[found.end() :]
        has_colon = bool(found["colon"]) or inner.endswith(":") or not rest
        name = inner.removesuffix(":").strip()
        return Label(name, rest, found.end(), is_bold=True, has_colon=has_colon)
    if found := _PLAIN_LABEL.match(text):
        rest = text[found.end() :]
        return Label(found["inner"].strip(), rest, found.end(), is_bold=False, has_colon=True)
    return None


def items(source: Source, first_line: int = 1) -> Iterator[Item]:
    """Give the items of a source from a line on; blank lines, rules and comments are left out."""
    pending: Item | None = None
    more: list[str] = []
    after_blank = True
    number = first_line - 1
    while number < len(source.lines):
        number += 1
        line = source.line(number)
        item = _item(line, number, source.line(number + 1)) if line.strip() else None
        if item and item.kind == "text" and _UNDERLINE.match(source.line(number + 1)):
            item, number = replace(item, kind="heading", level=1), number + 1
        if pending and item and not after_blank and _continues(pending, item):
            more.append(item.text)
            continue
        if pending:
            yield _joined(pending, more)
        pending = replace(item, after_blank=after_blank) if item else None
        more, after_blank = [], item is None
    if pending:
        yield _joined(pending, more)


def _joined(item: Item, more: list[str]) -> Item:
    return replace(item, text=" ".join((item.text, *more)).strip()) if more else item


def _item(line: str, number: int, following: str) -> Item | None:
    expanded = line.expandtabs(TAB_WIDTH)
    text = line.strip()
    indent = len(expanded) - len(expanded.lstrip())
    start = len(line) - len(line.lstrip())
    if found := _FENCE.match(line):
        return Item("fence", found["info"].lower(), number, start + 1, indent)
    if _RULE.match(text):
        begins_matter = line.rstrip() == "---" and following.startswith("title:")
        return Item("matter", "", number, 1, 0) if begins_matter else None
    if _COMMENT.match(text):
        return None
    if found := _HEADING.match(text):
        column = start + found.start("text") + 1
        plain = _unescaped(found["text"].rstrip(" \t#"))
        return Item("heading", plain, number, column, indent, len(found["level"]))
    if found := _QUOTE.match(text):
        column = start + found.start("text") + 1
        return Item("quote", _unescaped(found["text"].strip()), number, column, indent)
    unescaped = re.sub(r"^(\d{1,3}|[-*+])\\(?=[.)]?)", r"\1", text)
    found = _BULLET.match(unescaped) or (_LETTERED.match(text) if indent else None)
    if found:
        mark = found["mark"].strip("()")
        column = start + found.start("text") + 1
        count = mark.rstrip(".)") if mark[0].isdigit() else ""
        return Item("bullet", _unescaped(found["text"]), number, column, indent, number=count)
    return Item("text", _unescaped(text), number, start + 1, indent)


def _unescaped(text: str) -> str:
    """Take away the backslashes of word processors and the brackets of wiki links."""
    return _LINK.sub(r"\g<text>", _ESCAPE.sub(r"\1", text))


def _continues(before: Item, item: Item) -> bool:
    """Tell whether a line goes on with the list item, or with the quote, directly above it."""
    if before.kind == "quote" or item.kind == "quote":
        return before.kind == item.kind
    if item.kind != "text" or before.kind != "bullet" or LONE_LABEL.fullmatch(item.text):
        return False
    label = label_of(item.text)
    if label is None or not label.has_colon:
        return True
    # `Source: ...` below a quotation is about it, and `Sources:` begins a list of its own.
    is_list = LONE_LABEL.fullmatch(label.name) and label.name.lower() != "source"
    is_alone = not label.rest and label.name[:1].isupper()
    return item.indent > before.indent and not is_list and not is_alone
