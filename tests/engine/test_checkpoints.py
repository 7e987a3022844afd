"""A text that was cut off at a sentence end is gone on with as if it had not been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Checkpoint
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationRequest,
    Retraction,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama import live_states
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.harmony.messages import Channel
from gptoss_writer.sampling.params import SamplingParams
from tests.bench.random_sections import evidence
from tests.support.guarded import guard_of
from tests.support.steered import talking_model
from tests.support.turns import engine_of, parts_of

SOURCES = evidence()
USUAL = SamplingParams(seed=3)
SAMPLINGS = {
    "usual": USUAL,
    "other": SamplingParams(seed=4),
    "cut": SamplingParams(seed=6, temperature=1.2, top_k=200, top_p=0.98, min_p=0.0),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model that takes much back."""
    return talking_model(tmp_path_factory.mktemp("models") / "random.gguf")


@pytest.fixture(scope="module")
def engine(model: Path) -> Iterator[LlamaEngine]:
    """Share one engine."""
    with engine_of(model, 16384) as engine:
        yield engine


def request_of(
    sampling: SamplingParams = USUAL,
    checkpoint: Checkpoint | None = None,
    *,
    target: int = 120,
    thoughts: int = 9,
    cancellation: Cancellation | None = None,
) -> GenerationRequest:
    """Ask for a section."""
    return GenerationRequest(
        parts_of("The rules.", "Write about the pump."),
        TokenLimits(thoughts, 40 * target),
        sampling,
        cancellation or Cancellation(),
        guard_of(target, sources=SOURCES),
        checkpoint,
    )


def written(
    engine: LlamaEngine, request: GenerationRequest
) -> tuple[Completion, list[Checkpoint], str]:
    """Write a text; give its completion, its checkpoints, and the text as a screen shows it."""
    shown, checkpoints = "", []
    for event in engine.generate(request):
        if isinstance(event, TokenEvent) and event.channel is Channel.FINAL:
            shown += event.text
        elif isinstance(event, Retraction):
            shown = shown[: len(shown) - event.characters]
        elif isinstance(event, Checkpoint):
            checkpoints.append(event)
        elif isinstance(event, Completion):
            return event, checkpoints, shown
    raise AssertionError("no completion came")


def same(one: Completion, other: Completion) -> bool:
    """Tell whether two completions are alike but for what they cost."""
    return replace(one, usage=other.usage) == other


@pytest.mark.parametrize("sampling", SAMPLINGS.values(), ids=SAMPLINGS)
def test_from_every_checkpoint_the_same_text_comes(
    engine: LlamaEngine, sampling: SamplingParams
) -> None:
    """Whatever was taken back before it or will be behind it, and so do the later checkpoints."""
    whole, checkpoints, _ = written(engine, request_of(sampling))
    assert whole.steering
    assert whole.steering.resampled or sampling is not USUAL
    assert 4 < len(checkpoints), whole.final
    for number, checkpoint in enumerate(checkpoints):
        engine.clear()
        resumed, later, shown = written(engine, request_of(sampling, checkpoint))

        assert same(whole, resumed)
        assert shown == whole.final
        assert checkpoints[number + 1 :] == [item for item in later if item.final]


def test_another_process_can_go_on(model: Path, engine: LlamaEngine) -> None:
    """Nothing but the checkpoint goes from one engine to the other."""
    whole, checkpoints, _ = written(engine, request_of())
    with engine_of(model, 16384) as other:
        resumed, *_ = written(other, request_of(checkpoint=checkpoints[len(checkpoints) // 2]))

    assert same(whole, resumed)


def test_without_reasoning_it_goes_on_as_well(engine: LlamaEngine) -> None:
    """The text begins behind another header."""
    whole, checkpoints, _ = written(engine, request_of(thoughts=0))
    resumed, *_ = written(engine, request_of(checkpoint=checkpoints[1], thoughts=0))

    assert same(whole, resumed)


def test_a_checkpoint_is_a_sentence_end(engine: LlamaEngine) -> None:
    """The first is the end of the reasoning; then each has one sentence more."""
    _, checkpoints, _ = written(engine, request_of())
    first, *others = checkpoints

    assert (9, (), (0,), None) == (
        len(first.analysis),
        first.final,
        first.sentences,
        first.following,
    )
    assert list(range(2, len(others) + 2)) == [len(item.sentences) for item in others]
    assert all(item.sentences[-1] == len(item.final) for item in others)
    assert all(item.final[: len(first.final)] == first.final for item in others)


def test_a_stop_while_going_on_gives_what_was_there_by_then(engine: LlamaEngine) -> None:
    """A later run can go on from the same checkpoint."""
    whole, checkpoints, _ = written(engine, request_of())
    checkpoint = checkpoints[3]
    cancellation = Cancellation()
    request = request_of(checkpoint=checkpoint, cancellation=cancellation)
    for event in engine.generate(request):
        if isinstance(event, TokenEvent) and event.channel is Channel.FINAL:
            cancellation.cancel()

    assert isinstance(event, Completion)
    assert "cancelled" == event.stop
    assert whole.final.startswith(event.final)
    resumed, *_ = written(engine, request_of(checkpoint=checkpoint))
    assert same(whole, resumed)


@pytest.mark.parametrize(
    "change",
    [
        {"final": (2**31,)},
        {"final": (-1,)},
        {"analysis": (10**9,)},
        {"following": None},
        {"final": ()},
        {"sentences": ()},
        {"sentences": (0, 5000)},
        {"sentences": (0, 1)},
        {"final": (199_999,) * 3},
    ],
    ids=str,
)
def test_what_is_no_checkpoint_of_this_text_counts_for_nothing(
    engine: LlamaEngine, change: dict[str, object]
) -> None:
    """The text is written from its beginning then."""
    whole, checkpoints, _ = written(engine, request_of())
    damaged = replace(checkpoints[2], **change)  # type: ignore[arg-type]  # each case names fields
    resumed, *_ = written(engine, request_of(checkpoint=damaged))

    assert same(whole, resumed)
    assert resumed.usage.final == whole.usage.final


def test_a_text_that_the_rules_refuse_counts_for_nothing(engine: LlamaEngine) -> None:
    """The rules are those of the request, not of the text that was cut off."""
    _, checkpoints, _ = written(engine, request_of())
    last = checkpoints[-1]
    short, *_ = written(engine, request_of(target=20))
    resumed, *_ = written(engine, request_of(checkpoint=last, target=20))

    assert same(short, resumed)


def test_what_was_followed_is_counted_as_written(engine: LlamaEngine) -> None:
    """Its tokens went through the model; those that had been taken back did not again."""
    whole, checkpoints, _ = written(engine, request_of())
    last = checkpoints[-1]
    resumed, *_ = written(engine, request_of(checkpoint=last))
    behind = whole.usage.final - last.drawn

    assert last.drawn > len(last.final) + 1
    assert len(last.final) + 1 + behind == resumed.usage.final
    assert whole.usage.analysis == resumed.usage.analysis


@contextmanager
def keeping(model: Path, folder: Path) -> Iterator[LlamaEngine]:
    """Open an engine that keeps states in a folder, as another process would."""
    engine = LlamaEngine(model, LlamaOptions(threads=1, prefixes=folder))
    try:
        engine.prepare(16384, Cancellation())
        yield engine
    finally:
        engine.close()


def texts_kept(folder: Path) -> int:
    """Count the states of texts that are in a folder."""
    heads = [path.read_bytes().partition(b"\n")[0] for path in folder.glob("*.prefix")]
    return sum(b"written" in head for head in heads)


def keep_every_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a state be kept at every checkpoint, whatever time that takes."""
    monkeypatch.setattr(live_states, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(live_states, "_LARGEST_SHARE", 1e9)


def stop_behind(
    checkpoint: Checkpoint, model: Path, folder: Path, request: GenerationRequest
) -> None:
    """Be a process that ends when the state at a checkpoint was kept."""
    with keeping(model, folder) as engine:
        writing = engine.generate(request)
        while next(writing) != checkpoint:
            pass
        next(writing)  # the state is kept behind the checkpoint


@pytest.mark.parametrize("thoughts", [9, 0])
@pytest.mark.parametrize("at", [0, 1, 3, 5])
def test_where_the_state_was_kept_nothing_is_computed_again(
    engine: LlamaEngine,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    thoughts: int,
) -> None:
    """The text is the same; prompt, reasoning and text come from the cache; then it is deleted."""
    keep_every_state(monkeypatch)
    whole, checkpoints, _ = written(engine, request_of(thoughts=thoughts))
    checkpoint = checkpoints[at]
    stop_behind(checkpoint, model, tmp_path, request_of(thoughts=thoughts))
    assert 1 == texts_kept(tmp_path)
    with keeping(model, tmp_path) as second:
        resumed, _, shown = written(second, request_of(checkpoint=checkpoint, thoughts=thoughts))

    assert same(whole, resumed)
    assert shown == whole.final
    assert (0, 0) == (resumed.usage.evaluated, resumed.usage.analysis)
    assert whole.usage.final - checkpoint.drawn + bool(at or not thoughts) == resumed.usage.final
    assert 0 == texts_kept(tmp_path)


def test_a_checkpoint_of_more_than_its_text_finds_no_state(
    engine: LlamaEngine, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was damaged; a state that would be taken for a longer text must not be gone on with."""
    keep_every_state(monkeypatch)
    whole, checkpoints, _ = written(engine, request_of())
    stop_behind(checkpoints[4], model, tmp_path, request_of())
    damaged = replace(checkpoints[4], sentences=(0, 5000))
    with keeping(model, tmp_path) as second:
        resumed, *_ = written(second, request_of(checkpoint=damaged))

    assert same(whole, resumed)


def test_from_an_earlier_state_the_rest_is_followed(
    engine: LlamaEngine, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """States are kept now and then only; and a note behind the section changes nothing."""
    keep_every_state(monkeypatch)
    whole, checkpoints, _ = written(engine, request_of())
    stop_behind(checkpoints[2], model, tmp_path, request_of())
    with keeping(model, tmp_path) as second:
        resumed, *_ = written(second, request_of(checkpoint=checkpoints[5]))
        again, *_ = written(second, request_of())

    assert same(whole, resumed)
    assert same(whole, again)
    followed = len(checkpoints[5].final) - len(checkpoints[2].final)
    assert whole.usage.final - checkpoints[5].drawn + followed + 1 == resumed.usage.final


def test_states_are_kept_for_long_texts_only(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written in less time than may be lost is written again."""
    monkeypatch.setattr(live_states, "_LEAST_SECONDS", 3600.0)  # however busy the machine is
    with keeping(model, tmp_path) as engine:
        for _ in engine.generate(request_of(target=30)):
            assert 0 == texts_kept(tmp_path)


def test_a_state_that_would_take_much_memory_is_not_kept(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tokens are evaluated again then."""
    keep_every_state(monkeypatch)
    monkeypatch.setattr(live_states, "_LARGEST_BYTES", 1000)
    with keeping(model, tmp_path) as engine:
        for _ in engine.generate(request_of()):
            assert 0 == texts_kept(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_state_that_is_damaged_is_done_without(
    engine: LlamaEngine,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    """The tokens of the checkpoint are evaluated then."""
    keep_every_state(monkeypatch)
    whole, checkpoints, _ = written(engine, request_of())
    stop_behind(checkpoints[4], model, tmp_path, request_of())
    for path in tmp_path.glob("*.prefix"):
        content = bytearray(path.read_bytes())
        content[-100] ^= damage == "flipped"
        path.write_bytes(content[: len(content) - 1000 * (damage == "cut")])
        if damage == "gone":
            path.unlink()
    with keeping(model, tmp_path) as second:
        resumed, *_ = written(second, request_of(checkpoint=checkpoints[4]))

    assert same(whole, resumed)
    assert whole.usage.analysis == resumed.usage.analysis
