"""Explanations of what can be wrong with the values of an outline: OL101 to OL199."""

from __future__ import annotations

from gptoss_writer.outline.explanations.explanation import Explanation

_GOOD = "title: Tides\nsections:\n  - {title: Shores, words: 80}\n"

VALUES = (
    Explanation(
        "OL101",
        "unknown-key",
        means="A key is not one that the program knows.",
        why="It would be ignored, and what you wrote under it would never reach the article. "
        "Mostly it is a typing mistake; the message names the likeliest key.",
        bad="title: Tides\nsections:\n  - title: Shores\n    words: 80\n    key_point: [Moon.]\n",
        good="title: Tides\nsections:\n  - title: Shores\n    words: 80\n    key_points: [Moon.]\n",
    ),
    Explanation(
        "OL102",
        "missing-key",
        means="A key that is needed is missing, or has no value.",
        why="An outline needs a title and sections; a section needs a title and its words; an "
        "item of evidence needs its fact or its quote.",
        bad="title: Tides\nsections:\n  - title: Shores\n",
        good="title: Tides\nsections:\n  - title: Shores\n    words: 80\n",
    ),
    Explanation(
        "OL103",
        "wrong-kind",
        means="A value is text where a list belongs, a list where text belongs, and so on.",
        why="The program cannot tell what was meant.",
        bad="title: Tides\ntags: sea, moon\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: Tides\ntags: [sea, moon]\nsections:\n  - {title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL104",
        "not-a-number",
        means="A number is written in words or with signs, or a yes or no is something else.",
        why="Budgets are counted with. A range such as `200-250` is fine; `about 200` is not.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: about 80}\n",
        good=_GOOD,
    ),
    Explanation(
        "OL105",
        "out-of-range",
        means="A number is too small or too large to be meant.",
        why="A budget of no words cannot be written, and one of a million would never end.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 0}\n",
        good=_GOOD,
    ),
    Explanation(
        "OL106",
        "text-length",
        means="A text is empty, or longer than such a text can be: 500 characters for titles and "
        "names, 4,000 for everything else.",
        why="An empty text says nothing to the model, and an enormous one leaves no room for the "
        "rest of the prompt.",
        bad="title: ''\nsections:\n  - {title: Shores, words: 80}\n",
        good=_GOOD,
    ),
    Explanation(
        "OL107",
        "id-twice",
        means="Two sections have the same `id`.",
        why="The id names the section's files; two sections cannot share them.",
        bad="title: Tides\nsections:\n  - {id: sea, title: Shores, words: 80}\n"
        "  - {id: sea, title: Bays, words: 80}\n",
        good="title: Tides\nsections:\n  - {id: shores, title: Shores, words: 80}\n"
        "  - {id: bays, title: Bays, words: 80}\n",
    ),
    Explanation(
        "OL108",
        "late-introduction",
        means="A section other than the first has the role `introduction`.",
        why="The introduction stands under the article's title and has no heading of its own.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 80}\n"
        "  - {title: Hello, words: 80, role: introduction}\n",
        good="title: Tides\nsections:\n  - {title: Hello, words: 80, role: introduction}\n"
        "  - {title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL109",
        "bad-id",
        means="An id has other characters than small letters, digits and hyphens, or more than "
        "64 of them.",
        why="The id becomes a file's name, which must work on every system.",
        bad="title: Tides\nsections:\n  - {id: The Shore, title: Shores, words: 80}\n",
        good="title: Tides\nsections:\n  - {id: the-shore, title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL110",
        "list-length",
        means="A list is empty, or has too few or too many items.",
        why="An article has at least one section and at most 200; a pace is two numbers.",
        bad="title: Tides\nwords_per_minute: [200]\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: Tides\nwords_per_minute: [200, 250]\nsections:\n"
        "  - {title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL111",
        "not-allowed",
        means="A value is not one of the words that its key allows.",
        why="A role is `introduction`, `body` or `conclusion`, in small letters.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 80, role: Body}\n",
        good="title: Tides\nsections:\n  - {title: Shores, words: 80, role: body}\n",
    ),
    Explanation(
        "OL112",
        "unknown-code",
        severity="warning",
        means="`lint: {ignore: ...}` names a code that does not exist, or one of an error, which "
        "cannot be ignored.",
        why="It has no effect: probably another code was meant.",
        bad="title: Tides\nlint: {ignore: [OL999]}\nsections:\n  - {title: Shores, words: 80}\n",
        good="title: Tides\nlint: {ignore: [OL210]}\nsections:\n  - {title: Shores, words: 80}\n",
    ),
    Explanation(
        "OL199",
        "not-valid",
        means="A value is not valid for a reason that has no code of its own; the message says it.",
        why="An example is a range of words that does not hold the budget.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 80, band: [90, 120]}\n",
        good="title: Tides\nsections:\n  - {title: Shores, words: 100, band: [90, 120]}\n",
    ),
)
