"""Reads the YAML form of an outline into plain data, refusing what could surprise its writer.

PyYAML's pure scanner and parser give events; the data is built from them here, in one pass. So
depth is known before anything recurses, and a scalar stays the text that was typed: `NO`, `on`,
`12:30:45`, `2025-08-05` and `010` mean just that, until Pydantic reads them. PyYAML's C parser is
not used: its messages differ, and its composer overflows the stack on deep nesting.
"""

from __future__ import annotations

import re
from typing import NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from gptoss_writer.outline.source import Loc, RawOutline, Source, Span
from gptoss_writer.outline.yaml_mistakes import explain
from gptoss_writer.text import is_control, strip_controls

MAX_DEPTH = 32
MAX_EVENTS = 15_000
"""Values, starts and ends in one file; PyYAML reads about 100,000 a second."""

_ABSENT = frozenset(("", "~", "null"))
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Stop(Exception):  # noqa: N818 - a signal between two functions of this module
    """The file cannot be read any further; the reason is already reported."""


class _Events(Reader, Scanner, Parser):
    """PyYAML's event stream, without its resolver, composer and constructor."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def read_yaml(source: Source) -> RawOutline:
    """Read the text of a YAML outline into data with places.

    Every problem found is among the diagnostics of the result; after a syntax error the data
    holds what was complete before it. Nothing is raised.
    """
    raw = RawOutline(source)
    _Builder(raw).read()
    return raw


class _Builder:
    """Turns events into data, noting where each value stands."""

    def __init__(self, raw: RawOutline) -> None:
        self.raw = raw
        self.stream = _Events(raw.source.text)
        self.events = 0
        self.last: Event | None = None

    def read(self) -> None:
        """Read the one document of the file."""
        try:
            self._document()
        except _Stop:
            self.raw.is_complete = False
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # PyYAML lets chr() fail on an escape such as "\UFFFFFFFF".
            self.raw.is_complete = False
            if isinstance(self.last, AliasEvent):
                return  # already reported, and what follows it is only its consequence
            place = Span(self.stream.line + 1, self.stream.column + 1)
            mistake = explain(error, self.last, place, self.raw.source)
            self.raw.report(*mistake)

    def _next(self) -> Event:
        event: Event = self.stream.get_event()  # type: ignore[no-untyped-call] # bare in its stubs
        self.events += 1
        if self.events > MAX_EVENTS:
            self._stop(
                "OL019",
                f"the file holds more than {MAX_EVENTS:,} values",
                "Split the outline; an article rarely needs more than a few hundred.",
                _span(event, self.raw.source),
            )
        self.last = event
        return event

    def _stop(self, code: str, message: str, hint: str, span: Span) -> NoReturn:
        self.raw.report(code, message, hint, span)
        raise _Stop

    def _document(self) -> None:
        self._next()
        first = self._next()
        if isinstance(first, StreamEndEvent):
            self._stop(
                "OL005",
                "the file holds no values",
                "Write at least `title:` and `sections:`.",
                Span(1, 1),
            )
        root = self._next()
        if not isinstance(root, MappingStartEvent):
            self._stop(
                "OL018",
                "an outline is a mapping of keys to values, such as `title: ...`",
                "Begin the file with `title:` at the left edge.",
                _span(root, self.raw.source),
            )
        self._node(root, (), 1)
        self._next()
        after = self._next()
        if isinstance(after, DocumentStartEvent):
            self._stop(
                "OL017",
                "a second YAML document begins here, but an outline is one document",
                "Remove the line `---` and what follows, or put it in a file of its own.",
                _span(after, self.raw.source),
            )

    def _node(self, event: Event, loc: Loc, depth: int) -> object:
        span = _span(event, self.raw.source)
        self.raw.spans[loc] = span
        if depth > MAX_DEPTH and isinstance(event, CollectionStartEvent):
            self._stop(
                "OL016",
                f"values are nested more than {MAX_DEPTH} deep",
                "Check the brackets and the indentation; an outline needs six levels.",
                span,
            )
        self._refuse_references(event, loc, span)
        if isinstance(event, MappingStartEvent):
            return self._mapping(loc, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(loc, depth)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, loc, span)
        return None

    def _refuse_references(self, event: Event, loc: Loc | None, span: Span) -> None:
        if not isinstance(event, NodeEvent):
            return
        anchor: str | None = event.anchor
        tag: str | None = getattr(event, "tag", None)
        if loc is not None and (anchor is not None or tag is not None):
            self.raw.reported.add(loc)
        if anchor is not None:
            kind, sign = ("alias", "*") if isinstance(event, AliasEvent) else ("anchor", "&")
            self.raw.report(
                "OL013",
                f"the {kind} `{sign}{anchor[:40]}` is not allowed in an outline",
                f"Write the value out; if the `{sign}` is text, put the value in quotation marks.",
                span,
            )
        if tag is not None:
            self.raw.report(
                "OL014",
                "a YAML tag, a word that begins with `!`, is not allowed in an outline",
                "Remove the tag; if the `!` is text, put the value in quotation marks.",
                span,
            )

    def _mapping(self, loc: Loc, depth: int) -> dict[str, object]:
        result: dict[str, object] = {}
        if loc == ():
            self.raw.data = result
        while not isinstance(event := self._next(), MappingEndEvent):
            key, span = self._key(event)
            place = (*loc, key)
            if key in result:
                self.raw.report(
                    "OL015",
                    f"the key `{key[:40]}` is given twice; it is already on line "
                    f"{self.raw.keys[place].line}",
                    "Keep one of the two.",
                    span,
                )
                self._node(self._next(), (*loc, f"{key} (again)"), depth + 1)
                continue
            self.raw.keys[place] = span
            result[key] = None
            result[key] = self._node(self._next(), place, depth + 1)
        return result

    def _sequence(self, loc: Loc, depth: int) -> list[object]:
        result: list[object] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            result.append(self._node(event, (*loc, len(result)), depth + 1))
        return result

    def _key(self, event: Event) -> tuple[str, Span]:
        span = _span(event, self.raw.source)
        if not isinstance(event, ScalarEvent) or (_is_plain(event) and event.value in _ABSENT):
            self._stop(
                "OL020",
                "a key must be plain text",
                "Write `key: value`; a key is one word, not a list, a mapping or nothing.",
                span,
            )
        self._refuse_references(event, None, span)
        return self._without_controls(event.value, span), span

    def _scalar(self, event: ScalarEvent, loc: Loc, span: Span) -> str | None:
        if _is_plain(event) and event.value in _ABSENT:
            return None
        value = event.value
        if _SURROGATE.search(value):
            # JSON writes an emoji as two escapes; a surrogate without its twin is refused below.
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        text = self._without_controls(value, span)
        if text != value:
            self.raw.reported.add(loc)
        return text

    def _without_controls(self, value: str, span: Span) -> str:
        text = strip_controls(value)
        if text != value:
            character = next(character for character in value if is_control(character))
            self.raw.report(
                "OL008",
                f"the text holds the control character U+{ord(character):04X}",
                "Remove the escape that makes it; an article cannot show it.",
                span,
            )
        return text


def _is_plain(event: ScalarEvent) -> bool:
    return event.style is None


def _span(event: Event, source: Source) -> Span:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return Span(1, 1)
    line = source.line(start.line + 1)
    is_short = end.line == start.line and not isinstance(event, CollectionStartEvent)
    until = end.column if is_short else len(line.rstrip())
    return Span(start.line + 1, start.column + 1, max(1, until - start.column))
