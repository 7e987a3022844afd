"""The session that the README shows under "The draft is yours" works as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.support.commands import ROOT, child_of, through_shell

_SECTION = re.compile(r"^### The draft is yours\n.*?^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_line_works_in_its_order(tmp_path: Path) -> None:
    """In one folder; and what the comments say is so."""
    found = _SECTION.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    (tmp_path / "outlines").mkdir()
    shutil.copy(ROOT / "outlines/unix-pipes.yaml", tmp_path / "outlines")
    lines = found[1].replace("gptoss-writer", "writer").splitlines()
    out = {}
    for line in lines:
        result = through_shell(line, tmp_path)

        assert 0 == result.code, (line, result.err)
        out[line.partition("#")[2].strip()] = result.out

    assert " one-night    edited " in out["one-night is edited"]
    assert "* @2 " in out["@1, and @2, which counts now"]
    assert "[-" in out["word by word"]
    status = child_of("status", "outlines/unix-pipes.yaml", "--json", folder=tmp_path).json
    assert [
        ("opening", "fresh", 1),
        ("garden-hose", "fresh", 1),
        ("one-night", "edited", 2),
        ("philosophy", "fresh", 2),
        ("closing", "locked"),
    ] == [
        (item["id"], item["status"], item["attempt"])[: 2 if item["locked"] else 3]
        for item in status["sections"]
    ]
