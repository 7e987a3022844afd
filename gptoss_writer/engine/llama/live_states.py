"""Keeps the state of a text that is being written, now and then, for whoever goes on with it.

Its tokens alone would do, for a checkpoint has them; but to evaluate them again takes as long as it
took to write them.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from typing import TypeVar

from gptoss_writer.draft import Checkpoint
from gptoss_writer.engine.interface import GenerationEvent
from gptoss_writer.engine.llama.context import Context

Tokens = tuple[int, ...]
_Result = TypeVar("_Result")

_LEAST_SECONDS = 30.0
"""Between two states; what is written meanwhile may have to be evaluated again. A state of
gpt-oss-20b has 30 KB for each token, and a disk should not wear out over it."""

_LARGEST_BYTES = 100_000_000
"""So much memory a state may take while it is written; a larger one is not kept."""

_LARGEST_SHARE = 0.02
"""of the time may be spent on keeping states."""


class LiveStates:
    """The states of one text. `parts` is its prompt; without a folder for states, nothing is kept.

    `opening` are the tokens between prompt and reasoning, `header` those before the text, evaluated
    together; there is one of them or both, so that `header` may be all.
    """

    def __init__(
        self,
        context: Context,
        parts: Sequence[tuple[int, ...]],
        opening: Sequence[int],
        header: Sequence[int],
    ) -> None:
        self._context = context
        self._parts = parts
        self._opening = tuple(opening)
        self._header = tuple(header)
        self._due = time.monotonic() + _LEAST_SECONDS
        self._kept: tuple[int, ...] | None = None

    def keeping(
        self, events: Generator[GenerationEvent, None, _Result]
    ) -> Generator[GenerationEvent, None, _Result]:
        """Pass events on, and keep the state at checkpoints."""
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: _Result = end.value
                return result
            yield event
            if isinstance(event, Checkpoint):
                self.keep(event)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Keep the state at a checkpoint where the cache is now, if that is worth the time."""
        started, store = time.monotonic(), self._context.prefixes
        if store is None or started < self._due:
            return
        if self._context.live_bytes > _LARGEST_BYTES:
            return
        before, last = self._split(checkpoint, len(checkpoint.final))
        state = self._context.live_state(last)
        if state is not None:
            store.save(self._parts, state, before)
            if self._kept not in (None, before):
                self.forget()
            self._kept = before
        ended = time.monotonic()
        self._due = ended + max(_LEAST_SECONDS, (ended - started) / _LARGEST_SHARE)

    def restore(self, checkpoint: Checkpoint) -> int | None:
        """Bring the latest kept state of a text into the cache, its last tokens evaluated again.

        Gives how many tokens of the text are in it; None where none was kept: the cache is as it
        was then, or empty.
        """
        store = self._context.prefixes
        for tokens in reversed(checkpoint.sentences if store else ()):
            before, last = self._split(checkpoint, tokens)
            state = store.load(self._parts, before) if store else None
            if state is None:
                continue
            if not self._context.enter_live(state, sum(map(len, self._parts)) + len(before)):
                return None
            self._context.extend_again(last)
            self._kept = before
            return tokens
        return None

    def forget(self) -> None:
        """Delete what was kept: the text is written."""
        if self._context.prefixes and self._kept is not None:
            self._context.prefixes.forget(self._parts, self._kept)
            self._kept = None

    def _split(
        self, checkpoint: Checkpoint, tokens: int
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Give the tokens behind the prompt up to a place of the text, and the last of them apart.

        These were evaluated together. Of the sliding-window layers a state has no more than the
        window; so that the text can be taken back to this very place, they must not be in it.
        """
        before = (*self._opening, *checkpoint.analysis)
        if not tokens:
            return before, self._header
        text = checkpoint.final[:tokens]
        return (*before, *self._header, *text[:-1]), text[-1:]
