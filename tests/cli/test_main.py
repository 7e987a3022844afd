"""The boundary: whatever happens below it ends as words on stderr and an exit code."""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from gptoss_writer.cli import main as main_module
from gptoss_writer.cli import outlines, terminal
from gptoss_writer.cli.main import main, run
from gptoss_writer.errors import EngineError
from tests.support.commands import Program


def raising(error: BaseException) -> object:
    """Make a function that raises, whatever it is called with."""

    def function(*_arguments: object, **_options: object) -> int:
        raise error

    return function


@pytest.fixture
def broken(program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    """Give a program whose `check` has a bug, and which writes its logs below `tmp_path`."""
    monkeypatch.setattr(outlines, "check_outline", raising(KeyError("\x1b[31mwidget")))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return program


def test_a_bug_becomes_a_file_one_can_send(broken: Program, tmp_path: Path) -> None:
    """One line on the screen, the traceback in a log, exit code 70."""
    result = broken("check", "three.yaml")
    log = next(tmp_path.glob("gptoss-writer-*.log"))

    assert (70, "") == (result.code, result.out)
    assert (
        "error: Something unexpected happened: KeyError: '\\x1b[31mwidget'\n"
        "  This is a bug in gptoss-writer. Accepted sections are kept.\n"
        f"  Details to report: {log}\n"
    ) == result.err
    assert "Traceback (most recent call last):" in log.read_text(encoding="utf-8")
    assert 0o600 == log.stat().st_mode & 0o777


def test_a_bug_is_told_even_where_no_log_can_be_written(
    broken: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the traceback is the only trace there is, and it is shown."""
    monkeypatch.setattr(tempfile, "mkstemp", raising(OSError(errno.EROFS, "Read-only")))
    code = main(["check", "three.yaml"])

    assert 70 == code
    assert broken.folder.exists()


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (MemoryError(), 13, "error: There is not enough memory.\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 13, "error: Cannot write: No space"),
        (EngineError("It broke.", "Try it."), 14, "error: It broke.\n  Try it.\n"),
        (EngineError("It broke\nin two."), 14, "error: It broke in two.\n"),
    ],
    ids=["memory", "interrupt", "disk", "expected", "lines"],
)
def test_what_is_expected_ends_in_its_own_words(
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    words: str,
) -> None:
    """A message, advice, the exit code; never a traceback."""
    monkeypatch.setattr(outlines, "check_outline", raising(error))
    result = program("check", "three.yaml")

    assert (code, "") == (result.code, result.out)
    assert result.err.startswith(words)


def test_a_closed_pipe_is_silent(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader has what it wanted; nobody is told anything."""
    abandoned: list[object] = []
    monkeypatch.setattr(outlines, "check_outline", raising(BrokenPipeError()))
    monkeypatch.setattr(main_module, "abandon", abandoned.append)
    result = program("check", "three.yaml")

    assert (141, "", "") == (result.code, result.out, result.err)
    assert 2 == len(abandoned)


def test_the_process_ends_with_the_code_of_the_command(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`run` is what the console script and `python -m` call."""
    monkeypatch.setattr(sys, "argv", ["gptoss-writer", "check", "nope.yaml"])
    with pytest.raises(SystemExit) as ended:
        run()

    assert 2 == ended.value.code
    assert program.folder.exists()


def test_hostile_words_are_cleaned() -> None:
    """No escape, no C1 control, no bidi override, no broken byte gets through; text does."""
    hostile = "a\x1b]0;evil\x07b\x9b2Jc\u202ed\x00e\udc80f\r\ng\th\u2028i日本"

    assert "a]0;evilb2Jcde\ufffdf\ng\thi日本" == terminal.clean(hostile)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", terminal.clean(hostile))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one\n two\t three", 0, "one two three"),
        ("one two three", 13, "one two three"),
        ("one two three", 8, "one two…"),
        ("one", 1, "…"),
    ],
)
def test_a_line_is_one_line(text: str, width: int, expected: str) -> None:
    """Blanks become single spaces, and what is too long ends in an ellipsis."""
    shown = terminal.one_line(text, width)

    assert expected.replace("…", "") in shown
    assert "\n" not in shown
    assert not width or len(shown) <= max(2, width)


def test_commands_stay_whole_where_lines_are_wrapped(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a narrow terminal words wrap; a command can still be copied."""
    monkeypatch.setattr(terminal, "is_capable", lambda _stream: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "30")
    result = program("status", "three.yaml")

    assert (
        "error: There is no draft of\n"
        "three.yaml yet: drafts/three\n"
        "is not a workspace.\n"
        "  Begin one with:\n"
        "  gptoss-writer generate three.yaml --model PATH\n"
    ) == result.err


def test_the_folder_may_have_gone(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command called in a deleted folder says so."""
    gone = program.folder / "gone"
    gone.mkdir()
    outline = program.folder / "three.yaml"
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = program("status", outline)
    os.chdir(program.folder)

    assert 2 == result.code
    assert (
        "error: The folder you are in does not exist any more.\n  Change to another folder.\n"
    ) == result.err


def test_a_ctrl_c_that_python_wrapped_is_one(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes while a class is being made reaches us as the cause of another error."""
    error = RuntimeError("Error calling __set_name__")
    error.__cause__ = KeyboardInterrupt()
    monkeypatch.setattr(outlines, "check_outline", raising(error))
    result = program("check", "three.yaml")

    assert (130, "") == (result.code, result.out)
    assert result.err.startswith("Stopped.\n")
