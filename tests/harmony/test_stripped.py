"""Text whose markers were stripped: what may be taken for the final."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gptoss_writer.harmony.messages import Channel
from gptoss_writer.harmony.stripped import read_stripped

NAMES = st.sampled_from(["assistantfinal", "assistantanalysis", "assistantcommentary"])
WORDS = st.lists(st.one_of(st.sampled_from(["Analysis", "final", "so"]), st.text(max_size=4))).map(
    " ".join
)


def finals(text: str) -> list[str]:
    """List the final pieces of a text."""
    return [piece for channel, piece in read_stripped(text) if channel is Channel.FINAL]


@given(WORDS)
def test_text_without_a_sign_of_a_channel_is_final(text: str) -> None:
    """Plain text comes out as it went in."""
    assume(not re.match(r"\s*(analysis|commentary|final(?=[^\s\w])|final[^\W a-z])", text))

    assert [(Channel.FINAL, text)] == read_stripped(text)


@given(
    NAMES,
    st.sampled_from([("", ""), ("`", "`"), ('"', '",'), ("“", "”."), ("(**", "**)."), ("", ".")]),
    st.sampled_from(["The word ", "", "A line\n"]),
    st.sampled_from([" is a seam.", "", "\nMore."]),
)
def test_a_name_by_itself_is_only_spoken_of(
    name: str, marks: tuple[str, str], before: str, after: str
) -> None:
    """An answer may hold the name of a seam as a word of its own, in quotation marks or not."""
    text = before + marks[0] + name + marks[1] + after

    assert [text] == finals(text)


@pytest.mark.parametrize("answer", ["four", "Four.", "**Four**", "“Four”", '"Four"', "4", "\nFour"])
@pytest.mark.parametrize(
    "reasoning", ["analysisCount.", "analysisCount", "Count to 3.", "analysis"]
)
def test_one_seam_opens_the_final(reasoning: str, answer: str) -> None:
    """What stands behind the only seam is the final, and nothing before it is."""
    assert [answer] == finals(reasoning + "assistantfinal" + answer)


@pytest.mark.parametrize(
    "text",
    [
        "analysisWe think.assistantfinalA.assistantfinalB.",
        "analysisSpeak of assistantfinal here.assistantfinalB.",
        "We say assistantfinal often.assistantfinalB.",
        "finalA.assistantfinalB.",
        "analysis of the word assistantfinal",
        "commentary on the weather",
        "The plan.assistantanalysisMore of it.",
        " \nanalysisWe think.",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_final(text: str) -> None:
    """Where reasoning might be taken for the final, there is none."""
    assert not finals(text)


@given(st.text(), st.text(), NAMES)
def test_no_character_is_lost_but_the_names(before: str, after: str, name: str) -> None:
    """The pieces stand in the order of the text, and only names of channels lie between them."""
    text = before + name + after
    pieces = [piece for _, piece in read_stripped(text)]
    place = 0
    for piece in pieces:
        place = text.index(piece, place) + len(piece)

    assert len(text) - sum(map(len, pieces)) <= 2 * len("assistantcommentary")
    assert text.endswith(pieces[-1])
