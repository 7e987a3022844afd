"""`-o`: the article goes where it is wanted, and never over anything else."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from tests.support.commands import TEXTS, Program, prose


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), "-q").code
    return program


def article(program: Program) -> bytes:
    """Read the article."""
    return (program.folder / "drafts/three/article.md").read_bytes()


def test_a_copy_has_the_bytes_of_the_article(taped: Program) -> None:
    """In a file, and on stdout."""
    to_file = taped("generate", "three.yaml", "-o", "copy.md")
    to_stdout = taped("generate", "three.yaml", "-o", "-")

    assert (0, "") == (to_file.code, to_file.out)
    assert "Copy: copy.md\n" in to_file.err
    assert article(taped) == Path("copy.md").read_bytes()
    assert article(taped) == to_stdout.out.encode()


def test_a_copy_of_ours_is_replaced(taped: Program) -> None:
    """Each command brings it up to date, its own older copies included."""
    other = taped.tape(prose(30, 9), name="other.yaml")
    for command in (
        ("generate", "three.yaml"),
        ("regenerate", "three.yaml", "two", "-m", other),
        ("assemble", "three.yaml"),
    ):
        assert 0 == taped(*command, "-o", "copy.md").code
        assert article(taped) == Path("copy.md").read_bytes()


@pytest.mark.parametrize("command", ["generate", "assemble"])
def test_what_is_not_ours_is_not_replaced(taped: Program, command: str) -> None:
    """Neither a stranger's file nor a copy that was edited; it is said before the work."""
    taped("generate", "three.yaml", "-o", "copy.md")
    file = Path("copy.md")
    file.write_bytes(file.read_bytes() + b"My last words.\n")
    before = file.read_bytes()
    result = taped(command, "three.yaml", "-o", "copy.md")

    assert 2 == result.code
    assert (
        "error: copy.md exists and is not an article of this draft, or was edited since.\n"
        "  Give -o another name, or move the file away.\n"
    ) == result.err
    assert before == file.read_bytes()


def test_an_empty_file_is_nobodys(taped: Program) -> None:
    """What mktemp makes may be filled."""
    Path("empty.md").touch()

    assert 0 == taped("assemble", "three.yaml", "-o", "empty.md").code
    assert article(taped) == Path("empty.md").read_bytes()


PLACES = {
    "three.yaml": "error: -o three.yaml is the outline itself.",
    "drafts/../three.yaml": "error: -o drafts/../three.yaml is the outline itself.",
    "drafts/three/article.md": "error: -o drafts/three/article.md lies in the workspace",
    "drafts/three/mine.md": "error: -o drafts/three/mine.md lies in the workspace",
    "drafts": "error: -o drafts is a folder.",
    "nowhere/copy.md": "error: -o nowhere/copy.md: there is no folder nowhere.",
    "x" * 300: "File name too long.",
}


@pytest.mark.parametrize(("target", "message"), PLACES.items(), ids=lambda text: text[:24])
def test_impossible_places_are_refused_first(taped: Program, target: str, message: str) -> None:
    """Before anything is written, though the work would take long."""
    before = taped.hashes()
    result = taped("generate", "three.yaml", "--seed", "2", "-o", target)

    assert (2, "") == (result.code, result.out)
    assert message in result.err
    assert before == taped.hashes()


def test_a_link_keeps_pointing_where_it_points(taped: Program) -> None:
    """The file behind it is written."""
    Path("site").mkdir()
    Path("copy.md").symlink_to("site/post.md")

    assert 0 == taped("assemble", "three.yaml", "-o", "copy.md").code
    assert Path("copy.md").is_symlink()
    assert article(taped) == Path("site/post.md").read_bytes()


def test_a_device_and_a_pipe_are_written_into(taped: Program) -> None:
    """They are not replaced by a file."""
    os.mkfifo("pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(Path("pipe").read_bytes()))
    reader.start()
    codes = [taped("assemble", "three.yaml", "-o", target).code for target in ("pipe", "/dev/null")]
    reader.join(timeout=30)

    assert [0, 0] == codes
    assert [article(taped)] == got
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


def test_a_full_device_is_told(taped: Program) -> None:
    """Exit 13; the article stands in the workspace."""
    before = taped.hashes()
    result = taped("assemble", "three.yaml", "-o", "/dev/full")

    assert 13 == result.code
    assert "error: Cannot write to /dev/full: No space left on device.\n" in result.err
    assert before == taped.hashes()
