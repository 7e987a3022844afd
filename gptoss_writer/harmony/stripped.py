"""Raw text whose control tokens were stripped: where the final begins, if that can be told.

A turn such as `analysisWe need…assistantfinalThe answer` holds nothing but words, and reasoning
may hold the same words. Whatever can be read in two ways is read as reasoning: a final that is
lost costs a retry, reasoning in an article costs the reader's trust.
"""

from __future__ import annotations

import re

from gptoss_writer.harmony.messages import Channel

_BOUNDARY = re.compile(r"assistant(analysis|commentary|final)")
_OPENS_WORD = re.compile(r"\s[\"'`“‘(\[*_]{0,4}\Z")
_CLOSES_WORD = re.compile(r"[\"'`”’)\]*_.,;:!?…]{0,4}(?:\s|\Z)")
_REACH = 5
"""Characters looked at on either side of a boundary: four marks and a space."""

_IN_A_WORD = frozenset("-_.,;:!?'’)/")


def read_stripped(text: str) -> list[tuple[Channel, str]]:
    """Split text that holds no control token into channels, in the order of the text.

    Text without any sign of a channel is all final. It may speak of `assistantfinal` as a word by
    itself, in quotation marks or not. Otherwise a final needs exactly one place that opens it:
    with a second one, or one that may only be spoken of, everything is reasoning. Text that
    begins with a small-letter `analysis` or `commentary` is never final up to such a place.
    """
    boundaries = list(_BOUNDARY.finditer(text))
    label, start = _opening(text)
    if label is None and all(_stands_alone(text, boundary) for boundary in boundaries):
        return [(Channel.FINAL, text)]
    pieces = _cut(text, label or Channel.ANALYSIS, start, boundaries)
    is_doubtful = any(
        boundary[1] == Channel.FINAL and _stands_alone(text, boundary) for boundary in boundaries
    )
    finals = sum(channel is Channel.FINAL for channel, _ in pieces)
    if finals > 1 or is_doubtful:
        pieces = [
            (Channel.ANALYSIS if channel is Channel.FINAL else channel, piece)
            for channel, piece in pieces
        ]
    return pieces


def _cut(
    text: str, label: Channel, start: int, boundaries: list[re.Match[str]]
) -> list[tuple[Channel, str]]:
    """Cut the text at every boundary; `label` names what stands from `start` to the first."""
    labels = [label, *(Channel(boundary[1]) for boundary in boundaries)]
    starts = [start, *(boundary.end() for boundary in boundaries)]
    ends = [*(boundary.start() for boundary in boundaries), len(text)]
    return [
        (channel, text[begin:end]) for channel, begin, end in zip(labels, starts, ends, strict=True)
    ]


def _opening(text: str) -> tuple[Channel | None, int]:
    """Read the channel name at the very beginning; without one, (None, 0).

    Names are in small letters, so "Analysis of…" is a sentence. "final" counts only where it is
    glued to what cannot go on the word: "finalThe answer", not "finally" or "final thoughts".
    """
    skipped = len(text) - len(text.lstrip())
    for channel in (Channel.ANALYSIS, Channel.COMMENTARY):
        if text.startswith(channel.value, skipped):
            return channel, skipped + len(channel.value)
    after = skipped + len(Channel.FINAL.value)
    following = text[after : after + 1]
    if (
        text.startswith(Channel.FINAL.value, skipped)
        and following
        and not (following.isspace() or following.islower() or following in _IN_A_WORD)
    ):
        return Channel.FINAL, after
    return None, 0


def _stands_alone(text: str, boundary: re.Match[str]) -> bool:
    """Tell whether the words of a boundary are a word by themselves, as when spoken of."""
    before = text[max(0, boundary.start() - _REACH) : boundary.start()]
    if boundary.start() < _REACH:
        before = " " + before
    after = text[boundary.end() : boundary.end() + _REACH]
    return _OPENS_WORD.search(before) is not None and _CLOSES_WORD.match(after) is not None
