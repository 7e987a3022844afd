"""The key points of a section while its list is read; nested bullets become parts of one."""

from __future__ import annotations

from dataclasses import dataclass, field

from gptoss_writer.outline.markdown_labels import without_emphasis
from gptoss_writer.outline.markdown_lines import Item, label_of
from gptoss_writer.outline.source import Loc, Span

_LABEL_LENGTH = 80
_HEADING_INDENT = -1
_NEVER_PARENT = 1_000


@dataclass(slots=True)
class _Point:
    """A key point with what is nested below it."""

    label: str | None
    detail: str
    indent: int
    span: Span
    parts: list[str] = field(default_factory=list)

    def value(self) -> object:
        """Give the key point as data."""
        text = self.detail
        for part in self.parts:
            text += (
                ""
                if not text
                else " "
                if text.rstrip().endswith((".", "!", "?", ";", ":"))
                else "; "
            ) + part
        if self.label is None and self.parts and _is_label(self.detail):
            rest = text.removeprefix(self.detail).lstrip("; ")
            return {"label": self.detail.rstrip(" :"), "detail": rest}
        if self.label is None:
            return text
        return {"label": self.label, **({"detail": text} if text else {})}


class PointList:
    """Takes key points in the order of the file."""

    def __init__(self) -> None:
        self._points: list[_Point] = []

    def head(self, label: str, span: Span) -> None:
        """Begin a point with a heading; what follows is about it."""
        self._points.append(_Point(label, "", _HEADING_INDENT, span))

    def add(self, text: str, item: Item, span: Span, *, is_behind_label: bool) -> None:
        """Add a point, or a part of the one above it where it is indented deeper.

        A text behind the list's own label, `Key points: ...`, is never a parent or a part.
        """
        label = label_of(text)
        last = self._points[-1] if self._points else None
        if last is not None and item.indent > last.indent and not is_behind_label:
            last.parts.append(without_emphasis(text) if label and label.is_bold else text)
            return
        indent = item.indent if item.kind == "bullet" else 0
        if is_behind_label:
            indent = _NEVER_PARENT
        if label and label.is_bold and label.has_colon:
            self._points.append(_Point(label.name, label.rest, indent, span))
        else:
            self._points.append(_Point(None, text, indent, span))

    def is_level(self, indent: int) -> bool:
        """Tell whether something stands as far left as the first point does."""
        return not self._points or indent <= self._points[0].indent

    def values(self, loc: Loc) -> tuple[list[object], dict[Loc, Span]]:
        """Give the points as data, and the places of them as keys of `loc`."""
        spans = {(*loc, number): point.span for number, point in enumerate(self._points)}
        return [point.value() for point in self._points], spans


def _is_label(text: str) -> bool:
    return len(text) <= _LABEL_LENGTH and not text.rstrip().endswith((".", "!", "?", ";"))
