"""The wheel is all that a user needs: it has the demo model, and writes far from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.commands import ONE_THREAD, ROOT

LARGEST = 16_000_000
"""Bytes; a wheel that is larger is no small download any more."""


def run(*command: str | Path, folder: Path) -> str:
    """Run a command with an environment that knows nothing of the checkout."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **ONE_THREAD},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def test_the_wheel_writes_an_article_outside_of_the_checkout(tmp_path: Path) -> None:
    """Built and installed without a network, it is small and needs nothing else for a demo."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, *build, "--wheel-dir", tmp_path, ROOT, folder=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    fresh = tmp_path / "fresh"
    run(sys.executable, "-m", "venv", "--without-pip", fresh, folder=tmp_path)
    python = fresh / "bin/python"
    run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel, folder=tmp_path)
    # The libraries are those of the environment the tests run in; the program itself is not.
    (packages,) = fresh.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    shutil.copy(ROOT / "outlines/sourdough.yaml", tmp_path)
    run(
        *(fresh / "bin/gptoss-writer", "generate", "sourdough.yaml", "--model", "demo"),
        *("--effort", "low"),
        folder=tmp_path,
    )
    place = run(python, "-c", "import gptoss_writer as it; print(it.__file__)", folder=tmp_path)

    assert wheel.stat().st_size < LARGEST
    assert place.strip() == str(packages / "gptoss_writer/__init__.py")
    assert "# Flour, Water, Patience\n" in (tmp_path / "drafts/sourdough/article.md").read_text()
