"""From the place of a model to an engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.engine.interface import Engine
from gptoss_writer.engine.preflight import WeightsMode

_SCRIPTED = "scripted:"


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How an engine runs, where it has a choice.

    `threads` 0: one for each physical core. `weights`: how they are loaded; `mlock` keeps them in
    memory; `gpu_layers` -1 means all of them. `prefixes`: the folder in which evaluated prefixes
    are kept for later runs; None keeps none.
    """

    threads: int = 0
    weights: WeightsMode = "auto"
    mlock: bool = False
    gpu_layers: int = -1
    prefixes: Path | None = None


def is_tape(model: str) -> bool:
    """Tell whether a model's name is that of a recorded tape: `scripted:FILE`."""
    return model.startswith(_SCRIPTED)


def open_engine(model: str | Path, options: EngineOptions | None = None) -> Engine:
    """Open a GGUF file, or a tape by `scripted:FILE`.

    Reads the header and the vocabulary; weights are loaded by `prepare`. Raises `ModelError`.
    """
    if isinstance(model, str) and is_tape(model):
        from gptoss_writer.engine.scripted import read_tape  # noqa: PLC0415 - only where asked for

        return read_tape(Path(model.removeprefix(_SCRIPTED)))
    # llama.cpp and NumPy take half a second to import, which no other command should pay.
    from gptoss_writer.engine.llama.engine import (  # noqa: PLC0415 - see above
        LlamaEngine,
        LlamaOptions,
    )

    options = options or EngineOptions()
    return LlamaEngine(
        Path(model),
        LlamaOptions(
            threads=options.threads,
            weights=options.weights,
            lock=options.mlock,
            gpu_layers=options.gpu_layers,
            prefixes=options.prefixes,
        ),
    )
