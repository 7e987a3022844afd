"""A document: what an article is made of, before it becomes text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gptoss_writer.assembly.front_matter import FrontMatter
from gptoss_writer.draft import SectionDraft
from gptoss_writer.grounding.article import open_fence
from gptoss_writer.outline.models import Outline, Section


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one section; `heading` is None for the introduction, which has none."""

    heading: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """An article: front matter, title, and its sections in order."""

    front_matter: FrontMatter
    title: str
    blocks: tuple[Block, ...]


def make_document(
    outline: Outline, drafts: Mapping[str, SectionDraft], remark: str = ""
) -> Document:
    """Put the drafts, by section id, into the outline's order.

    `remark` is for whoever opens the file, and no part of the article.

    Sections without a draft, or with nothing but blanks in it, are left out. Drafts of sections
    that the outline does not have are passed over.
    """
    texts = {name: whole_body(draft.text) for name, draft in drafts.items()}
    written = [section for section in outline.sections if texts.get(section.id)]
    # A half-written article must not go out because the outline says that the whole one may.
    is_complete = len(written) == len(outline.sections)
    return Document(
        front_matter=FrontMatter(
            title=outline.title,
            description=outline.description or "",
            tags=outline.tags,
            published=outline.published and is_complete,
            remark=remark,
        ),
        title=outline.title,
        blocks=tuple(Block(heading_of(section), texts[section.id]) for section in written),
    )


def heading_of(section: Section) -> str | None:
    """Give the title that stands over a section; None for the introduction, which has none."""
    return None if section.role == "introduction" else section.title


def whole_body(text: str) -> str:
    """Tidy a text, and close a code fence that it left open: the next heading is no code."""
    body = tidy_body(text)
    fence = open_fence(body)
    return f"{body}\n{fence}" if fence else body


def tidy_body(text: str) -> str:
    """Unify newlines and take away blank lines around the text; all else in it stays.

    A person's text stays as typed, spaces at line ends included: they may mean a line break.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end])
