"""Rules about what stands in texts and should not: control tokens, characters nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.rules.rule import Linted, Remark, rule

_TOKEN = re.compile(r"<\|\w{1,40}\|>")
# Zero-width joiners are left alone: emoji and several scripts are written with them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u3164\U000e0000-\U000e007f]"
)
_FLAG = "\U0001f3f4"


@rule(
    Explanation(
        "OL231",
        "control-token",
        severity="warning",
        means="A text holds a control token of a language model, such as the one that ends a "
        "message.",
        why="It is safe: the program hands it to the model as plain characters. But it came in by "
        "copying from a chat, and the article may repeat it.",
        bad="title: Tides\nsections:\n  - {title: Shores, words: 80, notes: 'Calm.<|end|>'}\n",
        good="title: Tides\nsections:\n  - {title: Shores, words: 80, notes: Calm.}\n",
    )
)
def control_token(linted: Linted) -> Iterator[Remark]:
    """Find control tokens, one remark for each text."""
    for loc, text in linted.texts:
        if found := _TOKEN.search(text):
            yield Remark(
                loc,
                f"`{found[0]}` is a control token of a language model",
                "Remove it, unless the article is about such tokens.",
                linted.place_of(loc, found[0]),
            )


@rule(
    Explanation(
        "OL232",
        "invisible-character",
        severity="warning",
        means="A text holds a character that cannot be seen, such as a zero-width space or a soft "
        "hyphen.",
        why="It comes in with text copied from a page. A quotation with one in it equals no other "
        "text, and searching for the word does not find it.",
        bad='title: Tides\nsections:\n  - {title: "Sho\\u200Bres", words: 80}\n',
        good="title: Tides\nsections:\n  - {title: Shores, words: 80}\n",
    )
)
def invisible_character(linted: Linted) -> Iterator[Remark]:
    """Find invisible characters, one remark for each text."""
    for loc, text in linted.texts:
        found = _INVISIBLE.search(text)
        if found is None or _FLAG in text:
            continue
        character = found[0]
        name = unicodedata.name(character, "a character without a name").lower()
        yield Remark(
            loc,
            f"the text holds U+{ord(character):04X}, {name}, which cannot be seen",
            "Delete the character, or type the word anew.",
            linted.place_of(loc, character),
        )
