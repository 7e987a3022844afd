"""Reads a page of HTML as a browser would, and complains of all that could load or act."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

_EMPTY = frozenset({"meta", "br", "hr", "input", "rect", "link", "img"})
_INERT = frozenset(
    """html head meta title style script body header p b dl div dt dd small sub section ol li span
    em a svg rect fieldset legend label input main article h1 h2 h3 h4 h5 h6 i strong s code pre ul
    blockquote table thead tbody tr th td hr br aside nav details summary button""".split()  # noqa: SIM905 - reads better
)
_ATTRIBUTES = frozenset(
    """lang charset name content http-equiv id class title href data-of data-at tabindex aria-label
    aria-hidden viewbox preserveaspectratio x y width height type checked open role hidden
    start""".split()  # noqa: SIM905 - reads better
)


@dataclass
class Element:
    """An element with its attributes and the text in it, that of its children included."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def classes(self) -> list[str]:
        """The names in its class attribute."""
        return self.attributes.get("class", "").split()


class Page(HTMLParser):
    """All elements of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        self.declarations: list[str] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element that has no content."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close elements up to the one of this name."""
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Give text to all elements around it."""
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        """Remember comments: there should be none."""
        self.declarations.append(data)

    def handle_pi(self, data: str) -> None:
        """Remember processing instructions: there should be none."""
        self.declarations.append(data)

    def all(self, tag: str, of_class: str = "") -> list[Element]:
        """Find elements by name and class."""
        return [
            item
            for item in self.elements
            if item.tag == tag and (not of_class or of_class in item.classes)
        ]

    def complaints(self) -> Iterator[str]:
        """Say what of the page could load something, act, or lead nowhere."""
        ids = [item.attributes["id"] for item in self.elements if "id" in item.attributes]
        yield from (f"id {name} twice" for name in set(ids) if ids.count(name) > 1)
        yield from (f"comment {text!r}" for text in self.declarations)
        for item in self.elements:
            if item.tag not in _INERT:
                yield f"<{item.tag}>"
            yield from (f"attribute {name}" for name in item.attributes if name not in _ATTRIBUTES)
            href = item.attributes.get("href", "#top")
            if not href.startswith("#") or href[1:] not in ids:
                yield f"href {href}"
        yield from self._policy_complaints()

    def _policy_complaints(self) -> Iterator[str]:
        (policy,) = [
            item.attributes["content"]
            for item in self.all("meta")
            if item.attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        for name in ("style", "script"):
            (element,) = self.all(name)
            digest = hashlib.sha256(element.text.encode()).digest()
            if f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" not in policy:
                yield f"the {name} is not the one of the policy"
        if "default-src 'none'" not in policy:
            yield "the policy lets things load"
        (style,) = self.all("style")
        if re.search(r"url\(|@import|https?:", style.text):
            yield "the style loads something"
