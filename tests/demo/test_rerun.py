"""What the demo model wrote can be written again, byte for byte, by the record alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.cli.main import main
from tests.support.commands import ROOT


def test_a_draft_of_the_demo_model_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every section has the same bytes, and the draft stays as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GPTOSS_WRITER_THREADS", "1")
    outline = str(ROOT / "outlines/unix-pipes.yaml")
    assert 0 == main(["generate", outline, "--model", "demo", "--no-cache", "-q"])
    capsys.readouterr()

    assert 0 == main(["verify", outline, "--rerun"])
    out = capsys.readouterr().out
    assert 5 == out.count("@1: the same bytes\n")
    assert out.endswith("All is well.\n")
