"""The shortest loop there is over llama.cpp's functions: what our own is measured against."""

from __future__ import annotations

import time

from gptoss_writer.engine.interface import Cancellation, GenerationRequest
from gptoss_writer.engine.llama.context import Context
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.sampler import Sampler
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.harmony.rendering import FINAL_HEADER, render


def raw_seconds(
    context: Context, vocabulary: Vocabulary, request: GenerationRequest, tokens: int
) -> tuple[float, float]:
    """Give the seconds of reading a prompt and of drawing so many tokens behind it."""
    prompt = [vocabulary.encode(render(part)) for part in request.parts]
    prompt.append(vocabulary.encode(FINAL_HEADER))
    context.clear()
    started = time.perf_counter()
    for part in prompt:
        context.extend(part, Cancellation())
    bindings.llama_synchronize(context.handle)
    read = time.perf_counter() - started
    sampler = Sampler(request.sampling, vocabulary.size, vocabulary.special_ids)
    try:
        drawn = _draw(context, sampler, tokens)
    finally:
        sampler.close()
        context.clear()
    return read, drawn


def _draw(context: Context, sampler: Sampler, tokens: int) -> float:
    batch = bindings.llama_batch_init(1, 0, 1)
    batch.n_tokens = batch.n_seq_id[0] = batch.logits[0] = 1
    batch.seq_id[0][0] = context.live_sequence
    token, place = batch.token, batch.pos
    sample, decode = bindings.llama_sampler_sample, bindings.llama_decode
    chain, handle, position = sampler.handle, context.handle, context.position
    started = time.perf_counter()
    for index in range(tokens):
        token[0] = sample(chain, handle, -1)
        place[0] = position + index
        decode(handle, batch)
    seconds = time.perf_counter() - started
    bindings.llama_batch_free(batch)
    return seconds
