"""What makes a text unusable whatever it says: no words, a loop, one token over and over.

Varied noise is none of these: a model with random weights writes it, and the program must be able
to carry it from end to end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from gptoss_writer.draft import Finding
from gptoss_writer.text import count_words, fold, prose_lines, sentences, words

_REPLACEMENT = "\ufffd"
_FILLERS = frozenset("-=_.*~#─━·•+ \t\n|:" + _REPLACEMENT)
"""Rules, table lines and dot leaders are made of these, and broken characters become the last;
their runs say nothing up to a length."""

_SAME_CHARACTER = 40
_SAME_FILLER = 400
_FEW_CHARACTERS = 12
_MOSTLY_ONE_CHARACTER = 0.7
_HARDLY_LETTERS = 0.1
_ENOUGH_CHARACTERS = 60
_ENOUGH_WORDS = 20
_MOSTLY_ONE_WORD = 0.6

_ITEM = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])\s")
_UNIT_TIMES = 4
_LONG_UNIT_TIMES = 3
_LONG_UNIT_WORDS = 80
_LOOP_WORDS = 24
_SAME_SENTENCE_TIMES = 5
_SENTENCE_WORDS = 6
_RUN_WORDS = 6
_RUN_TIMES = 8
_RUN_SHARE = 0.6

_WATCH_EVERY = 32
_WATCH_WINDOW = 6000
_WATCH_ANCHOR = 24
_WATCH_CANDIDATES = 8
_LOOP_CHARACTERS = 300
_FILLER_LOOP_CHARACTERS = 600
_LONG_UNIT_CHARACTERS = 400


class LoopWatch:
    """Watches a text while it streams, and says when its tail has plainly become a loop.

    A loop is a unit of text written at least four times in a row over 300 characters or more
    (three times, if the unit has 400). The answer does not depend on how the text is cut into
    pieces. Keeps the last 6,000 characters and looks every 32.
    """

    def __init__(self) -> None:
        self._tail = ""
        self._unseen = 0
        self._is_loop = False

    def feed(self, text: str) -> bool:
        """Take the next piece; True from the moment the text has become a loop."""
        position = 0
        while position < len(text) and not self._is_loop:
            piece = text[position : position + _WATCH_EVERY - self._unseen]
            position += len(piece)
            self._tail += piece
            self._unseen += len(piece)
            if self._unseen == _WATCH_EVERY:
                self._unseen = 0
                self._tail = self._tail[-_WATCH_WINDOW:]
                self._is_loop = _ends_in_loop(self._tail)
        return self._is_loop


def _ends_in_loop(tail: str) -> bool:
    """Tell whether the tail is periodic: its last characters stood a period earlier, and so on."""
    if len(tail) < _LOOP_CHARACTERS:
        return False
    anchor = tail[-_WATCH_ANCHOR:]
    found = len(tail) - _WATCH_ANCHOR
    for _ in range(_WATCH_CANDIDATES):
        found = tail.rfind(anchor, 0, found + _WATCH_ANCHOR - 1)
        if found < 0:
            return False
        period = len(tail) - _WATCH_ANCHOR - found
        if _repeats_with(tail, period):
            return True
    return False


def _repeats_with(tail: str, period: int) -> bool:
    times = _UNIT_TIMES if period < _LONG_UNIT_CHARACTERS else _LONG_UNIT_TIMES
    shortest = _LOOP_CHARACTERS
    if _FILLERS.issuperset(tail[-period:]):
        shortest = _FILLER_LOOP_CHARACTERS
    span = max(shortest, times * period)
    return span <= len(tail) and tail[-span:-period] == tail[-(span - period) :]


def find_defects(text: str, *, analysis: str = "") -> tuple[Finding, ...]:
    """Find what makes a cleaned section text unusable; () for anything a person may judge.

    The code is `empty` (no words), `degenerate` (one character or one word over and over, hardly
    any letters) or `looping` (a passage that comes back and back); the first that applies.
    `analysis` is the reasoning before the text, named where no text came after it.
    """
    degenerate = _degenerate(text)
    if degenerate:
        return (Finding("degenerate", degenerate),)
    if not count_words(text):
        after = f" after {count_words(analysis)} words of reasoning" if analysis.strip() else ""
        return (Finding("empty", f"The text has no words{after}."),)
    loop = _loop(text)
    return (Finding("looping", loop),) if loop else ()


def _degenerate(text: str) -> str:
    """Say how a text is degenerate; "" where it is not."""
    for character, run in groupby(text):
        limit = _SAME_FILLER if character in _FILLERS else _SAME_CHARACTER
        if sum(1 for _ in run) >= limit:
            return f"The character {_shown(character)} is repeated {limit} times or more in a row."
    visible = [
        character for character in text if not character.isspace() and character not in _FILLERS
    ]
    if len(visible) >= _FEW_CHARACTERS:
        character, times = Counter(visible).most_common(1)[0]
        if times >= _MOSTLY_ONE_CHARACTER * len(visible):
            return f"Most of the text is the character {_shown(character)}."
    letters = sum(character.isalnum() for character in visible)
    if len(visible) >= _ENOUGH_CHARACTERS and letters < _HARDLY_LETTERS * len(visible):
        return "The text has hardly any letters."
    return _one_word([_plain(word) for line in _untabled(text) for word in words(line)])


def _one_word(tokens: Sequence[str]) -> str:
    if len(tokens) < _ENOUGH_WORDS:
        return ""
    word, times = Counter(tokens).most_common(1)[0]
    return (
        f'Most of the text is the word "{word}".' if times >= _MOSTLY_ONE_WORD * len(tokens) else ""
    )


def _loop(text: str) -> str:
    """Say how a text loops; "" where it does not."""
    if LoopWatch().feed(text):
        return "A passage is repeated over and over."
    tokens = [_plain(word) for word in words(text)]
    unit = _repeated_unit(tokens)
    if unit:
        return f'"{_opening(unit)}" is repeated over and over.'
    lines = [(line, *prose_lines(line)) for line in _untabled(text)]
    counts = Counter(
        tuple(spoken)
        for _, *prose in lines
        for sentence in sentences("".join(prose))
        if len(spoken := [_plain(word) for word in words(sentence)]) >= _SENTENCE_WORDS
    )
    for sentence, times in counts.most_common(1):
        if times >= _SAME_SENTENCE_TIMES:
            return f'The sentence "{_opening(sentence)}" stands there {times} times.'
    # Items of a list are often alike but for a word, and meant to be.
    run = _common_run([words(line) for line, *_ in lines if not _ITEM.match(line)])
    return f'"{_opening(run)}" comes back over and over.' if run else ""


def _repeated_unit(tokens: Sequence[str]) -> Sequence[str]:
    """Find words that stand at least four times in a row (a very long passage: three times)."""
    last_seen: dict[tuple[str, ...], int] = {}
    matched: dict[int, int] = {}
    for index in range(len(tokens)):
        gram = tuple(tokens[max(0, index - _RUN_WORDS + 1) : index + 1])
        candidates = {
            period: run + 1
            for period, run in matched.items()
            if tokens[index] == tokens[index - period]
        }
        if len(gram) == _RUN_WORDS:
            if gram in last_seen:
                candidates.setdefault(index - last_seen[gram], _RUN_WORDS)
            last_seen[gram] = index
        matched = candidates
        for period, run in matched.items():
            times = _UNIT_TIMES if period < _LONG_UNIT_WORDS else _LONG_UNIT_TIMES
            if run + period >= max(_LOOP_WORDS, times * period):
                return tokens[index + 1 - period : index + 1]
    return ()


def _common_run(lines: Sequence[Sequence[str]]) -> Sequence[str]:
    """Find a run of six words, if runs that come back eight times make up most of the text."""
    grams = [
        [tuple(map(_plain, line[start : start + _RUN_WORDS])) for start in range(len(line))]
        for line in lines
    ]
    counts = Counter(gram for line in grams for gram in line if len(gram) == _RUN_WORDS)
    covered = 0
    for line in grams:
        inside = 0
        for gram in line:
            inside = _RUN_WORDS if counts[gram] >= _RUN_TIMES else inside - 1
            covered += inside > 0
    if covered and covered >= _RUN_SHARE * sum(map(len, lines)):
        return counts.most_common(1)[0][0]
    return ()


def _untabled(text: str) -> list[str]:
    return [line for line in text.split("\n") if not line.lstrip().startswith("|")]


def _plain(word: str) -> str:
    return "".join(character for character in fold(word).casefold() if character.isalnum())


def _opening(tokens: Sequence[str]) -> str:
    return " ".join(tokens[:_RUN_WORDS]) + (" …" if len(tokens) > _RUN_WORDS else "")


def _shown(character: str) -> str:
    return f'"{character}"' if character.isprintable() else f"U+{ord(character):04X}"
