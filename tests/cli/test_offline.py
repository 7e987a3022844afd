"""No hidden network: an article is written with every connection cut off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import LOW, Program, environment

WITHOUT_NETWORK = ["unshare", "--map-root-user", "--net", "--"]


def is_permitted() -> bool:
    """Tell whether this system lets us start a process without a network."""
    try:
        done = subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.skipif(not is_permitted(), reason="unshare --net is not permitted here")
def test_an_article_is_written_without_a_network(program: Program, quick_model: Path) -> None:
    """In a network namespace that has not even a loopback address."""
    done = subprocess.run(
        [
            *(*WITHOUT_NETWORK, sys.executable, "-m", "gptoss_writer"),
            *("generate", "three.yaml", "-m", str(quick_model), *LOW, "-q"),
        ],
        cwd=program.folder,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (0, b"") == (done.returncode, done.stderr)
    assert (program.folder / "drafts/three/article.md").is_file()


def test_nothing_opens_a_socket(program: Program, quick_model: Path) -> None:
    """Python itself would say so, with an audit hook that every connection has to pass."""
    code = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and seen.append(event))\n"
        "from gptoss_writer.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "print(code, [event for event in seen if event != 'socket.gethostname'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "generate", "three.yaml", "-m", str(quick_model), *LOW, "-q"],
        cwd=program.folder,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (b"0 []\n", b"") == (done.stdout, done.stderr)
