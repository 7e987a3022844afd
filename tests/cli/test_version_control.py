"""A draft under version control: what a person would commit changes only with the text."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gptoss_writer.workspace.workspace import Workspace
from tests.support.commands import LOW, Program

OWN = ("cache/", ".lock")


def committed(draft: Path) -> dict[str, bytes]:
    """Read what is committed of a draft: all but the cache and the lock."""
    files = (path for path in sorted(draft.rglob("*")) if path.is_file())
    named = {path.relative_to(draft).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in named.items() if not name.startswith(OWN)}


def test_commands_that_change_no_text_change_no_file(twice: Program) -> None:
    """Not by a time, nor by a path; the same run again leaves every byte."""
    draft = twice.folder / "drafts/three"
    twice("generate", "three.yaml", "--stale", "keep", "-q")
    before = committed(draft)
    for command in (
        ("generate", "three.yaml", "--stale", "keep"),
        ("assemble", "three.yaml"),
        ("status", "three.yaml"),
        ("history", "three.yaml", "two"),
        ("diff", "three.yaml", "two"),
        ("restore", "three.yaml", "two@2"),
    ):
        assert 0 == twice(*command).code, command
    assert before == committed(draft)


def test_a_draft_that_was_pulled_goes_on_on_another_machine(
    program: Program, quick_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model stands elsewhere there; nothing is stale, and nothing is written."""
    program.write("mine/house_rules.txt", "Write plainly.\n")
    shutil.copy(quick_model, program.folder / "one.gguf")
    flags = ("-m", program.folder / "one.gguf", "--prompts", program.folder / "mine", *LOW)
    assert 0 == program("generate", "three.yaml", *flags, "-q").code
    draft = program.folder / "drafts/three"
    before = committed(draft)
    for name, data in before.items():
        assert str(program.folder).encode() not in data, name
    pulled = tmp_path / "elsewhere"
    shutil.copytree(program.folder, pulled, ignore=shutil.ignore_patterns("cache", ".lock*"))
    (pulled / "models").mkdir()
    shutil.move(pulled / "one.gguf", pulled / "models/one.gguf")
    monkeypatch.chdir(pulled)
    result = program("generate", "three.yaml")

    assert 0 == result.code, result.err
    assert "nothing to write" in result.err
    assert before == committed(pulled / "drafts/three")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_leaves_out_what_belongs_to_this_machine(twice: Program) -> None:
    """The folder's own .gitignore sees to that, also while a command writes."""
    draft = twice.folder / "drafts/three"
    with Workspace.open(draft).lock():
        (draft / "cache/two.progress.json").touch()
        (draft / "history/two/.0003.md.gptoss-writer-tmp").touch()
        subprocess.run(["git", "init", "-q", str(draft)], check=True)
        command = ["git", "-C", str(draft), "ls-files", "-o", "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        (draft / "history/two/.0003.md.gptoss-writer-tmp").unlink()
    shutil.rmtree(draft / ".git")

    assert set(committed(draft)) == set(listed.splitlines())


def test_a_change_adds_lines_and_files_and_rewrites_no_record(twice: Program) -> None:
    """The journal grows at its end, and the history keeps every file it has."""
    draft = twice.folder / "drafts/three"
    before = committed(draft)
    twice("restore", "three.yaml", "two@1", "-q")
    after = committed(draft)

    assert after["journal.jsonl"].startswith(before["journal.jsonl"])
    assert {name: data for name, data in before.items() if name.startswith("history/")} == {
        name: data for name, data in after.items() if name.startswith("history/")
    }
