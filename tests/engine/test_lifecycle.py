"""An engine's life: opened, loaded, interrupted, grown, closed; quiet all the while."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    Prefill,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.errors import EngineError, Interrupted, ModelError
from tests.support.gguf_models import write_model
from tests.support.turns import CONTEXT_TOKENS, completion_of, engine_of, parts_of, turn

LONG = "A long prompt takes its time. " * 400


@pytest.fixture
def unloaded(tiny_model: Path) -> Iterator[LlamaEngine]:
    """Open a model without loading its weights."""
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1))
    yield engine
    engine.close()


def test_tokens_are_counted_without_weights(unloaded: LlamaEngine) -> None:
    """Counts before loading equal those after it."""
    parts = parts_of("One part.", "Another.")
    before = unloaded.count_tokens(parts)
    unloaded.prepare(CONTEXT_TOKENS, Cancellation())

    assert before == unloaded.count_tokens(parts)


def test_an_engine_does_not_write_before_it_is_loaded(unloaded: LlamaEngine) -> None:
    """Asking it to is an error in the program, said in one sentence."""
    with pytest.raises(EngineError) as caught:
        unloaded.generate(turn("Write."))

    assert "The engine was asked to write before its weights were loaded." == caught.value.message


def test_progress_runs_to_the_end(unloaded: LlamaEngine) -> None:
    """The shares rise and reach 1."""
    shares: list[float] = []
    unloaded.prepare(CONTEXT_TOKENS, Cancellation(), shares.append)

    assert sorted(shares) == shares
    assert 1.0 == shares[-1]


@pytest.mark.parametrize("begins_cancelled", [True, False])
def test_loading_can_be_cancelled_and_begun_again(
    unloaded: LlamaEngine,
    begins_cancelled: bool,  # noqa: FBT001 - a case of this test
) -> None:
    """A stop while loading raises `Interrupted`; the engine can be loaded afterwards."""
    cancellation = Cancellation()
    if begins_cancelled:
        cancellation.cancel()
    with pytest.raises(Interrupted) as caught:
        unloaded.prepare(CONTEXT_TOKENS, cancellation, lambda _share: cancellation.cancel())
    unloaded.prepare(CONTEXT_TOKENS, Cancellation())

    assert "Stopped while the model was loading." == caught.value.message
    assert completion_of(unloaded, turn("Write.")).final


def test_what_a_progress_sink_raises_reaches_the_caller(unloaded: LlamaEngine) -> None:
    """An error on the way out of llama.cpp is neither printed nor lost, and stops the load."""

    def fail(_share: float) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        unloaded.prepare(CONTEXT_TOKENS, Cancellation(), fail)
    unloaded.prepare(CONTEXT_TOKENS, Cancellation())

    assert completion_of(unloaded, turn("Write.")).final


def test_weights_that_cannot_be_loaded_say_why(tiny_model: Path, tmp_path: Path) -> None:
    """A file that is cut off after its header was read gives llama.cpp's own reason."""
    path = Path(shutil.copy(tiny_model, tmp_path / "model.gguf"))
    engine = LlamaEngine(path, LlamaOptions(threads=1))
    os.truncate(path, path.stat().st_size - 4096)
    with pytest.raises(ModelError) as caught:
        engine.prepare(CONTEXT_TOKENS, Cancellation())
    shutil.copy(tiny_model, path)
    engine.prepare(CONTEXT_TOKENS, Cancellation())
    completion = completion_of(engine, turn("Write."))
    engine.close()

    assert caught.value.message.startswith(f"llama.cpp could not load {path}: ")
    assert "not within the file bounds" in caught.value.message
    assert (
        "Close other programs if memory is short. If it is not, check the file with its "
        "publisher's checksum." == caught.value.hint
    )
    assert completion.final


def test_a_larger_context_is_made_when_it_is_needed(tiny_model: Path) -> None:
    """Growing keeps the weights and the text; a smaller wish changes nothing."""
    with engine_of(tiny_model, 600) as engine:
        before = completion_of(engine, turn("Write."))
        shares: list[float] = []
        engine.prepare(100, Cancellation(), shares.append)
        cached = completion_of(engine, turn("Write.")).usage.cached
        with pytest.raises(EngineError):
            completion_of(engine, turn("Write.", limits=TokenLimits(10, 2000)))
        engine.prepare(4000, Cancellation(), shares.append)
        after = completion_of(engine, turn("Write."))

        assert [] == shares
        assert cached > 0
        assert before.final == after.final
        assert 0 == after.usage.cached


def test_closing_twice_is_fine_and_using_after_it_is_not(tiny_model: Path) -> None:
    """A closed engine says so, whatever it is asked for, and never reads freed memory."""
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1))
    engine.prepare(CONTEXT_TOKENS, Cancellation())
    engine.close()
    engine.close()
    engine.clear()
    with pytest.raises(EngineError, match="used after it was closed"):
        engine.count_tokens(parts_of("x"))
    with pytest.raises(EngineError, match="used after it was closed"):
        engine.overhead_tokens(TokenLimits(1, 1))
    with pytest.raises(EngineError, match="used after it was closed"):
        engine.prepare(CONTEXT_TOKENS, Cancellation())
    with pytest.raises(EngineError, match="before its weights were loaded"):
        engine.generate(turn("Write."))

    assert "gpt-oss" == engine.identity.architecture


def test_two_engines_do_not_touch_each_other(tiny_model: Path, tmp_path: Path) -> None:
    """They write the same in one process as alone, in turns, and while the other is closed."""
    other_model = write_model(tmp_path / "other.gguf", layers=1, seed=5)
    request = turn("Write.", "Now.")
    with engine_of(tiny_model) as engine:
        alone = completion_of(engine, request).final
    with engine_of(other_model) as engine:
        other_alone = completion_of(engine, request).final
    with engine_of(tiny_model) as engine:
        with engine_of(other_model) as other:
            generation = engine.generate(request)
            other_final = completion_of(other, request).final
        *_, last = generation

    assert isinstance(last, Completion)
    assert alone != other_alone
    assert (alone, other_alone) == (last.final, other_final)


def test_a_generation_ends_where_another_begins(tiny_model: Path) -> None:
    """One that was left half-way says no more, and does not disturb the new one."""
    with engine_of(tiny_model) as engine:
        alone = completion_of(engine, turn("Write."))
        left = iter(engine.generate(turn("Something else.")))
        for _ in range(5):
            next(left)
        generation = iter(engine.generate(turn("Write.")))
        first = next(generation)
        rest = list(left)
        *_, last = generation

    assert isinstance(first, Prefill)
    assert [] == rest
    assert isinstance(last, Completion)
    assert alone.final == last.final


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 20])
def test_closing_the_engine_ends_a_generation(tiny_model: Path, steps: int) -> None:
    """What still holds it may ask for more, or drop it, and nothing happens."""
    with engine_of(tiny_model) as engine:
        generation = iter(engine.generate(turn(LONG[:3000], "Write.")))
        for _ in range(steps):
            next(generation)

    assert [] == list(generation)
    del generation
    gc.collect()


def test_another_thread_can_stop_a_prefill(tiny_model: Path) -> None:
    """The stop comes while llama.cpp computes; the prompt is not read to its end."""
    with engine_of(tiny_model, 12_000) as engine:
        alone = completion_of(engine, turn("Write."))
        cancellation = Cancellation()
        stopper = threading.Thread(target=cancellation.cancel)
        events: list[GenerationEvent] = []
        for event in engine.generate(turn(LONG, "Write.", cancellation=cancellation)):
            if not events:
                stopper.start()
                stopper.join()
            events.append(event)
        completion = events[-1]
        after = completion_of(engine, turn("Write."))

    assert isinstance(completion, Completion)
    assert "cancelled" == completion.stop
    assert not [event for event in events if isinstance(event, TokenEvent)]
    assert alone.final == after.final


def test_nothing_is_printed(tiny_model: Path) -> None:
    """From the import to the exit, failures included, llama.cpp says nothing on the terminal."""
    program = """if True:
        import sys
        from pathlib import Path
        from gptoss_writer.errors import WriterError
        from tests.support.turns import completion_of, engine_of, turn
        with engine_of(Path(sys.argv[1])) as engine:
            assert completion_of(engine, turn("Write.")).final
        broken = Path(sys.argv[2])
        try:
            with engine_of(broken):
                pass
        except WriterError as error:
            assert "unknown pre-tokenizer" in error.message, error.message
        else:
            raise SystemExit("the broken file was loaded")
    """
    broken = tiny_model.with_name("broken.gguf")
    broken.write_bytes(tiny_model.read_bytes().replace(b"gpt-4o", b"gpt-9x", 1))
    done = subprocess.run(
        [sys.executable, "-c", program, tiny_model, broken], capture_output=True, check=False
    )

    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to RLIMIT_AS")
def test_a_context_that_has_no_memory_is_refused(tiny_model: Path) -> None:
    """The reason is llama.cpp's; the engine does not write, and a smaller context still works."""
    program = """if True:
        import resource, sys
        from pathlib import Path
        from gptoss_writer.engine.interface import Cancellation
        from gptoss_writer.errors import EngineError
        from tests.support.turns import completion_of, engine_of, turn
        with engine_of(Path(sys.argv[1])) as engine:
            before = completion_of(engine, turn("Write.")).final
            in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            limit = in_use + (1 << 30)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            try:
                engine.prepare(1 << 23, Cancellation())
            except EngineError as error:
                print(error.message)
                print(error.hint)
            try:
                engine.generate(turn("Write."))
            except EngineError as error:
                print(error.message)
            engine.prepare(2048, Cancellation())
            print(completion_of(engine, turn("Write.")).final == before)
    """
    done = subprocess.run(
        [sys.executable, "-c", program, tiny_model], capture_output=True, text=True, check=False
    )
    refusal, *rest = done.stdout.splitlines()

    assert (0, "") == (done.returncode, done.stderr)
    assert refusal.startswith("llama.cpp could not create a context of 8388608 tokens: ")
    assert "failed to allocate" in refusal
    assert [
        "Set a smaller one with --context, or close other programs.",
        "The engine was asked to write before its weights were loaded.",
        "True",
    ] == rest


def test_closed_engines_give_their_memory_back(tiny_model: Path) -> None:
    """Twenty engines, one after the other, need no more than three."""
    program = """if True:
        import resource, sys
        from pathlib import Path
        from tests.support.turns import completion_of, engine_of, turn
        def peak(rounds):
            for _ in range(rounds):
                with engine_of(Path(sys.argv[1]), 1 << 16) as engine:
                    completion_of(engine, turn("Write."))
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first = peak(3)
        print(peak(17) / first)
    """
    done = subprocess.run(
        [sys.executable, "-c", program, tiny_model], capture_output=True, text=True, check=True
    )

    assert float(done.stdout) < 1.3
