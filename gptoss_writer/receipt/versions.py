"""Which llama.cpp is installed, told without loading it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

_BINDINGS = "llama-cpp-python"


def bindings_version() -> str:
    """Give the version of llama-cpp-python, which brings llama.cpp; "" where it is not there."""
    try:
        return version(_BINDINGS)
    except PackageNotFoundError:
        return ""
