"""Ctrl-C and SIGTERM, in a real process: a clean end at any moment, and nothing lost."""

from __future__ import annotations

import gc
import os
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gptoss_writer.cli import opening
from gptoss_writer.cli.interrupts import interruptible
from gptoss_writer.engine.choose import EngineOptions, open_engine
from gptoss_writer.engine.interface import Cancellation, Engine
from gptoss_writer.workspace.workspace import Workspace
from tests.support.commands import LOW, TEXTS, Program, child_of, finish, start
from tests.support.screens import on_terminal
from tests.support.steered import talking_model

LONG = """\
title: Long things
sections:
  - {id: one, role: introduction, title: First, words: 20}
  - {id: two, title: Second, words: 3000}
"""
"""The second section keeps a small model busy for longer than any test waits."""

STOPPED = re.compile(
    r"Stopped\. 1 of 2 sections are written and kept(, and \d+ words? of the next)?\.\n"
    r"  Go on with:\n"
    r"  gptoss-writer generate long\.yaml\n\Z"
)


@pytest.fixture
def long(program: Program, tiny_model: Path) -> tuple[list[str], Path]:
    """Give a command that runs for a while, and its folder."""
    program.write("long.yaml", LONG)
    return ["generate", "long.yaml", "-m", str(tiny_model), "--effort", "low"], program.folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_signal_stops_and_the_same_command_goes_on(
    long: tuple[list[str], Path], number: signal.Signals
) -> None:
    """Section one is kept, exit 130, no traceback; later nothing of it is written again."""
    command, folder = long
    child = start(command, folder)
    file = folder / "drafts/long/sections/01-one.md"
    wait_for(file.exists)
    child.send_signal(number)
    result = finish(child)
    plan = child_of(*command, "--dry-run", "--json", folder=folder)

    assert (130, "") == (result.code, result.out)
    assert "Traceback" not in result.err
    assert STOPPED.search(result.err)
    assert ["two"] == [section["id"] for section in plan.json["sections"]]


def test_a_second_signal_ends_at_once(long: tuple[list[str], Path]) -> None:
    """Whatever it hits, the end is clean and the draft can be read."""
    command, folder = long
    child = start(command, folder)
    wait_for((folder / "drafts/long/sections/01-one.md").exists)
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGINT)
    result = finish(child)
    status = child_of("status", "long.yaml", folder=folder)

    assert 130 == result.code
    assert "Stopped." in result.err
    assert "Traceback" not in result.err
    assert "Exception ignored" not in result.err
    assert "  1  one  fresh" in status.out


def test_a_signal_at_any_moment_ends_cleanly(long: tuple[list[str], Path]) -> None:
    """Starting, loading, reading, thinking: the same few words and the same exit code."""
    command, folder = long
    moments = random.Random(7)
    for _ in range(4):
        child = start(command, folder)
        # Python itself takes this long to start; before that, Ctrl-C is not ours.
        wait_for(partial(is_our_code_running, child.pid))
        time.sleep(moments.uniform(0.0, 0.5))
        child.send_signal(signal.SIGINT)
        result = finish(child)

        assert 130 == result.code, result.err
        assert "Stopped" in result.err
        assert "Traceback" not in result.err


def test_an_ignored_signal_stays_ignored(program: Program) -> None:
    """A program started with Ctrl-C switched off, as by nohup, does not switch it on."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        cancellation = Cancellation()
        with interruptible(cancellation):
            os.kill(os.getpid(), signal.SIGINT)

        assert not cancellation.is_cancelled
        assert signal.SIG_IGN == signal.getsignal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert program.folder.exists()


def test_the_first_signal_asks_and_the_second_raises() -> None:
    """Handlers and hooks are as before afterwards."""
    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    cancellation = Cancellation()

    def press_twice() -> None:
        with interruptible(cancellation):
            os.kill(os.getpid(), signal.SIGINT)

            assert cancellation.is_cancelled
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        press_twice()

    assert before == signal.getsignal(signal.SIGINT)
    assert hook == sys.unraisablehook


def test_only_interrupts_are_lost_silently(capsys: pytest.CaptureFixture[str]) -> None:
    """An interrupt inside a callback of llama.cpp says nothing; any other error is still told."""

    class Dying:
        def __init__(self, error: BaseException) -> None:
            self.error = error

        def __del__(self) -> None:
            raise self.error

    with interruptible(Cancellation()):
        for error in (KeyboardInterrupt("quiet"), ValueError("loud")):
            doomed = Dying(error)
            del doomed
            gc.collect()
    said = capsys.readouterr().err

    assert "quiet" not in said
    assert "loud" in said


def test_a_signal_while_the_model_is_opened_leaves_no_draft(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for before the first file was written is heeded before it is."""

    def opened(model: str | Path, options: EngineOptions) -> Engine:
        os.kill(os.getpid(), signal.SIGINT)
        return open_engine(model, options)

    monkeypatch.setattr(opening, "open_engine", opened)
    result = program("generate", "three.yaml", "-m", program.tape(*TEXTS))

    assert (130, "") == (result.code, result.out)
    assert result.err.endswith(
        "\nStopped before anything was written.\n  Run the same command again.\n"
    )
    assert not (program.folder / "drafts").exists()


def test_ctrl_c_on_a_terminal(long: tuple[list[str], Path]) -> None:
    """The live view goes away, the cursor comes back, and the last words stay."""
    command, folder = long
    pressed: list[int] = []

    def watch(seen: str, child: int) -> None:
        if "writing" in seen and "[2/2]" in seen and not pressed:
            pressed.append(child)
            os.kill(child, signal.SIGINT)

    session = on_terminal(command, folder, watch=watch)

    assert 130 == session.code
    assert pressed
    assert session.raw.rfind("\x1b[?25l") < session.raw.rfind("\x1b[?25h")
    assert STOPPED.search(session.raw.replace("\r", ""))


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something happened."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def is_our_code_running(pid: int) -> bool:
    """Tell whether a child has begun to load the libraries that only we ask for."""
    try:
        return "_yaml" in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    except OSError:
        return True


def test_what_was_begun_is_told_and_gone_on_with(program: Program, tmp_path: Path) -> None:
    """Killed in a section, its words are kept: `status` counts them, and the next run says so."""
    model = talking_model(tmp_path / "talking.gguf")
    program.write("talk.yaml", TALK)
    command = ["generate", "talk.yaml", "-m", str(model), *LOW]
    child = start(command, program.folder)
    wait_for(lambda: words_begun(program) > 0)
    child.kill()
    child.communicate()
    words = words_begun(program)
    status = program("status", "talk.yaml")
    child = start(command, program.folder)
    wait_for(lambda: words_begun(program) > words)
    child.send_signal(signal.SIGINT)
    result = finish(child)

    assert f"begun, {words} words\n" in status.out
    assert f"[1/1] Talk (going on after {words} words)\n" in result.err
    assert "Stopped. 0 of 1 sections are written and kept, and " in result.err


TALK = """\
title: Talk
sections:
  - {id: talk, title: Talk, words: 1000, key_points: [in on is in on is on in is on]}
"""


def words_begun(program: Program) -> int:
    """Tell how many words of the section are kept."""
    path = program.folder / "drafts/talk"
    progress = Workspace.open(path).progress("talk") if Workspace.exists(path) else None
    return progress.words if progress else 0
