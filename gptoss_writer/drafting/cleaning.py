"""What the model wrote becomes the body of a section that cannot break out of its place."""

from __future__ import annotations

import re
from bisect import bisect_left

from gptoss_writer.drafting.edges import strip_edges
from gptoss_writer.drafting.sentences import paragraphs, sentence_ends
from gptoss_writer.drafting.structure import drop_fences, mend_structure, unwrap
from gptoss_writer.grounding.leaks import REQUEST_MARK
from gptoss_writer.outline.models import WordBudget
from gptoss_writer.text import count_words, strip_controls

_PASSES = 8
"""Ordinary text settles in two passes. What has not settled after these is hostile."""

_LEAK = re.compile(
    r"(?:<\|start\|>)?(?:assistant|developer|system|user)?"
    r"<\|channel\|>(?:analysis|commentary|final)?"
    r"|<\|start\|>(?:assistant|developer|system|user)?"
    r"|<\|[A-Za-z0-9_]{1,40}\|>"
    r"|assistant(?=analysis|commentary|final)(?:analysis|commentary|final)"
)
_REASONING = re.compile(r"\A\s*analysis(?=\S).*assistantfinal", re.DOTALL)
_CITATION = re.compile(
    # The lookbehind makes a long run of spaces be tried once, not from each of them.
    r"(?<![^\S\n])[^\S\n]*+【"
    r"(?:\d[^【】\n]{0,80}】|[^【】\n]{0,80}†[^【】\n]{0,80}】|\d{1,6}†[^\s【】]{0,80})"
)
_ITEM_MARKS = rf"{REQUEST_MARK}(?:[ ,;]{{0,3}}{REQUEST_MARK})*"
_MARKED = rf"(?:\*{{1,3}}{_ITEM_MARKS}:?\*{{1,3}}|\( ?{_ITEM_MARKS} ?\)|{_ITEM_MARKS})"
_MARKS = re.compile(
    # With the space before it; where no text is before it, with what leads on to the text behind.
    rf"(?<![^\S\n])[^\S\n]+{_MARKED}|(?<![^\s(\[“\"*_]){_MARKED}:?[^\S\n]*|{_ITEM_MARKS}"
)
_MARKUP = re.compile(r"[`~<>#\[\]\\|*_【】]+")
_LINE_MARKERS = re.compile(r"^(?:[^\S\n]|[=+.)-]|\d{1,9}[.)](?=\s|$))+", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_CODE_INDENT = 4


def clean(raw: str, *, title: str, known: str = "") -> str:
    """Turn what the model wrote into the body of the section called `title`.

    The marks of a request's items ("[K1]", "(must appear)") go, but for those that stand in
    `known`: what the outline itself calls so is its subject.

    What stays is a text in which CommonMark sees no H1 or H2, no rule, no raw HTML and no open
    code fence, so that nothing after it can be swallowed; without control-token texts, citation
    marks, a repeated title, or remarks about the text before and after it. Blank lines come one
    at a time and no line ends with spaces. Cleaning again changes nothing; no words give "".
    """
    text = _tidy(strip_controls(raw).replace("\u2011", "-"))
    for _ in range(_PASSES):
        before = text
        text = _clean_once(text, title, known)
        if text == before:
            return text
    for _ in range(_PASSES):
        before = text
        text = _clean_once(drop_fences(text), title, known)
        if text == before:
            return text
    return _flatten(text, title)


def _clean_once(text: str, title: str, known: str) -> str:
    text = unwrap(_without_leaks(_without_marks(text, known)))
    return _tidy(mend_structure(strip_edges(text, title)))


def _without_leaks(text: str) -> str:
    """Remove control-token texts, glued channel names, and marks of the browser tool."""
    text = _REASONING.sub("", text)
    for _ in range(_PASSES):
        before = text
        text = _CITATION.sub("", _LEAK.sub(_joint, text))
        if text == before:
            return text
    # Tokens nested in tokens, to come together as the inner ones go: break them instead.
    return re.sub(r"assistant(?=analysis|commentary|final)", "assistant ", text).translate(
        {ord("|"): " ", ord("【"): "[", ord("】"): "]"}
    )


def _without_marks(text: str, known: str) -> str:
    def kept(marks: re.Match[str]) -> str:
        found = re.findall(REQUEST_MARK, marks[0])
        return marks[0] if any(mark in known for mark in found) else ""

    return _MARKS.sub(kept, text)


def _joint(leak: re.Match[str]) -> str:
    start, end = leak.span()
    before, after = leak.string[max(0, start - 1) : start], leak.string[end : end + 1]
    return " " if before.isalnum() and after.isalnum() else ""


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    text = _BLANK_LINES.sub("\n\n", lines)
    unindented = text.lstrip(" ")
    return unindented if len(text) - len(unindented) < _CODE_INDENT else text


def _flatten(text: str, title: str) -> str:
    """Give plain paragraphs: the last resort for a text that no careful mending settles."""
    text = _tidy(_LINE_MARKERS.sub("", _MARKUP.sub(" ", text)))
    before = ""
    while text != before:
        before = text
        text = _tidy(_LINE_MARKERS.sub("", strip_edges(_without_leaks(text), title)))
    return text


def trim_to_sentence(text: str, budget: WordBudget) -> str:
    """Cut a text that was broken off back to the sentence end nearest the budget's words.

    Only ends in prose count, not in headings, tables or code, and only where no emphasis, inline
    code, quotation or bracket is open. Without any such end the text is returned as it is.
    """
    ends = [end for start, stop in paragraphs(text) for end in sentence_ends(text, start, stop)]
    if not ends:
        return text

    def words_before(end: int) -> int:
        return count_words(text[:end])

    above = bisect_left(ends, budget.words, key=words_before)
    nearest = min(
        reversed(ends[max(0, above - 1) : above + 1]),
        key=lambda end: budget.distance(words_before(end)),
    )
    return text[:nearest]
