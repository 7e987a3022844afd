"""Which items of a file belong to its outline: up to an article, and without blocks of code."""

from __future__ import annotations

from collections.abc import Iterator

from gptoss_writer.outline.markdown_labels import block_of, is_bold_line
from gptoss_writer.outline.markdown_lines import Item
from gptoss_writer.outline.markdown_sections import is_certain_header
from gptoss_writer.outline.source import RawOutline

_ARTICLE_FENCES = ("markdown", "md")


def items_of_outline(raw: RawOutline, found: Iterator[Item]) -> Iterator[Item]:
    """Give the items up to where an article begins: front matter, an H1, or a Markdown fence.

    An outline in a fence ends with it. Any other fence holds code, which is left out.
    """
    has_certain = has_any = is_fenced = False
    for item in found:
        if item.kind == "fence":
            is_fenced = is_fenced if has_any else not is_fenced
            if has_any and _ends_at_fence(raw, item, found, is_fenced=is_fenced):
                return
            continue
        if item.kind == "matter":
            if has_any:
                return
            continue
        if item.kind == "heading" and not block_of(item):
            is_certain = is_certain_header(item)
            if item.level == 1 and has_certain and not is_certain:
                message = "from this heading on, the file was taken for an article and not read"
                hint = "Give a section its number and budget, as in `# 8. Title (200 words)`."
                raw.warn("OL031", message, hint, item.span)
                return
            has_any = has_any or item.level > 1 or is_certain
            has_certain = has_certain or is_certain
        elif item.kind != "quote" and is_certain_header(item):
            has_certain = has_any = True
        elif item.kind == "bullet" or is_bold_line(item):
            has_any = True
        yield item


def _ends_at_fence(
    raw: RawOutline, opening: Item, found: Iterator[Item], *, is_fenced: bool
) -> bool:
    """Tell whether a fence ends the outline; else pass over the block of code behind it."""
    if opening.text in _ARTICLE_FENCES or (is_fenced and not opening.text):
        return True
    closing = next((item.line for item in found if item.kind == "fence"), None)
    until = f"up to line {closing}" if closing else "which is never closed"
    message = f"this block of code, {until}, is not in the outline"
    hint = "Write what the section needs of it as key points, evidence or notes."
    raw.warn("OL031", message, hint, opening.span)
    return False
