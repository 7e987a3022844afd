"""Where quotations begin and end."""

from __future__ import annotations

import pytest

from gptoss_writer.grounding.marks import quoted_texts
from gptoss_writer.grounding.prose import blocks


def quoted(markdown: str) -> list[str]:
    """List the quotations of a text; one that is never closed has an ellipsis behind it."""
    return [
        found.text + ("" if found.is_closed else " …")
        for block in blocks(markdown)
        for found in quoted_texts(block)
    ]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('He said "yes" and left.', ["yes"]),
        ("“Curly,” she said, „low“ and «pointed».", ["Curly,", "low", "pointed"]),
        (
            '"Straight to curly” and “curly to straight".',
            ["Straight to curly", "curly to straight"],
        ),
        ('"It is *very **good*** indeed," he said', ["It is very good indeed,"]),
        ("it's the '90s, rock 'n' roll, the wheels' hum", []),
        ('a 5" disk and a 3.5" disk', []),
        ('He called "a 5" disk" small', ['a 5" disk']),
        ('"version 2" and "version 3"', ["version 2", "version 3"]),
        ('run `echo "no"` or "`grep` for words"', ["grep for words"]),
        ('"He said “no” twice," she said', ["He said “no” twice,"]),
        ('"the "inner" one"', ['the "inner" one']),
        ("“never closed\n\n“next one”", ["never closed …", "next one"]),
        ('"never closed. "A pair" inside', ['never closed. "A pair" inside …', "A pair"]),
        ('("paren") — "dash"—"dash"', ["paren", "dash", "dash"]),
        ('word"mid"word and "" and " "', []),
        ('- "item one\n- two" three', ["item one …"]),
        ("> “quoted across\n> lines”", ["quoted across\n lines"]),
        (r"\"escaped\" &quot;entity&quot;", ["escaped", "entity"]),
    ],
)
def test_quotations_are_found(markdown: str, expected: list[str]) -> None:
    """Marks open where a quotation can open, and close what is open."""
    assert expected == quoted(markdown)
