"""Prefixes on disk: the next process evaluates the rest only, and is given nothing else."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.engine.interface import Cancellation, Completion, GenerationRequest
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.llama.saved_prefix import PrefixStore
from tests.support.gguf_models import write_model
from tests.support.turns import CONTEXT_TOKENS, completion_of, parts_of, turn

PREFIX = " ".join(f"The rule number {number} of the house is kept." for number in range(60))
REQUEST = turn(PREFIX, "Write about the pump handle.")
OTHER = turn(PREFIX, "Write about the water company.")
AGAIN = turn(PREFIX, "Write about the pump handle.", "It was too dry.")


def written(
    model: Path,
    folder: Path | None,
    *,
    request: GenerationRequest = OTHER,
    threads: int = 1,
    context: int = CONTEXT_TOKENS,
) -> Completion:
    """Write one turn in an engine of its own, as a new process would."""
    engine = LlamaEngine(model, LlamaOptions(threads=threads, prefixes=folder))
    try:
        engine.prepare(context, Cancellation())
        return completion_of(engine, request)
    finally:
        engine.close()


def prefix_tokens(model: Path) -> int:
    """Count the tokens of the prefix."""
    engine = LlamaEngine(model)
    try:
        return engine.count_tokens(parts_of(PREFIX))[0]
    finally:
        engine.close()


def test_a_new_engine_evaluates_the_suffix_only(tiny_model: Path, tmp_path: Path) -> None:
    """The prefix counts as cached, and the text is the same, bit for bit."""
    written(tiny_model, tmp_path, request=REQUEST)
    fresh, other = written(tiny_model, None), written(tiny_model, tmp_path)

    assert prefix_tokens(tiny_model) == other.usage.cached
    assert fresh.usage.evaluated == other.usage.cached + other.usage.evaluated
    assert (0, fresh.analysis, fresh.final) == (fresh.usage.cached, other.analysis, other.final)


def test_the_same_section_again_evaluates_what_is_new(tiny_model: Path, tmp_path: Path) -> None:
    """The section's own part is kept as well; a note behind it is evaluated alone."""
    first = written(tiny_model, tmp_path, request=REQUEST)
    same = written(tiny_model, tmp_path, request=REQUEST)
    again, fresh = (written(tiny_model, place, request=AGAIN) for place in (tmp_path, None))

    assert (0, True) == (first.usage.cached, 0 < same.usage.evaluated < 12)
    assert (first.analysis, first.final) == (same.analysis, same.final)
    assert same.usage.cached == again.usage.cached
    assert (fresh.analysis, fresh.final) == (again.analysis, again.final)


def test_what_was_restored_is_shared_as_if_it_had_been_evaluated(
    tiny_model: Path, tmp_path: Path
) -> None:
    """After a section from the disk, another one starts from the prefix that came with it."""
    written(tiny_model, tmp_path, request=REQUEST)
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1, prefixes=tmp_path))
    engine.prepare(CONTEXT_TOKENS, Cancellation())
    completion_of(engine, REQUEST)
    other, back = completion_of(engine, OTHER), completion_of(engine, AGAIN)
    engine.close()
    fresh = [written(tiny_model, None, request=request) for request in (OTHER, AGAIN)]

    assert prefix_tokens(tiny_model) == other.usage.cached
    assert [(one.analysis, one.final) for one in fresh] == [
        (one.analysis, one.final) for one in (other, back)
    ]


def test_a_larger_context_takes_the_same_prefix(tiny_model: Path, tmp_path: Path) -> None:
    """What was saved does not depend on how much room there is besides."""
    written(tiny_model, tmp_path, request=REQUEST)

    assert prefix_tokens(tiny_model) == written(tiny_model, tmp_path, context=4096).usage.cached


def test_another_model_or_another_number_of_threads_evaluates_anew(
    tiny_model: Path, tmp_path: Path
) -> None:
    """Each keeps states of its own."""
    other = write_model(tmp_path / "other.gguf", layers=2, seed=1)
    folder = tmp_path / "prefixes"
    cached = [
        written(tiny_model, folder).usage.cached,
        written(other, folder).usage.cached,
        written(tiny_model, folder, threads=2).usage.cached,
    ]

    assert [0, 0, 0] == cached
    assert 6 == len(list(folder.iterdir()))


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flip(content: bytes) -> bytes:
    at = random.Random(7).randrange(len(content) // 2, len(content))
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _of_another(content: bytes) -> bytes:
    head, _, state = content.partition(b"\n")
    return json.dumps(json.loads(head) | {"threads": 99}).encode() + b"\n" + state


def _extend(content: bytes) -> bytes:
    return content + b"\0"


def _nothing(_content: bytes) -> bytes:
    return b""


def _nested(_content: bytes) -> bytes:
    return b"[" * 100_000


@pytest.mark.parametrize("damage", [_cut, _flip, _of_another, _extend, _nothing, _nested])
def test_a_state_that_is_not_whole_is_not_loaded(
    tiny_model: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    """It is evaluated anew, and what is saved then replaces it."""
    written(tiny_model, tmp_path)
    whole = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for path, content in whole.items():
        path.write_bytes(damage(content))
    again = written(tiny_model, tmp_path)

    assert 0 == again.usage.cached
    assert whole == {path: path.read_bytes() for path in tmp_path.iterdir()}


def test_cut_anywhere_it_is_not_loaded(tmp_path: Path) -> None:
    """At every length that is not the whole."""
    store = PrefixStore(tmp_path, {"model": "m"})
    store.save([(1, 2, 3)], b"state " * 20)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])

        assert store.load([(1, 2, 3)]) is None
    path.write_bytes(whole)

    assert b"state " * 20 == bytes(store.load([(1, 2, 3)]) or b"")


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_only_a_plain_file_is_read(tmp_path: Path, kind: str) -> None:
    """A link may lead anywhere, and a pipe would wait for ever."""
    store = PrefixStore(tmp_path / "prefixes", {"model": "m"})
    store.save([(1,)], b"state")
    (path,) = store.folder.iterdir()
    path.rename(tmp_path / "elsewhere")
    if kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()

    assert store.load([(1,)]) is None


def test_the_states_used_least_recently_make_room(tmp_path: Path) -> None:
    """The limit holds over all that is kept; what was loaded lately stays."""
    store = PrefixStore(tmp_path, {"model": "m"}, limit_bytes=4000)
    for number in (1, 2, 3):
        store.save([(number,)], bytes(1000))
        for path in tmp_path.iterdir():
            os.utime(path, (path.stat().st_mtime - 60,) * 2)
    assert store.load([(1,)]) is not None
    store.save([(4,)], bytes(1000))
    kept = [number for number in (1, 2, 3, 4) if store.load([(number,)]) is not None]

    assert [1, 3, 4] == kept
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 4000


def test_what_is_larger_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    """And nothing else is deleted for it."""
    store = PrefixStore(tmp_path, {"model": "m"})
    store.save([(1,)], bytes(1000))
    replace(store, limit_bytes=1100).save([(2,)], bytes(2000))

    assert store.load([(1,)]) is not None
    assert 1 == len(list(tmp_path.iterdir()))


def test_unfinished_files_are_swept_away(tmp_path: Path) -> None:
    """Those of a process that was killed go; one that may still be written stays."""
    store = PrefixStore(tmp_path, {"model": "m"})
    for name, age in (("old.tmp", 7200), ("new.tmp", 0)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    store.save([(1,)], b"state")

    assert ["new.tmp"] == [path.name for path in tmp_path.glob("*.tmp")]


@pytest.mark.parametrize("where", ["/dev/null/prefixes", "/proc/prefixes"])
def test_a_disk_that_takes_nothing_is_no_error(tiny_model: Path, where: str) -> None:
    """The prefix is evaluated each time."""
    cached = [written(tiny_model, Path(where)).usage.cached for _ in range(2)]

    assert [0, 0] == cached
