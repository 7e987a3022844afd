"""The tape: malformed turns are replayed as the parser reads them, within the same limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    Prefill,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.scripted import ScriptedEngine, read_tape
from gptoss_writer.errors import EngineError, ModelError
from gptoss_writer.harmony.messages import Channel
from tests.support.turns import parts_of, turn

WIDE = TokenLimits(100, 100)
WELL_FORMED = (
    "<|channel|>analysis<|message|>Think of the pump.<|end|>"
    "<|start|>assistant<|channel|>final<|message|>The handle was removed.<|return|>"
)
STRAY = (
    "<|channel|>analysis<|message|>A.<|end|>"
    "<|start|>assistant<|channel|>commentary to=assistant<|message|>B.<|end|>"
    "<|start|>assistant<|channel|>final<|message|>C."
)


def replay(raw: str, limits: TokenLimits = WIDE) -> Completion:
    """Replay one turn."""
    *_, last = ScriptedEngine([raw]).generate(turn("Write.", limits=limits))
    assert isinstance(last, Completion)
    return last


@pytest.mark.parametrize(
    ("raw", "analysis", "final"),
    [
        (WELL_FORMED, "Think of the pump.", "The handle was removed."),
        ("<|channel|>final<|message|>Only text.", "", "Only text."),
        ("<|channel|>analysis<|message|>Only thoughts.<|end|>", "Only thoughts.", ""),
        ("Plain text without markers.", "", "Plain text without markers."),
        ("analysisWe need one line.assistantfinalOne line.", "We need one line.", "One line."),
        (
            STRAY,
            "A.",
            "C.",
        ),
        (
            "<|channel|><|channel|>final<|message|><|message|>Doubled.<|return|><|return|>",
            "",
            "Doubled.",
        ),
        ("", "", ""),
    ],
    ids=[
        *("well-formed", "no reasoning", "no final", "no markers", "stripped markers"),
        *("stray commentary", "doubled markers", "nothing"),
    ],
)
def test_any_raw_turn_is_replayed_by_channel(raw: str, analysis: str, final: str) -> None:
    """What other engines were seen to hand over comes out as the tolerant parser reads it."""
    completion = replay(raw)

    assert (analysis, final, "return") == (completion.analysis, completion.final, completion.stop)


def test_events_are_the_completion() -> None:
    """Prefill first, then the words of each channel counted from 1, then the whole."""
    events = list(ScriptedEngine([WELL_FORMED]).generate(turn("One two.", "Three.", limits=WIDE)))

    assert [
        Prefill(3, 3),
        TokenEvent(Channel.ANALYSIS, "Think ", 1),
        TokenEvent(Channel.ANALYSIS, "of ", 2),
        TokenEvent(Channel.ANALYSIS, "the ", 3),
        TokenEvent(Channel.ANALYSIS, "pump.", 4),
        TokenEvent(Channel.FINAL, "The ", 1),
        TokenEvent(Channel.FINAL, "handle ", 2),
        TokenEvent(Channel.FINAL, "was ", 3),
        TokenEvent(Channel.FINAL, "removed.", 4),
    ] == events[:-1]


@pytest.mark.parametrize(
    ("limits", "analysis", "final", "stop", "closed"),
    [
        (TokenLimits(2, 2), "Think of ", "The handle ", "length", False),
        (TokenLimits(4, 5), "Think of the pump.", "The handle was removed.", "return", True),
        (TokenLimits(0, 100), "", "The handle was removed.", "return", True),
        (TokenLimits(3, 0), "Think of the ", "", "length", False),
    ],
)
def test_limits_cut_a_tape_as_they_cut_a_model(
    limits: TokenLimits,
    analysis: str,
    final: str,
    stop: str,
    closed: bool,  # noqa: FBT001 - a case
) -> None:
    """Words count as tokens; no reasoning is heard where none is allowed."""
    completion = replay(WELL_FORMED, limits)

    assert (analysis, final, stop, closed) == (
        completion.analysis,
        completion.final,
        completion.stop,
        completion.analysis_closed,
    )


@pytest.mark.parametrize(("after", "said"), [(0, ""), (1, "The "), (3, "The handle was ")])
def test_a_cancelled_replay_keeps_what_was_said(after: int, said: str) -> None:
    """It stops before the next word."""
    cancellation = Cancellation()
    engine = ScriptedEngine([WELL_FORMED])
    request = turn("Write.", limits=TokenLimits(0, 100), cancellation=cancellation)
    completion: object = None
    for event in engine.generate(request):
        index = event.index if isinstance(event, TokenEvent) else 0
        if index == after:
            cancellation.cancel()
        completion = event

    assert isinstance(completion, Completion)
    assert ("cancelled", said) == (completion.stop, completion.final)


def test_each_request_takes_the_next_turn_until_the_tape_ends() -> None:
    """The engine keeps the requests; one more than there are turns is an error."""
    engine = ScriptedEngine(["First.", "Second."])
    requests = [turn("a", limits=WIDE), turn("b", limits=WIDE)]
    finals = [
        event.final
        for request in requests
        for event in engine.generate(request)
        if isinstance(event, Completion)
    ]
    with pytest.raises(EngineError) as caught:
        list(engine.generate(turn("c")))

    assert ["First.", "Second."] == finals
    assert requests == engine.requests
    assert "The tape is at its end and another turn was asked for." == caught.value.message
    assert "Record one turn for each section and each retry." == caught.value.hint


def test_usage_counts_words() -> None:
    """The prompt is evaluated whole each time: a tape has no cache."""
    usage = replay(WELL_FORMED).usage

    assert (1, 0, 1, 4, 4) == (
        usage.prompt,
        usage.cached,
        usage.evaluated,
        usage.analysis,
        usage.final,
    )


def test_a_tape_is_the_same_seam_as_a_model() -> None:
    """Counting, overhead, preparing and closing are there, and cost nothing."""
    engine = ScriptedEngine(["x"])
    engine.prepare(10**9, Cancellation())
    engine.close()

    assert (2, 1) == engine.count_tokens(parts_of("One two.", "Three."))
    assert 0 == engine.overhead_tokens(WIDE)
    assert not engine.capabilities.is_steerable


def test_the_turns_are_the_identity() -> None:
    """Equal tapes are one model, whatever their names; another cut is another tape."""
    fingerprints = [
        ScriptedEngine(turns, name).identity.fingerprint
        for turns, name in ((["a", "b"], "x"), (["a", "b"], "y"), (["ab"], "x"), (["\ud800"], "x"))
    ]

    assert fingerprints[0] == fingerprints[1]
    assert 3 == len(set(fingerprints))


def test_a_tape_is_read_from_yaml(tmp_path: Path) -> None:
    """A list of texts; the name is the file's."""
    path = tmp_path / "tape.yaml"
    path.write_text('- "First."\n- |\n  <|channel|>final<|message|>Second.\n', encoding="utf-8")
    engine = read_tape(path)
    *_, first = engine.generate(turn("a", limits=WIDE))
    *_, second = engine.generate(turn("b", limits=WIDE))

    assert ("tape.yaml", "scripted:tape.yaml", "scripted") == (
        engine.identity.name,
        engine.identity.path,
        engine.identity.architecture,
    )
    assert isinstance(first, Completion)
    assert isinstance(second, Completion)
    assert ("First.", "Second.") == (first.final, second.final.strip())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"turn: 1\n", "is not a list of texts."),
        (b"- 1\n- text\n", "is not a list of texts."),
        (b"", "is not a list of texts."),
        (b"- 'open\n", "cannot be read: "),
        (b"- \xff\xfe\n", "cannot be read: "),
        (b"- 2026-99-99\n", "cannot be read: "),
        (b"[" * 5000, "cannot be read: "),
        (b"- !!python/object/apply:os.getcwd []\n", "cannot be read: "),
    ],
    ids=[
        *("mapping", "number", "empty", "syntax", "not UTF-8", "no such day"),
        *("too deep", "an object"),
    ],
)
def test_a_file_that_is_no_tape_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """The message names the file and what is wrong with it."""
    path = tmp_path / "tape.yaml"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        read_tape(path)

    assert f"The tape {path} {message}" in caught.value.message
    assert "Give a YAML file with a list of turns." == caught.value.hint


def test_a_tape_that_is_not_there_or_too_long_is_refused(tmp_path: Path) -> None:
    """Neither is read."""
    with pytest.raises(ModelError, match=r"cannot be read: .*No such file"):
        read_tape(tmp_path / "none.yaml")
    long = tmp_path / "long.yaml"
    long.write_bytes(b"- x\n" * (1024 * 1024 + 1))
    with pytest.raises(ModelError) as caught:
        read_tape(long)

    assert f"The tape {long} is larger than 4 MiB." == caught.value.message
