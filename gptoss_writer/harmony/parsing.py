"""Split the raw text of engines whose tokens are not ours into channels, however broken it is.

What can be broken is known from openai/gpt-oss, vLLM, Ollama and llama.cpp: doubled and missing
markers, stray `commentary to=assistant` headers, a final without `<|message|>`, analysis without
a final, tool calls where there are no tools. The rule above all others: only text under a header
that says `final` is final. Without any marker in the whole text, `stripped` judges its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gptoss_writer.harmony.messages import Channel, Control, Role
from gptoss_writer.harmony.stripped import read_stripped

Piece = tuple[Channel, str]
"""Text that can safely be shown as belonging to that channel."""

_END_OF_TEXT = "<|endoftext|>"
_START_OF_TEXT = "<|startoftext|>"
_MARKERS = (*(control.value for control in Control), _END_OF_TEXT, _START_OF_TEXT)
_MARKER = re.compile("(" + "|".join(map(re.escape, _MARKERS)) + ")")
_LONGEST_MARKER = max(map(len, _MARKERS))

_LABEL = re.compile(r"(analysis|commentary|final)(?![a-z_])")
_RECIPIENT = re.compile(r"to=(\S+)\s*")
_READERS = frozenset(("user", "assistant", "all"))
_OTHER_ROLES = frozenset(Role) - {Role.ASSISTANT}
_BETWEEN_MESSAGES = "\n\n"


@dataclass(frozen=True, slots=True)
class ParsedTurn:
    """A turn of the assistant, by channel.

    `final` is what a reader may see; None where there is nothing, so that the attempt failed.
    `analysis` holds the reasoning and all that no header claims, `commentary` tool calls,
    preambles and what was written in another's role. A blank line stands between messages.
    """

    analysis: str
    final: str | None
    commentary: str = ""


def parse(raw: str) -> ParsedTurn:
    """Parse the whole raw text of a turn; never raises."""
    parser = ChannelParser()
    parser.feed(raw)
    return parser.finish()


class ChannelParser:
    """Reads what follows `<|start|>assistant`, or begins anywhere, in chunks of any size.

    How the text is cut into chunks changes neither the pieces, joined by channel, nor the turn.
    Text is given out as soon as its channel is certain: at once behind a whole header, at the end
    of the message behind a broken one, only in `finish` where no marker has come. So the pieces
    of a channel, joined, are the beginning of its text in the turn. Takes linear time.

    An engine that wrote a header itself feeds that header first: plain text without any marker is
    taken for an answer.
    """

    def __init__(self) -> None:
        self._pending = ""  # the tail that may be the beginning of a marker
        self._header: _Header | None = _Header()  # None inside a message
        self._channel = Channel.ANALYSIS
        self._is_fresh = True  # no text of this message has been given out
        self._has_markers = False
        self._has_final = False
        self._is_over = False
        self._texts: dict[Channel, list[str]] = {channel: [] for channel in Channel}

    def feed(self, text: str) -> list[Piece]:
        """Take more text and give out the pieces that are certain now; never raises."""
        text = self._pending + text
        end = _start_of_partial_marker(text)
        self._pending = text[end:]
        pieces: list[Piece] = []
        for number, part in enumerate(_MARKER.split(text[:end])):
            if part and not self._is_over:
                pieces += self._take_marker(part) if number % 2 else self._take_text(part)
        return pieces

    def finish(self) -> ParsedTurn:
        """Close the text and give the whole turn; asking again gives the same."""
        if not self._is_over:
            self._take_rest()
            self._is_over = True
        analysis, final, commentary = (
            "".join(self._texts[channel])
            for channel in (Channel.ANALYSIS, Channel.FINAL, Channel.COMMENTARY)
        )
        return ParsedTurn(analysis, final if self._has_final else None, commentary)

    def _take_rest(self) -> None:
        if self._pending == "<":
            self._take_text(self._pending)
        elif self._pending:
            self._has_markers = True  # a marker cut in two is a marker
        if self._has_markers or self._header is None:
            self._close_message()
            return
        for channel, text in read_stripped(self._header.role):
            self._is_fresh = True
            self._give_out(channel, text)

    def _take_text(self, text: str) -> list[Piece]:
        if self._header is not None:
            self._header.add(text)
            return []
        return self._give_out(self._channel, text)

    def _take_marker(self, marker: str) -> list[Piece]:
        self._has_markers = True
        if marker == Control.MESSAGE:
            self._open_message()
            return []
        if marker == Control.CHANNEL:
            self._header = self._header or _Header()
            self._header.open_label()
            return []
        if marker == Control.CONSTRAIN:
            if self._header is not None:
                self._header.open_content_type()
            return []
        if marker == _START_OF_TEXT:
            return []
        pieces = self._close_message()
        if marker in (Control.RETURN, _END_OF_TEXT):
            # What follows is another turn, but only a turn with a final is known to be done.
            self._is_over = self._has_final
        return pieces

    def _open_message(self) -> None:
        if self._header is not None:
            self._channel = self._header.channel
        elif not self._is_fresh:
            self._channel = Channel.ANALYSIS  # a header was here, and its label was lost
        self._header = None
        self._is_fresh = True

    def _close_message(self) -> list[Piece]:
        pieces: list[Piece] = []
        if self._header is not None:
            self._is_fresh = True
            pieces = self._give_out(*self._header.as_message())
        self._header = _Header()
        return pieces

    def _give_out(self, channel: Channel, text: str) -> list[Piece]:
        if not text:
            return []
        if self._is_fresh and self._texts[channel]:
            text = _BETWEEN_MESSAGES + text
        self._is_fresh = False
        self._has_final = self._has_final or (channel is Channel.FINAL and bool(text.strip()))
        self._texts[channel].append(text)
        return [(channel, text)]


class _Header:
    """What stands between two messages: a role, and labels of which the last one counts."""

    def __init__(self) -> None:
        self._role: list[str] = []
        self._labels: list[list[str]] = []
        self._open = self._role

    def add(self, text: str) -> None:
        self._open.append(text)

    def open_label(self) -> None:
        self._open = []
        self._labels.append(self._open)

    def open_content_type(self) -> None:
        self._open = []  # nobody reads it

    @property
    def role(self) -> str:
        return "".join(self._role)

    @property
    def channel(self) -> Channel:
        """The channel of a message that `<|message|>` opens; reasoning where none is named."""
        if self._is_of_another:
            return Channel.COMMENTARY
        label = self._label()
        if label:
            channel, rest = _read_label(label)
            return channel if _is_header_talk(rest) else Channel.ANALYSIS
        name = self.role.strip().removeprefix(Role.ASSISTANT.value).strip()
        return Channel(name) if name in list(Channel) else Channel.ANALYSIS

    def as_message(self) -> Piece:
        """Read a header that no `<|message|>` closed as a message: `final The answer.`."""
        label = self._label()
        if not label:
            return Channel.ANALYSIS, self.role.strip().removeprefix(Role.ASSISTANT.value)
        channel, text = _read_label(label)
        return Channel.COMMENTARY if self._is_of_another else channel, text

    @property
    def _is_of_another(self) -> bool:
        return self.role.strip() in _OTHER_ROLES

    def _label(self) -> str:
        """Give the last label that is not blank: markers come doubled."""
        for texts in reversed(self._labels):
            label = "".join(texts)
            if label.strip():
                return label
        return ""


def _read_label(label: str) -> Piece:
    """Split a label into its channel and what is written behind it.

    A label that names two channels is not final, nor is one that is addressed to a tool.
    """
    label = label.lstrip()
    name = _LABEL.match(label)
    if name is None:
        return Channel.ANALYSIS, label
    channel = Channel(name[1])
    rest = label[name.end() :].lstrip()
    recipient = _RECIPIENT.match(rest)
    if recipient is not None:
        rest = rest[recipient.end() :]
    if channel is Channel.FINAL:
        if recipient is not None and recipient[1] not in _READERS:
            channel = Channel.COMMENTARY
        elif rest.startswith((Channel.ANALYSIS.value, Channel.COMMENTARY.value)):
            channel = Channel.ANALYSIS
    return channel, rest


def _is_header_talk(rest: str) -> bool:
    """Tell whether a label may go on like this: at most one word, a content type as a rule.

    Anything longer was a message; the header of the next one lost its name.
    """
    names = (Channel.ANALYSIS.value, Channel.COMMENTARY.value)
    is_sentence = len(rest.split(maxsplit=1)) > 1
    return not is_sentence and not any(name in rest for name in names)


def _start_of_partial_marker(text: str) -> int:
    """Find where a marker begins that the end of the text cuts off; the length if there is none."""
    start = text.rfind("<", max(0, len(text) - _LONGEST_MARKER + 1))
    if start >= 0 and any(marker.startswith(text[start:]) for marker in _MARKERS):
        is_whole = text[start:] in _MARKERS
        return len(text) if is_whole else start
    return len(text)
