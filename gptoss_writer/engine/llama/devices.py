"""What llama.cpp can compute on: the processor, and the GPUs that its build knows, with memory."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Literal

from llama_cpp._ggml import libggml

from gptoss_writer.engine.llama.library import start

Kind = Literal["cpu", "gpu", "integrated gpu", "accelerator", "other"]
# enum ggml_backend_dev_type in ggml-backend.h.
_KINDS: dict[int, Kind] = {0: "cpu", 1: "gpu", 2: "integrated gpu", 3: "accelerator"}

# llama-cpp-python binds none of these; the library it installs has them, by the signatures of
# ggml-backend.h.
_count, _get = libggml.ggml_backend_dev_count, libggml.ggml_backend_dev_get
_count.argtypes, _count.restype = [], ctypes.c_size_t
_get.argtypes, _get.restype = [ctypes.c_size_t], ctypes.c_void_p
_name, _description = libggml.ggml_backend_dev_name, libggml.ggml_backend_dev_description
_name.argtypes, _name.restype = [ctypes.c_void_p], ctypes.c_char_p
_description.argtypes, _description.restype = [ctypes.c_void_p], ctypes.c_char_p
_type, _memory = libggml.ggml_backend_dev_type, libggml.ggml_backend_dev_memory
_type.argtypes, _type.restype = [ctypes.c_void_p], ctypes.c_int
_memory.argtypes = [ctypes.c_void_p, *[ctypes.POINTER(ctypes.c_size_t)] * 2]
_memory.restype = None


@dataclass(frozen=True, slots=True)
class Device:
    """One device, by llama.cpp's short name and the driver's long one; memory in bytes, now."""

    kind: Kind
    name: str
    description: str
    free: int
    total: int

    @property
    def is_gpu(self) -> bool:
        """Tell whether layers can be put on it."""
        return self.kind in ("gpu", "integrated gpu")


def devices() -> tuple[Device, ...]:
    """List the devices of the installed llama.cpp; a build without a GPU has the processor only."""
    start()
    return tuple(_device(_get(index)) for index in range(_count()))


def _device(handle: int) -> Device:
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    _memory(handle, ctypes.byref(free), ctypes.byref(total))
    return Device(
        _KINDS.get(_type(handle), "other"),
        (_name(handle) or b"").decode("utf-8", "replace"),
        (_description(handle) or b"").decode("utf-8", "replace"),
        free.value,
        total.value,
    )
