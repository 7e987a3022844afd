"""Says in plain words what is wrong with a text that is not valid YAML, and where."""

from __future__ import annotations

import re

from yaml.error import Mark, MarkedYAMLError
from yaml.events import Event, ScalarEvent

from gptoss_writer.outline.source import Source, Span

Mistake = tuple[str, str, str, Span]
"""Code, message, hint, place."""

_QUOTE_IT = "Put the whole value in quotation marks."
_ESCAPE = re.compile(r"found unknown escape character '(.)'", re.DOTALL)
_EARLIER_COLON = re.compile(r":\s")


def explain(error: Exception, last: Event | None, place: Span, source: Source) -> Mistake:
    """Turn an error of PyYAML into a mistake that a writer can mend.

    `last` is the last event before the error, `place` is where the scanner stood.
    """
    if not isinstance(error, MarkedYAMLError):
        return ("OL010", "an escape with `\\` names no character", _ESCAPE_HINT, place)
    at = _span(error.problem_mark or error.context_mark, source)
    opened = _span(error.context_mark, source) if error.context_mark else at
    problem, context = error.problem or "", error.context or ""
    return (
        _unclosed(problem, context, opened)
        or _wrong_sign(problem, context, at, opened, source)
        or _wrong_mark(problem, context, at, opened)
        or _split_value(last, at, source)
        or _wrong_key(problem, at, opened, source)
        or _wrong_place(problem, context, at)
        or ("OL010", f"this is not valid YAML: {problem}", "Check this line and the one above.", at)
    )


_ESCAPE_HINT = (
    "In double quotation marks write `\\\\` for a backslash, or use single quotation marks."
)


def _span(mark: Mark | None, source: Source) -> Span:
    if mark is None:
        return Span(1, 1)
    last = len(source.lines)
    while last > 1 and not source.line(last).strip():
        last -= 1
    if mark.line + 1 > last:
        return Span(last, max(1, len(source.line(last).rstrip())))
    return Span(mark.line + 1, mark.column + 1)


def _unclosed(problem: str, context: str, opened: Span) -> Mistake | None:
    if context == "while scanning a quoted scalar":
        hint = "Close it with the same mark; in single quotation marks write '' for an apostrophe."
        return ("OL012", "the quotation mark opened here is never closed", hint, opened)
    if problem.startswith("expected ',' or") and "flow" in context:
        bracket, close = ("[", "]") if "sequence" in context else ("{", "}")
        hint = f"Add the `{close}`; inside brackets, text with `,` or `: ` needs quotation marks."
        return ("OL012", f"the `{bracket}` opened here is not closed", hint, opened)
    return None


def _wrong_sign(
    problem: str, context: str, at: Span, opened: Span, source: Source
) -> Mistake | None:
    if context in ("while scanning an alias", "while scanning an anchor"):
        sign = source.line(opened.line)[opened.column - 1 : opened.column]
        return ("OL010", f"a value cannot begin with `{sign}`", _QUOTE_IT, opened)
    if problem.endswith("cannot start any token"):
        sign = source.line(at.line)[at.column - 1 : at.column]
        if sign == "\t":
            message = "a tab stands where YAML allows only spaces"
            return ("OL011", message, "Indent with spaces, two for each level.", at)
        return ("OL010", f"a value cannot begin with `{sign}`", _QUOTE_IT, at)
    return None


def _wrong_mark(problem: str, context: str, at: Span, opened: Span) -> Mistake | None:
    if found := _ESCAPE.match(problem):
        return ("OL010", f"`\\{found[1]}` is not an escape of YAML", _ESCAPE_HINT, at)
    if problem.startswith("found undefined tag handle") or "tag" in context:
        message = "a YAML tag, a word that begins with `!`, is not allowed in an outline"
        hint = "Remove the tag; if the `!` is text, put the value in quotation marks."
        return ("OL014", message, hint, opened)
    if context == "while scanning a block scalar":
        hint = "Put the text on the next line, indented, or put it in quotation marks."
        return ("OL010", "after `|` or `>` the line must end", hint, at)
    return None


def _split_value(last: Event | None, at: Span, source: Source) -> Mistake | None:
    """Recognise text behind a closing quotation mark, often one that closes too early or late."""
    if not isinstance(last, ScalarEvent) or last.style not in ("'", '"'):
        return None
    begin, end = last.start_mark, last.end_mark
    if begin is None or end is None or end.line + 1 != at.line:
        return None
    between = source.line(at.line)[end.column : at.column - 1]
    if between.strip() or at.column - 1 < end.column:
        return None
    if begin.line != end.line:
        opened = Span(begin.line + 1, begin.column + 1)
        message = f"the quotation mark opened here is closed only on line {at.line}"
        return ("OL012", message, "Close it on its own line; one mark is missing.", opened)
    mark = last.style
    cure = "''" if mark == "'" else '\\"'
    hint = f"Write {cure} for a {mark} inside the text, or use the other kind around it."
    return ("OL010", "text stands behind the closing quotation mark", hint, at)


def _wrong_key(problem: str, at: Span, opened: Span, source: Source) -> Mistake | None:
    if problem == "mapping values are not allowed here":
        before = source.line(at.line)[: at.column - 1]
        if _EARLIER_COLON.search(before):
            message = "a second `: ` stands on this line"
            return ("OL010", message, _QUOTE_IT, at)
        message = "this key does not fit the line above"
        hint = "Check the indentation, and that the line above has its `:`."
        start = len(before) - len(before.lstrip())
        return ("OL010", message, hint, Span(at.line, start + 1, len(before) - start))
    if problem == "could not find expected ':'":
        width = len(source.line(opened.line).rstrip()) - opened.column + 1
        message = "this line has no `: ` after its key"
        hint = "Write `key: value`, or indent the line if it goes on with the value above."
        return ("OL010", message, hint, Span(opened.line, opened.column, max(1, width)))
    return None


def _wrong_place(problem: str, context: str, at: Span) -> Mistake | None:
    if problem.startswith("sequence entries are not allowed"):
        message = "a list cannot begin behind a key on the same line"
        return ("OL010", message, "Put each `- ` on a line of its own, below the key.", at)
    if problem.startswith("expected <block end>"):
        message = "this line does not fit the lines above"
        return ("OL010", message, "Indent the keys or items of one list or mapping alike.", at)
    if context == "while parsing a block node":
        message = "a closing bracket or comma stands here without its opening bracket"
        return ("OL010", message, _QUOTE_IT, at)
    return None
