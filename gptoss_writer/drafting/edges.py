"""What models put around a section: its title again, front matter, talk about the text."""

from __future__ import annotations

import re

from gptoss_writer.text import fold

_LONGEST_META = 160
_LONGEST_FRONT_MATTER = 30
_SHORT_ANSWER = 2

_KIND = (
    r"(?:section|draft|introduction|conclusion|rewrite|version|article|passage|text|response"
    r"|paragraph|continuation)"
)
_NEW = (
    r"(?:revised|rewritten|final|finished|new|full|complete|updated|requested|improved|corrected"
    r"|polished|next|following|missing|last|opening|closing|short|shortened|\d+-word|draft|section|article|markdown)"
)
_ANNOUNCEMENT = re.compile(
    r"(?:(?:sure|certainly|of course|okay|ok|absolutely)\b[,!.: —-]*)?"
    rf"(?:(?:here(?:'s| is| comes)|below is|this is) (?:the|your|a|my) (?:{_NEW} ){{0,3}}{_KIND}"
    r"(?: (?:as|you|for|on|titled|about|with|in|of (?:exactly|about|approximately))\b[^:\n]*)?"
    r"(?: ?\([^()\n]*\)?)?)?",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:(?:total )?word count\W*)?(?:(?:approx\w*|about|exactly|roughly|total)\W*)?"
    r"\d[\d,.]*(?: words?)?(?: (?:total|exactly|in total))?"
    r"|end of (?:the )?(?:section|article|text)",
    re.IGNORECASE,
)
_ONLY_A_NUMBER = re.compile(r"[\d,.]+")
_ADDED_COUNT = re.compile(
    r"(?<=[.!?…\"”*])[ \t]*\((?:approx\w*\.? |about |~)?\d{1,6} words\)[*_]*$"
)

_ITEM = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])\s")
_MARKED = re.compile(r" {0,3}#{1,6}[ \t]|[ \t]*(?:\*\*|__).*(?:\*\*|__)\W{0,3}$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)$")
_PLACE = re.compile(
    r"(?:(?:section|part|chapter|step)\s+(?:\d+|[ivxlc]+)\b|\d+(?:\.\d+)*(?=\W))\W*", re.IGNORECASE
)
_TITLE_PLACE = re.compile(
    r"(?:(?:section|part|chapter|step)\s+(?:\d+|[ivxlc]+)\b\W*|\d+(?:\.\d+)*[.):]\s+)",
    re.IGNORECASE,
)
_WORDS_WANTED = re.compile(r"\([^()]*\bwords?\)\W*$", re.IGNORECASE)
_KEY_LINE = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)|\s+\S|-\s")


def strip_edges(text: str, title: str) -> str:
    """Remove from both ends what is not the section: its title, front matter, talk about it."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    while start < end:
        taken = _edge_length(lines, start, end, title)
        if not taken:
            break
        start += taken
    while end > start and (not lines[end - 1].strip() or _is_count(lines[end - 1])):
        end -= 1
    if start < end:
        lines[end - 1] = _ADDED_COUNT.sub("", lines[end - 1])
    return "\n".join(lines[start:end])


def _edge_length(lines: list[str], start: int, end: int, title: str) -> int:
    """Count the lines at `start` that do not belong to the section: 0 where it has begun."""
    line = lines[start]
    if not line.strip() or _is_count(line) or _is_announcement(line):
        return 1
    following = lines[start + 1] if start + 1 < end else ""
    is_underlined = _UNDERLINE.match(following) is not None
    stands_alone = is_underlined or not following.strip() or _MARKED.match(line) is not None
    if stands_alone and _repeats(line, title):
        return 1 + is_underlined
    return _front_matter_length(lines[start : min(end, start + _LONGEST_FRONT_MATTER)])


def _front_matter_length(lines: list[str]) -> int:
    if lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return number + 1 if number > 1 else 0
        if not _KEY_LINE.match(line):
            return 0
    return 0


def _is_count(line: str) -> bool:
    """Tell whether a line only says how many words there are, or that this is the end."""
    core = _bare_meta(line)
    return bool(_COUNT.fullmatch(core)) and not _ONLY_A_NUMBER.fullmatch(core)


def _is_announcement(line: str) -> bool:
    """Tell whether a line only says that the text follows: "Sure! Here is the section:"."""
    core = _bare_meta(line)
    # A sentence of prose ends with a full stop; only "Of course." and the like are as short.
    is_talk = line.rstrip(" \t*_").endswith((":", "!")) or len(core.split()) <= _SHORT_ANSWER
    return is_talk and bool(core) and _ANNOUNCEMENT.fullmatch(core) is not None


def _bare_meta(line: str) -> str:
    if len(line) > _LONGEST_META or _ITEM.match(line):
        return ""
    return line.strip(" \t*_()[]~-—–:.!").replace("’", "'")


def _repeats(line: str, title: str) -> bool:
    wanted = {_comparable(title), _comparable(_TITLE_PLACE.sub("", title.strip(), count=1))} - {""}
    said = fold(line).strip(" #*_")
    if not wanted:
        return said == fold(title).strip(" #*_")
    bare = _WORDS_WANTED.sub("", said)
    place = _PLACE.match(bare)
    forms = {said, bare, bare[place.end() :] if place else bare}
    return bool(wanted & {_comparable(form) for form in forms})


def _comparable(text: str) -> str:
    return "".join(character for character in fold(text).casefold() if character.isalnum())
