"""Rules about what sites are told of an article: title, description, tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.rules.rule import Linted, Remark, rule
from gptoss_writer.outline.source import Span

# dev.to's limits, the front matter that is written by default.
TITLE_LENGTH = 128
DESCRIPTION_LENGTH = 160
TAGS = 4
TAG_LENGTH = 30
_TAG_LINE = re.compile(r"tags:[ \t]*\[(?P<tags>[^\]]*)\]")


@rule(
    Explanation(
        "OL215",
        "long-title",
        severity="warning",
        means="The title has more than 128 characters.",
        why="dev.to refuses it, and search engines cut a title after about 60.",
        bad="title: " + "The Tides of the Northern Coast and " * 4 + "Their Keepers\n"
        "sections:\n  - {title: Shores, words: 80}\n",
        good="title: The Tides of the Northern Coast\nsections:\n  - {title: Shores, words: 80}\n",
    )
)
def long_title(linted: Linted) -> Iterator[Remark]:
    """Find a title that is too long for a site."""
    size = len(linted.outline.title)
    if size > TITLE_LENGTH:
        yield Remark(
            ("title",),
            f"the title has {size} characters; sites take {TITLE_LENGTH}",
            "Shorten it; what is left out may go into the description.",
        )


@rule(
    Explanation(
        "OL216",
        "long-description",
        severity="warning",
        means="The description has more than 160 characters.",
        why="Search engines and cards on social media cut it there, often in mid-sentence.",
        bad="title: Tides\ndescription: "
        + "How the sea comes in and goes out again, twice. " * 4
        + "\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: Tides\ndescription: How the sea comes in and goes out again, twice a day.\n"
        "sections:\n  - {title: Shores, words: 80}\n",
    )
)
def long_description(linted: Linted) -> Iterator[Remark]:
    """Find a description that will be cut."""
    size = len(linted.outline.description or "")
    if size > DESCRIPTION_LENGTH:
        yield Remark(
            ("description",),
            f"the description has {size} characters; sites show {DESCRIPTION_LENGTH}",
            "Shorten it to one sentence that makes a reader want the article.",
        )


@rule(
    Explanation(
        "OL217",
        "refused-tags",
        severity="warning",
        means="There are more than four tags, or a tag has other characters than letters and "
        "digits, or more than 30 of them. The front matter of an article behind the outline "
        "counts too.",
        why="The front matter is written as dev.to reads it, and dev.to refuses such tags.",
        bad="title: Tides\ntags: [deep-sea, moon]\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: Tides\ntags: [deepsea, moon]\nsections:\n  - {title: Shores, words: 80}\n",
    )
)
def refused_tags(linted: Linted) -> Iterator[Remark]:
    """Find tags that dev.to would refuse."""
    tags = linted.outline.tags
    if len(tags) > TAGS:
        yield Remark(("tags",), *_too_many(len(tags)))
    elif not tags and (found := _article_tags(linted)):
        count, span = found
        if count > TAGS:
            yield Remark((), *_too_many(count), span=span)
    for index, tag in enumerate(tags):
        problem = _problem_of(tag)
        if problem:
            yield Remark(("tags", index), f"the tag `{tag[:40]}` {problem}", _cure_of(tag))


def _too_many(count: int) -> tuple[str, str]:
    message = f"there are {count} tags; dev.to takes {TAGS}"
    return message, f"Keep the {TAGS} that readers follow."


def _problem_of(tag: str) -> str:
    if not tag.isalnum():
        return "has other characters than letters and digits"
    return f"has more than {TAG_LENGTH} characters" if len(tag) > TAG_LENGTH else ""


def _cure_of(tag: str) -> str:
    plain = "".join(character for character in tag.lower() if character.isalnum())
    if not plain or len(plain) > TAG_LENGTH:
        return "Choose a shorter word of letters and digits."
    return f"Write it as `{plain}`."


def _article_tags(linted: Linted) -> tuple[int, Span] | None:
    """Count the tags in the front matter of an article that stands behind a Markdown outline."""
    if linted.file.form != "markdown":
        return None
    last = max(span.line for span in linted.file.spans.values())
    for number in range(last + 1, len(linted.source.lines) + 1):
        line = linted.source.line(number)
        found = _TAG_LINE.match(line)
        if found and any(
            linted.source.line(above).rstrip() == "---" for above in range(number - 8, number)
        ):
            count = len([tag for tag in found["tags"].split(",") if tag.strip()])
            return count, Span(number, 1, len(line.rstrip()))
    return None
