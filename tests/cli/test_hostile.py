"""Content is never obeyed: not by the terminal, not by Rich, not by the shell."""

from __future__ import annotations

import re

import pytest

from tests.support.commands import LOW, Program, child_of, prose
from tests.support.screens import ALLOWED, on_terminal

MARKUP = "[bold]Loud[/bold] [link=http://x]y[/link] [/] {x} :smile: %s <|end|>"
OUTLINE = f"""\
title: "{MARKUP}"
sections:
  - {{id: one, role: introduction, title: "[red]First[/red]", words: 20}}
  - {{id: two, title: "[/nothing] <|channel|>analysis", words: 20}}
"""
ESCAPES = (
    "\x1b]0;evil\x07",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31m",
    "\x1bPq#0\x1b\\",
    "\x1b_G\x1b\\",
    "\x9b31m\x9d0;x\x9c\x90",
    "\x00\x08\x7f\u202e\u2066",
)
HARMFUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(program: Program) -> tuple[Program, str]:
    """Give a program with a hostile outline, and a tape with every escape in each of its turns."""
    program.write("hostile.yaml", OUTLINE)
    words = prose(20).split()
    mixed = " ".join(
        word + (ESCAPES[at] if at < len(ESCAPES) else "") for at, word in enumerate(words)
    )
    thought = f"<|channel|>analysis<|message|>{''.join(ESCAPES)} hm<|end|><|start|>assistant"
    turn = f"{thought}<|channel|>final<|message|>{mixed}<|return|>"
    return program, program.raw_tape(*[turn] * 6)


def test_nothing_harmful_reaches_a_pipe(hostile: tuple[Program, str]) -> None:
    """Neither stdout nor stderr of any command carries a control that came from content."""
    program, tape = hostile
    commands = [
        ("check", "hostile.yaml"),
        ("check", "hostile.yaml", "--json"),
        ("generate", "hostile.yaml", "-m", tape, *LOW, "-v"),
        ("generate", "hostile.yaml", "--json"),
        ("generate", "hostile.yaml", "-o", "-"),
        ("generate", "hostile.yaml", "--seed", "3", "--dry-run"),
        ("show", "hostile.yaml", "one"),
        ("show", "hostile.yaml", "one", "--reasoning"),
        ("show", "hostile.yaml", "one", "--prompt"),
        ("status", "hostile.yaml"),
        ("status", "hostile.yaml", "--json"),
        ("import", "hostile.yaml"),
    ]
    for command in commands:
        result = program(*command)

        assert result.code in (0, 3), result.err
        assert [] == HARMFUL.findall(result.out + result.err), command


def test_markup_is_text(hostile: tuple[Program, str]) -> None:
    """Titles appear as they were typed."""
    program, tape = hostile
    written = program("generate", "hostile.yaml", "-m", tape, *LOW)

    assert f"{MARKUP}: writing 2 sections, 40 words.\n" in written.err
    assert "[1/2] [red]First[/red] (missing)\n" in written.err
    assert "[/nothing] <|channel|>analysis" in program("status", "hostile.yaml").out
    assert f"{MARKUP}\n" == program("check", "hostile.yaml").out.splitlines(keepends=True)[0]


def test_nothing_harmful_reaches_a_terminal(hostile: tuple[Program, str]) -> None:
    """All that a terminal is sent are the few sequences of the live view."""
    program, tape = hostile
    session = on_terminal(["generate", "hostile.yaml", "-m", tape, *LOW], program.folder)
    shown = ALLOWED.sub("", session.raw)

    assert session.code in (0, 3)
    assert [] == HARMFUL.findall(shown)
    assert "[bold]Loud[/bold] [link=http://x]y[/link]" in shown.replace("\r\n", " ")


@pytest.mark.parametrize("escape", ESCAPES)
def test_an_outline_with_controls_is_refused_and_shown_without_them(
    program: Program, escape: str
) -> None:
    """The place is pointed at; what stands there is not sent to the terminal."""
    text = OUTLINE.replace("First", escape)
    (program.folder / "escape.md").write_text(text, encoding="utf-8")
    result = program("check", "escape.md")

    assert 2 == result.code
    assert "OL008" in result.out
    assert [] == HARMFUL.findall(result.out + result.err)


def test_names_of_files_are_content_too(program: Program) -> None:
    """A path with an escape in it is shown without."""
    name = "x\x1b]0;evil\x07\x9b31m.yaml"
    results = [
        program("check", name),
        program("generate", "three.yaml", "-m", name),
        program("generate", "three.yaml", "-w", name, "-m", "nope"),
        program("import", "three.yaml", "-o", f"{name}/x"),
        program("show", "three.yaml", name),
        program(name),
        program("check", f"--{name}"),
    ]

    assert [2, 12, 12, 2, 2, 2, 2] == [result.code for result in results]
    for result in results:
        assert [] == HARMFUL.findall(result.out + result.err)


def test_a_message_cannot_be_forged_by_a_name(program: Program) -> None:
    """A newline in a name does not start a line of its own."""
    result = program("check", "x\nerror: all is lost.yaml")

    assert 1 == sum(line.startswith("error:") for line in result.err.splitlines())


def test_an_edit_with_escapes_is_kept_and_shown_without_them(
    hostile: tuple[Program, str],
) -> None:
    """The file keeps its bytes; what is printed of it is clean."""
    program, tape = hostile
    program("generate", "hostile.yaml", "-m", tape, *LOW, "-q")
    file = program.write("drafts/hostile/sections/01-one.md", f"Mine {''.join(ESCAPES)} own.\n")
    before = file.read_bytes()
    results = [
        program("show", "hostile.yaml", "one"),
        program("assemble", "hostile.yaml", "-o", "-"),
    ]

    assert [0, 0] == [result.code for result in results]
    assert [] == HARMFUL.findall("".join(result.out + result.err for result in results))
    assert before == file.read_bytes()


def test_undecodable_names(program: Program) -> None:
    """A file whose name is not UTF-8 can be named, read and drafted."""
    outline = program.folder / "na\udcffme.yaml"
    outline.write_bytes((program.folder / "three.yaml").read_bytes())
    result = child_of("check", outline, folder=program.folder)
    status = child_of("status", outline.name, folder=program.folder)

    assert (0, 10) == (result.code, status.code)
    assert "There is no draft of na\ufffdme.yaml yet" in status.err
