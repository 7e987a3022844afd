"""Parsing raw turns: the cases, any chunking, nothing raised, no reasoning in the final."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from gptoss_writer.harmony.messages import Channel, Control
from gptoss_writer.harmony.parsing import ChannelParser, ParsedTurn, parse

ROOT = Path(__file__).parent.parent.parent
OWN_CASES = Path(__file__).parent / "cases.yaml"
SHARED_CASES = ROOT.parent / "shared" / "cases" / "harmony.yaml"

FRAGMENTS = st.sampled_from(
    [
        *(control.value for control in Control),
        *("<|endoftext|>", "<|startoftext|>", "<|", "<", "|>", "<|e", "start|>"),
        *("analysis", "final", "commentary", "assistant", "user", "system"),
        *(
            " ",
            "\n",
            " to=assistant",
            " to=functions.x",
            "json",
            "Text.",
            "word ",
            "assistantfinal",
        ),
    ]
)
RAW = st.one_of(st.lists(FRAGMENTS, max_size=20).map("".join), st.text())

REASON = "®"
"""A sign that stands at every seam of the reasoning in these tests, and nowhere else."""

REASONING = st.lists(
    st.sampled_from(
        ["We plan", "final", "the final", "<", "analysis", "assistant", "assistantfinal", "\n", " "]
    ),
    max_size=5,
).map(lambda words: REASON + REASON.join(words) + REASON)
ANSWER = st.sampled_from(
    ["", "Text.", " text ", "final", "Four 4.", "An analysis of it", "\n\n", "assistant"]
)
MESSAGE = st.one_of(
    st.tuples(st.just(Channel.ANALYSIS), REASONING), st.tuples(st.just(Channel.FINAL), ANSWER)
)


def load(path: Path) -> list[Any]:
    """Read a file of cases; one that is skipped where the file is absent."""
    if not path.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"{path} is not here"))]
    return [pytest.param(case, id=case["id"]) for case in yaml.safe_load(path.read_text("utf-8"))]


def check(case: dict[str, Any], turn: ParsedTurn) -> None:
    """Compare what the case gives with what came out."""
    expected = {"final": case["final"]}
    for channel in ("analysis", "commentary"):
        if case.get(channel) is not None:
            expected[channel] = case[channel]

    assert expected == {name: getattr(turn, name) for name in expected}


def read_in(chunks: list[str]) -> tuple[dict[Channel, str], ParsedTurn]:
    """Feed the chunks; join the pieces by channel."""
    parser = ChannelParser()
    joined = dict.fromkeys(Channel, "")
    for chunk in chunks:
        for channel, text in parser.feed(chunk):
            joined[channel] += text
    return joined, parser.finish()


@pytest.mark.parametrize("case", load(OWN_CASES))
def test_the_case_comes_out_as_given(case: dict[str, Any]) -> None:
    """Each raw turn gives the final, and the other channels, that its case names."""
    check(case, parse(case["raw"]))


@pytest.mark.parametrize("case", load(SHARED_CASES))
def test_the_shared_case_comes_out_as_given(case: dict[str, Any]) -> None:
    """Each raw turn of the shared collection gives the final its case names."""
    check(case, parse(case["raw"]))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("case", load(OWN_CASES))
def test_the_case_comes_out_in_chunks(case: dict[str, Any], size: int) -> None:
    """Markers and names cut over chunks are read like whole ones."""
    raw = case["raw"]
    chunks = [raw[start : start + size] for start in range(0, len(raw), size)]

    assert read_in([raw]) == read_in(chunks)


@given(RAW, st.data())
def test_chunking_changes_nothing(raw: str, data: st.DataObject) -> None:
    """However the text is cut, the pieces of each channel and the turn are the same."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=12)))
    bounds = [0, *cuts, len(raw)]
    chunks = [raw[start:end] for start, end in pairwise(bounds)]

    assert read_in([raw]) == read_in(chunks)


@given(RAW)
@example("\ud800<|channel|>final<|message|>\udfff\x00")
def test_pieces_are_the_beginning_of_the_turn(raw: str) -> None:
    """What was given out is never taken back, and no marker is ever in it."""
    joined, turn = read_in([raw])

    assert turn.analysis.startswith(joined[Channel.ANALYSIS])
    assert turn.commentary.startswith(joined[Channel.COMMENTARY])
    if turn.final is None:
        assert not joined[Channel.FINAL].strip()
    else:
        assert turn.final.strip()
        assert turn.final.startswith(joined[Channel.FINAL])
    for text in (turn.analysis, turn.final or "", turn.commentary):
        assert not any(control.value in text for control in Control)


def markers_between(before: Channel | None, after: Channel) -> list[str]:
    """List what stands in front of a message, markers and names in turn."""
    opening = [] if before is None else [Control.END, Control.START, "assistant"]
    return [*opening, Control.CHANNEL, after.value, Control.MESSAGE]


@given(st.lists(MESSAGE, min_size=1, max_size=4), st.data())
def test_reasoning_never_reaches_the_final(
    messages: list[tuple[Channel, str]], data: st.DataObject
) -> None:
    """Markers lost or doubled, as long as one is left between messages, leak no reasoning."""
    raw = ""
    before: Channel | None = None
    for channel, text in messages:
        parts = markers_between(before, channel)
        places = [place for place, part in enumerate(parts) if isinstance(part, Control)]
        counts = data.draw(
            st.lists(st.integers(0, 2), min_size=len(places), max_size=len(places)).filter(any)
        )
        for place, count in zip(places, counts, strict=True):
            parts[place] = parts[place] * count
        raw += "".join(parts) + text
        before = channel
    raw += data.draw(st.sampled_from(["", "<|return|>", "<|end|>", "<|re"]))
    final = parse(raw).final or ""

    assert REASON not in final


@given(st.lists(MESSAGE, max_size=3), ANSWER)
def test_reasoning_never_reaches_the_final_without_markers(
    messages: list[tuple[Channel, str]], answer: str
) -> None:
    """A turn that closes with a final leaks no reasoning where all its markers are stripped."""
    turn = [*messages, (Channel.FINAL, answer)]
    if turn[0][0] is Channel.FINAL:
        turn = [(Channel.ANALYSIS, REASON), *turn]
    final = parse("assistant".join(channel.value + text for channel, text in turn)).final or ""

    assert REASON not in final


@given(st.lists(MESSAGE, min_size=1, max_size=4))
def test_whole_turns_come_out_whole(messages: list[tuple[Channel, str]]) -> None:
    """A well-formed turn gives the messages of each channel, blank lines between them."""
    raw = "<|start|>assistant".join(
        f"<|channel|>{channel}<|message|>{text}<|end|>" for channel, text in messages
    )
    analysis, final = (
        "\n\n".join(text for name, text in messages if name is channel and text)
        for channel in (Channel.ANALYSIS, Channel.FINAL)
    )

    assert ParsedTurn(analysis, final if final.strip() else None) == parse(raw)


def test_text_is_given_out_as_it_comes() -> None:
    """Behind a whole header, only what may be the beginning of a marker is held back."""
    parser = ChannelParser()
    chunks = ["<|channel|>fi", "nal<|message|>One", " two <", "3 <|", "end|><|return|>"]
    expected = [
        [],
        [(Channel.FINAL, "One")],
        [(Channel.FINAL, " two ")],
        [(Channel.FINAL, "<3 ")],
        [],
    ]

    assert expected == [parser.feed(chunk) for chunk in chunks]
    assert ParsedTurn("", "One two <3 ") == parser.finish()


def test_unlabelled_text_is_held_back() -> None:
    """Text without a marker may still turn out to be reasoning, so none of it is given out."""
    parser = ChannelParser()
    chunks = ["We ought to", " think.", "<|end|><|start|>assistant"]
    expected = [[], [], [(Channel.ANALYSIS, "We ought to think.")]]

    assert expected == [parser.feed(chunk) for chunk in chunks]


def test_finishing_twice_gives_the_same() -> None:
    """The turn is closed once; what is fed later belongs to another."""
    parser = ChannelParser()
    parser.feed("<|channel|>final<|message|>Yes.")
    turn = parser.finish()
    later = parser.feed(" And more.")

    assert not later
    assert turn == parser.finish()


@pytest.mark.parametrize("opening", ["", "<|channel|>final x"])
@pytest.mark.parametrize(
    "unit", ["<", "<|end", " ", "assistantfinal", "assistantfinalX", "<|channel|>", "<|end|>a"]
)
def test_a_megabyte_is_read(opening: str, unit: str) -> None:
    """A megabyte of the worst input, in one piece or in many, is read to its end."""
    raw = opening + unit * (1_000_000 // len(unit))
    chunks = [raw[start : start + 1000] for start in range(0, len(raw), 1000)]

    assert read_in([raw]) == read_in(chunks)
