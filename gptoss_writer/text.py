"""The one definition of word, sentence and comparable text.

Everything that counts or compares text calls this module, so that a budget, a status line and a
scorecard can never disagree.
"""

from __future__ import annotations

import re
import unicodedata

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}#{1,6}(\s|$)")
_LIST_MARKER = re.compile(r"^\s*(?:>\s*)*(?:\d{1,9}[.)]|[-*+])(?=\s|$)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*\S+")
_LINK_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_HTML_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")

_QUOTES = dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛`´′", "'")
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_FOLDING = str.maketrans(_QUOTES | _DASHES)
_SPACES = re.compile(r"\s+")

# Kept apart from sentence ends: a full stop after these never ends a sentence.
_ABBREVIATIONS = frozenset(
    (
        *("mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "dept", "inc", "ltd", "co", "est"),
        *("vs", "e.g", "i.e", "etc", "cf", "al", "no", "fig", "approx", "u.s", "u.k"),
    )
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s|$)")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_NEXT_VISIBLE = re.compile(r"\s*(\S)")


def count_words(markdown: str) -> int:
    """Count the words of a Markdown text as a reader would.

    Markup is stripped, headings do not count, the rest is split on whitespace, and a token counts
    if it has a letter or a digit: "Mixture-of-Experts" and "120B" are one word each, a dash
    between spaces is none. Text in code fences counts; the fence lines do not.
    """
    return len(words(markdown))


def words(markdown: str) -> list[str]:
    """List the tokens that `count_words` counts, in order."""
    return [word for line in prose_lines(markdown) for word in line.split() if _is_word(word)]


def prose_lines(markdown: str) -> list[str]:
    """Give the lines of a Markdown text without headings, markers, link targets and HTML tags."""
    lines = []
    fenced = ""
    for line in markdown.splitlines():
        fence = _FENCE.match(line)
        if fence and (not fenced or fence[1].startswith(fenced)):
            fenced = "" if fenced else fence[1]
        elif fenced:
            lines.append(line)
        elif not _HEADING.match(line) and not _REFERENCE.match(line):
            lines.append(_strip_markup(line))
    return lines


def _strip_markup(line: str) -> str:
    line = _LIST_MARKER.sub(" ", line)
    line = _LINK_TARGET.sub("]", line)
    return _HTML_TAG.sub(" ", line)


def _is_word(token: str) -> bool:
    return any(character.isalnum() for character in token)


def fold(text: str) -> str:
    """Bring text into the form in which quotations are compared.

    NFKC; every kind of quotation mark, dash and space becomes its plain ASCII form; runs of
    spaces become one. Case is kept.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).translate(_FOLDING)).strip()


def sentence_spans(paragraph: str) -> list[tuple[int, int]]:
    """Give the (start, end) offsets of the sentences of a paragraph.

    A sentence ends at `.`, `!`, `?` or `…`, with closing quotation marks, brackets and emphasis
    behind it, before whitespace or the end of the text; not after a known abbreviation or a
    single initial, nor where a small letter follows. A tail without an end is a span of its own.
    """
    spans = []
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        following = _NEXT_VISIBLE.match(paragraph, end.end())
        begins_lower = following is not None and following[1].islower()
        if begins_lower or _ends_with_abbreviation(paragraph[start : end.start() + 1]):
            continue
        spans.append((start, end.end()))
        start = following.start(1) if following else len(paragraph)
    if paragraph[start:].strip():
        spans.append((start, len(paragraph.rstrip())))
    return spans


def sentences(paragraph: str) -> list[str]:
    """List the sentences of a paragraph, as `sentence_spans` cuts them."""
    return [paragraph[start:end] for start, end in sentence_spans(paragraph)]


def ends_with_sentence(text: str) -> bool:
    """Tell whether the text closes with the end of a sentence."""
    end = _SENTENCE_END.search(text.rstrip(), max(0, len(text.rstrip()) - 12))
    return end is not None


def _ends_with_abbreviation(sentence: str) -> bool:
    if not sentence.endswith("."):
        return False
    last = sentence[:-1].rsplit(None, 1)[-1:] or [""]
    word = last[0].lstrip("(\"'“‘[*_")
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word.isupper())


def strip_controls(text: str) -> str:
    r"""Remove what no article may contain: C0 and C1 controls, lone surrogates, bidi overrides.

    Newlines and tabs stay; `\r\n` and `\r` become newlines.
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_control(character: str) -> bool:
    """Tell whether a character is a control that text must not carry (newline and tab may)."""
    return _CONTROL.match(character) is not None
