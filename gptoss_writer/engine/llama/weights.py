"""A GGUF file opened by llama.cpp: the vocabulary alone, or all of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gptoss_writer.engine.interface import Cancellation, ProgressSink
from gptoss_writer.engine.llama.library import bindings, last_errors, start
from gptoss_writer.errors import Interrupted, ModelError


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How the weights are loaded.

    `repack` copies the experts into a layout that the CPU computes faster: about 10 GB of memory
    of our own for gpt-oss-20b, where the mapped file needs 0.5 GB and lets the system give pages
    back. `lock` keeps all pages in memory (mlock). `gpu_layers` -1 puts every layer on the GPU
    where the build has one.
    """

    repack: bool = False
    lock: bool = False
    gpu_layers: int = -1


class Weights:
    """A loaded model; `handle` stays valid until `close`."""

    def __init__(
        self,
        path: Path,
        *,
        vocabulary_only: bool = False,
        options: LoadOptions | None = None,
        cancellation: Cancellation | None = None,
        progress: ProgressSink | None = None,
    ) -> None:
        start()
        last_errors()  # whatever was logged before has nothing to do with this file
        cancellation = cancellation or Cancellation()
        raised: list[BaseException] = []

        def report(fraction: float, _user_data: object) -> bool:
            try:
                if progress is not None:
                    progress(fraction)
            except BaseException as error:  # noqa: BLE001 - ctypes would print it and go on
                raised.append(error)
            return not raised and not cancellation.is_cancelled

        options = options or LoadOptions()
        params = bindings.llama_model_default_params()
        params.vocab_only = vocabulary_only
        params.use_extra_bufts = options.repack
        params.n_gpu_layers = options.gpu_layers
        if options.lock:
            params.load_mode = bindings.LLAMA_LOAD_MODE_MMAP_MLOCK
        params.progress_callback = bindings.llama_progress_callback(report)
        self.handle: Any = bindings.llama_model_load_from_file(os.fsencode(path), params)
        if raised:
            self.close()
            raise raised[0]
        if not self.handle:
            if cancellation.is_cancelled:
                raise Interrupted("Stopped while the model was loading.")
            raise ModelError(
                f"llama.cpp could not load {path}: {last_errors() or 'no reason given'}",
                "Close other programs if memory is short. If it is not, check the file with its "
                "publisher's checksum.",
            )

    @property
    def vocabulary_handle(self) -> Any:  # noqa: ANN401 - an opaque ctypes pointer
        """The vocabulary inside the model; valid until `close`."""
        return bindings.llama_model_get_vocab(self.handle)

    def close(self) -> None:
        """Free the model; may be called more than once."""
        if self.handle:
            bindings.llama_model_free(self.handle)
            self.handle = None
