"""What must never stand in an article."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.leaks import find_leaks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained [E1] and [K1, E2].", [("mark", "[E1]"), ("mark", "[K1, E2]")]),
        ("In [Q1 2024] and [K]ent, K1 and [1].", []),
        ("K. Holm (must appear) says so.", [("mark", "(must appear)")]),
        (
            "So it is.<|end|><|start|>assistant",
            [("control-token", "<|end|>"), ("control-token", "<|start|>")],
        ),
        (
            "</think> So it is. [/INST]",
            [("control-token", "</think>"), ("control-token", "[/INST]")],
        ),
        ("is done.assistantfinalThe clock", [("channel", "assistantfinal")]),
        ("finalThe clock and analysisWe", [("channel", "final"), ("channel", "analysis")]),
        (
            "assistantcommentary to=functions.find x",
            [("channel", "assistantcommentary"), ("channel", "to=functions.find")],
        ),
        (
            "It is【12†L3-L5】 so【4:0†source】.",
            [("citation", "【12†L3-L5】"), ("citation", "【4:0†source】")],
        ),
        ("It is turn0search1turn0view2.", [("citation", "turn0search1turn0view2")]),
        (
            "a :contentReference[oaicite:0]{index=0} b",
            [("citation", ":contentReference[oaicite:0]{index=0}")],
        ),
        ("We need to write a section of 200 words.", [("reasoning", "We need to write a section")]),
        ("The user wants a text.", [("reasoning", "The user wants a text")]),
        ("Good. Let’s count words: one", [("reasoning", "Let’s count words: one")]),
        ("**Word count:** no. Word count: 212", [("reasoning", "Word count: 212")]),
        ("Sure! Here's the text.", [("reasoning", "Sure! Here's the text")]),
        ("As an AI language model I", [("reasoning", "As an AI language model I")]),
    ],
)
def test_leaks_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    """Tokens, channel names, citation marks and talk about the task are found as they stand."""
    found = find_leaks(text, 0, len(text))

    assert [kind for kind, _ in expected] == [leak.kind for leak in found]
    assert all(text[leak.start : leak.end] == leak.text for leak in found)
    assert all(
        leak.text.startswith(start) for leak, (_, start) in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize(
    "text",
    [
        "The final analysis is an assistant's final word. Finally, final thoughts.",
        "We need to write better tests, and let's count on it. I will write to you.",
        "As an AI researcher she said: the user wants speed? No. This user asks.".replace(
            "the user", "her user"
        ).replace("This user", "Her user"),
        "Use a | b, x <| y and [1]. A 【note】 in brackets.",
        "Of course, here and there. Here is the clock. Here is the thing.",
        "To = be; to=day",
        "The finals. analysis Paralysis",
    ],
)
def test_ordinary_words_are_no_leaks(text: str) -> None:
    """An article may use these words, and speak of writing."""
    found = find_leaks(text, 0, len(text))

    assert () == found


def test_the_subject_is_no_leak() -> None:
    """What stands in the outline itself is what the article is about."""
    text = "The marker <|end|> ends a message; <|return|> ends a turn."
    found = find_leaks(text, 0, len(text), known="Explain <|end|>.")

    assert ["<|return|>"] == [leak.text for leak in found]
