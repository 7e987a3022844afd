"""Well-formed prose: a small, safe part of Markdown in which whatever is opened is closed.

Paragraphs, `-` and `1.` lists, `###` subheadings where they are allowed, emphasis, strong emphasis,
inline code and round brackets. No raw HTML, links, tables, fences, rules or indentation: what is
written within these rules needs no cleaning afterwards, and its words can be counted as they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gptoss_writer.sampling.characters import (
    is_writable,
    is_writable_in_code,
    is_writable_in_quotation,
)

_NEVER_AT_LINE_START = frozenset(" +>=)*.,;:!?…/&%^|")
_BEFORE_OPENER = frozenset(" \n(—–")
_AFTER_EMPHASIS = frozenset(' \n.,;:!?…)—–"”»')
_PARAGRAPH_ENDS = frozenset('.!?…:;"”»)*')
# What a marker of several characters goes on with; "/*" is the first of two stars that close.
_NEXT_OF_RUN = {"#": "#", "##": "#", "###": " ", "-": " ", "*": "*", "/*": "*"}
_OPENERS = frozenset('"“„«')
_WORD_CHARACTERS = 40
_MARKS_BEHIND = 8  # may follow the longest word
_OPENER_CHARACTERS = 30  # an opener near the limit of a token could be followed by nothing
_CODE_CHARACTERS = 60
_HEADING_CHARACTERS = 90
_NUMBER_CHARACTERS = 9
_WORDLESS_CHARACTERS = 24
_NUMBERED = -1  # behind the full stop of a list number
_NESTED = 100  # where a number would begin a list inside an item, its digits count from here
_NESTED_NUMBERED = -2


class Prose(NamedTuple):
    """Where a text stands.

    `before` is the last character; `newlines` stand right before here. `opened` are the brackets
    and emphasis that are open, innermost last; `run` is what of a marker of several characters
    was written. `code` counts the characters of an open code span, its backtick included.
    `begun` are the words that have begun, `number` the digits of a possible list number.
    `wordless` characters stand behind the last letter or digit; `is_headed`: a subheading came,
    and no word below it yet. Both see to it that every text comes to new words.
    """

    before: str = ""
    newlines: int = 2
    opened: tuple[str, ...] = ()
    run: str = ""
    code: int = 0
    is_heading: bool = False
    is_item: bool = False
    line_length: int = 0
    token_length: int = 0
    in_word: bool = False
    begun: int = 0
    number: int = 0
    wordless: int = 0
    is_headed: bool = False

    @property
    def words(self) -> int:
        """Words as `text.count_words` counts them; the number of a list item is none."""
        return self.begun - (self.number == _NUMBERED)

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing is open, half written, or waiting for the text below it."""
        is_waiting = self.is_headed or self.number in (_NUMBERED, _NESTED_NUMBERED)
        return not (self.opened or self.code or is_waiting or self.run not in ("", "/"))


@dataclass(frozen=True, slots=True)
class ProseRule:
    """The rule. `subheadings`: whether `###` lines may be written."""

    subheadings: bool = False

    def step(self, state: Prose, character: str, *, quoted: bool = False) -> Prose | None:
        """Give the state behind one more character; None where it must not come.

        `quoted`: the character stands inside a quotation, whose brackets are its source's.
        """
        if state.code:
            return _in_code(state, character)
        if character == "\n":
            return None if quoted else _newline(state)
        if state.run:
            finished = _finish_run(state, character)
            if finished is None or finished.run:
                return finished
            state = finished
        if character == " ":
            return _space(state, quoted=quoted)
        if not (is_writable_in_quotation if quoted else is_writable)(character):
            return None
        if state.newlines:
            return self._line_start(state, character)
        if not quoted and character in "*`()":
            return _markup(state, character)
        return _take(state, character) if quoted else _visible(state, character)

    def words_on(self, state: Prose, text: str) -> Prose | None:
        """Give the state behind ASCII letters, a space before them or not, in one stride.

        The short cut for most of all tokens; None means only that `step` has to be asked.
        """
        is_special = state.code or state.run or state.newlines or state.number or state.is_heading
        if is_special:
            return None
        begins = text[0] == " "
        length = len(text) - 1 if begins else state.token_length + len(text)
        if length > _WORD_CHARACTERS or (begins and state.before in " ("):
            return None
        return Prose(
            before=text[-1],
            newlines=0,
            opened=state.opened,
            is_item=state.is_item,
            line_length=state.line_length + len(text) - begins,
            token_length=length,
            in_word=True,
            begun=state.begun + (begins or not state.in_word),
        )

    def _line_start(self, state: Prose, character: str) -> Prose | None:
        """Begin a line: a list item, a subheading, or text."""
        if character in _NEVER_AT_LINE_START and character != "*":
            return None
        blank = state.newlines > 1 or not state.before
        fresh = state._replace(line_length=0, is_item=state.is_item and not blank)
        if character == "#":
            if not (self.subheadings and blank and state.before) or state.is_headed:
                return None
            return fresh._replace(before="#", newlines=0, run="#", is_item=False)
        if character == "-":
            # Right below a paragraph it could be read as a heading's underline.
            if not (blank or state.is_item):
                return None
            return fresh._replace(before="-", newlines=0, run="-", is_item=True)
        if character in "*`(":
            return _markup(fresh._replace(newlines=0, before=state.before or "\n"), character)
        started = _visible(fresh._replace(newlines=0), character)
        if started is not None and character.isdecimal():
            return started._replace(number=1)
        return started


def _finish_run(state: Prose, character: str) -> Prose | None:
    """Read on in a marker of several characters: `###`, `- `, `**`."""
    run = state.run
    if character == _NEXT_OF_RUN.get(run):
        return _longer_run(state, run + character)
    if run in ("*", "**"):  # emphasis was opened
        return state._replace(run="") if character.isalnum() else None
    if run in ("- ", "### "):  # the text of a line begins
        fresh = state._replace(run="", number=_NESTED if character.isdecimal() else 0)
        return fresh if character.isalnum() or character in '*`"“„«' else None
    if run == "/":  # emphasis was closed
        return state._replace(run="") if character in _AFTER_EMPHASIS else None
    return None


def _longer_run(state: Prose, run: str) -> Prose:
    if run == "**":
        return state._replace(run=run, opened=(*state.opened[:-1], run))
    if run == "/**":  # the second star that closes
        return state._replace(run="/")
    if run.endswith(" "):
        is_heading = run == "### "
        return state._replace(run=run, before=" ", is_heading=is_heading, is_headed=is_heading)
    return state._replace(run=run)


def _newline(state: Prose) -> Prose | None:
    if state.run == "/":
        state = state._replace(run="")
    if state.opened or state.run or not state.before or state.newlines > 1:
        return None
    if state.number in (_NUMBERED, _NESTED_NUMBERED):  # an item without words
        return None
    if not state.newlines:
        ends = state.before in _PARAGRAPH_ENDS
        if state.before == " " or not (ends or state.is_heading or state.is_item):
            return None
    return state._replace(
        before="\n",
        newlines=state.newlines + 1,
        is_heading=False,
        token_length=0,
        in_word=False,
        begun=state.words,
        number=0,
    )


def _space(state: Prose, *, quoted: bool) -> Prose | None:
    if state.newlines or state.before == " " or state.number == _NESTED_NUMBERED:
        return None
    if state.before == "(" and not quoted:
        return None
    if state.is_heading and state.line_length >= _HEADING_CHARACTERS:
        return None
    is_numbered = state.number == _NUMBERED  # the text of an item begins, as behind a hyphen
    return state._replace(
        before=" ",
        token_length=0,
        in_word=False,
        begun=state.words,
        number=0,
        run="- " if is_numbered else "",
        is_item=state.is_item or is_numbered,
    )


def _visible(state: Prose, character: str) -> Prose | None:
    """Take a character of text."""
    if character == "#" and not (state.before.isalnum() or state.before in (" ", "(")):
        return None  # "C#" and "#4502", but nothing like a heading
    if character in _OPENERS and (state.is_heading or state.token_length >= _OPENER_CHARACTERS):
        return None
    if character.isalnum():
        return _take(state, character) if state.token_length < _WORD_CHARACTERS else None
    if state.token_length >= _WORD_CHARACTERS + _MARKS_BEHIND:
        return None
    return _take(state, character) if state.wordless < _WORDLESS_CHARACTERS else None


def _take(state: Prose, character: str) -> Prose:
    """Take a character in; it may begin a word."""
    if not character.isalnum():
        return _mark(state, character)._replace(newlines=0, number=_number(state, character))
    return state._replace(
        before=character,
        newlines=0,
        line_length=state.line_length + 1,
        token_length=state.token_length + 1,
        in_word=True,
        begun=state.begun + (not state.in_word and not state.is_heading),
        number=_number(state, character) if state.number else 0,
        wordless=0,
        is_headed=state.is_heading,
    )


def _number(state: Prose, character: str) -> int:
    """Follow a number at the beginning of a line: its digits, then -1 behind its full stop."""
    if state.number <= 0:
        return 0
    digits = state.number % _NESTED
    if character.isdecimal() and digits < _NUMBER_CHARACTERS:
        return state.number + 1
    if character != ".":
        return 0
    return _NUMBERED if state.number == digits else _NESTED_NUMBERED


def _markup(state: Prose, character: str) -> Prose | None:
    if character == "`":
        return state._replace(code=1, before="`", number=0) if _opens(state) else None
    if character == "*":
        return _star(state)
    if character == "(":
        goes_on = state.before.isdecimal() or state.before == ")"  # "section 4(1)(b)"
        if not (_opens(state) or (goes_on and _has_room(state))) or "(" in state.opened:
            return None
        return _mark(state, "(")._replace(opened=(*state.opened, "("))
    if not state.opened or state.opened[-1] != "(" or state.before in " (":
        return None
    return _mark(state, ")")._replace(opened=state.opened[:-1])


def _star(state: Prose) -> Prose | None:
    innermost = state.opened[-1] if state.opened else ""
    if innermost in ("*", "**"):
        if state.before in " (":
            return None
        closing = "/" if innermost == "*" else "/*"
        return _mark(state, "*")._replace(opened=state.opened[:-1], run=closing)
    if not _opens(state) or state.is_heading or not {"*", "**"}.isdisjoint(state.opened):
        return None
    return _mark(state, "*")._replace(opened=(*state.opened, "*"), run="*")


def _opens(state: Prose) -> bool:
    return state.before in _BEFORE_OPENER and _has_room(state)


def _has_room(state: Prose) -> bool:
    return state.token_length < _OPENER_CHARACTERS and state.wordless < _WORDLESS_CHARACTERS


def _mark(state: Prose, character: str) -> Prose:
    """Take a character that is of no word."""
    return state._replace(
        before=character,
        line_length=state.line_length + 1,
        token_length=state.token_length + 1,
        number=0,
        wordless=state.wordless + 1,
    )


def _in_code(state: Prose, character: str) -> Prose | None:
    if character == "`":
        if state.code == 1 or state.before == " ":
            return None
        return state._replace(code=0, before="`")
    if character == " ":
        has_room = 1 < state.code < _CODE_CHARACTERS
        if not has_room or state.before == " ":
            return None
        return state._replace(code=state.code + 1, before=" ", in_word=False)
    # "](" with all up to the next ")" would count as the target of a link.
    is_target = character == "(" and state.before == "]"
    if is_target or state.code > _CODE_CHARACTERS or not is_writable_in_code(character):
        return None
    taken = _take(state, character)
    return taken._replace(code=state.code + 1, token_length=state.token_length)
