"""An engine that replays a tape: the seam without weights, for tests and rehearsals.

A tape is a list of raw turns as other engines hand them over, the text that follows
`<|start|>assistant`. They go through the tolerant parser, so a tape may hold any malformed
output that was ever seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from gptoss_writer.engine.interface import (
    Cancellation,
    Capabilities,
    Completion,
    GenerationEvent,
    GenerationRequest,
    ModelIdentity,
    Prefill,
    ProgressSink,
    StopReason,
    TokenEvent,
    TokenLimits,
    Usage,
)
from gptoss_writer.engine.preflight import Preflight
from gptoss_writer.errors import EngineError, ModelError
from gptoss_writer.harmony.messages import Channel, Conversation
from gptoss_writer.harmony.parsing import ParsedTurn, parse

_MAX_TAPE_BYTES = 4 * 1024 * 1024


class ScriptedEngine:
    """Replays turns in order, one for each request; keeps the requests it was given."""

    capabilities = Capabilities(is_steerable=False, keeps_prefix=False, counts_tokens=False)

    def __init__(self, turns: Sequence[str], name: str = "tape") -> None:
        self._turns = list(turns)
        self.requests: list[GenerationRequest] = []
        # YAML can spell lone surrogates, which have no UTF-8.
        digest = hashlib.sha256("\x1e".join(turns).encode("utf-8", "surrogatepass")).hexdigest()
        self._identity = ModelIdentity(
            name=name,
            path=f"scripted:{name}",
            architecture="scripted",
            size_bytes=0,
            fingerprint=f"tape:{digest}",
        )

    @property
    def identity(self) -> ModelIdentity:
        """Which tape this is."""
        return self._identity

    def count_tokens(self, parts: tuple[Conversation, ...]) -> tuple[int, ...]:
        """Count words in the place of tokens."""
        return tuple(sum(len(message.content.split()) for message in part) for part in parts)

    def overhead_tokens(self, limits: TokenLimits) -> int:  # noqa: ARG002 - part of the seam
        """Nothing: a tape has no headers of ours."""
        return 0

    def preflight(self, context_tokens: int) -> Preflight | None:  # noqa: ARG002 - no weights
        """Need nothing."""
        return None

    def prepare(
        self,
        context_tokens: int,
        cancellation: Cancellation,
        progress: ProgressSink | None = None,
    ) -> None:
        """Do nothing: there are no weights."""

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Replay the next turn, word by word; `EngineError` where the tape is at its end."""
        if not self._turns:
            raise EngineError(
                "The tape is at its end and another turn was asked for.",
                "Record one turn for each section and each retry.",
            )
        self.requests.append(request)
        turn = parse(self._turns.pop(0))
        prompt = sum(self.count_tokens(request.parts))
        yield Prefill(prompt, prompt)
        said: dict[Channel, list[str]] = {Channel.ANALYSIS: [], Channel.FINAL: []}
        for event in _events(turn, request.limits):
            if request.cancellation.is_cancelled:
                break
            said[event.channel].append(event.text)
            yield event
        analysis, final = said[Channel.ANALYSIS], said[Channel.FINAL]
        usage = Usage(prompt=prompt, evaluated=prompt, analysis=len(analysis), final=len(final))
        cut = len(final) >= request.limits.final
        stop: StopReason = (
            "cancelled" if request.cancellation.is_cancelled else "length" if cut else "return"
        )
        was_cut = 0 < request.limits.analysis < len(_words(turn.analysis))
        yield Completion(
            "".join(analysis), "".join(final), stop, usage, analysis_closed=not was_cut
        )

    def close(self) -> None:
        """Do nothing: there is nothing to free."""


def _events(turn: ParsedTurn, limits: TokenLimits) -> Iterator[TokenEvent]:
    for index, text in enumerate(_words(turn.analysis)[: limits.analysis], start=1):
        yield TokenEvent(Channel.ANALYSIS, text, index)
    for index, text in enumerate(_words(turn.final or "")[: limits.final], start=1):
        yield TokenEvent(Channel.FINAL, text, index)


def _words(text: str) -> list[str]:
    """Cut a text behind every space; the pieces join to the same text."""
    return [piece for piece in text.replace(" ", " \x00").split("\x00") if piece]


def read_tape(path: Path) -> ScriptedEngine:
    """Open a tape: a YAML file with a list of raw turns. Raises `ModelError`."""
    try:
        if path.stat().st_size > _MAX_TAPE_BYTES:
            raise ModelError(f"The tape {path} is larger than 4 MiB.", "Shorten it.")
        turns = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ModelError(
            f"The tape {path} cannot be read: {error}", "Give a YAML file with a list of turns."
        ) from error
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise ModelError(
            f"The tape {path} is not a list of texts.", "Give a YAML file with a list of turns."
        )
    return ScriptedEngine(turns, name=path.name)
