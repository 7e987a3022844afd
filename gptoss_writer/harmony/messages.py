"""The parts of a gpt-oss conversation, as frozen values.

Source: https://developers.openai.com/cookbook/articles/openai-harmony and openai/harmony 0.0.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"


class Channel(StrEnum):
    """Where the assistant speaks: reasoning, the text for the reader, or tool talk."""

    ANALYSIS = "analysis"
    FINAL = "final"
    COMMENTARY = "commentary"


class ReasoningEffort(StrEnum):
    """How much the model is asked to reason before it writes."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Control(StrEnum):
    """The control tokens of the format, by their text; ids are looked up in each vocabulary."""

    START = "<|start|>"
    END = "<|end|>"
    MESSAGE = "<|message|>"
    CHANNEL = "<|channel|>"
    CONSTRAIN = "<|constrain|>"
    RETURN = "<|return|>"
    CALL = "<|call|>"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `channel` is set for the assistant only."""

    role: Role
    content: str
    channel: Channel | None = None


Conversation = tuple[Message, ...]

Segment = Control | str
"""A piece of a rendered conversation: a control token, or text that is never parsed for any."""
