"""The seam between what is to be written and what writes it: requests in, token events out.

An engine knows tokens and harmony messages. It knows no outline, no section and no disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from gptoss_writer.draft import Checkpoint, Steering
from gptoss_writer.engine.preflight import Preflight
from gptoss_writer.harmony.messages import Channel, Conversation
from gptoss_writer.sampling.interface import Constraint
from gptoss_writer.sampling.params import SamplingParams

StopReason = Literal["return", "length", "cancelled"]
"""Why the text ended: the model closed its turn, a limit was reached, or it was asked to stop."""


class Cancellation:
    """A flag that another thread or a signal handler raises to stop an engine.

    The engine looks at it between tokens and, where it can, inside a prefill. One that has a
    `parent` is raised with it, and can be raised alone.
    """

    def __init__(self, parent: Cancellation | None = None) -> None:
        self._event = threading.Event()
        self._parent = parent

    def cancel(self) -> None:
        """Ask for a stop; may be called any number of times."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Tell whether a stop was asked for."""
        return self._event.is_set() or (self._parent is not None and self._parent.is_cancelled)


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """The most tokens of a channel. `analysis` 0 means: no reasoning at all."""

    analysis: int
    final: int


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One turn of the assistant to be generated.

    `parts` is the prompt, outermost first: the prefix that many requests share, what is this
    section's own, a note for a retry. An engine that keeps state evaluates a part once and reuses
    it for as long as that part and all before it stay the same. The split into parts never
    changes the tokens, and the same parts give the same text whatever was reused.

    `constraint` decides which text may come; only a steerable engine obeys it. It is used up by
    one generation. `checkpoint` is one of an earlier generation of the same request: the text goes
    on from there and comes out as if it had not been cut off. An engine that cannot begins anew.
    """

    parts: tuple[Conversation, ...]
    limits: TokenLimits
    sampling: SamplingParams
    cancellation: Cancellation = field(default_factory=Cancellation, compare=False)
    constraint: Constraint | None = field(default=None, compare=False)
    checkpoint: Checkpoint | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prefill:
    """`done` of `total` prompt tokens are in the cache (reused tokens count as done)."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """One sampled token and the text it completed; `text` is "" inside a character.

    `index` counts the tokens of its channel, from 1.
    """

    channel: Literal[Channel.ANALYSIS, Channel.FINAL]
    text: str
    index: int


@dataclass(frozen=True, slots=True)
class Retraction:
    """The last `characters` of a channel's text were taken back; others follow."""

    channel: Literal[Channel.ANALYSIS, Channel.FINAL]
    characters: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a completion cost, in tokens and seconds.

    `prompt` is all the model saw before its own words, the headers we wrote included; `cached` of
    these were in the KV cache already and `evaluated` were not: `prompt == cached + evaluated`.
    `analysis` and `final` count sampled tokens, the closing control token included. `forced` are
    the tokens we wrote between them to close the reasoning and open the text.
    """

    prompt: int = 0
    cached: int = 0
    evaluated: int = 0
    analysis: int = 0
    final: int = 0
    forced: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """Time in the engine, prefill and decode together."""
        return self.prefill_seconds + self.decode_seconds

    def __add__(self, other: Usage) -> Usage:
        """Add up what two completions cost."""
        return Usage(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.evaluated + other.evaluated,
            self.analysis + other.analysis,
            self.final + other.final,
            self.forced + other.forced,
            self.prefill_seconds + other.prefill_seconds,
            self.decode_seconds + other.decode_seconds,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """The last event of every generation: the whole text of both channels.

    `analysis_closed` is False where the reasoning was cut at its limit. `steering` is None where
    the request had no constraint.
    """

    analysis: str
    final: str
    stop: StopReason
    usage: Usage
    analysis_closed: bool = True
    steering: Steering | None = None


GenerationEvent = Prefill | TokenEvent | Retraction | Checkpoint | Completion


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. `is_steerable`: we own the logits and can constrain tokens."""

    is_steerable: bool
    keeps_prefix: bool
    counts_tokens: bool


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which weights an engine writes with; equal identities give equal text.

    `fingerprint` is a tagged hash of the file's header, its size and samples of its weights
    ("gguf:…"), not of its path, so a moved file stays the same model.
    """

    name: str
    path: str
    architecture: str
    size_bytes: int
    fingerprint: str
    context_length: int = 0
    """The most tokens the model was trained to attend to; 0 where it is not known."""


ProgressSink = Callable[[float], None]
"""Called with the share of the weights that is loaded, 0 to 1."""


class Engine(Protocol):
    """Turns requests into completions, one at a time."""

    @property
    def capabilities(self) -> Capabilities:
        """What this engine can do."""
        ...

    @property
    def identity(self) -> ModelIdentity:
        """Which weights it writes with."""
        ...

    def count_tokens(self, parts: tuple[Conversation, ...]) -> tuple[int, ...]:
        """Count the prompt tokens of each part, without evaluating any or loading weights."""
        ...

    def overhead_tokens(self, limits: TokenLimits) -> int:
        """Give the tokens of a turn that are neither prompt parts nor sampled text."""
        ...

    def preflight(self, context_tokens: int) -> Preflight | None:
        """Tell what a context would need of this machine; None where it needs next to nothing."""
        ...

    def prepare(
        self,
        context_tokens: int,
        cancellation: Cancellation,
        progress: ProgressSink | None = None,
    ) -> None:
        """Make ready for requests of up to `context_tokens` tokens; loads the weights.

        Raises `ModelError`, `EngineError`, `ResourceError` where there is not enough memory, and
        `Interrupted` where the caller asked to stop.
        """
        ...

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Yield prefill and token events, and checkpoints between them, then one `Completion`.

        Raises `EngineError` where llama.cpp fails. The iterator may be closed at any time.
        """
        ...

    def close(self) -> None:
        """Free the weights and the caches; may be called more than once."""
        ...
