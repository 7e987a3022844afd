"""What must hold of an article whatever model wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from markdown_it import MarkdownIt

from gptoss_writer.outline.models import Outline
from gptoss_writer.text import count_words

_CONTROL = re.compile(r"<\|[a-z_]+\|>|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def problems(article: str, outline: Outline, report: dict[str, Any]) -> Iterator[str]:
    """Say what is wrong with a finished article and the report of the run that made it."""
    front, _, body = article.removeprefix("---\n").partition("\n---\n")
    expected = {
        "title": outline.title,
        "description": outline.description or "",
        "tags": list(outline.tags),
        "published": outline.published,
    }
    if expected != yaml.safe_load(front):
        yield "the front matter does not read back"
    if _CONTROL.search(body):
        yield "the text has control tokens or characters"
    titles = [section.title for section in outline.sections if section.role != "introduction"]
    if len(titles) != len(_headings(body, "h2")):
        yield f"{len(_headings(body, 'h2'))} H2 headings for {len(titles)} sections"
    if 1 != len(_headings(body, "h1")):
        yield f"{len(_headings(body, 'h1'))} H1 headings"
    if not article.endswith("\n") or article.endswith("\n\n"):
        yield "the article does not end with one newline"
    ids = [section["id"] for section in report["sections"]]
    if ids != [section.id for section in outline.sections]:
        yield "the report has other sections than the outline"
    if report["totals"]["words"] != count_words(body):
        yield f"{report['totals']['words']} words reported, {count_words(body)} in the article"


def _headings(body: str, tag: str) -> list[str]:
    tokens = MarkdownIt().parse(body)
    return [token.tag for token in tokens if token.type == "heading_open" and token.tag == tag]
