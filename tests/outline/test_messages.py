"""Typical mistakes in YAML outlines, and the whole text that each one gets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.reading import read_outline

MISTAKES = {
    "a typo in a key": (
        "title: Tides\nsections:\n  - title: Shores\n    words: 50\n    key_point:\n      - x\n",
        """\
OL101 unknown key `key_point`; did you mean `key_points`?
 --> outline.yaml:5:5
  |
4 |     words: 50
5 |     key_point:
  |     ^^^^^^^^^
  |
help: Write `key_points`, or remove the key.""",
    ),
    "words that are no number": (
        "title: Tides\nsections:\n  - title: Shores\n    words: about 50\n",
        """\
OL104 words: 'about 50' is not a whole number
 --> outline.yaml:4:12
  |
3 |   - title: Shores
4 |     words: about 50
  |            ^^^^^^^^
  |
help: Write it as in `words: 250`.""",
    ),
    "a section without a title": (
        "title: Tides\nsections:\n  - words: 50\n    role: body\n",
        """\
OL102 this section has no `title`
 --> outline.yaml:3:5
  |
2 | sections:
3 |   - words: 50
  |     ^^^^^^^^^
  |
help: Add `title: ...`.""",
    ),
    "an outline without sections": (
        "title: Tides\n",
        """\
OL102 the outline has no `sections`
 --> outline.yaml:1:1
  |
1 | title: Tides
  | ^^^^^^^^^^^^
  |
help: Add `sections: ...`.""",
    ),
    "an id given twice": (
        (
            "title: Tides\nsections:\n"
            "  - {id: sea, title: Shores, words: 50}\n  - {id: sea, title: Bays, words: 50}\n"
        ),
        """\
OL107 the id `sea` is given twice; it is already on line 3
 --> outline.yaml:4:10
  |
3 |   - {id: sea, title: Shores, words: 50}
4 |   - {id: sea, title: Bays, words: 50}
  |          ^^^
  |
help: Give each section an id of its own, or leave the id out.""",
    ),
    "an id that cannot be one": (
        "title: Tides\nsections:\n  - {id: ../Sea, title: Shores, words: 50}\n",
        """\
OL109 id: '../Sea' is not a valid id
 --> outline.yaml:3:10
  |
2 | sections:
3 |   - {id: ../Sea, title: Shores, words: 50}
  |          ^^^^^^
  |
help: Use small letters, digits and hyphens, at most 64, such as `sea`.""",
    ),
    "an introduction that is not first": (
        (
            "title: Tides\nsections:\n  - {title: Shores, words: 50}\n"
            "  - {title: Hello, words: 50, role: introduction}\n"
        ),
        """\
OL108 only the first section can be the introduction
 --> outline.yaml:4:37
  |
3 |   - {title: Shores, words: 50}
4 |   - {title: Hello, words: 50, role: introduction}
  |                                     ^^^^^^^^^^^^
  |
help: Move this section to the top, or give it the role `body`.""",
    ),
    "a role in capitals": (
        "title: Tides\nsections:\n  - {title: Shores, words: 50, role: Body}\n",
        """\
OL111 role: 'Body' is not one of introduction, body or conclusion
 --> outline.yaml:3:38
  |
2 | sections:
3 |   - {title: Shores, words: 50, role: Body}
  |                                      ^^^^
  |
help: Write one of these three, in small letters.""",
    ),
    "a tab": (
        "title: Tides\nsections:\n\t- title: Shores\n",
        """\
OL011 a tab stands where YAML allows only spaces
 --> outline.yaml:3:1
  |
2 | sections:
3 |  - title: Shores
  | ^
  |
help: Indent with spaces, two for each level.""",
    ),
    "a key given twice": (
        "title: Tides\nsections:\n  - title: Shores\n    words: 50\n    words: 60\n",
        """\
OL015 the key `words` is given twice; it is already on line 4
 --> outline.yaml:5:5
  |
4 |     words: 50
5 |     words: 60
  |     ^^^^^
  |
help: Keep one of the two.""",
    ),
    "an anchor": (
        "title: &t Tides\nsections:\n  - {title: Shores, words: 50}\n",
        """\
OL013 the anchor `&t` is not allowed in an outline
 --> outline.yaml:1:8
  |
1 | title: &t Tides
  |        ^^^^^^^^
  |
help: Write the value out; if the `&` is text, put the value in quotation marks.""",
    ),
    "a value in bold": (
        "title: **Tides** and more\nsections: []\n",
        """\
OL010 a value cannot begin with `*`
 --> outline.yaml:1:8
  |
1 | title: **Tides** and more
  |        ^
  |
help: Put the whole value in quotation marks.""",
    ),
    "a quotation mark that is never closed": (
        'title: "Tides\nsections:\n  - {title: Shores, words: 50}\n',
        """\
OL012 the quotation mark opened here is never closed
 --> outline.yaml:1:8
  |
1 | title: "Tides
  |        ^
  |
help: Close it with the same mark; in single quotation marks write '' for an apostrophe.""",
    ),
    "a quotation mark that closes too late": (
        'title: "Tides\nsections:\n  - title: "Shores"\n    words: 50\n',
        """\
OL012 the quotation mark opened here is closed only on line 3
 --> outline.yaml:1:8
  |
1 | title: "Tides
  |        ^
  |
help: Close it on its own line; one mark is missing.""",
    ),
    "an apostrophe in single quotation marks": (
        "title: 'The sea's edge'\nsections: []\n",
        """\
OL010 text stands behind the closing quotation mark
 --> outline.yaml:1:17
  |
1 | title: 'The sea's edge'
  |                 ^
  |
help: Write '' for a ' inside the text, or use the other kind around it.""",
    ),
    "a bracket that is not closed": (
        "title: Tides\ntags: [sea, moon\nsections: []\n",
        """\
OL012 the `[` opened here is not closed
 --> outline.yaml:2:7
  |
1 | title: Tides
2 | tags: [sea, moon
  |       ^
  |
help: Add the `]`; inside brackets, text with `,` or `: ` needs quotation marks.""",
    ),
    "two colons on a line": (
        "title: Tides: a primer\nsections: []\n",
        """\
OL010 a second `: ` stands on this line
 --> outline.yaml:1:13
  |
1 | title: Tides: a primer
  |             ^
  |
help: Put the whole value in quotation marks.""",
    ),
    "a key without its colon": (
        "title: Tides\nsections\n  - title: Shores\n",
        """\
OL010 this line has no `: ` after its key
 --> outline.yaml:2:1
  |
1 | title: Tides
2 | sections
  | ^^^^^^^^
  |
help: Write `key: value`, or indent the line if it goes on with the value above.""",
    ),
    "a key indented too far": (
        "title: Tides\nsections:\n  - title: Shores\n     words: 50\n",
        """\
OL010 this key does not fit the line above
 --> outline.yaml:4:6
  |
3 |   - title: Shores
4 |      words: 50
  |      ^^^^^
  |
help: Check the indentation, and that the line above has its `:`.""",
    ),
    "a key not indented far enough": (
        "title: Tides\nsections:\n  - title: Shores\n   words: 50\n",
        """\
OL010 this line does not fit the lines above
 --> outline.yaml:4:4
  |
3 |   - title: Shores
4 |    words: 50
  |    ^
  |
help: Indent the keys or items of one list or mapping alike.""",
    ),
    "a list behind its key": (
        "title: Tides\nsections: - title: Shores\n",
        """\
OL010 a list cannot begin behind a key on the same line
 --> outline.yaml:2:11
  |
1 | title: Tides
2 | sections: - title: Shores
  |           ^
  |
help: Put each `- ` on a line of its own, below the key.""",
    ),
    "a terminal escape": (
        'title: "\\e[31mTides"\nsections:\n  - {title: Shores, words: 50}\n',
        """\
OL008 the text holds the control character U+001B
 --> outline.yaml:1:8
  |
1 | title: "\\e[31mTides"
  |        ^^^^^^^^^^^^^
  |
help: Remove the escape that makes it; an article cannot show it.""",
    ),
    "a second document": (
        "title: Tides\nsections:\n  - {title: Shores, words: 50}\n---\ntitle: More\n",
        """\
OL017 a second YAML document begins here, but an outline is one document
 --> outline.yaml:4:1
  |
3 |   - {title: Shores, words: 50}
4 | ---
  | ^^^
  |
help: Remove the line `---` and what follows, or put it in a file of its own.""",
    ),
    "a sentence with a colon": (
        (
            "title: Tides\nsections:\n  - title: Shores\n    words: 50\n"
            "    evidence:\n      - The bay: it is wide\n"
        ),
        """\
OL101 unknown key `The bay`
 --> outline.yaml:6:9
  |
5 |     evidence:
6 |       - The bay: it is wide
  |         ^^^^^^^
  |
help: If this is a sentence with a colon, put the whole of it in quotation marks.""",
    ),
}


@pytest.fixture
def outline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a file that is named without its folder, so that messages can be compared."""
    monkeypatch.chdir(tmp_path)
    return Path("outline.yaml")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_clear_message(outline: Path, mistake: str) -> None:
    """The message says what is wrong, shows where, and ends with what to do."""
    text, expected = MISTAKES[mistake]
    outline.write_bytes(text.replace("\n", os.linesep).encode())
    with pytest.raises(OutlineError) as caught:
        read_outline(outline)
    shown = [
        format_diagnostic(found)
        for found in caught.value.diagnostics
        if not ("sections: []" in text and found.code == "OL110")
    ]

    assert [expected] == shown


def test_one_mistake_is_the_error_s_own_message(outline: Path) -> None:
    """With a single mistake the error itself says where and what, and what to do."""
    outline.write_text("title: Tides\n", encoding="utf-8")
    with pytest.raises(OutlineError) as caught:
        read_outline(outline)

    assert "outline.yaml:1:1: the outline has no `sections`" == caught.value.message
    assert "Add `sections: ...`." == caught.value.hint


def test_several_mistakes_are_counted(outline: Path) -> None:
    """With several mistakes the error says how many, and the diagnostics tell each one."""
    outline.write_text("titel: Tides\nsections: []\n", encoding="utf-8")
    with pytest.raises(OutlineError) as caught:
        read_outline(outline)

    assert "outline.yaml has 2 problems" == caught.value.message
    assert "Mend each place listed, then check again." == caught.value.hint
    assert ["OL101", "OL110"] == [found.code for found in caught.value.diagnostics]
