"""The front matter of an article: four keys, always all of them, always in the same order."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIMPLE_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# YAML 1.1 reads some of these as booleans, and readers differ in which.
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# What YAML does not print, takes for a line break, or a reader could take for a byte-order mark.
_UNSAFE = re.compile(
    r"[\"\\\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
    r"\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a site is told about an article, in the keys that dev.to reads.

    `remark` becomes a comment, which no site reads and whoever opens the file sees.
    """

    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    published: bool = False
    remark: str = ""


def render_front_matter(values: FrontMatter) -> str:
    """Give the block with its `---` lines, one line per key, without a final newline.

    Every value reads back equal, with YAML 1.1 and 1.2 alike: texts stand between double
    quotation marks, so that `no`, `12:30` and `# 5` stay what the writer typed.
    """
    tags = ", ".join(_tag(tag) for tag in values.tags)
    remark = " ".join(_UNSAFE.sub(" ", values.remark).split())
    return "\n".join(
        (
            "---",
            f"title: {_quoted(values.title)}",
            f"description: {_quoted(values.description)}",
            f"tags: [{tags}]",
            f"published: {'true' if values.published else 'false'}",
            *([f"# {remark}"] if remark else []),
            "---",
        )
    )


def _tag(tag: str) -> str:
    if _SIMPLE_TAG.fullmatch(tag) and tag.lower() not in _NOT_TEXT:
        return tag
    return _quoted(tag)


def _quoted(text: str) -> str:
    return f'"{_UNSAFE.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT_ESCAPES.get(character) or f"\\u{code:04x}"
