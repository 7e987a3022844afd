"""One assistant turn: its prompt, its reasoning, its text, with the headers between them sealed.

We write the header of each channel ourselves and sample only what is inside: reasoning until
`<|end|>` or its limit, then the text until `<|return|>`. Every other control token is forbidden
while sampling, so a malformed header cannot occur and reasoning cannot leak into the text.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal

from gptoss_writer.draft import Checkpoint, Steering
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    GenerationRequest,
    Prefill,
    StopReason,
    TokenEvent,
    TokenLimits,
    Usage,
)
from gptoss_writer.engine.llama.checkpoints import usable_checkpoint
from gptoss_writer.engine.llama.context import MAX_PARTS, Cancelled, Context
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.live_states import LiveStates
from gptoss_writer.engine.llama.sampler import ContextDraws, Sampler
from gptoss_writer.engine.llama.steering import SteeredWriter
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.errors import EngineError
from gptoss_writer.harmony.messages import Channel, Control
from gptoss_writer.harmony.rendering import (
    ANALYSIS_HEADER,
    ANALYSIS_TO_FINAL,
    FINAL_HEADER,
    render,
)
from gptoss_writer.sampling.interface import Constraint
from gptoss_writer.sampling.params import SamplingParams, derive_seed


def overhead_tokens(vocabulary: Vocabulary, limits: TokenLimits) -> int:
    """Count the header tokens that we write ourselves in one turn."""
    headers = (ANALYSIS_HEADER, ANALYSIS_TO_FINAL) if limits.analysis > 0 else (FINAL_HEADER,)
    return sum(len(vocabulary.encode(header)) for header in headers)


def write_turn(
    context: Context, vocabulary: Vocabulary, request: GenerationRequest
) -> Generator[GenerationEvent, None, None]:
    """Yield the events of one turn; see `Engine.generate`. May be closed at any time."""
    turn = _Turn(context, vocabulary, request)
    try:
        yield from turn.run()
    finally:
        context.leave()


class _Turn:
    """One assistant turn, from its prompt to its `Completion`."""

    def __init__(
        self, context: Context, vocabulary: Vocabulary, request: GenerationRequest
    ) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._request = request
        self._parts = _fold(vocabulary.encode(render(part)) for part in request.parts)
        self._usage = Usage()
        self._steering: Steering | None = None
        self._texts: dict[Channel, str] = {Channel.ANALYSIS: "", Channel.FINAL: ""}
        self._opened = Checkpoint((), is_closed=True)
        self._checkpoint = usable_checkpoint(request, vocabulary)
        self._require_room()
        thinks = request.limits.analysis > 0
        self._opening = vocabulary.encode(ANALYSIS_HEADER if thinks else ())
        self._header = vocabulary.encode(ANALYSIS_TO_FINAL if thinks else FINAL_HEADER)
        self._states = LiveStates(context, self._parts, self._opening, self._header)

    def _require_room(self) -> None:
        limits = self._request.limits
        needed = (
            sum(map(len, self._parts))
            + overhead_tokens(self._vocabulary, limits)
            + limits.analysis
            + limits.final
        )
        if needed > self._context.tokens:
            raise EngineError(
                f"The prompt and its limits need {needed} tokens, and the context holds "
                f"{self._context.tokens}.",
                "Leave --context out, or set a larger one.",
            )

    def run(self) -> Iterator[GenerationEvent]:
        """Read the prompt, reason, write; every way out ends in a `Completion`."""
        restored = self._states.restore(self._checkpoint) if self._checkpoint else None
        if self._checkpoint and restored is not None:
            yield from self._recall(self._checkpoint, restored)
        elif not (yield from self._open()):
            yield self._completion("cancelled")
            return
        if self._request.constraint is None:
            stop = yield from self._write(Channel.FINAL, Control.RETURN)
        else:
            stop = yield from self._write_steered(self._request.constraint, restored or 0)
        if stop != "cancelled":
            self._states.forget()
        yield replace(self._completion(stop), analysis_closed=self._opened.is_closed)

    def _open(self) -> Generator[GenerationEvent, None, bool]:
        """Read the prompt and reason; False where the caller asked to stop."""
        thinks = self._request.limits.analysis > 0
        if not (yield from self._read(self._opening if thinks else self._header)):
            return False
        if thinks:
            if (yield from self._think()) == "cancelled":
                return False
            self._open_final()
        if thinks and self._checkpoint is None:
            yield self._opened
            self._states.keep(self._opened)
        return True

    def _think(self) -> Generator[GenerationEvent, None, StopReason]:
        """Reason, or follow the reasoning of a checkpoint."""
        known = self._checkpoint.analysis if self._checkpoint else None
        stop = yield from self._write(Channel.ANALYSIS, Control.END, known)
        if self._checkpoint and stop != "cancelled":
            stop = "return" if self._checkpoint.is_closed else "length"
        self._opened = replace(self._opened, is_closed=stop == "return")
        return stop

    def _recall(self, checkpoint: Checkpoint, restored: int) -> Iterator[GenerationEvent]:
        """Show what is in the cache again, up to the text."""
        behind = len(self._opening) + len(checkpoint.analysis) + len(self._header) + restored
        prompt = sum(map(len, self._parts)) + behind
        self._usage = replace(self._usage, prompt=prompt, cached=prompt)
        yield Prefill(prompt, prompt)
        self._opened = replace(
            self._opened, analysis=checkpoint.analysis, is_closed=checkpoint.is_closed
        )
        text = b"".join(map(self._vocabulary.piece, checkpoint.analysis)).decode(errors="replace")
        self._texts[Channel.ANALYSIS] = text
        if text:
            yield TokenEvent(Channel.ANALYSIS, text, len(checkpoint.analysis))

    def _completion(self, stop: StopReason) -> Completion:
        return Completion(
            self._texts[Channel.ANALYSIS],
            self._texts[Channel.FINAL],
            stop,
            self._usage,
            steering=self._steering,
        )

    def _read(self, opening: Sequence[int]) -> Generator[GenerationEvent, None, bool]:
        """Evaluate what is not cached of the prompt; False where the caller asked to stop."""
        started = time.perf_counter()
        total = sum(map(len, self._parts)) + len(opening)
        steps = self._context.enter(self._parts, self._request.cancellation)
        done = cached = next(steps)
        yield Prefill(done, total)
        try:
            for done in steps:
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
        return done == total and not self._request.cancellation.is_cancelled

    def _open_final(self) -> None:
        """Close the reasoning, whoever ended it, and open the text."""
        started = time.perf_counter()
        # Never cancelled half-way: these few tokens take as long as one.
        self._context.extend(self._header, Cancellation())
        self._usage = replace(
            self._usage,
            forced=len(self._header),
            decode_seconds=self._usage.decode_seconds + time.perf_counter() - started,
        )

    def _write(
        self,
        channel: Literal[Channel.ANALYSIS, Channel.FINAL],
        closing: Control,
        known: Sequence[int] | None = None,
    ) -> Generator[GenerationEvent, None, StopReason]:
        """Sample one channel until its closing token, its limit, or a request to stop.

        Where its tokens are `known`, they are evaluated one by one as if they had been sampled.
        """
        started = time.perf_counter()
        is_final = channel is Channel.FINAL
        limit = self._request.limits.final if is_final else self._request.limits.analysis
        limit = limit if known is None else len(known)
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
        tokens: list[int] = []
        stop: StopReason = "length"
        index = 0
        try:
            while index < limit:
                token = sample(chain, handle, -1) if known is None else known[index]
                index += 1
                if token == stop_id:
                    stop = "return"
                    break
                tokens.append(token)
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
        if not is_final:
            self._opened = replace(self._opened, analysis=tuple(tokens))
        self._usage = replace(
            self._usage,
            **{channel.value: index},
            decode_seconds=self._usage.decode_seconds + time.perf_counter() - started,
        )
        return stop

    def _write_steered(
        self, constraint: Constraint, restored: int
    ) -> Generator[GenerationEvent, None, StopReason]:
        """Sample the text under a constraint; so many tokens of it are in the cache already."""
        started = time.perf_counter()
        params = _channel_params(self._request.sampling, Channel.FINAL)
        stop_id = self._vocabulary.control(Control.RETURN)
        sampler = Sampler(params, self._vocabulary.size, self._vocabulary.special_ids - {stop_id})
        writer = SteeredWriter(
            self._context,
            self._vocabulary,
            self._request,
            constraint,
            ContextDraws(sampler, self._context.handle, stop_id),
            self._opened,
        )
        try:
            writing = writer.write(self._header, self._checkpoint, restored)
            written = yield from self._states.keeping(writing)
        finally:
            sampler.close()
        self._texts[Channel.FINAL] = written.text
        self._steering = written.steering
        self._usage = replace(
            self._usage,
            final=written.drawn,
            decode_seconds=self._usage.decode_seconds + time.perf_counter() - started,
        )
        return written.stop


def _fold(parts: Iterable[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Leave empty parts out, and put what is beyond the cache's levels into the last of them."""
    full = tuple(part for part in parts if part)
    beyond = tuple(chain.from_iterable(full[MAX_PARTS - 1 :]))
    return (*full[: MAX_PARTS - 1], beyond) if beyond else full


def _channel_params(params: SamplingParams, channel: Channel) -> SamplingParams:
    """Give the text draws of its own, unrelated to those of the reasoning."""
    return replace(params, seed=derive_seed(params.seed, channel.value))
