"""Streams in every state: closed, full, cut short, narrow, of another encoding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gptoss_writer.cli.terminal import abandon
from tests.support.commands import TEXTS, THREE, Program, child_of, through_shell

HEADLESS = "export PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C\n"


@pytest.fixture
def folder(program: Program) -> Path:
    """Give a folder with a finished draft of three.yaml."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), "-q").code
    return program.folder


def test_a_reader_that_leaves_ends_the_program_quietly(folder: Path) -> None:
    """`| head -1` gets its line; no complaint is printed, on either side."""
    big = THREE + "".join(f"  - {{title: Part {n}, words: 20}}\n" for n in range(190))
    (folder / "big.yaml").write_text(big, encoding="utf-8")
    many = "writer check big.yaml --json | head -1; echo ${PIPESTATUS[0]}"
    result = through_shell(many, folder)

    assert ("{\n", "") == (result.out[:2], result.err)
    assert result.out.splitlines()[1] in ("0", "141")


def test_a_reader_of_the_log_that_leaves_ends_the_program_too(folder: Path) -> None:
    """What was accepted until then is kept."""
    line = "writer generate three.yaml --seed 2 -m scripted:tape.yaml 2>&1 >/dev/null | head -1"
    result = through_shell(f"{line}; echo ${{PIPESTATUS[0]}}; writer status three.yaml", folder)

    assert result.out.startswith("The linter has 6 warnings about this outline;")
    assert result.out.splitlines()[1] in ("0", "141")
    assert "3 of 3 sections" in result.out
    assert "" == result.err


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("writer check three.yaml >&-", 2, "stdout, which is closed"),
        ("writer generate three.yaml --json >&-", 2, "stdout, which is closed"),
        ("writer --version >&-", 2, "stdout, which is closed"),
        ("writer generate three.yaml >&-", 0, ""),
        ("writer generate three.yaml <&-", 0, ""),
        ("writer generate three.yaml 2>&-", 0, ""),
        ("writer generate three.yaml <&- >&- 2>&-", 0, ""),
        ("writer check nope.yaml 2>&-", 2, ""),
        ("writer generate three.yaml 2>/dev/full", 0, ""),
        ("writer check three.yaml >/dev/full", 13, "Cannot write to stdout: No space left"),
        ("writer generate three.yaml -o - >/dev/full", 13, "Cannot write to stdout: No space"),
        ("writer -h >/dev/full", 13, "Cannot write: No space left on device"),
    ],
)
def test_closed_and_full_streams(folder: Path, line: str, code: int, words: str) -> None:
    """Data that cannot go anywhere is an error; words that nobody can read are not."""
    result = through_shell(line, folder)

    assert code == result.code, result.err
    assert words in result.err
    assert "Traceback" not in result.err
    assert "Exception ignored" not in result.err


def test_nothing_is_written_into_files_that_got_a_closed_streams_number(folder: Path) -> None:
    """With all three streams closed, a draft is written as it always is."""
    line = "writer generate three.yaml --seed 2 -m scripted:tape.yaml -w quiet <&- >&- 2>&-"
    result = through_shell(line, folder)
    loud = through_shell(line.replace("quiet <&- >&- 2>&-", "loud"), folder)

    assert (0, 0) == (result.code, loud.code)
    for name in ("article.md", "sections/01-one.md", "journal.jsonl"):
        assert (folder / "loud" / name).read_bytes() == (folder / "quiet" / name).read_bytes()


def test_data_is_utf_8_whatever_the_locale(folder: Path) -> None:
    """An article on stdout has the bytes of the file, also where the locale knows only ASCII."""
    (folder / "drafts/three/sections/02-two.md").write_text("Größe “日本”.\n", encoding="utf-8")
    line = f"{HEADLESS}writer assemble three.yaml -o - 2>/dev/null > out.md"
    result = through_shell(line, folder)

    assert 0 == result.code
    assert (folder / "drafts/three/article.md").read_bytes() == (folder / "out.md").read_bytes()


def test_words_a_locale_cannot_say_become_question_marks(folder: Path) -> None:
    """A message is never lost to the encoding of the terminal."""
    result = through_shell(f"{HEADLESS}writer check größe.yaml", folder)

    assert 2 == result.code
    assert "error: gr????e.yaml: there is no such file\n" == result.err.splitlines(True)[0]


def test_names_with_blanks_and_newlines(folder: Path) -> None:
    """Every path may have them; a suggested command quotes them."""
    (folder / "my\nold outline.yaml").write_text(THREE, encoding="utf-8")
    missing = child_of("status", "my\nold outline.yaml", folder=folder)
    (folder / "drafts/three").rename(folder / "my\ndraft")
    found = child_of("status", "three.yaml", "-w", "my\ndraft", folder=folder)

    assert (10, 0) == (missing.code, found.code)
    assert "error: There is no draft of my old outline.yaml yet" in missing.err
    assert "generate 'my\n  old outline.yaml' --model PATH\n" in missing.err


def test_a_home_that_cannot_be_used_is_not_needed(folder: Path) -> None:
    """Without a home, or with one that may only be read, everything works."""
    for home in ("/nonexistent", "/proc", ""):
        result = child_of("status", "three.yaml", folder=folder, extra={"HOME": home})

        assert 0 == result.code, result.err


def test_a_folder_that_may_only_be_read(folder: Path) -> None:
    """A draft in it can be looked at; writing is refused with the reason."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    draft = folder / "drafts/three"
    draft.chmod(0o500)
    try:
        looked = child_of("status", "three.yaml", folder=folder)
        wrote = child_of("assemble", "three.yaml", folder=folder)
    finally:
        draft.chmod(0o700)

    assert (0, 13) == (looked.code, wrote.code)
    assert "Permission denied" in wrote.err


def test_abandoning_a_stream_that_is_none_is_no_error() -> None:
    """A closed stream needs no farewell."""
    abandon(None)

    assert os.fstat(2)
