"""gpt-oss through llama.cpp: opened for its vocabulary, loaded when it is to write."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from weakref import ref

from gptoss_writer.engine.interface import (
    Cancellation,
    Capabilities,
    GenerationEvent,
    GenerationRequest,
    ModelIdentity,
    ProgressSink,
    TokenLimits,
)
from gptoss_writer.engine.llama.context import (
    BATCH_TOKENS,
    CONTEXT_FORM,
    MAX_PARTS,
    Context,
    ContextOptions,
)
from gptoss_writer.engine.llama.header import check_model, identify
from gptoss_writer.engine.llama.library import bindings_version, system_info
from gptoss_writer.engine.llama.memory import Plan, estimate
from gptoss_writer.engine.llama.raw_speed import raw_seconds
from gptoss_writer.engine.llama.saved_prefix import PrefixStore
from gptoss_writer.engine.llama.turn import overhead_tokens, write_turn
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.engine.llama.weights import LoadOptions, Weights
from gptoss_writer.engine.preflight import (
    MemoryNeed,
    Preflight,
    WeightsMode,
    decide,
    gigabytes,
)
from gptoss_writer.errors import EngineError, ResourceError
from gptoss_writer.harmony.messages import Conversation
from gptoss_writer.harmony.rendering import render
from gptoss_writer.machine.memory import (
    addressable_memory,
    available_memory,
    lockable_memory,
    used_memory,
)
from gptoss_writer.machine.processors import default_threads

_CONTEXT_STEP = 256


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """How llama.cpp runs. `threads` 0 takes one for each physical core.

    `weights` decides how they are loaded, see `decide`; `lock` keeps their pages in memory;
    `gpu_layers` -1 puts every layer on the GPU where the build has one. `prefixes` is the folder
    in which evaluated prefixes are kept; None keeps none.
    """

    threads: int = 0
    weights: WeightsMode = "auto"
    lock: bool = False
    gpu_layers: int = -1
    prefixes: Path | None = None


class LlamaEngine:
    """A gpt-oss GGUF in this process.

    Opening checks the header and loads the vocabulary; `prepare` loads the weights. One
    generation at a time, from one thread: starting another, making a larger context and closing
    the engine end the one before.
    """

    capabilities = Capabilities(is_steerable=True, keeps_prefix=True, counts_tokens=True)

    def __init__(self, path: Path, options: LlamaOptions | None = None) -> None:
        self._path = path
        self._options = options or LlamaOptions()
        self._header = check_model(path)
        self._identity = identify(self._header, path)
        before, _ = used_memory()
        self._weights = Weights(path, vocabulary_only=True)
        self._vocabulary = Vocabulary(self._weights.vocabulary_handle)
        self._vocabulary_bytes = max(0, used_memory()[0] - before)
        self._context: Context | None = None
        self._load_options = LoadOptions()
        self._is_loaded = self._is_closed = False
        self._writing: ref[Generator[GenerationEvent, None, None]] | None = None

    @property
    def identity(self) -> ModelIdentity:
        """Which weights this engine writes with."""
        return self._identity

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the model."""
        if self._is_closed:
            raise EngineError("The engine was used after it was closed.")
        return self._vocabulary

    def count_tokens(self, parts: tuple[Conversation, ...]) -> tuple[int, ...]:
        """Count the prompt tokens of each part."""
        return tuple(len(self.vocabulary.encode(render(part))) for part in parts)

    def overhead_tokens(self, limits: TokenLimits) -> int:
        """Count the header tokens that we write ourselves in one turn."""
        return overhead_tokens(self.vocabulary, limits)

    @property
    def threads(self) -> int:
        """How many threads compute."""
        return self._options.threads or default_threads()

    def preflight(self, context_tokens: int) -> Preflight:
        """Estimate what a context needs, and decide how the weights will be loaded."""
        size = _rounded(context_tokens)
        plan = Plan(size, BATCH_TOKENS, MAX_PARTS + 1)
        mmap, repack = (
            estimate(self._header, plan, self._vocabulary_bytes, repack=repack)
            for repack in (False, True)
        )
        return decide(self._options.weights, size, mmap, repack, available_memory())

    def prepare(
        self,
        context_tokens: int,
        cancellation: Cancellation,
        progress: ProgressSink | None = None,
    ) -> None:
        """Load the weights, if they are not, and make a KV cache of at least this many tokens."""
        if self._context is not None and self._context.tokens >= context_tokens:
            return
        if not self._is_loaded:
            preflight = self.preflight(context_tokens)
            preflight.require_fit(str(self._path))
            _require_addressable(self._path, self._header.weight_bytes, preflight.need)
            if self._options.lock:
                _require_lockable(self._path, self._header.weight_bytes)
            self._load_options = LoadOptions(
                preflight.mode == "repack", self._options.lock, self._options.gpu_layers
            )
            self._load(cancellation, progress)
        self._drop_context()
        options = ContextOptions(_rounded(context_tokens), self.threads, self._prefix_store())
        self._context = Context(self._weights.handle, options)

    def _prefix_store(self) -> PrefixStore | None:
        """Give the store of prefixes that this engine would evaluate to the same bits."""
        if self._options.prefixes is None:
            return None
        identity = {
            "model": self._identity.fingerprint,
            "llama_cpp_python": bindings_version,
            "system": system_info(),
            "threads": self.threads,
            "repack": self._load_options.repack,
            "gpu_layers": self._load_options.gpu_layers,
            **CONTEXT_FORM,
        }
        return PrefixStore(self._options.prefixes, identity)

    def _load(self, cancellation: Cancellation, progress: ProgressSink | None) -> None:
        if self._is_closed:
            raise EngineError("The engine was used after it was closed.")
        weights = Weights(
            self._path, options=self._load_options, cancellation=cancellation, progress=progress
        )
        # Before the old weights go: what is made of them must not outlive them.
        self._vocabulary = Vocabulary(weights.vocabulary_handle)
        self._weights.close()
        self._weights, self._is_loaded = weights, True

    def _drop_context(self) -> None:
        self._end_writing()
        if self._context is not None:
            self._context.close()
            self._context = None

    def _end_writing(self) -> None:
        """Close a generation that nobody went on with; it must not touch what comes after it."""
        writing = self._writing() if self._writing is not None else None
        if writing is not None:
            writing.close()
        self._writing = None

    def close(self) -> None:
        """Free the KV cache and the weights; may be called more than once."""
        self._drop_context()
        self._weights.close()
        self._is_closed, self._is_loaded = True, False

    def clear(self) -> None:
        """Forget every cached prompt part; the next request evaluates all of its prompt."""
        self._end_writing()
        if self._context is not None:
            self._context.clear()

    def raw_seconds(self, request: GenerationRequest, tokens: int) -> tuple[float, float]:
        """Time llama.cpp alone: reading a prompt, and drawing so many tokens behind it."""
        if self._context is None:
            raise EngineError("The engine was asked to read before its weights were loaded.")
        self._end_writing()
        return raw_seconds(self._context, self._vocabulary, request, tokens)

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Yield prefill and token events, then one `Completion`; see `Engine.generate`."""
        if self._context is None:
            raise EngineError("The engine was asked to write before its weights were loaded.")
        self._end_writing()
        writing = write_turn(self._context, self._vocabulary, request)
        self._writing = ref(writing)
        return writing


def _require_addressable(path: Path, weights: int, need: MemoryNeed) -> None:
    needed, addressable = weights + need.own - need.held, addressable_memory()
    if addressable < needed:
        raise ResourceError(
            f"{path} cannot be loaded: {gigabytes(needed)} of addresses are needed, and this "
            f"process may take {gigabytes(addressable)} more.",
            "Raise the limit with `ulimit -v unlimited`.",
        )


def _require_lockable(path: Path, size: int) -> None:
    lockable = lockable_memory()
    if lockable < size:  # llama.cpp would say so in its log, and go on
        raise ResourceError(
            f"The {gigabytes(size)} of {path} cannot be kept in memory: this process may lock "
            f"{gigabytes(lockable)}.",
            "Raise the limit with `ulimit -l unlimited`, or leave --mlock out.",
        )


def _rounded(context_tokens: int) -> int:
    return -(-context_tokens // _CONTEXT_STEP) * _CONTEXT_STEP
