"""The state of one sequence of a KV cache as bytes; `handle` is a llama.cpp context."""

from __future__ import annotations

import ctypes
from typing import Any

from gptoss_writer.engine.llama.library import bindings


def state_bytes(handle: Any, sequence: int) -> int:  # noqa: ANN401 - an opaque ctypes pointer
    """Tell how many bytes the state of a sequence has."""
    return int(bindings.llama_state_seq_get_size(handle, sequence))


def get_state(handle: Any, sequence: int) -> bytearray | None:  # noqa: ANN401 - the same
    """Copy the state of a sequence; None where llama.cpp does not give all of it."""
    size = state_bytes(handle, sequence)
    state = bytearray(size)
    buffer = (ctypes.c_uint8 * size).from_buffer(state)
    is_whole = bindings.llama_state_seq_get_data(handle, buffer, size, sequence) == size
    return state if is_whole else None


def set_state(handle: Any, sequence: int, state: memoryview) -> bool:  # noqa: ANN401 - the same
    """Put a state into a sequence that is empty; False where llama.cpp does not take it."""
    size = len(state)
    buffer = (ctypes.c_uint8 * size).from_buffer_copy(state)
    return bool(bindings.llama_state_seq_set_data(handle, buffer, size, sequence) == size)
