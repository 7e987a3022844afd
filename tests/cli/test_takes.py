"""Several takes of one section: all are kept, and one is chosen, now or later."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gptoss_writer.cli import choosing
from tests.support.commands import LOW, TEXTS, Program, prose, through_shell

GOOD = (
    "A grain is smaller than that, and sand is many stones that lie where the tide left them, "
    "grey and cold, until the wind comes and takes them off again."
)
"""A text of the second section that says its key point: no finding."""


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    program.tape(prose(29, 4), GOOD, prose(31, 6), name="takes.yaml")
    return program


TAKES = ("regenerate", "three.yaml", "two", "--takes", "3", "-m", "scripted:takes.yaml")


def test_without_a_choice_the_present_text_stays(taped: Program) -> None:
    """Each take is in the history, and the commands that choose one are listed."""
    before = taped.hashes()
    result = taped(*TAKES)

    assert 0 == result.code
    assert (
        "  @2: 29 words, 1 finding\n  @3: 30 words, no findings\n  @4: 31 words, 1 finding\n"
    ) in result.err
    assert (
        "No take was chosen. Choose one with:\n"
        "gptoss-writer restore three.yaml two@2\n"
        "gptoss-writer restore three.yaml two@3\n"
        "gptoss-writer restore three.yaml two@4\n"
    ) in result.err
    assert before == taped.hashes()
    assert 1 == taped.accepted()
    assert 0 == taped("restore", "three.yaml", "two@4", "-q").code
    assert f"{prose(31, 6)}\n" == taped.section()


def test_the_best_one_can_be_picked(taped: Program) -> None:
    """By its scorecard; undo takes it back."""
    before = taped.hashes()
    result = taped(*TAKES, "--pick", "best")

    assert 0 == result.code
    assert "  @3: 30 words, no findings, picked\n" in result.err
    assert 'Section "two" is attempt @3 now.\n' in result.err
    assert f"{GOOD}\n" == taped.section()
    assert taped("undo", "three.yaml").err.startswith("Taken back: the last regenerate.\n")
    assert before == taped.hashes()


def test_tells_programs_the_takes(taped: Program) -> None:
    """--json has them in the section's report."""
    report = taped(*TAKES, "--pick", "best", "--json").json
    section = report["sections"][1]

    assert "accepted" == section["status"]
    assert [(2, 29, False), (3, 30, True), (4, 31, False)] == [
        (take["attempt"], take["words"], take["picked"]) for take in section["takes"]
    ]
    assert "takes" not in report["sections"][0]


def test_every_take_has_a_seed_of_its_own(program: Program, quick_model: Path) -> None:
    """Three seeds give three texts; a named seed gives the same three again."""
    program("generate", "three.yaml", "-m", quick_model, *LOW, "-q")
    texts = []
    for _ in range(2):
        report = program(
            *("regenerate", "three.yaml", "two", "--takes", "3", "--seed", "5", "--json")
        ).json
        numbers = [take["attempt"] for take in report["sections"][1]["takes"]]
        texts.append([program("show", "three.yaml", f"two@{number}").out for number in numbers])
    records = program("history", "three.yaml", "two", "--json").json["attempts"]

    assert texts[0] == texts[1]
    assert 3 == len(set(texts[0]))
    assert len({record["sampling"]["seed"] for record in records}) > 3


class _Answers(io.StringIO):
    """A terminal on which somebody types."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [("3\n", 3), ("@2\n", 2), ("best\n", 3), ("\n", 1), ("1\n", 1), ("what\n", 1), ("", 1)],
)
def test_at_a_terminal_it_is_asked_for(
    taped: Program, monkeypatch: pytest.MonkeyPatch, answer: str, accepted: int
) -> None:
    """By number or "best"; anything else keeps the present text."""
    monkeypatch.setattr(sys, "stdin", _Answers(answer))
    monkeypatch.setattr(choosing, "is_capable", lambda _stream: True)
    result = taped(*TAKES)

    assert 0 == result.code
    assert "Which one? 2, 3, 4, best, or Enter to keep the present text:\n" in result.err
    assert accepted == taped.accepted()


class _Keyboard(io.TextIOWrapper):
    """A terminal behind a pipe; `asked` happens when the program looks whether it is one."""

    def __init__(self, descriptor: int, asked: Callable[[], object]) -> None:
        super().__init__(os.fdopen(descriptor, "rb"))
        self._asked = asked

    def isatty(self) -> bool:
        """Say that it is one."""
        self._asked()
        return True


@pytest.mark.parametrize(("typed", "accepted"), [(b"2\n", 2), (None, 1)])
def test_a_stop_while_it_is_asked_keeps_the_present_text(
    taped: Program, monkeypatch: pytest.MonkeyPatch, typed: bytes | None, accepted: int
) -> None:
    """Ctrl-C is an answer too, and nothing waits for another."""
    reading, writing = os.pipe()

    def asked() -> None:
        if typed is None:
            os.kill(os.getpid(), signal.SIGINT)
        else:
            os.write(writing, typed)

    with _Keyboard(reading, asked) as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(choosing, "is_capable", lambda _stream: True)
        result = taped(*TAKES)
    os.close(writing)

    assert 0 == result.code
    assert accepted == taped.accepted()


def test_through_a_pipe_nobody_waits(taped: Program) -> None:
    """Whatever stdin is: a pipe that stays open, nothing, or closed."""
    line = " ".join(TAKES)
    for script in (f"writer status three.yaml | writer {line}", f"writer {line} <&-"):
        result = through_shell(script, taped.folder)

        assert 0 == result.code, result.err
        assert "No take was chosen." in result.err


def test_the_same_text_thrice_is_said_to_be(taped: Program) -> None:
    """As it comes at temperature 0."""
    taped.tape(*[prose(30, 4)] * 3, name="takes.yaml")
    result = taped(*TAKES)

    assert "The takes are the same text: at temperature 0 every seed gives the same." in result.err


def test_a_new_text_that_is_the_old_one_is_said_to_be(taped: Program) -> None:
    """With what would help."""
    result = taped("regenerate", "three.yaml", "two", "-m", taped.tape(TEXTS[1]))

    assert 0 == result.code
    assert 'The new text of section "two" is the old one, word for word. Say what' in result.err


WRONG = [
    (("--takes", "0"), "--takes 0 is not possible."),
    (("--takes", "10"), "--takes 10 is not possible."),
    (("--pick", "best"), "--pick needs takes to pick from."),
    (("--takes", "2", "--pick", "worst"), "--pick: 'worst' is no choice."),
]


@pytest.mark.parametrize(("flags", "message"), WRONG)
def test_what_cannot_be_is_refused(taped: Program, flags: tuple[str, ...], message: str) -> None:
    """Before a model is opened."""
    result = taped("regenerate", "three.yaml", "two", *flags, "-m", "no-such-model")

    assert (2, True) == (result.code, message in result.err)


def test_takes_that_are_all_empty_fail(taped: Program) -> None:
    """Exit 3, and the present text stays."""
    before = taped.hashes()
    taped.tape(*[""] * 6, name="takes.yaml")
    result = taped("regenerate", "three.yaml", "two", "--takes", "2", "-m", "scripted:takes.yaml")

    assert 3 == result.code
    assert before == taped.hashes()
    status = taped("status", "three.yaml", "--json").json["sections"][1]["status"]
    assert "fresh" == status
    assert json.loads((taped.folder / "drafts/three/history/two/0007.json").read_bytes())
