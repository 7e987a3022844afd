"""The one definition of word, sentence and comparable text.

Everything that counts or compares text calls this module, so that a budget, a status line and a
scorecard can never disagree. Every function takes time linear in its input, whatever that is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r"^ {0,3}#{1,6}(\s|$)")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)\s*$")
_LIST_MARKER = re.compile(r"^\s*(?:>\s*)*(?:\d{1,9}[.)]|[-*+])(?=\s|$)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*\S+(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*$")
_LINK_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_HTML_TAG = re.compile(r"(?<!\\)</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")
_COMMENT_START = re.compile(r"(?<!\\)<!--")
_BACKTICKS = re.compile(r"`+")

_QUOTES = dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛‹›`´′", "'")
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_INVISIBLE = dict.fromkeys("\u00ad\u200b\u2060\ufeff", "")
_FOLDING = str.maketrans(_QUOTES | _DASHES | _INVISIBLE)
_SPACES = re.compile(r"\s+")

# A sentence never ends with these: something always follows.
_OPEN_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st dept est vs e.g i.e cf approx".split()  # noqa: SIM905 - reads better
)
# These may stand last, but far more often they do not.
_ABBREVIATIONS = _OPEN_ABBREVIATIONS | frozenset(
    "jr sr inc ltd co corp etc al u.s u.k ph.d".split()  # noqa: SIM905 - reads better
)
# Abbreviations only where a number follows: "No. 5", but "He said no."
_NUMBERING = frozenset({"no", "nos", "fig", "figs", "vol", "p", "pp", "ch", "sec"})

_ENDS = ".!?…"
_CLOSERS = "\"'”’»›)]*_"
# Both runs are possessive and the first begins where no end mark stands before: else a long run
# of full stops with no space behind it would be tried from each of them.
_SENTENCE_END = re.compile(rf"(?<![{_ENDS}])([{_ENDS}]++)[{re.escape(_CLOSERS)}]*+(?=\s|$)")
_NUMBERED_ITEM = re.compile(r"(?:\A|\n)[ \t>]*\d{1,9}\Z")
_NEXT_VISIBLE = re.compile(r"\s*+(\S)")
_NEARBY = 80
"""Characters before an end mark that decide about it; abbreviations are much shorter."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_TITLE_WORDS = 12
_SHAPED_PAIRS = tuple(
    re.compile(pattern)
    for pattern in (r"„([^„“”\n]*)[“”]", r"“([^“”\n]*)”", r"«([^«»\n]*)»", r"»([^«»\n]*)«")
)
_STRAIGHT_PAIR = re.compile(r'(?<![^\s(\[‘—–-])"(?=\S)([^"\n]*[^\s"])"(?!\w)')
_STRAIGHT_PAIR_BEHIND_NO_DIGIT = re.compile(_STRAIGHT_PAIR.pattern.replace(r'[^\s"]', r'[^\s"\d]'))
_MOST_NESTED = 3


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
    lines: list[str] = []
    source = markdown.splitlines()
    last_close = max((number for number, line in enumerate(source) if "-->" in line), default=-1)
    fenced = ""
    in_comment = may_be_title = False
    starts_paragraph = True
    for number, whole in enumerate(source):
        if fenced:
            if _closes(whole, fenced):
                fenced = ""
            else:
                lines.append(whole)
            continue
        line, in_comment = _cut_comments(whole, in_comment, closes_later=number < last_close)
        fence = _FENCE.match(line)
        if fence:
            fenced = fence[1]
        elif may_be_title and _UNDERLINE.match(line):
            lines.pop()
        elif not _HEADING.match(line) and not _REFERENCE.match(line):
            lines.append(_strip_markup(line))
            may_be_title = starts_paragraph and reads_as_title(line)
            starts_paragraph = not line.strip()
            continue
        may_be_title, starts_paragraph = False, True
    return lines


def reads_as_title(line: str) -> bool:
    """Tell whether a line, were it underlined, would be meant as a heading.

    A sentence above `---` is meant as a sentence and a rule, whatever CommonMark makes of it.
    """
    return (
        bool(line.strip())
        and not line.startswith(("    ", "\t", "|", ">"))
        and not _LIST_MARKER.match(line)
        and len(line.split()) <= _TITLE_WORDS
        and not ends_with_sentence(line)
    )


def _closes(line: str, fenced: str) -> bool:
    fence = _FENCE.match(line)
    return bool(fence and fence[1].startswith(fenced) and not line[fence.end() :].strip())


def _cut_comments(line: str, in_comment: bool, *, closes_later: bool) -> tuple[str, bool]:  # noqa: FBT001 - a state that is handed on
    """Cut HTML comments out of a line; tell whether one is still open at its end."""
    kept: list[str] = []
    position = 0
    while True:
        if in_comment:
            end = line.find("-->", position)
            if end < 0:
                return " ".join(kept), True
            position = end + len("-->")
        start = _COMMENT_START.search(line, position)
        # A comment that nobody closes is plain text.
        if start is None or (not closes_later and line.find("-->", start.start() + 2) < 0):
            return " ".join((*kept, line[position:])), False
        kept.append(line[position : start.start()])
        position, in_comment = start.start() + 2, True


def _strip_markup(line: str) -> str:
    line = _LIST_MARKER.sub(" ", line)
    if line.lstrip().startswith("|"):
        line = line.replace("|", " ")
    line = _LINK_TARGET.sub("]", line)
    if "<" not in line:
        return line
    pieces = []
    position = 0
    for start, end in code_spans(line):
        pieces += [_HTML_TAG.sub(" ", line[position:start]), line[start:end]]
        position = end
    return "".join((*pieces, _HTML_TAG.sub(" ", line[position:])))


def code_spans(paragraph: str) -> list[tuple[int, int]]:
    """Give the (start, end) offsets of inline code in a paragraph, its backticks included.

    As in CommonMark: a run of backticks opens, the next run of the same length closes, a run
    without a partner is text, and a backslash before an opening backtick takes it away.
    """
    runs = [match.span() for match in _BACKTICKS.finditer(paragraph)]
    by_length: dict[int, list[int]] = {}
    for start, end in runs:
        by_length.setdefault(end - start, []).append(start)
    spans = []
    position = 0
    for run_start, end in runs:
        if run_start < position:
            continue
        before = paragraph[position:run_start]
        is_escaped = (len(before) - len(before.rstrip("\\"))) % 2 == 1
        start = run_start + is_escaped
        position = end
        closers = by_length.get(end - start, [])
        next_closer = bisect_left(closers, end)
        if start < end and next_closer < len(closers):
            position = closers[next_closer] + end - start
            spans.append((start, position))
    return spans


def _is_word(token: str) -> bool:
    return any(character.isalnum() for character in token)


def fold(text: str) -> str:
    """Bring text into the form in which quotations are compared.

    NFKC; every kind of quotation mark, dash and space becomes its plain ASCII form; runs of
    spaces become one; soft hyphens and zero-width spaces go. Case is kept.
    """
    # Before NFKC as well, because NFKC takes an acute accent apart into a space and a mark.
    plain = unicodedata.normalize("NFKC", text.translate(_FOLDING)).translate(_FOLDING)
    return _SPACES.sub(" ", plain).strip()


def pair_inner_marks(quote: str, opening: str, closing: str) -> str:
    """Put other marks around the quotations inside a quotation.

    Only where it is plain which marks belong together: curly and angled ones by their shape,
    straight ones by their place. A straight mark behind a digit may mean inches; it closes only
    where the straight marks come in pairs.
    """
    for pattern in _SHAPED_PAIRS:
        for _ in range(_MOST_NESTED):
            quote = pattern.sub(rf"{opening}\1{closing}", quote)
    straight = _STRAIGHT_PAIR if quote.count('"') % 2 == 0 else _STRAIGHT_PAIR_BEHIND_NO_DIGIT
    return straight.sub(rf"{opening}\1{closing}", quote)


def sentence_spans(paragraph: str) -> list[tuple[int, int]]:
    """Give the (start, end) offsets of the sentences of a paragraph.

    A sentence ends at `.`, `!`, `?` or `…`, with closing quotation marks, brackets and emphasis
    behind it, before whitespace or the end of the text; not after a known abbreviation, a single
    initial or the number of a list item, nor where a small letter follows. A tail without an end
    is a span of its own. Spans hold all visible text, in order.
    """
    spans = []
    first = _NEXT_VISIBLE.match(paragraph)
    start = first.start(1) if first else len(paragraph)
    for end in _SENTENCE_END.finditer(paragraph):
        following = _NEXT_VISIBLE.match(paragraph, end.end())
        after = following[1] if following else ""
        before = paragraph[max(0, end.start() - _NEARBY) : end.start()]
        if after.islower() or (end[1] == "." and _goes_on(before, after, _ABBREVIATIONS)):
            continue
        spans.append((start, end.end()))
        start = following.start(1) if following else len(paragraph)
    if start < len(paragraph):
        spans.append((start, len(paragraph.rstrip())))
    return spans


def sentences(paragraph: str) -> list[str]:
    """List the sentences of a paragraph, as `sentence_spans` cuts them."""
    return [paragraph[start:end] for start, end in sentence_spans(paragraph)]


def ends_with_sentence(text: str) -> bool:
    """Tell whether the text closes with the end of a sentence.

    The number of a list item is none, nor is an initial or an abbreviation that stands before
    something, such as "Dr."; "etc." and "Inc." may stand last.
    """
    tail = text[-_NEARBY:].rstrip() or text.rstrip()[-_NEARBY:]
    core = tail.rstrip(_CLOSERS)
    if not core.endswith(tuple(_ENDS)):
        return False
    before = core.rstrip(_ENDS)
    return core[len(before) :] != "." or not _goes_on(before, "", _OPEN_ABBREVIATIONS)


def _goes_on(before: str, after: str, abbreviations: frozenset[str]) -> bool:
    """Tell whether the sentence goes on behind `before` and a full stop."""
    if before[-1:].isspace():
        return False
    word = "".join(before.split()[-1:]).lstrip("(\"'“‘[*_")
    if word.lower() in abbreviations or (after.isdecimal() and word.lower() in _NUMBERING):
        return True
    is_initial = len(word) == 1 and word.isalpha() and word.isupper()
    return is_initial or _NUMBERED_ITEM.search(before) is not None


def strip_controls(text: str) -> str:
    r"""Remove what no article may contain: C0 and C1 controls, lone surrogates, bidi overrides.

    Newlines and tabs stay; `\r\n` and `\r` become newlines.
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_control(character: str) -> bool:
    """Tell whether a character is a control that text must not carry (newline and tab may)."""
    return _CONTROL.match(character) is not None
