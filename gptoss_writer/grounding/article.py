"""Any Markdown article taken apart: front matter, title, introduction and sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gptoss_writer.text import count_words, reads_as_title

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_OPENING = re.compile(r" {0,3}(?:(?:[-+*]|\d{1,9}[.)]) +)?(`{3,}(?=[^`]*$)|~{3,})")
_WRAPPER = re.compile(r" {0,3}(?:`{3,}|~{3,})[ \t]*(?:markdown|md)[ \t]*$", re.IGNORECASE)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_HEADING_END = re.compile(r"[ \t]+#+[ \t]*$|[ \t]+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_KEY = re.compile(r"[A-Za-z_][\w-]*[ \t]*:(?:\s|$)")
_VISIBLE = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, without its end."""

    start: int
    text: str
    after: int
    """Offset behind the line's end."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, its words as typed, and where it stands with all its markup."""

    level: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ArticleSection:
    """A stretch of an article: a heading and the text under it; the introduction has none.

    `start` and `end` are the offsets of the text under the heading.
    """

    heading: Heading | None
    start: int
    end: int
    words: int

    @property
    def title(self) -> str:
        """The words of the heading, "" for the introduction."""
        return self.heading.text if self.heading else ""


@dataclass(frozen=True, slots=True)
class Article:
    """A Markdown article; every offset points into `text`, which is as it was given.

    The article proper stands from `start` to `end`: without front matter, and without a
    `markdown` code fence around it and what stands outside that. `introduction` is the text
    under the H1 before the first section, None where that has no words.
    """

    text: str
    start: int
    end: int
    front_matter: tuple[int, int] | None
    title: Heading | None
    introduction: ArticleSection | None
    sections: tuple[ArticleSection, ...]

    @property
    def parts(self) -> tuple[ArticleSection, ...]:
        """The introduction, if there is one, and the sections."""
        first = (self.introduction,) if self.introduction else ()
        return (*first, *self.sections)


def parse_article(text: str) -> Article:
    """Take an article apart; any text is one.

    Sections begin at H2 headings and at H1 headings after the first; an article without either
    has its sections at the highest level that there is.
    """
    start, end = _unwrapped(text)
    front_matter = _front_matter(text, start, end)
    if front_matter:
        start = front_matter[1]
    found = list(headings(text, start, end))
    title = found[0] if found and found[0].level == 1 else None
    others = found[1:] if title else found
    level = max(2, min((heading.level for heading in others), default=2))
    starts = [heading for heading in others if heading.level <= level]
    stops = [*(heading.start for heading in starts), end]
    introduction = _section(text, None, title.end if title else start, stops[0])
    return Article(
        text=text,
        start=start,
        end=end,
        front_matter=front_matter,
        title=title,
        introduction=introduction if introduction.words else None,
        sections=tuple(
            _section(text, heading, heading.end, following)
            for heading, following in zip(starts, stops[1:], strict=True)
        ),
    )


def _section(text: str, heading: Heading | None, start: int, end: int) -> ArticleSection:
    end = max(start, end)
    return ArticleSection(heading, start, end, count_words(text[start:end]))


def lines(text: str, start: int, end: int) -> Iterator[Line]:
    r"""Cut a stretch of text into lines; `\n`, `\r\n` and `\r` end one."""
    position = start
    while position < end:
        match = _LINE.match(text, position, end)
        if match is None:  # pragma: no cover - the pattern matches anywhere
            return
        yield Line(position, match[0].rstrip("\r\n"), match.end())
        position = match.end()


def without_comments(text: str) -> str:
    """Overwrite HTML comments with spaces, so that all else keeps its offset."""
    pieces = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        end += len("-->")
        pieces += [text[position:start], _VISIBLE.sub(" ", text[start:end])]
        position = end
    return "".join((*pieces, text[position:]))


def headings(text: str, start: int, end: int) -> Iterator[Heading]:
    """Find the headings of a stretch of Markdown, outside of code fences and comments."""
    fenced = ""
    before: Line | None = None  # the only line of a paragraph so far
    starts_paragraph = True
    for line in lines(without_comments(text[:end]), start, end):
        was_fenced, fenced = fenced, _fence_behind(line.text, fenced)
        if was_fenced:
            continue
        found = _HEADING.match(line.text)
        underline = _UNDERLINE.match(line.text)
        if fenced:
            pass
        elif found:
            title = _HEADING_END.sub("", line.text[found.end() :]).strip()
            yield Heading(len(found[1]), title, line.start, line.after)
        elif before and underline:
            level = 1 if underline[1][0] == "=" else 2
            yield Heading(level, before.text.strip(), before.start, line.after)
        else:
            before = line if starts_paragraph and reads_as_title(line.text) else None
            starts_paragraph = not line.text.strip()
            continue
        before, starts_paragraph = None, True


def open_fence(text: str) -> str:
    """Give the line that closes the code fence open at the end of a text; "" where none is."""
    fenced = ""
    for line in lines(without_comments(text), 0, len(text)):
        fenced = _fence_behind(line.text, fenced)
    return fenced


def _fence_behind(line: str, fenced: str) -> str:
    """Give the fence that is open behind a line, where `fenced` is open before it.

    It comes as far in as it opened. One in an item of a list would be no end of it further out, but
    the beginning of another, which takes the rest of the article.
    """
    if not fenced:
        opening = _OPENING.match(line)
        return " " * opening.start(1) + opening[1] if opening else ""
    mark, bare = fenced.strip(), line.strip()
    is_deep = len(line) - len(line.lstrip(" ")) > 3 + len(fenced) - len(mark)
    is_closed = not is_deep and bare.startswith(mark) and not bare.strip(mark[0])
    return "" if is_closed else fenced


def _front_matter(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Find front matter at the beginning: `---`, keys, `---`."""
    rows = lines(text, start, end)
    first = next((row for row in rows if row.text.strip(" \t\ufeff")), None)
    if first is None or first.text.strip(" \t\ufeff") != "---":
        return None
    has_key = False
    for row in rows:
        if row.text.rstrip() in {"---", "..."}:
            return (first.start, row.after) if has_key else None
        if not has_key and row.text.strip() and not row.text.lstrip().startswith("#"):
            if not _KEY.match(row.text):
                return None
            has_key = True
    return None


def _unwrapped(text: str) -> tuple[int, int]:
    """Find the article inside a ```markdown fence, where there is one around it."""
    rows = list(lines(text, 0, len(text)))
    opening = next((n for n, row in enumerate(rows) if _WRAPPER.match(row.text)), None)
    if opening is None or any(_begins_article(row) for row in rows[:opening]):
        return 0, len(text)
    inside = (row for row in rows[opening + 1 :] if row.text.strip())
    first = next(inside, None)
    if first is None or not _begins_article(first):
        return 0, len(text)
    return rows[opening].after, _wrapper_end(rows[opening + 1 :], len(text))


def _begins_article(row: Line) -> bool:
    return bool(_HEADING.match(row.text)) or row.text.strip(" \t\ufeff") == "---"


def _wrapper_end(rows: list[Line], end: int) -> int:
    """Find the fence that closes the wrapper: the last one, unless it closes code inside."""
    fences = [row for row in rows if _FENCE.match(row.text)]
    is_inside = False
    for fence in fences:
        is_bare = not fence.text.strip(" `~")
        if is_inside:
            is_inside = not is_bare
        elif is_bare and fence is fences[-1]:
            return fence.start
        else:
            is_inside = True
    return end
