"""`check --fix`, `--diff` and `--watch`."""

from __future__ import annotations

import signal
import time

from tests.support.commands import Program, finish, start

TEXT = "title: Tides\ntotal_words: 80\nsections:\n  - {id: a, title: Shores, words: 60}\n"


def test_the_diff_comes_first(program: Program) -> None:
    """--diff shows what would be mended, exits 1, and writes nothing."""
    file = program.write("tides.yaml", TEXT)
    result = program("check", "tides.yaml", "--diff")

    assert 1 == result.code
    assert (
        "--- tides.yaml\n"
        "+++ tides.yaml (mended)\n"
        "@@ -3,2 +3,2 @@\n"
        " sections:\n"
        "-  - {id: a, title: Shores, words: 60}\n"
        "+  - {id: a, title: Shores, words: 80}\n"
    ) == result.out
    assert (
        "OL201: scaled the budgets to 80 words. Nothing was written; mend the file with --fix.\n"
    ) == result.err
    assert TEXT == file.read_text(encoding="utf-8")


def test_the_fix_is_written_and_checked(program: Program) -> None:
    """--fix changes the file in place and then says what is left."""
    file = program.write("tides.yaml", TEXT)
    result = program("check", "tides.yaml", "--fix", "--format", "concise")

    assert 0 == result.code
    assert TEXT.replace("60", "80") == file.read_text(encoding="utf-8")
    assert "OL201" not in result.out
    assert result.err.startswith("OL201: scaled the budgets to 80 words.\n")
    assert "There is nothing to mend.\n" == program("check", "tides.yaml", "--diff").err


def test_what_cannot_be_mended_is_not_offered_again(program: Program) -> None:
    """Marks that are typed as escapes stay, and --fix does not send to --fix."""
    evidence = 'evidence: [{quote: "He said \\u201cno\\"", source: A letter}]'
    program.write("tides.yaml", TEXT.replace("}", f", {evidence}}}"))
    result = program("check", "tides.yaml", "--fix", "--format", "concise")

    assert "OL223" in result.out
    assert "--fix" not in result.err


def test_line_ends_and_the_mark_of_windows_stay(program: Program) -> None:
    """What the file is encoded with is what it is written with."""
    file = program.folder / "tides.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    program("check", "tides.yaml", "--fix")

    assert b"\xef\xbb\xbf" + TEXT.replace("60", "80").replace("\n", "\r\n").encode() == (
        file.read_bytes()
    )


def test_an_invalid_outline_is_not_touched(program: Program) -> None:
    """Its mistakes are told, as without --fix."""
    file = program.write("tides.yaml", TEXT + "  - {}\n")
    results = [program("check", "tides.yaml", option) for option in ("--fix", "--diff")]

    assert [2, 2] == [result.code for result in results]
    assert all("OL102" in result.out for result in results)
    assert TEXT + "  - {}\n" == file.read_text(encoding="utf-8")


def test_watching_checks_again(program: Program) -> None:
    """Each time the file is saved it is checked; Ctrl-C ends with exit code 130."""
    program.write("tides.yaml", TEXT)
    arguments = ("check", "tides.yaml", "--watch", "--format", "concise")
    child = start(arguments, program.folder)
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(0.5)  # the file's time must differ from the one it had
    program.write("tides.yaml", "titel: Tides\n")
    second = child.stdout.readline()
    child.send_signal(signal.SIGINT)
    result = finish(child)

    assert b"OL201" in first
    assert b"OL210" in second or b"OL211" in second or b"OL101" in second
    assert 130 == result.code
    assert result.err.rstrip().endswith("Stopped watching.")


def test_watching_what_is_not_there(program: Program) -> None:
    """There is nothing to wait for."""
    result = program("check", "nope.yaml", "--watch")

    assert (2, "") == (result.code, result.out)
    assert result.err.startswith("error: nope.yaml: there is no such file\n")
