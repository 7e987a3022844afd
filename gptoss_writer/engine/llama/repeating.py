"""Sees, token by token, that a text has begun to say the same run over and over."""

from __future__ import annotations

_WORDS_OF_A_LONG_RUN = 4
_TIMES_OF_A_SHORT_RUN = 4
_TIMES_INSIDE_A_WORD = 6


def repeated_run(tokens: list[int], texts: list[str]) -> int:
    """Give the length in tokens of the run that ends the text twice in a row; 0: there is none.

    `texts` are what the tokens say. A run of fewer than four words has to stand there four times:
    "very, very" is a manner of speaking; one inside a word six times: "hahaha". Runs without a
    letter or figure are rules and leaders, and figures without a space are a number: 11110.
    """
    last, count = tokens[-1], len(tokens)
    for length in range(1, count // 2 + 1):
        start = count - length
        if tokens[start - 1] != last or tokens[start:] != tokens[start - length : start]:
            continue
        run = "".join(texts[start:])
        times = _times(run)
        if not times:
            continue
        before = tokens[max(0, count - times * length) : start]
        if len(before) == (times - 1) * length and before == tokens[start:] * (times - 1):
            return length
    return 0


def _times(run: str) -> int:
    """Give how often a run may not stand in a row; 0: any number of times."""
    is_spaced = any(map(str.isspace, run))
    if not any(map(str.isalnum if is_spaced else str.isalpha, run)):
        return 0
    if run.isalpha():
        return _TIMES_INSIDE_A_WORD
    return 2 if len(run.split()) >= _WORDS_OF_A_LONG_RUN else _TIMES_OF_A_SHORT_RUN
