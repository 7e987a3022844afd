"""Requests for the engine tests, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    GenerationRequest,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.harmony.messages import Channel, Conversation
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.sampling.params import SamplingParams

CONTEXT_TOKENS = 2048
LIMITS = TokenLimits(analysis=12, final=24)


def parts_of(*texts: str) -> tuple[Conversation, ...]:
    """Make a prompt of one message for each part."""
    return tuple((user_message(text),) for text in texts)


def turn(
    *texts: str,
    limits: TokenLimits = LIMITS,
    sampling: SamplingParams | None = None,
    cancellation: Cancellation | None = None,
) -> GenerationRequest:
    """Ask for a turn after a prompt of one message for each part."""
    return GenerationRequest(
        parts_of(*texts),
        limits,
        sampling or SamplingParams(),
        cancellation or Cancellation(),
    )


@contextmanager
def engine_of(path: Path, context_tokens: int = CONTEXT_TOKENS) -> Iterator[LlamaEngine]:
    """Open a model, load it for one thread, and close it in the end."""
    engine = LlamaEngine(path, LlamaOptions(threads=1))
    try:
        engine.prepare(context_tokens, Cancellation())
        yield engine
    finally:
        engine.close()


def events_of(engine: LlamaEngine, request: GenerationRequest) -> list[GenerationEvent]:
    """Run a request to its end."""
    return list(engine.generate(request))


def completion_of(engine: LlamaEngine, request: GenerationRequest) -> Completion:
    """Run a request to its end and give its last event."""
    last = events_of(engine, request)[-1]
    assert isinstance(last, Completion)
    return last


def text_of(events: list[GenerationEvent], channel: Channel) -> str:
    """Join what the token events of a channel said."""
    return "".join(
        event.text for event in events if isinstance(event, TokenEvent) and event.channel is channel
    )
