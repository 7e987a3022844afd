"""Writes an outline as YAML that a person might have written, and that reads back the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import Node, SequenceNode

from gptoss_writer.outline.models import (
    Elements,
    Evidence,
    KeyPoint,
    Outline,
    Quotation,
    Section,
    Strategy,
)

_WIDTH = 88
_LONG = 84
"""Text longer than this goes on lines of its own, folded."""


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments for an outline in YAML: lines above it, one above each section, lines below it."""

    head: Sequence[str] = ()
    sections: Sequence[str] = ()
    tail: Sequence[str] = ()


_QUOTATION_KEYS = ("quote", "speaker", "source", "url", "note", "required")
_STRATEGY_KEYS = ("angle", "audience", "value", "approach")


class _Flow(list[object]):
    """A list that is written on one line, in brackets."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper with lists indented under their key, and our own taste in quoting."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's signature
        super().increase_indent(flow, indentless=False)

    # A text that is short enough stays on one line, wherever that begins; long ones are folded.

    def write_plain(self, text: str, split: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - the same
        super().write_plain(text, split=False)

    def write_single_quoted(self, text: str, split: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - the same
        super().write_single_quoted(text, split=False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - the same
        super().write_double_quoted(text, split=False)


def to_yaml(outline: Outline, comments: Comments | None = None) -> str:
    """Write an outline as YAML: keys in their usual order, ids written, defaults left out.

    Reading the text back gives an equal outline. `comments` say where it came from.
    """
    comments = comments or Comments()
    head = {
        "title": outline.title,
        "description": outline.description,
        "tags": _Flow(outline.tags),
        "published": outline.published,
    }
    length = {
        "total_words": outline.total_words,
        "reading_minutes": _plain_number(outline.reading_minutes),
        "words_per_minute": _Flow(outline.words_per_minute or ()),
    }
    blocks = [
        _dump(_given(head)),
        _dump(_given({"strategy": _strategy(outline.strategy)})),
        _dump(_given(length)),
        _sections(outline.sections, comments.sections),
        _dump(_given({"elements": _elements(outline.elements)})),
        _dump(_given({"lint": _given({"ignore": _Flow(outline.lint.ignore)})})),
    ]
    blocks = [_commented(comments.head), *blocks, _commented(comments.tail)]
    return "\n".join(block for block in blocks if block)


def _sections(sections: tuple[Section, ...], comments: Sequence[str]) -> str:
    items = [_dump({"sections": [_section(section)]}).partition("\n")[2] for section in sections]
    above = [f"  # {_comment(comment)}\n" for comment in comments] or [""] * len(items)
    return "sections:\n" + "\n".join(map("".join, zip(above, items, strict=True)))


def _commented(lines: Sequence[str]) -> str:
    return "".join(f"# {_comment(line)}\n" for line in lines)


def _comment(text: str) -> str:
    """Bring a text onto one line that YAML takes for a comment, whatever is in it."""
    return " ".join(text.split())


def _section(section: Section) -> dict[str, object]:
    return _given(
        {
            "id": section.id,
            "role": None if section.role == "body" else section.role,
            "title": section.title,
            **_words(section),
            "key_points": [_key_point(point) for point in section.key_points],
            "evidence": [_evidence(item) for item in section.evidence],
            "notes": section.notes,
        }
    )


def _words(section: Section) -> dict[str, object]:
    """Write a budget as one number, or as the range that it is the middle of."""
    if section.band is None:
        return {"words": section.words}
    low, high = section.band
    if section.words == (low + high) // 2:
        return {"words": f"{low}-{high}"}
    return {"words": section.words, "band": _Flow(section.band)}


def _strategy(strategy: Strategy) -> dict[str, object]:
    return _given({key: getattr(strategy, key) for key in _STRATEGY_KEYS})


def _elements(elements: Elements) -> dict[str, object]:
    return _given(
        {
            "statistics": list(elements.statistics),
            "quotes": [_evidence(quotation) for quotation in elements.quotes],
            "examples": list(elements.examples),
            "takeaways": list(elements.takeaways),
        }
    )


def _key_point(point: KeyPoint) -> object:
    if point.label is None:
        return point.detail
    return _given({"label": point.label, "detail": point.detail})


def _evidence(item: Evidence) -> object:
    if isinstance(item, Quotation):
        return _given({key: getattr(item, key) for key in _QUOTATION_KEYS})
    if item.source is None and item.url is None:
        return item.fact
    return _given({"fact": item.fact, "source": item.source, "url": item.url})


def _given(values: Mapping[str, object]) -> dict[str, object]:
    """Leave out what is absent, empty or false: these are the defaults."""
    return {key: value for key, value in values.items() if value not in (None, False, [], {})}


def _plain_number(number: float | None) -> float | int | None:
    return int(number) if number is not None and number.is_integer() else number


def _dump(values: dict[str, object]) -> str:
    if not values:
        return ""
    return yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _represent_flow(dumper: yaml.SafeDumper, items: _Flow) -> SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


def _style(text: str) -> str | None:
    """Choose how a text is quoted; None leaves it to PyYAML, which prefers no quotes at all."""
    if "\n" in text:
        return "|"
    if len(text) > _LONG and _folds(text):
        return ">"
    return (
        '"'
        if "'" in text and '"' not in text and "\\" not in text and _needs_quotes(text)
        else None
    )


def _needs_quotes(text: str) -> bool:
    written = yaml.dump(text, Dumper=yaml.SafeDumper, allow_unicode=True, width=1 << 20)
    return written.startswith(("'", '"'))


def _folds(text: str) -> bool:
    """Tell whether a text on one line survives folding."""
    written = yaml.dump(
        {"a": _Folded(text)},
        Dumper=_Dumper,
        allow_unicode=True,
        width=_WIDTH,
    )
    return written.startswith("a: >") and bool(yaml.safe_load(written) == {"a": text})


class _Folded(str):
    """A text that is written folded, to try whether that is possible."""

    __slots__ = ()


def _represent_folded(dumper: yaml.SafeDumper, text: _Folded) -> Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=">")


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Flow, _represent_flow)
_Dumper.add_representer(_Folded, _represent_folded)
