"""Whether a model fits: what is decided from the figures, and how a refusal is worded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.engine.llama import engine as llama_engine
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.preflight import MemoryNeed, Preflight, WeightsMode, decide, gigabytes
from gptoss_writer.errors import ResourceError
from gptoss_writer.machine.memory import Memory
from tests.support.gguf_models import write_model
from tests.support.turns import CONTEXT_TOKENS, completion_of, turn

GB = 1_000_000_000
MMAP = MemoryNeed(12 * GB, 7 * GB, 0, 0, GB // 2, GB // 4, GB // 4, 0)
REPACK = replace(MMAP, weights=2 * GB, least_weights=2 * GB, repacked=10 * GB)


def decided(available: float, asked: WeightsMode = "auto", limit: float = 0) -> Preflight:
    """Decide about gpt-oss-20b in so many GB."""
    memory = Memory(64 * GB, int(available * GB), int(limit * GB), 0, 0)
    return decide(asked, 8192, MMAP, REPACK, memory)


@pytest.mark.parametrize(
    ("available", "asked", "expected"),
    [
        (20, "auto", ("repack", "fits", "faster, and there is room for it")),
        (13.5, "auto", ("mmap", "fits", "repacking would need 13.0 GB")),
        (13, "mmap", ("mmap", "fits", "--weights mmap")),
        (10, "auto", ("mmap", "tight", "repacking would need 13.0 GB")),
        (7.9, "auto", ("mmap", "refused", "repacking would need 13.0 GB")),
        (13, "repack", ("repack", "fits", "--weights repack")),
        (12, "repack", ("repack", "refused", "--weights repack")),
    ],
)
def test_the_figures_decide(
    available: float, asked: WeightsMode, expected: tuple[str, str, str]
) -> None:
    """Plenty is repacked, enough is mapped, half of the weights is slow, less is refused."""
    preflight = decided(available, asked)

    assert expected == (preflight.mode, preflight.verdict, preflight.reason)


def test_small_models_are_mapped() -> None:
    """So that they write the same text on every machine."""
    small = replace(MMAP, weights=GB // 10)
    preflight = decide("auto", 2048, small, replace(REPACK, weights=0), decided(60).memory)

    assert ("mmap", "a small model is quick either way") == (preflight.mode, preflight.reason)


def test_a_refusal_has_the_figures() -> None:
    """What is needed, what there is, and what to do."""
    with pytest.raises(ResourceError) as caught:
        decided(6, limit=8).require_fit("gpt-oss-20b.gguf")

    assert (
        "There is not enough memory for gpt-oss-20b.gguf: 8.0 GB are needed at least, and 6.0 GB "
        "are available, in a control group of 8.0 GB."
    ) == caught.value.message
    assert (
        "Close other programs and run the same command again. "
        "A container can also be given more memory."
    ) == caught.value.hint


def test_a_refusal_names_what_takes_the_memory() -> None:
    """The other way of loading, or a smaller context."""
    with pytest.raises(ResourceError) as repacked:
        decided(12.9, "repack").require_fit("m.gguf")
    large = replace(MMAP, cache=40 * GB)
    with pytest.raises(ResourceError) as long:
        decide("mmap", 800_000, large, REPACK, decided(20).memory).require_fit("m.gguf")

    assert (
        "Use --weights mmap, which needs less. Close other programs and run the same command "
        "again. A context of 8,192 tokens takes 500 MB; --context sets a smaller one."
    ) == repacked.value.hint
    assert (
        "Close other programs and run the same command again. A context of 800,000 tokens takes "
        "40.0 GB; --context sets a smaller one."
    ) == long.value.hint


def test_what_fits_is_not_refused() -> None:
    """Nor what fits slowly."""
    for available in (8.1, 14, 20):
        decided(available).require_fit("m.gguf")


def test_an_engine_refuses_before_it_loads(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 13; nothing of the weights was read."""
    poor = Memory(GB, 1000, 0, 0, 0)
    monkeypatch.setattr(llama_engine, "available_memory", lambda: poor)
    shares: list[float] = []
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1))
    with pytest.raises(ResourceError) as caught:
        engine.prepare(512, Cancellation(), shares.append)
    engine.close()

    assert (13, []) == (caught.value.exit_code, shares)


def test_repacked_and_mapped_weights_are_both_loaded(tmp_path: Path) -> None:
    """The estimate of one has what the other has as pages."""
    model = write_model(tmp_path / "m.gguf", width=256, experts_type="MXFP4")
    engine = LlamaEngine(model, LlamaOptions(threads=1, weights="repack"))
    preflight = engine.preflight(512)
    engine.prepare(512, Cancellation())
    engine.close()

    assert ("repack", "fits") == (preflight.mode, preflight.verdict)
    assert preflight.repack.repacked == preflight.mmap.weights - preflight.repack.weights > 0


def test_weights_that_find_no_addresses_are_not_loaded(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ulimit -v` counts a mapped file, so memory that is free is not enough."""
    monkeypatch.setattr(llama_engine, "addressable_memory", lambda: 1_000_000)
    shares: list[float] = []
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1))
    with pytest.raises(ResourceError) as caught:
        engine.prepare(512, Cancellation(), shares.append)
    engine.close()

    assert caught.value.message.endswith(
        " of addresses are needed, and this process may take 1.0 MB more."
    )
    assert ("Raise the limit with `ulimit -v unlimited`.", []) == (caught.value.hint, shares)


def test_weights_that_may_not_be_locked_are_not_loaded(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silently unlocked would be the opposite of what was asked for."""
    monkeypatch.setattr(llama_engine, "lockable_memory", lambda: 64 << 10)
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1, lock=True))
    with pytest.raises(ResourceError) as caught:
        engine.prepare(512, Cancellation())
    engine.close()

    assert caught.value.message.endswith(
        f" of {tiny_model} cannot be kept in memory: this process may lock 65,536 bytes."
    )
    assert "Raise the limit with `ulimit -l unlimited`, or leave --mlock out." == caught.value.hint


def test_locked_weights_write_the_same(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is permitted, mlock changes nothing but where the pages stay."""
    monkeypatch.setattr(llama_engine, "lockable_memory", lambda: GB)
    texts = []
    for lock in (False, True):
        engine = LlamaEngine(tiny_model, LlamaOptions(threads=1, lock=lock))
        engine.prepare(CONTEXT_TOKENS, Cancellation())
        texts.append(completion_of(engine, turn("Write.")).final)
        engine.close()

    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (12_109_566_560, "12.1 GB"),
        (384 << 20, "403 MB"),
        (4_200_000, "4.2 MB"),
        (900, "900 bytes"),
        (0, "none"),
    ],
)
def test_sizes_are_written_in_gigabytes(size: int, expected: str) -> None:
    """As a shop and a file's page write them."""
    assert expected == gigabytes(size)
