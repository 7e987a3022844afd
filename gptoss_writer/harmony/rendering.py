"""Conversations as segments: control tokens apart from text that is never parsed for any.

Source: https://developers.openai.com/cookbook/articles/openai-harmony and openai/harmony 0.0.8,
with which the rendering agrees token for token (`tests/bench/harmony_agreement.py`).
"""

from __future__ import annotations

import datetime as dt

from gptoss_writer.errors import UsageError
from gptoss_writer.harmony.messages import (
    Channel,
    Control,
    Conversation,
    Message,
    ReasoningEffort,
    Role,
    Segment,
)

_SYSTEM = """\
You are ChatGPT, a large language model trained by OpenAI.
Knowledge cutoff: 2024-06
Current date: {date}

Reasoning: {effort}

# Valid channels: analysis, final. Channel must be included for every message."""


def _header(channel: Channel) -> tuple[Segment, ...]:
    return (
        Control.START,
        Role.ASSISTANT.value,
        Control.CHANNEL,
        channel.value,
        Control.MESSAGE,
    )


ANALYSIS_HEADER: tuple[Segment, ...] = _header(Channel.ANALYSIS)
"""Opens the assistant's reasoning, right behind a rendered prompt."""

FINAL_HEADER: tuple[Segment, ...] = _header(Channel.FINAL)
"""Opens the assistant's text, right behind a rendered prompt: no reasoning at all."""

ANALYSIS_TO_FINAL: tuple[Segment, ...] = (Control.END, *FINAL_HEADER)
"""Closes the reasoning, whether or not the model was done with it, and opens the text."""


def render(conversation: Conversation) -> tuple[Segment, ...]:
    """Render the messages as they stand, each closed by `Control.END`.

    The rendering of a conversation is the renderings of its messages, one behind the other, so
    splitting a prompt into parts never changes its tokens. For that reason nothing is dropped
    here: a caller who keeps history leaves earlier analysis out. Empty texts give no segment.

    Tell the two kinds of segment apart by `isinstance(segment, Control)`, never by `==`: a text
    that says `<|end|>` equals `Control.END` and is still text.
    """
    return tuple(segment for message in conversation for segment in _render_message(message))


def _render_message(message: Message) -> tuple[Segment, ...]:
    channel: tuple[Segment, ...] = ()
    if message.channel is not None:
        channel = (Control.CHANNEL, message.channel.value)
    content = (message.content,) if message.content else ()
    return (
        Control.START,
        message.role.value,
        *channel,
        Control.MESSAGE,
        *content,
        Control.END,
    )


def system_message(effort: ReasoningEffort, date: str | dt.date) -> Message:
    """Make the system message, in the very words the model was trained on.

    `date` is an ISO date (`2026-11-22`) or a `datetime.date`. The caller pins it: today's date
    would change the shared prefix at midnight. Raises `UsageError` where it is no date.
    """
    content = _SYSTEM.format(date=_iso_date(date), effort=effort.value)
    return Message(Role.SYSTEM, content)


def _iso_date(date: str | dt.date) -> str:
    if isinstance(date, str):
        try:
            date = dt.date.fromisoformat(date)
        except ValueError:
            raise UsageError(
                f"The date of the system message, {date!r}, is not a date.",
                "Write it as year-month-day, for example 2026-11-22.",
            ) from None
    return dt.date(date.year, date.month, date.day).isoformat()


def developer_message(instructions: str) -> Message:
    """Make the developer message: the house rules, under the heading the model expects.

    Newlines at the end are dropped: in harmony the text ends where its message does.
    """
    content = "# Instructions\n\n" + instructions.rstrip("\n")
    return Message(Role.DEVELOPER, content)


def user_message(text: str) -> Message:
    """Make a message of the user; the text stays as it is."""
    return Message(Role.USER, text)
