"""The KV cache: which prompt parts are in it, how they are forked, and how tokens go in.

Each part of a prompt has a sequence of its own that holds this part and all before it. A request
keeps the leading parts that are unchanged, evaluates the rest, and forks the last one for the
text to come. Forks are metadata only: the cache is unified and of full size for the sliding-window
layers (without that, cells outside the window are recycled and a fork would silently attend to
missing keys).

Parts are evaluated in batches of their own, so the split into batches, and with it every rounding,
is the same whether a part was reused or evaluated: reuse never changes a bit of the logits. The
same holds for the first parts, the prefix and a section, where an earlier process saved them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama.library import bindings, last_errors
from gptoss_writer.engine.llama.saved_prefix import PrefixStore
from gptoss_writer.engine.llama.sequence_state import get_state, set_state, state_bytes
from gptoss_writer.errors import EngineError

MAX_PARTS = 4
BATCH_TOKENS = 512
CONTEXT_FORM = {
    "batch": BATCH_TOKENS,
    "sequences": MAX_PARTS + 1,
    "swa": "full",
    "kv": "unified f16",
}
"""What a saved state depends on beyond the model and its size; see `Context`."""

_SAVED_PARTS = 2  # the prefix of all sections, and a section's own; notes are never the same
_LIVE = MAX_PARTS  # the sequence that text is written in
_ABORTED = 2
_NO_ROOM = 1


@dataclass(frozen=True, slots=True)
class ContextOptions:
    """`tokens` is the least size of the KV cache; `threads` compute.

    `prefixes` is where evaluated prefixes are kept for other processes, if anywhere.
    """

    tokens: int
    threads: int
    prefixes: PrefixStore | None = None


class Cancelled(Exception):  # noqa: N818 - control flow inside this room, never leaves it
    """The caller asked to stop while a batch was being computed."""


class Context:
    """A llama.cpp context for one prompt at a time. Not for use by two threads at once."""

    def __init__(self, model: Any, options: ContextOptions) -> None:  # noqa: ANN401 - ctypes
        params = bindings.llama_context_default_params()
        params.n_ctx = options.tokens
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.n_seq_max = MAX_PARTS + 1
        params.n_outputs_max = MAX_PARTS + 1
        params.n_threads = params.n_threads_batch = options.threads
        params.swa_full = True
        params.kv_unified = True
        params.no_perf = True
        self.handle: Any = bindings.llama_init_from_model(model, params)
        if not self.handle:
            raise EngineError(
                f"llama.cpp could not create a context of {options.tokens} tokens: "
                f"{last_errors() or 'no reason given'}",
                "Set a smaller one with --context, or close other programs.",
            )
        self.tokens: int = bindings.llama_n_ctx(self.handle)
        self._memory = bindings.llama_get_memory(self.handle)
        self._batch = bindings.llama_batch_init(BATCH_TOKENS, 0, 1)
        self._single = bindings.llama_batch_init(1, 0, 1)
        self._single.n_tokens = 1
        self._single.n_seq_id[0] = 1
        self._single.seq_id[0][0] = _LIVE
        self._single.logits[0] = 1
        self._single_token, self._single_position = self._single.token, self._single.pos
        self.prefixes = options.prefixes
        self._parts: list[tuple[int, ...]] = []
        self._inseparable = 0  # so many of them were restored as one
        self._position = 0

    live_sequence = _LIVE

    @property
    def position(self) -> int:
        """How many tokens the sequence being written holds."""
        return self._position

    def reusable(self, parts: Sequence[tuple[int, ...]]) -> int:
        """Count the leading parts that are in the cache already."""
        kept = 0
        for cached, wanted in zip(self._parts, parts, strict=False):
            if cached != wanted:
                break
            kept += 1
        return kept if kept >= self._inseparable else 0

    def enter(self, parts: Sequence[tuple[int, ...]], cancellation: Cancellation) -> Iterator[int]:
        """Bring a prompt into the cache and fork it; yield how many tokens are in, as it grows.

        The first number yielded is that of the tokens that need not be evaluated.
        `parts` are at most `MAX_PARTS`, none of them empty. May be closed half-way. Leaves the fork
        ready for `extend`. Raises `Cancelled` where the caller asked to stop, and `EngineError`
        where llama.cpp fails; parts that were complete stay cached.
        """
        self.leave()
        kept = self.reusable(parts)
        for level in range(kept, MAX_PARTS):  # one more than `_parts` may be there in part
            self._forget(level)
        del self._parts[kept:]
        self._inseparable = min(self._inseparable, kept)
        kept = self._restore(parts, kept)
        done = sum(map(len, parts[:kept]))
        yield done
        for level in range(kept, len(parts)):
            if level > 0:
                self._fork(level - 1, level)
            for batch in self._batches(parts[level]):
                self._evaluate(batch, level, done, cancellation)
                done += len(batch)
                yield done
            self._parts.append(parts[level])
            if level < _SAVED_PARTS:
                self._save(level)
        if parts:
            self._fork(len(parts) - 1, _LIVE)
        self._position = done

    def extend(self, tokens: Sequence[int], cancellation: Cancellation) -> None:
        """Evaluate tokens behind the fork; the logits of the last one are then ready."""
        for batch in self._batches(tuple(tokens)):
            self._evaluate(batch, _LIVE, self._position, cancellation, logits=True)
            self._position += len(batch)

    def extend_one(self, token: int) -> None:
        """Evaluate one sampled token behind the fork; the logits are then ready.

        The one call of the decoding loop, kept free of everything else.
        """
        self._single_token[0] = token
        self._single_position[0] = self._position
        status = bindings.llama_decode(self.handle, self._single)
        if status:
            self._fail(status)
        self._position += 1

    def rewind(self, position: int, last: Sequence[int]) -> None:
        """Go back to where the sequence held `position` tokens, so that their logits are ready.

        `last` are the tokens that were evaluated together at the end of it. They are evaluated
        again, together: so the logits are the same bits.
        """
        self._cut(position - len(last))
        self.extend_again(last)

    def leave(self) -> None:
        """Drop the fork; the cached parts stay. Does nothing where the context is closed."""
        if self.handle:
            self._forget(_LIVE)
            self._position = 0

    def clear(self) -> None:
        """Drop everything that is cached."""
        bindings.llama_memory_clear(self._memory, False)
        self._parts.clear()
        self._inseparable = self._position = 0

    def close(self) -> None:
        """Free the context; may be called more than once."""
        if self.handle:
            bindings.llama_batch_free(self._batch)
            bindings.llama_batch_free(self._single)
            bindings.llama_free(self.handle)
            self.handle = None

    def _batches(self, tokens: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        for start in range(0, len(tokens), BATCH_TOKENS):
            yield tokens[start : start + BATCH_TOKENS]

    def _forget(self, sequence: int) -> None:
        bindings.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def _fork(self, source: int, target: int) -> None:
        bindings.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def _restore(self, parts: Sequence[tuple[int, ...]], kept: int) -> int:
        """Bring saved parts into the cache, where more were saved than it holds; count its parts.

        Of the sliding-window layers llama.cpp saves no more than the window before the end. So a
        state can be gone on with and not cut back, and the parts in it count only together.
        """
        for count in range(min(_SAVED_PARTS, len(parts)), kept, -1):
            state = self.prefixes.load(parts[:count]) if self.prefixes else None
            if state is not None:
                for level in range(kept):
                    self._forget(level)
                self._parts.clear()
                return self._fill(parts[:count], state)
        return kept

    def _fill(self, parts: Sequence[tuple[int, ...]], state: memoryview) -> int:
        """Put a state into the empty cache; count the parts that are in it then."""
        if not self._set_state(len(parts) - 1, state):
            return 0
        self._parts.extend(parts)
        self._inseparable = len(parts)
        return len(parts)

    def _save(self, level: int) -> None:
        state = get_state(self.handle, level) if self.prefixes else None
        if self.prefixes and state is not None:
            self.prefixes.save(self._parts, state)

    def _set_state(self, sequence: int, state: memoryview) -> bool:
        if set_state(self.handle, sequence, state):
            return True
        self._forget(sequence)
        return False

    @property
    def live_bytes(self) -> int:
        """How large the state of what is being written would be."""
        return state_bytes(self.handle, _LIVE)

    def live_state(self, last: Sequence[int]) -> bytearray | None:
        """Give the state of what is being written, without the tokens evaluated last, together.

        For that they are dropped from the cache, and evaluated again behind it: it is as it was
        then, and their logits are ready.
        """
        self._cut(self._position - len(last))
        state = get_state(self.handle, _LIVE)
        self.extend_again(last)
        return state

    def enter_live(self, state: memoryview, tokens: int) -> bool:
        """Go on from a state of `tokens` tokens; False where it does not fit.

        Nothing else is in the cache then. What was evaluated last has to be evaluated again.
        """
        self.clear()
        if not self._set_state(_LIVE, state):
            return False
        self._position = tokens
        return True

    def _cut(self, position: int) -> None:
        self._position = position
        bindings.llama_memory_seq_rm(self._memory, _LIVE, position, -1)

    def extend_again(self, last: Sequence[int]) -> None:
        """Evaluate tokens as they were, together; their logits are then ready."""
        if len(last) == 1:
            self.extend_one(last[0])
        else:
            self.extend(last, Cancellation())

    def _evaluate(
        self,
        tokens: tuple[int, ...],
        sequence: int,
        position: int,
        cancellation: Cancellation,
        *,
        logits: bool = False,
    ) -> None:
        if cancellation.is_cancelled:  # a GPU never asks, so we do before each batch
            raise Cancelled
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position + index
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence
            batch.logits[index] = 0
        batch.logits[len(tokens) - 1] = 1 if logits else 0
        status = self._decode_cancellable(batch, cancellation)
        if status:
            self._forget(sequence)  # what was computed of it would be in the way of the next try
            if status == _ABORTED:
                raise Cancelled
            self._fail(status)

    def _decode_cancellable(self, batch: Any, cancellation: Cancellation) -> int:  # noqa: ANN401 - ctypes
        """Decode with llama.cpp asking us, between graph nodes, whether to go on.

        Only for batches: a call into Python for every node would slow single tokens down.
        """
        callback = bindings.ggml_abort_callback(lambda _data: cancellation.is_cancelled)
        bindings.llama_set_abort_callback(self.handle, callback, ctypes.c_void_p(0))
        try:
            return int(bindings.llama_decode(self.handle, batch))
        finally:
            off = bindings.ggml_abort_callback()
            bindings.llama_set_abort_callback(self.handle, off, ctypes.c_void_p(0))

    def _fail(self, status: int) -> None:
        if status == _NO_ROOM:
            raise EngineError(
                f"The context of {self.tokens} tokens is full.",
                "Set a larger one with --context.",
            )
        raise EngineError(
            f"llama.cpp could not compute the next tokens (code {status}): "
            f"{last_errors() or 'no reason given'}",
            "Run the same command again; accepted sections are kept.",
        )
