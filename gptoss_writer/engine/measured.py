"""An engine that passes everything on and adds up what its completions cost."""

from __future__ import annotations

from collections.abc import Iterator

from gptoss_writer.engine.interface import (
    Cancellation,
    Capabilities,
    Completion,
    Engine,
    GenerationEvent,
    GenerationRequest,
    ModelIdentity,
    ProgressSink,
    TokenLimits,
    Usage,
)
from gptoss_writer.engine.preflight import Preflight
from gptoss_writer.harmony.messages import Conversation


class MeasuredEngine:
    """An engine with a memory of its cost: `spent` is that of all completions so far."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.spent = Usage()

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine behind it."""
        return self._engine.capabilities

    @property
    def identity(self) -> ModelIdentity:
        """That of the engine behind it."""
        return self._engine.identity

    def count_tokens(self, parts: tuple[Conversation, ...]) -> tuple[int, ...]:
        """Pass on."""
        return self._engine.count_tokens(parts)

    def overhead_tokens(self, limits: TokenLimits) -> int:
        """Pass on."""
        return self._engine.overhead_tokens(limits)

    def preflight(self, context_tokens: int) -> Preflight | None:
        """Pass on."""
        return self._engine.preflight(context_tokens)

    def prepare(
        self,
        context_tokens: int,
        cancellation: Cancellation,
        progress: ProgressSink | None = None,
    ) -> None:
        """Pass on."""
        self._engine.prepare(context_tokens, cancellation, progress)

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Pass on, and add the cost of the completion."""
        for event in self._engine.generate(request):
            if isinstance(event, Completion):
                self.spent += event.usage
            yield event

    def close(self) -> None:
        """Pass on."""
        self._engine.close()
