"""Two attempts compared, through a pipe with marks and on a terminal with colours."""

from __future__ import annotations

import pytest

from gptoss_writer.cli import differing, painting
from tests.support.commands import TEXTS, Program, prose

OLD = "A stone is far too great.\n\nIt lies there.\n"
NEW = "A stone is small.\n\nIt lies here, and it stays.\n"


@pytest.fixture
def edited(program: Program) -> Program:
    """Give a program with a section that was edited twice, the second time unseen."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), "-q").code
    program.write("drafts/three/sections/02-two.md", OLD)
    program("assemble", "three.yaml", "-q")
    program.write("drafts/three/sections/02-two.md", NEW)
    return program


MARKED = "A stone is [-far too great-]{+small+}.\n\nIt lies [-there-]{+here, and it stays+}.\n"


def test_shows_the_edit_that_is_not_kept_yet(edited: Program) -> None:
    """One text with marks on stdout, and the counts on stderr."""
    result = edited("diff", "three.yaml", "two")

    assert (0, MARKED) == (result.code, result.out)
    assert "two, @2 to your edit: 5 words added, 4 words removed.\n" == result.err


def test_two_attempts_can_be_named(edited: Program) -> None:
    """In any way that names them."""
    edited("assemble", "three.yaml", "-q")
    for names in (["two", "@2", "@3"], ["2", "2", "3"], ["two@2", "@3"]):
        assert MARKED == edited("diff", "three.yaml", *names).out
    back = edited("diff", "three.yaml", "two", "@3", "@2").out

    assert "A stone is [-small-]{+far too great+}." in back


def test_without_names_what_stood_before_is_compared(twice: Program) -> None:
    """The parent of the accepted attempt; where that has none, the latest other one."""
    assert "two, @1 to @2: " in twice("diff", "three.yaml", "two").err
    twice("restore", "three.yaml", "two@1", "-q")

    assert "two, @2 to @1: " in twice("diff", "three.yaml", "two").err
    assert "two, @2 to @1: " in twice("diff", "three.yaml", "two", "@2").err


def test_the_same_text_is_said_to_be(twice: Program) -> None:
    """And one in which only spaces differ."""
    same = twice("diff", "three.yaml", "two", "@1", "@1")
    twice.write("drafts/three/sections/02-two.md", prose(30, 9).replace(" ", "  ") + "\r\n")
    spaces = twice("diff", "three.yaml", "two")

    assert "two, @1 to @1: the texts are the same.\n" == same.err
    assert "two, @2 to your edit: only spaces or newlines differ.\n" == spaces.err


def test_one_attempt_alone_is_nothing_to_compare(twice: Program) -> None:
    """That is no error."""
    result = twice("diff", "three.yaml", "one")

    assert (0, "") == (result.code, result.out)
    assert 'Section "one" has one attempt only: there is nothing to compare.\n' == result.err
    assert [] == twice("diff", "three.yaml", "one", "--json").json["pieces"]


def test_three_attempts_are_refused(twice: Program) -> None:
    """Only two can be compared."""
    result = twice("diff", "three.yaml", "two@1", "1", "2")

    assert 2 == result.code
    assert "diff compares two attempts, and 3 were named." in result.err


def test_tells_programs_the_pieces(edited: Program) -> None:
    """--json: what is the same, what went, what came."""
    report = edited("diff", "three.yaml", "two", "--json").json

    assert (2, None, False, 5, 4) == (
        *(report["from"], report["to"], report["identical"]),
        *(report["added_words"], report["removed_words"]),
    )
    assert [
        {"op": "same", "text": "A stone is "},
        {"op": "removed", "text": "far too great"},
        {"op": "added", "text": "small"},
    ] == report["pieces"][:3]


def test_colours_stand_in_place_of_the_marks(
    edited: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red what went, green what came; control characters of a text are not passed on."""
    edited.write("drafts/three/sections/02-two.md", NEW.replace("small", "small\x1b[5m"))
    for module in (differing, painting):
        monkeypatch.setattr(module, "wants_color", lambda _stream: True)
    result = edited("diff", "three.yaml", "two")

    assert "A stone is \x1b[31mfar too great\x1b[0m \x1b[32msmall[5m\x1b[0m." in result.out
