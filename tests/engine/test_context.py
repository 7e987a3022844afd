"""The KV cache: reuse changes no bit and saves what it says, whatever happened before."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    GenerationRequest,
    Prefill,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama.context import BATCH_TOKENS, Context
from gptoss_writer.engine.llama.engine import LlamaEngine
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.harmony.rendering import ANALYSIS_HEADER
from gptoss_writer.sampling.params import SamplingParams
from tests.support.turns import completion_of, engine_of, events_of, turn

WINDOW = 128
TRACED_POSITIONS = 4

# Longer than a batch, so that it is split; longer than the window, so that layers must look back.
PREFIX = " ".join(f"The rule number {number} of the house is kept." for number in range(60))
SECTION_A = "Write about the pump handle, exactly 60 words. " + "Deaths fell. " * 30
SECTION_B = "Write about the water company, exactly 60 words. " + "They denied it. " * 90
NOTE = "The text had 71 words. Write it again."
SHORT = "Write."

Trace = tuple[object, ...]


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[LlamaEngine]:
    """Share one engine: what came before must not matter."""
    with engine_of(tiny_model, 4096) as engine:
        yield engine


def trace(engine: LlamaEngine, request: GenerationRequest) -> Trace:
    """Run a request; give its texts, and the logits that its first tokens were drawn from."""
    logits: list[bytes] = []
    said: list[object] = []
    for event in engine.generate(request):
        if isinstance(event, TokenEvent):
            said.append(event)
            if event.index <= TRACED_POSITIONS:
                logits.append(_logits(engine))
        elif isinstance(event, Completion):
            said.extend((event.analysis, event.final, event.stop, event.analysis_closed))
    assert len(logits) >= TRACED_POSITIONS
    return (*said, *logits)


def _logits(engine: LlamaEngine) -> bytes:
    assert engine._context is not None
    address = bindings.llama_get_logits_ith(engine._context.handle, -1)
    return ctypes.string_at(address, 4 * engine.vocabulary.size)


def header_tokens(engine: LlamaEngine) -> int:
    """Count what we write ourselves behind a prompt, to open the reasoning."""
    return len(engine.vocabulary.encode(ANALYSIS_HEADER))


def fresh_trace(engine: LlamaEngine, request: GenerationRequest) -> Trace:
    """Trace a request on a cache that holds nothing."""
    engine.clear()
    return trace(engine, request)


def test_the_prompts_of_these_tests_cross_batches_and_window(engine: LlamaEngine) -> None:
    """Prefix and section B each need several batches; section A is longer than the window."""
    prefix, section_a, section_b = engine.count_tokens(turn(PREFIX, SECTION_A, SECTION_B).parts)

    assert prefix > BATCH_TOKENS
    assert section_b > BATCH_TOKENS
    assert WINDOW < section_a < BATCH_TOKENS


@pytest.mark.parametrize(("seed", "temperature"), [(1, 0.0), (2, 1.0), (77, 1.0)])
def test_a_forked_prefix_changes_no_bit(
    engine: LlamaEngine, tiny_model: Path, seed: int, temperature: float
) -> None:
    """Texts and logits equal those on a cleared cache and those of a new engine."""
    sampling = SamplingParams(seed=seed, temperature=temperature)
    order = [
        turn(*texts, sampling=sampling)
        for texts in (
            (PREFIX, SECTION_A),
            (PREFIX, SECTION_B),
            (PREFIX, SECTION_A),
            (PREFIX, SECTION_B, NOTE),
            (PREFIX, SECTION_B),
            (PREFIX, SHORT),
        )
    ]
    engine.clear()
    reused = [trace(engine, request) for request in order]
    cleared = [fresh_trace(engine, request) for request in order]
    with engine_of(tiny_model, 4096) as other:
        fresh = [fresh_trace(other, request) for request in order]

    assert cleared == reused
    assert fresh == cleared


@pytest.mark.parametrize("texts", [(SHORT,), (SECTION_A,), (PREFIX, SECTION_B)])
def test_the_size_of_the_context_changes_no_bit(
    engine: LlamaEngine, tiny_model: Path, texts: tuple[str, ...]
) -> None:
    """The smallest context that holds a prompt gives what a large one gives."""
    request = turn(*texts)
    needed = (
        sum(engine.count_tokens(request.parts))
        + engine.overhead_tokens(request.limits)
        + request.limits.analysis
        + request.limits.final
    )
    with engine_of(tiny_model, needed) as small:
        assert fresh_trace(engine, request) == fresh_trace(small, request)


class CancelsWhenAsked(Cancellation):
    """Is raised when it is looked at for the n-th time, wherever in the engine that is."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks

    @property
    def is_cancelled(self) -> bool:
        """Count the looks."""
        self._looks -= 1
        return self._looks < 0


PROMPTS = (
    (PREFIX, SECTION_A),
    (PREFIX, SECTION_B),
    (PREFIX, SECTION_B, NOTE),
    (PREFIX, SECTION_A, NOTE, SHORT),
    (SECTION_B,),
    (SHORT, SECTION_A),
)
Action = tuple[Literal["run", "close", "cancel", "clear"], int, int]
ACTIONS = st.tuples(
    st.sampled_from(["run", "close", "cancel", "clear"]),
    st.integers(0, len(PROMPTS) - 1),
    st.integers(0, 60),
)


@settings(max_examples=15, deadline=None)
@given(before=st.lists(ACTIONS, max_size=6), prompt=st.integers(0, len(PROMPTS) - 1))
def test_what_happened_before_never_matters(
    engine: LlamaEngine, before: list[Action], prompt: int
) -> None:
    """After any requests, finished, cancelled or closed half-way, a prompt gives the same bits."""
    for action, number, when in before:
        _act(engine, action, PROMPTS[number], when)
    request = turn(*PROMPTS[prompt])
    after = trace(engine, request)

    assert fresh_trace(engine, request) == after


def _act(engine: LlamaEngine, action: str, texts: tuple[str, ...], when: int) -> None:
    if action == "clear":
        engine.clear()
    elif action == "run":
        events_of(engine, turn(*texts))
    elif action == "close":
        generation = iter(engine.generate(turn(*texts)))
        for _ in range(1 + when % 12):
            next(generation)
        del generation
    else:
        events_of(engine, turn(*texts, cancellation=CancelsWhenAsked(when)))


@pytest.mark.parametrize("looks", [0, 1, 2, 20, 40, 41, 60, 90, 120, 180])
def test_a_prefill_can_be_cancelled_anywhere(engine: LlamaEngine, looks: int) -> None:
    """Wherever a prefill is stopped, nothing is sampled and the next request is not disturbed."""
    engine.clear()
    cancellation = CancelsWhenAsked(looks)
    events = events_of(engine, turn(PREFIX, SECTION_B, cancellation=cancellation))
    completion = events[-1]
    request = turn(PREFIX, SECTION_B)
    after = trace(engine, request)

    assert isinstance(completion, Completion)
    assert ("cancelled", "", "") == (completion.stop, completion.analysis, completion.final)
    assert fresh_trace(engine, request) == after


def test_a_prefill_is_stopped_inside_a_batch(engine: LlamaEngine) -> None:
    """llama.cpp asks between the steps of one batch; the batch then counts as not evaluated."""
    engine.clear()
    cancellation = CancelsWhenAsked(10)
    events = events_of(engine, turn(PREFIX, cancellation=cancellation))
    total = sum(engine.count_tokens(turn(PREFIX).parts)) + header_tokens(engine)

    assert [Prefill(0, total)] == events[:-1]
    assert 0 == _completion(events).usage.evaluated


def _completion(events: list[GenerationEvent]) -> Completion:
    last = events[-1]
    assert isinstance(last, Completion)
    return last


def test_a_device_that_never_asks_is_stopped_between_batches(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GPUs compute a batch to its end; the next one is not begun."""

    def decode(context: Context, batch: object, _cancellation: Cancellation) -> int:
        return int(bindings.llama_decode(context.handle, batch))

    monkeypatch.setattr(Context, "_decode_cancellable", decode)
    engine.clear()
    cancellation = Cancellation()
    events = []
    for event in engine.generate(turn(PREFIX, SECTION_B, cancellation=cancellation)):
        events.append(event)
        if isinstance(event, Prefill) and event.done:
            cancellation.cancel()
    completion = _completion(events)

    assert ("cancelled", BATCH_TOKENS) == (completion.stop, completion.usage.evaluated)


def test_parts_that_are_done_survive_a_cancelled_prefill(engine: LlamaEngine) -> None:
    """A prefill stopped in the section leaves the prefix cached."""
    engine.clear()
    prefix, section = engine.count_tokens(turn(PREFIX, SECTION_B).parts)
    cancellation = Cancellation()
    for event in engine.generate(turn(PREFIX, SECTION_B, cancellation=cancellation)):
        if isinstance(event, Prefill) and event.done > prefix:
            cancellation.cancel()
    usage = completion_of(engine, turn(PREFIX, SECTION_B)).usage

    assert prefix == usage.cached
    assert usage.evaluated >= section


def test_the_prefix_is_evaluated_once(engine: LlamaEngine) -> None:
    """Over many sections no more is evaluated than the prefix, the suffixes and the headers."""
    engine.clear()
    sections = [f"Section {number}. {SECTION_A}" for number in range(6)]
    limits = TokenLimits(4, 8)
    header = header_tokens(engine)
    prefix, *suffixes = engine.count_tokens(turn(PREFIX, *sections).parts)
    usages = [
        completion_of(engine, turn(PREFIX, section, limits=limits)).usage for section in sections
    ]

    assert [0] + [prefix] * 5 == [usage.cached for usage in usages]
    assert prefix + sum(suffixes) + 6 * header == sum(usage.evaluated for usage in usages)
    assert [prefix + suffix + header for suffix in suffixes] == [u.prompt for u in usages]
    assert all(usage.prompt == usage.cached + usage.evaluated for usage in usages)


def test_a_retry_evaluates_its_note_and_its_header(engine: LlamaEngine) -> None:
    """Prefix and section stay cached, for each of the retries, whatever the attempts wrote."""
    engine.clear()
    notes = [NOTE, f"{NOTE} Now with 40 words.", NOTE]
    header = header_tokens(engine)
    lengths = engine.count_tokens(turn(*notes).parts)
    completion_of(engine, turn(PREFIX, SECTION_A))
    usages = [completion_of(engine, turn(PREFIX, SECTION_A, note)).usage for note in notes]

    assert [length + header for length in lengths] == [usage.evaluated for usage in usages]


def test_the_same_retry_is_cached_whole(engine: LlamaEngine) -> None:
    """A request that was just made evaluates no more than the header of the turn."""
    engine.clear()
    request = turn(PREFIX, SECTION_A, NOTE)
    completion_of(engine, request)
    usage = completion_of(engine, request).usage

    assert header_tokens(engine) == usage.evaluated


def test_prefill_events_rise_from_what_was_cached(engine: LlamaEngine) -> None:
    """The first tells what is reused, the last that all is in; none goes back."""
    engine.clear()
    completion_of(engine, turn(PREFIX, SECTION_A))
    events = events_of(engine, turn(PREFIX, SECTION_B))
    prefix = engine.count_tokens(turn(PREFIX).parts)[0]
    usage = _completion(events).usage
    steps = [event.done for event in events if isinstance(event, Prefill)]

    assert prefix == steps[0]
    assert usage.prompt == steps[-1]
    assert sorted(steps) == steps
    assert {usage.prompt} == {event.total for event in events if isinstance(event, Prefill)}


def test_any_number_of_parts_is_taken(engine: LlamaEngine) -> None:
    """None, empty ones, and more than the cache has levels; the tokens stay those of one part."""
    texts = ["one", "two", "three", "four", "five", "six"]
    many = turn(*texts)
    joined = GenerationRequest((sum(many.parts, ()),), many.limits, many.sampling)
    with_gaps = ((), *many.parts[:2], (), *many.parts[2:])
    spaced = GenerationRequest(with_gaps, many.limits, many.sampling)
    nothing = GenerationRequest((), many.limits, many.sampling)
    empty = GenerationRequest(((),), many.limits, many.sampling)
    usages = [completion_of(engine, request).usage.prompt for request in (joined, many, many)]

    assert [usages[0]] * 3 == usages
    assert fresh_trace(engine, many) == trace(engine, many)
    assert fresh_trace(engine, spaced) == fresh_trace(engine, many)
    assert fresh_trace(engine, empty) == fresh_trace(engine, nothing)
