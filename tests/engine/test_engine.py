"""What comes out of a turn: sealed channels, kept limits, whole characters, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gptoss_writer.draft import Checkpoint
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    Prefill,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama.engine import LlamaEngine
from gptoss_writer.errors import EngineError
from gptoss_writer.harmony.messages import Channel
from gptoss_writer.harmony.rendering import ANALYSIS_TO_FINAL
from gptoss_writer.sampling.params import SamplingParams
from models.demo.tokenizer import CONTROL_TOKENS
from tests.support.gguf_models import write_model
from tests.support.parrot import Wishes, saying, write_parrot
from tests.support.turns import completion_of, engine_of, events_of, text_of, turn

HOT = 3.0
GREEDY = SamplingParams(temperature=0)


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[LlamaEngine]:
    """Share one engine of random weights."""
    with engine_of(tiny_model) as engine:
        yield engine


@pytest.fixture(scope="module")
def ending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    """Share one engine whose random weights like to end."""
    path = tmp_path_factory.mktemp("models") / "ending.gguf"
    with engine_of(write_model(path, end_bias=3.5)) as engine:
        yield engine


def parrot(path: Path, tiny_model: Path, wishes: Wishes) -> Path:
    """Write a model that wants what `wishes` says."""
    return write_parrot(path / "parrot.gguf", tiny_model, wishes)


def completion_in(events: list[GenerationEvent]) -> Completion:
    """Give the last event of a whole generation."""
    last = events[-1]
    assert isinstance(last, Completion)
    return last


def hot(seed: int) -> SamplingParams:
    """Draw from nearly everything."""
    return SamplingParams(temperature=HOT, min_p=0, seed=seed)


@pytest.fixture
def drawn(engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note down the tokens that the engine goes on with."""
    context = engine._context
    assert context is not None
    tokens: list[int] = []
    extend_one = context.extend_one

    def note(token: int) -> None:
        tokens.append(token)
        extend_one(token)

    monkeypatch.setattr(context, "extend_one", note)
    return tokens


@pytest.mark.parametrize("seed", range(25))
def test_noise_stays_in_its_channels(engine: LlamaEngine, drawn: list[int], seed: int) -> None:
    """No marker comes out, no limit is passed, and the events are the completion."""
    limits = TokenLimits(analysis=30, final=60)
    events = events_of(engine, turn("Write.", limits=limits, sampling=hot(seed)))
    completion = completion_in(events)
    counts = {
        channel: max(
            event.index
            for event in events
            if isinstance(event, TokenEvent) and event.channel is channel
        )
        for channel in (Channel.ANALYSIS, Channel.FINAL)
    }
    said = completion.analysis + completion.final

    assert len(drawn) > 1
    assert engine.vocabulary.special_ids.isdisjoint(drawn)
    assert [] == [token for token in CONTROL_TOKENS if token in said]
    assert completion.analysis == text_of(events, Channel.ANALYSIS)
    assert completion.final == text_of(events, Channel.FINAL)
    assert counts[Channel.ANALYSIS] <= completion.usage.analysis <= limits.analysis
    assert counts[Channel.FINAL] <= completion.usage.final <= limits.final
    assert completion.analysis_closed == (counts[Channel.ANALYSIS] < completion.usage.analysis)
    assert len(engine.vocabulary.encode(ANALYSIS_TO_FINAL)) == completion.usage.forced
    if completion.stop == "length":
        assert limits.final == completion.usage.final


@pytest.mark.parametrize("seed", range(10))
def test_the_model_ends_its_own_channels(ending: LlamaEngine, seed: int) -> None:
    """A closing token ends a channel; it is counted, and not shown."""
    limits = TokenLimits(analysis=400, final=400)
    events = events_of(ending, turn("Write.", limits=limits, sampling=SamplingParams(seed=seed)))
    completion = completion_in(events)
    thought = [e for e in events if isinstance(e, TokenEvent) and e.channel is Channel.ANALYSIS]
    written = [e for e in events if isinstance(e, TokenEvent) and e.channel is Channel.FINAL]

    assert ("return", True) == (completion.stop, completion.analysis_closed)
    assert completion.usage.analysis == len(thought) + 1
    assert completion.usage.final == len(written) + 1
    assert list(range(1, len(thought) + 1)) == [event.index for event in thought]
    assert list(range(1, len(written) + 1)) == [event.index for event in written]


def test_the_order_of_events(engine: LlamaEngine) -> None:
    """Prefill, reasoning, the place behind it, text, one completion."""
    engine.clear()
    events = events_of(engine, turn("Write.", limits=TokenLimits(3, 2)))

    assert [
        Prefill,
        Prefill,
        Prefill,
        *[Channel.ANALYSIS] * 3,
        Checkpoint,
        *[Channel.FINAL] * 2,
        Completion,
    ] == [event.channel if isinstance(event, TokenEvent) else type(event) for event in events]


@pytest.mark.parametrize("wanted", CONTROL_TOKENS)
def test_a_control_token_is_never_drawn(tmp_path: Path, tiny_model: Path, wanted: str) -> None:
    """A model that wants one above all gets its second choice, except for the right end."""
    wishes = {
        "<|message|>": (wanted, "a"),
        "a": (wanted, "b"),
        "b": ("<|end|>", "<|return|>"),
    }
    with engine_of(parrot(tmp_path, tiny_model, wishes)) as engine:
        completion = completion_of(engine, turn("Write.", sampling=GREEDY))

    thought, written = completion.analysis, completion.final
    usage = completion.usage

    assert (("", 1) if wanted == "<|end|>" else ("ab", 3)) == (thought, usage.analysis)
    assert (("", 1) if wanted == "<|return|>" else ("ab", 3)) == (written, usage.final)
    assert ("return", True) == (completion.stop, completion.analysis_closed)


def test_no_reasoning_where_none_is_allowed(ending: LlamaEngine) -> None:
    """With an analysis limit of 0 the turn opens with the text."""
    events = events_of(ending, turn("Write.", limits=TokenLimits(0, 40)))
    completion = completion_in(events)

    assert {Channel.FINAL} == {e.channel for e in events if isinstance(e, TokenEvent)}
    assert ("", 0, 0) == (completion.analysis, completion.usage.analysis, completion.usage.forced)
    assert completion.analysis_closed


def test_no_text_where_none_is_allowed(engine: LlamaEngine) -> None:
    """With a final limit of 0 the turn ends before its first word."""
    completion = completion_of(engine, turn("Write.", limits=TokenLimits(0, 0)))

    assert ("", "length", 0) == (completion.final, completion.stop, completion.usage.final)


@pytest.mark.parametrize(
    ("content", "text", "pieces"),
    [
        ("aé—🐝b".encode(), "aé—🐝b", ["a", "", "é", "", "", "—", "", "", "", "🐝", "b"]),
        (b"a\xc3", "a\ufffd", ["a", "", "\ufffd"]),
        (b"a\xf0\x9f\x90", "a\ufffd", ["a", "", "", "", "\ufffd"]),
        (b"\xc3a\xff", "\ufffda\ufffd", ["", "\ufffda", "\ufffd"]),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd", ["", "", "\ufffd\ufffd\ufffd"]),
    ],
    ids=["whole", "cut after one of two", "cut after three of four", "stray bytes", "surrogate"],
)
def test_characters_come_out_whole(
    tmp_path: Path, tiny_model: Path, content: bytes, text: str, pieces: list[str]
) -> None:
    """Bytes wait for the rest of their character; what never becomes one is U+FFFD, as ever."""
    with engine_of(parrot(tmp_path, tiny_model, saying(content))) as engine:
        events = events_of(engine, turn("Write.", sampling=GREEDY))
    completion = completion_in(events)

    assert content.decode(errors="replace") == text
    assert (text, text) == (completion.analysis, completion.final)
    assert pieces == [
        event.text
        for event in events
        if isinstance(event, TokenEvent) and event.channel is Channel.FINAL
    ]


def test_a_limit_inside_a_character_gives_one_replacement(tmp_path: Path, tiny_model: Path) -> None:
    """The text ends in U+FFFD, and reasoning that was cut so does not spoil the text."""
    with engine_of(parrot(tmp_path, tiny_model, saying("é🐝".encode()))) as engine:
        completion = completion_of(
            engine, turn("Write.", limits=TokenLimits(4, 5), sampling=GREEDY)
        )

    assert ("é\ufffd", "é\ufffd") == (completion.analysis, completion.final)
    assert ("length", False, 4, 5) == (
        completion.stop,
        completion.analysis_closed,
        completion.usage.analysis,
        completion.usage.final,
    )


@pytest.mark.parametrize("temperature", [0.7, 1.0])
def test_a_seed_names_a_text(engine: LlamaEngine, temperature: float) -> None:
    """The same seed gives the same text, each other seed another."""
    texts = [
        completion_of(
            engine, turn("Write.", sampling=SamplingParams(temperature=temperature, seed=seed))
        ).final
        for seed in (1, 2, 3, 1, 2, 3)
    ]

    assert texts[:3] == texts[3:]
    assert 3 == len(set(texts))


def test_without_temperature_there_is_no_chance(engine: LlamaEngine) -> None:
    """Temperature 0 gives one text, whatever the seed and the other settings."""
    texts = {
        completion_of(engine, turn("Write.", sampling=sampling)).final
        for sampling in (
            SamplingParams(temperature=0, seed=1),
            SamplingParams(temperature=0, seed=2),
            SamplingParams(temperature=0, seed=3, top_k=5, top_p=0.5, min_p=0.2),
        )
    }

    assert 1 == len(texts)


@pytest.mark.parametrize(
    "sampling",
    [
        SamplingParams(top_k=1),
        SamplingParams(top_p=1e-6),
        SamplingParams(min_p=1.0),
        SamplingParams(temperature=1e-4),
    ],
    ids=["top_k", "top_p", "min_p", "temperature"],
)
def test_each_setting_alone_can_leave_one_choice(
    engine: LlamaEngine, sampling: SamplingParams
) -> None:
    """At its narrowest each of them gives the text of temperature 0, so each is set."""
    assert (
        completion_of(engine, turn("Write.", sampling=GREEDY)).final
        == completion_of(engine, turn("Write.", sampling=sampling)).final
    )


def test_reasoning_and_text_are_drawn_apart(tmp_path: Path) -> None:
    """Where the model is indifferent, the two channels of one seed are not the same noise."""
    flat = write_model(tmp_path / "flat.gguf", layers=1, scale=0.01)
    with engine_of(flat) as engine:
        completion = completion_of(engine, turn("Write.", limits=TokenLimits(40, 40)))

    assert completion.analysis != completion.final


def test_a_cancelled_turn_keeps_what_was_said(engine: LlamaEngine) -> None:
    """Between tokens a stop is heeded at once, in the reasoning as in the text."""
    for channel, limits in ((Channel.ANALYSIS, (50, 50)), (Channel.FINAL, (0, 50))):
        cancellation = Cancellation()
        events: list[GenerationEvent] = []
        request = turn("Write.", limits=TokenLimits(*limits), cancellation=cancellation)
        for event in engine.generate(request):
            events.append(event)
            if isinstance(event, TokenEvent) and event.index == 7:
                cancellation.cancel()
        completion = completion_in(events)
        usage = completion.usage

        assert "cancelled" == completion.stop
        assert 7 == (usage.analysis if channel is Channel.ANALYSIS else usage.final)
        assert text_of(events, channel) == (completion.analysis or completion.final)


def test_a_turn_that_was_cancelled_before_it_began_says_nothing(engine: LlamaEngine) -> None:
    """Nothing is evaluated and nothing is sampled."""
    cancellation = Cancellation()
    cancellation.cancel()
    engine.clear()
    completion = completion_of(engine, turn("Write.", cancellation=cancellation))
    usage = completion.usage

    assert ("cancelled", "", "") == (completion.stop, completion.analysis, completion.final)
    assert (0, 0, 0, 0) == (usage.prompt, usage.evaluated, usage.analysis, usage.final)


def test_a_stop_at_the_last_prefill_event_draws_no_token(engine: LlamaEngine) -> None:
    """The prompt is in, and counted; the reasoning is not begun."""
    cancellation = Cancellation()
    events: list[GenerationEvent] = []
    for event in engine.generate(turn("Write.", cancellation=cancellation)):
        events.append(event)
        if isinstance(event, Prefill) and event.done == event.total:
            cancellation.cancel()
    completion = completion_in(events)

    assert ("cancelled", 0) == (completion.stop, completion.usage.analysis)
    assert completion.usage.prompt == completion.usage.cached + completion.usage.evaluated > 0


def test_what_does_not_fit_is_refused_before_it_is_read(tmp_path: Path, tiny_model: Path) -> None:
    """Prompt, headers and limits must fit together; one token more is an error, and costs none."""
    endless = {"<|message|>": ("a",), "a": ("a",)}
    with engine_of(parrot(tmp_path, tiny_model, endless), 512) as engine:
        prompt = engine.count_tokens(turn("Write.").parts)[0]
        room = 512 - prompt - engine.overhead_tokens(TokenLimits(9, 9)) - 9
        too_much = TokenLimits(9, room + 1)
        with pytest.raises(EngineError) as caught:
            events_of(engine, turn("Write.", limits=too_much, sampling=GREEDY))
        fitting = turn("Write.", limits=TokenLimits(9, room), sampling=GREEDY)
        completion = completion_of(engine, fitting)

    assert (
        "The prompt and its limits need 513 tokens, and the context holds 512."
        == caught.value.message
    )
    assert "Leave --context out, or set a larger one." == caught.value.hint
    assert 0 == completion.usage.cached
    assert ("a" * 9, "a" * room) == (completion.analysis, completion.final)


def test_overhead_is_what_we_write_ourselves(engine: LlamaEngine) -> None:
    """Prompt parts and overhead together are all that is evaluated but not sampled."""
    for limits in (TokenLimits(5, 5), TokenLimits(0, 5)):
        request = turn("Write.", limits=limits)
        usage = completion_of(engine, request).usage

        assert usage.prompt + usage.forced == sum(
            engine.count_tokens(request.parts)
        ) + engine.overhead_tokens(limits)
