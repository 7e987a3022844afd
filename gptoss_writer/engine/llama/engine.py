"""gpt-oss through llama.cpp: a request's parts go in, sealed channels come out token by token.

We write the header of each channel ourselves and sample only what is inside: reasoning until
`<|end|>` or its limit, then the text until `<|return|>`. Every other control token is forbidden
while sampling, so a malformed header cannot occur and reasoning cannot leak into the text.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

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
from gptoss_writer.engine.llama.context import Cancelled, Context, ContextOptions
from gptoss_writer.engine.llama.header import check_model, identify
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.sampler import Sampler
from gptoss_writer.engine.llama.threads import default_threads
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.engine.llama.weights import LoadOptions, Weights
from gptoss_writer.errors import EngineError
from gptoss_writer.harmony.messages import Channel, Control, Conversation
from gptoss_writer.harmony.rendering import (
    ANALYSIS_HEADER,
    ANALYSIS_TO_FINAL,
    FINAL_HEADER,
    render,
)
from gptoss_writer.sampling.params import SamplingParams, derive_seed

_CONTEXT_STEP = 256


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """How llama.cpp runs. `threads` 0 takes one for each physical core."""

    threads: int = 0
    load: LoadOptions = field(default_factory=LoadOptions)


class LlamaEngine:
    """A gpt-oss GGUF in this process.

    Opening checks the header and loads the vocabulary; `prepare` loads the weights. One
    generation at a time, from one thread.
    """

    capabilities = Capabilities(is_steerable=True, keeps_prefix=True, counts_tokens=True)

    def __init__(self, path: Path, options: LlamaOptions | None = None) -> None:
        self._path = path
        self._options = options or LlamaOptions()
        self._identity = identify(check_model(path), path)
        self._weights = Weights(path, vocabulary_only=True)
        self._vocabulary = Vocabulary(self._weights.vocabulary_handle)
        self._context: Context | None = None

    @property
    def identity(self) -> ModelIdentity:
        """Which weights this engine writes with."""
        return self._identity

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the model."""
        return self._vocabulary

    def count_tokens(self, parts: tuple[Conversation, ...]) -> tuple[int, ...]:
        """Count the prompt tokens of each part."""
        return tuple(len(self._vocabulary.encode(render(part))) for part in parts)

    def overhead_tokens(self, limits: TokenLimits) -> int:
        """Count the header tokens that we write ourselves in one turn."""
        headers = (ANALYSIS_HEADER, ANALYSIS_TO_FINAL) if limits.analysis else (FINAL_HEADER,)
        return sum(len(self._vocabulary.encode(header)) for header in headers)

    def prepare(
        self,
        context_tokens: int,
        cancellation: Cancellation,
        progress: ProgressSink | None = None,
    ) -> None:
        """Load the weights, if they are not, and make a KV cache of at least this many tokens."""
        size = -(-context_tokens // _CONTEXT_STEP) * _CONTEXT_STEP
        if self._context is not None and self._context.tokens >= size:
            return
        if self._context is None:
            self._load(cancellation, progress)
        else:
            self._context.close()
        threads = self._options.threads or default_threads()
        self._context = Context(self._weights.handle, ContextOptions(size, threads))

    def _load(self, cancellation: Cancellation, progress: ProgressSink | None) -> None:
        vocabulary_weights = self._weights
        self._weights = Weights(
            self._path, options=self._options.load, cancellation=cancellation, progress=progress
        )
        vocabulary_weights.close()
        self._vocabulary = Vocabulary(self._weights.vocabulary_handle)

    def close(self) -> None:
        """Free the KV cache and the weights; may be called more than once."""
        if self._context is not None:
            self._context.close()
            self._context = None
        self._weights.close()

    def clear(self) -> None:
        """Forget every cached prompt part; the next request evaluates all of its prompt."""
        if self._context is not None:
            self._context.clear()

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Yield prefill and token events, then one `Completion`; see `Engine.generate`."""
        if self._context is None:
            raise EngineError("The engine was asked to write before its weights were loaded.")
        turn = _Turn(self._context, self._vocabulary, request)
        try:
            yield from turn.run()
        finally:
            self._context.leave()


class _Turn:
    """One assistant turn, from its prompt to its `Completion`."""

    def __init__(
        self, context: Context, vocabulary: Vocabulary, request: GenerationRequest
    ) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._request = request
        self._parts = tuple(vocabulary.encode(render(part)) for part in request.parts)
        self._usage = Usage()
        self._texts: dict[Channel, str] = {Channel.ANALYSIS: "", Channel.FINAL: ""}
        self._require_room()

    def _require_room(self) -> None:
        limits = self._request.limits
        needed = sum(map(len, self._parts)) + limits.analysis + limits.final
        if needed > self._context.tokens:
            raise EngineError(
                f"The prompt and its limits need {needed} tokens, and the context holds "
                f"{self._context.tokens}.",
                "Set a larger context with --context.",
            )

    def run(self) -> Iterator[GenerationEvent]:
        """Read the prompt, reason, write; every way out ends in a `Completion`."""
        thinks = self._request.limits.analysis > 0
        if not (yield from self._read(ANALYSIS_HEADER if thinks else FINAL_HEADER)):
            yield self._completion("cancelled")
            return
        analysis_closed = True
        if thinks:
            stop = yield from self._write(Channel.ANALYSIS, Control.END)
            if stop == "cancelled":
                yield self._completion(stop)
                return
            analysis_closed = stop == "return"
            self._open_final()
        stop = yield from self._write(Channel.FINAL, Control.RETURN)
        yield replace(self._completion(stop), analysis_closed=analysis_closed)

    def _completion(self, stop: StopReason) -> Completion:
        return Completion(
            self._texts[Channel.ANALYSIS], self._texts[Channel.FINAL], stop, self._usage
        )

    def _read(self, header: Sequence[Control | str]) -> Generator[GenerationEvent, None, bool]:
        """Evaluate what is not cached of the prompt; False where the caller asked to stop."""
        started = time.perf_counter()
        opening = self._vocabulary.encode(header)
        total = sum(map(len, self._parts)) + len(opening)
        cached = sum(map(len, self._parts[: self._context.reusable(self._parts)]))
        done = cached
        try:
            for done in self._context.enter(self._parts, self._request.cancellation):
                yield Prefill(done, total)
            self._context.extend(opening, self._request.cancellation)
            done = total
            yield Prefill(done, total)
        except Cancelled:
            pass
        self._usage = replace(
            self._usage,
            prompt=done,
            cached=cached,
            evaluated=done - cached,
            prefill_seconds=time.perf_counter() - started,
        )
        return done == total

    def _open_final(self) -> None:
        """Close the reasoning, whoever ended it, and open the text."""
        started = time.perf_counter()
        header = self._vocabulary.encode(ANALYSIS_TO_FINAL)
        # Never cancelled half-way: these few tokens take as long as one.
        self._context.extend(header, Cancellation())
        self._usage = replace(
            self._usage,
            forced=len(header),
            decode_seconds=self._usage.decode_seconds + time.perf_counter() - started,
        )

    def _write(
        self, channel: Literal[Channel.ANALYSIS, Channel.FINAL], closing: Control
    ) -> Generator[GenerationEvent, None, StopReason]:
        """Sample one channel until its closing token, its limit, or a request to stop."""
        started = time.perf_counter()
        is_final = channel is Channel.FINAL
        limit = self._request.limits.final if is_final else self._request.limits.analysis
        stop_id = self._vocabulary.control(closing)
        sampler = Sampler(
            _channel_params(self._request.sampling, channel),
            self._vocabulary.size,
            self._vocabulary.special_ids - {stop_id},
        )
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        cancellation = self._request.cancellation
        sample, extend = bindings.llama_sampler_sample, self._context.extend_one
        chain, handle, piece = sampler.handle, self._context.handle, self._vocabulary.piece
        pieces: list[str] = []
        stop: StopReason = "length"
        index = 0
        try:
            while index < limit:
                token = sample(chain, handle, -1)
                index += 1
                if token == stop_id:
                    stop = "return"
                    break
                text = decode(piece(token))
                pieces.append(text)
                yield TokenEvent(channel, text, index)
                if cancellation.is_cancelled:
                    stop = "cancelled"
                    break
                extend(token)
            if tail := decode(b"", final=True):
                pieces.append(tail)
                yield TokenEvent(channel, tail, index)
        finally:
            sampler.close()
        self._texts[channel] = "".join(pieces)
        self._usage = replace(
            self._usage,
            **{channel.value: index},
            decode_seconds=self._usage.decode_seconds + time.perf_counter() - started,
        )
        return stop


def _channel_params(params: SamplingParams, channel: Channel) -> SamplingParams:
    """Give the text draws of its own, unrelated to those of the reasoning."""
    return replace(params, seed=derive_seed(params.seed, channel.value))
