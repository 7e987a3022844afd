"""`import`: a Markdown outline becomes a YAML one that reads back equal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gptoss_writer.outline.reading import load_outline
from tests.support.commands import ROOT, Program

OUTLINES = sorted((ROOT / "outlines").iterdir())


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda path: path.name)
def test_the_yaml_reads_back_equal(program: Program, outline: Path) -> None:
    """Nothing is lost or added on the way."""
    result = program("import", outline, "-o", "out.yaml")

    assert 0 == result.code
    assert load_outline(outline) == load_outline(Path("out.yaml"))
    assert result.err.startswith("out.yaml: ")
    assert result.err.endswith(" words.\n")


@pytest.mark.parametrize("more", [(), ("-o", "-")])
def test_without_a_file_the_yaml_goes_to_stdout(program: Program, more: tuple[str, ...]) -> None:
    """It is the same text as the file would have."""
    source = ROOT / "outlines/broad-street.md"
    program("import", source, "-o", "out.yaml")
    result = program("import", source, *more)

    assert 0 == result.code
    assert Path("out.yaml").read_text(encoding="utf-8") == result.out


def test_a_file_is_not_replaced_unasked(program: Program) -> None:
    """The one that is there keeps its bytes until --force is given."""
    file = program.write("out.yaml", "mine\n")
    refused = program("import", "three.yaml", "-o", "out.yaml")
    kept = file.read_text(encoding="utf-8")
    forced = program("import", "three.yaml", "-o", "out.yaml", "--force")

    assert (2, 0) == (refused.code, forced.code)
    assert (
        "error: out.yaml exists and was not replaced.\n  Add --force, or give -o another name.\n"
    ) == refused.err
    assert "mine\n" == kept
    assert load_outline(Path("three.yaml")) == load_outline(file)


@pytest.mark.parametrize("name", ["three.yaml", "./three.yaml", "link.yaml"])
def test_the_source_is_never_replaced(program: Program, name: str) -> None:
    """Not even by force, nor through a link."""
    Path("link.yaml").symlink_to("three.yaml")
    before = Path("three.yaml").read_bytes()
    result = program("import", "three.yaml", "-o", name, "--force")

    assert 2 == result.code
    assert f"error: -o {name} is the outline that is read.\n" in result.err
    assert before == Path("three.yaml").read_bytes()


def test_a_full_disk_keeps_the_old_file(program: Program) -> None:
    """A place that refuses the write is told; the old file stays whole."""
    result = program("import", "three.yaml", "-o", "/dev/full")

    assert 13 == result.code
    assert (
        "error: Cannot write to /dev/full: No space left on device.\n  Give -o another place.\n"
    ) == result.err


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("folder", "error: -o folder is a folder.\n"),
        ("nowhere/out.yaml", "error: -o nowhere/out.yaml: there is no folder nowhere.\n"),
        ("n" * 300, f"error: -o {'n' * 300}: File name too long.\n"),
    ],
)
def test_an_impossible_place_is_refused(program: Program, target: str, problem: str) -> None:
    """The message says what is wrong with it."""
    Path("folder").mkdir()
    result = program("import", "three.yaml", "-o", target)

    assert 2 == result.code
    assert result.err.startswith(problem)


def test_a_name_with_blanks_is_fine(program: Program) -> None:
    """Spaces and newlines in names are nobody's business."""
    shutil.copy("three.yaml", "my old\noutline.yaml")
    result = program("import", "my old\noutline.yaml", "-o", "a new\none.yaml")

    assert 0 == result.code
    assert load_outline(Path("three.yaml")) == load_outline(Path("a new\none.yaml"))
