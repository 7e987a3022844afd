"""Takes quotations out of running text: what was said, by whom, and the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gptoss_writer.outline.speakers import (
    LOOSE,
    attributed,
    is_in_name,
    is_somebody,
    leading_name,
    trailing_name,
    with_title,
)

_MARK = re.compile('["“”]')
_OPENERS = frozenset("([{—–-/*_:")
_PARENTHESIS = re.compile(r"\(([^()]{1,500})\)")
_VERBS = (
    r"says?|said|writes?|wrote|notes?|noted|adds?|added|explains?|explained|argues?|argued|recalls?|"
    r"recalled|remembers?|remembered|warns?|warned|observes?|observed|remarks?|remarked|insists?|"
    r"insisted|claims?|claimed|admits?|admitted|puts? it|sagte?|schreibt|schrieb|meinte?|erklärte?|"
    r"(?:a )?dit|(?:a )?écrit|explique|affirme"
)
_SAID = re.compile(rf"(?:{_VERBS}|according to|selon|laut)\s+", re.IGNORECASE)
_NAME_SAID = re.compile(rf"\s+(?:{_VERBS})\s*[,:]?$")
_ACCORDING = re.compile(r"\baccording to\s+(?P<name>[^,]{1,80}),$", re.IGNORECASE)
_FOREIGN = re.compile(
    r"„(?P<low>[^„“”\"]{1,4000})[“”]|«\s?(?P<french>[^«»]{1,4000}?)\s?»|"
    r"»(?=\S)(?P<inward>[^«»]{1,4000}?)(?<=\S)«"
)
_SINGLE = re.compile(r"(?<!\w)‘(?P<inner>(?:[^‘’]|’(?=\w)){20,4000}?)’(?!\w)")
_DASH = re.compile(r"(?:[—–]|--?\s)\s*")
_SENTENCE_END = re.compile(r"(?<![.…])[.!?;](?=\s+[A-Z])")
_CONNECTORS = frozenset(("and", "or"))
_SPEAKER_LENGTH = 80


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A quotation as typed, without its outer marks, at an offset of the text it was found in."""

    quote: str
    offset: int
    speaker: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class QuotationScan:
    """The quotations of a text, and the offset of a mark that is opened but never closed.

    `pairs` are the offsets of the outer marks, `stray` that of the first curly mark that closes
    what nothing opened.
    """

    quotations: tuple[QuotedText, ...]
    unclosed: int | None = None
    pairs: tuple[tuple[int, int], ...] = ()
    stray: int | None = None


@dataclass(slots=True)
class _Remarks:
    """What stands around one quotation, while it is collected."""

    before: str = ""
    after: str = ""
    speaker: str | None = None
    source: str | None = None


@dataclass(slots=True)
class _Marks:
    """The pairs of outer marks found so far, and the one that is open."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    begin: int | None = None
    nested: list[str] = field(default_factory=list)
    stray: int | None = None


def find_quotations(text: str, *, is_expert: bool = False) -> QuotationScan:
    """Find every quoted string of a text; straight and curly marks may be mixed.

    A mark that opens inside a quotation begins a nested one, which stays part of the text. Words
    around a quotation become its note; `says Name` behind it, `Name said` before it and `— Name,
    source` behind it become its speaker, as does `Name:` before it where `is_expert` is set. An
    interrupted quotation, `"..." says Name, "..."`, has the same speaker on both sides.
    """
    text = _with_usual_marks(text)
    marks = _pairs(text)
    remarks = [_Remarks() for _ in marks.spans]
    ends = [0, *(end + 1 for _, end in marks.spans)]
    last = len(text) if marks.begin is None else marks.begin
    starts = [*(start for start, _ in marks.spans), last]
    for index, (end, start) in enumerate(zip(ends, starts, strict=True)):
        gap = text[end:start]
        before = remarks[index - 1] if index else None
        after = remarks[index] if index < len(remarks) else None
        _share(gap, before, after, is_expert=is_expert)
    found = tuple(
        QuotedText(text[start + 1 : end], start + 1, remark.speaker, remark.source, _note(remark))
        for (start, end), remark in zip(marks.spans, remarks, strict=True)
        if text[start + 1 : end].strip()
    )
    return QuotationScan(found, marks.begin, tuple(marks.spans), marks.stray)


def _with_usual_marks(text: str) -> str:
    """Write “ and ” for the outer marks of „German“ or »German«, «French» and ‘British’ quotations.

    Single marks count only in a text without double ones, around four words or so; a text keeps
    its length.
    """
    if any(mark in text for mark in "„«»"):
        text = _FOREIGN.sub(lambda found: f"“{found[0][1:-1]}”", text)
    if not _MARK.search(text) and "‘" in text:
        text = _SINGLE.sub(lambda found: f"“{found['inner']}”", text)
    return text


def _pairs(text: str) -> _Marks:
    marks = _Marks()
    for found in _MARK.finditer(text):
        at, mark = found.start(), found[0]
        if marks.begin is None:
            if mark == "“" or (mark == '"' and _can_open(text, at)):
                marks.begin = at
            elif mark == "”" and marks.stray is None:
                marks.stray = at
        elif mark == "“" or (mark == '"' and _opens_inside(text, at)):
            marks.nested.append(mark)
        elif mark == "”" or not text[at + 1 : at + 2].isalnum():
            _close(marks, at, mark)
    return marks


def _close(marks: _Marks, at: int, mark: str) -> None:
    if mark == "”" and marks.nested:
        marks.nested.pop()
        return
    if mark == '"' and '"' in marks.nested:
        while marks.nested.pop() != '"':
            pass
        return
    if marks.begin is not None:
        marks.spans.append((marks.begin, at))
    marks.begin = None
    marks.nested.clear()


def _can_open(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(after.strip()) and not before.isalnum()


def _opens_inside(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(after.strip()) and after.isalnum() and (before.isspace() or before in _OPENERS)


def _share(gap: str, before: _Remarks | None, after: _Remarks | None, *, is_expert: bool) -> None:
    """Give the words between two quotations to the one or the other."""
    back, fore, goes_on = ("", gap, False) if before is None else _split(gap)
    if after is None:
        back, fore = gap, ""
    if before is not None:
        _read_back(back, before)
    if after is None:
        return
    if goes_on and before is not None and before.speaker:
        after.speaker = before.speaker
    _read_fore(fore, after, is_expert=is_expert)


def _split(gap: str) -> tuple[str, str, bool]:
    """Cut a gap into what belongs to the quotation before it and to the one behind it.

    The third value tells that the sentence around both goes on, so that the speaker does too.
    """
    stripped = gap.lstrip(" \t,;.")
    if _PARENTHESIS.match(stripped):
        end = stripped.index(")") + 1
        return stripped[:end], stripped[end:], False
    if _SAID.match(stripped) or _DASH.match(stripped):
        if stop := _sentence_end(stripped):
            return stripped[: stop.start()], stripped[stop.end() :], False
        closes = stripped.rstrip().endswith((".", "!", "?", ";")) and not _is_elided(stripped)
        return stripped, "", not closes and _SAID.match(stripped) is not None
    return "", gap, False


def _sentence_end(text: str) -> re.Match[str] | None:
    """Find where a sentence ends; the stops of titles and initials end none."""
    for end in _SENTENCE_END.finditer(text):
        last = text[: end.end()].rsplit(maxsplit=1)[-1]
        if not is_in_name(last):
            return end
    return None


def _is_elided(text: str) -> bool:
    return text.rstrip().endswith(("...", "…"))


def _read_back(text: str, remark: _Remarks) -> None:
    text = text.strip(LOOSE)
    if said := _SAID.match(text):
        remark.speaker, text = leading_name(text[said.end() :], text)
    elif dash := _DASH.match(text):
        remark.speaker, text = attributed(text[dash.end() :])
        if remark.speaker and text:
            remark.source, text = text.strip(" ,()"), ""
    elif whole := _PARENTHESIS.fullmatch(text):
        speaker, rest = leading_name(whole[1], whole[1])
        behind = whole[1][len(speaker or "") :][:2]
        text = whole[1]
        if speaker and (not rest or behind[:1] == "," or behind[1:].isdigit()):
            remark.speaker, remark.source, text = speaker, rest or None, ""
    elif said := _NAME_SAID.search(text[-_SPEAKER_LENGTH:]):
        name, rest = leading_name(text[: len(text) - len(said[0])], text)
        if name and not rest:
            remark.speaker, text = name, ""
    text = text.strip(LOOSE)
    remark.after = "" if text.lower() in _CONNECTORS else text


def _read_fore(text: str, remark: _Remarks, *, is_expert: bool) -> None:
    text = text.strip(" \t;.*_")
    speaker, colon, rest = text.partition(":")
    speaker = speaker.strip(" *_")
    if colon and 0 < len(speaker) <= _SPEAKER_LENGTH and (is_expert or is_somebody(speaker, rest)):
        remark.speaker, remark.source = with_title(speaker)
        text = rest.strip(" \t*_")
    elif found := _ACCORDING.search(text.strip()):
        remark.speaker, text = found["name"].strip(), text[: found.start()]
    elif said := _NAME_SAID.search(text[-_SPEAKER_LENGTH:]):
        remark.speaker, text = trailing_name(text[: len(text) - len(said[0])], text)
    text = text.strip(" \t,;")
    remark.before = "" if text.lower() in _CONNECTORS else text


def _note(remark: _Remarks) -> str | None:
    return " … ".join(part for part in (remark.before, remark.after) if part) or None
