"""llama.cpp itself: started once, its log kept in memory instead of on the terminal.

Every other module of this room takes the bindings from here, so that the log callback is in
place before the first call. The callback object must outlive the process's last call: ctypes
frees what nobody refers to, and llama.cpp would then call freed memory.
"""

from __future__ import annotations

import ctypes
import re
from collections import deque
from dataclasses import dataclass
from functools import cache

import llama_cpp.llama_cpp as bindings
from llama_cpp import __version__ as bindings_version

__all__ = ["Build", "bindings", "bindings_version", "build", "last_errors", "start", "system_info"]

_KEPT_LINES = 200
# enum ggml_log_level in ggml.h; the numbers in llama-cpp-python 0.3.36's own logger are outdated.
_WARN, _ERROR, _CONTINUED = 3, 4, 5


class _Log:
    """The last warnings and errors that llama.cpp logged, oldest first."""

    def __init__(self) -> None:
        self.lines: deque[tuple[int, str]] = deque(maxlen=_KEPT_LINES)
        self._level = 0

    def receive(self, level: int, text: bytes, _user_data: object) -> None:
        if level != _CONTINUED:
            self._level = level
        line = text.decode("utf-8", "replace").strip()
        if self._level in (_WARN, _ERROR) and line:
            self.lines.append((self._level, line))


_log = _Log()
_callback = bindings.llama_log_callback(_log.receive)


@cache
def start() -> None:
    """Start llama.cpp's backends and take over its log; safe to call again."""
    bindings.llama_log_set(_callback, ctypes.c_void_p(0))
    bindings.llama_backend_init()


def last_errors(limit: int = 3) -> str:
    """Give the last errors that llama.cpp logged, on one line, and forget all that was kept."""
    errors = [line for level, line in _log.lines if level == _ERROR]
    _log.lines.clear()
    return "; ".join(errors[-limit:])


def system_info() -> str:
    """Name the CPU features and backends this llama.cpp was built for."""
    start()
    return str(bindings.llama_print_system_info().decode("utf-8", "replace")).strip()


@dataclass(frozen=True, slots=True)
class Build:
    """The installed llama.cpp: its version, and the processor's features it uses."""

    version: str
    features: tuple[str, ...]


def build() -> Build:
    """Tell what the installed llama.cpp can use here."""
    names = re.findall(r"(\w+) = 1\b", system_info())
    return Build(bindings_version, tuple(names))
