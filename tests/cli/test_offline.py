"""No hidden network: an article is written with every connection cut off."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import LOW, Program, environment

WITHOUT_NETWORK = ["unshare", "--map-root-user", "--net", "--"]
_WITHOUT_PAUSES = (
    "import sys, time\n"
    "time.sleep = lambda seconds: None\n"
    "from gptoss_writer.cli.main import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


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


@pytest.mark.skipif(not is_permitted(), reason="unshare --net is not permitted here")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("generate", "three.yaml", *LOW, "--dry-run", "-m"), 0),
        (("doctor", "three.yaml", "-m"), 0),
        (("bench", "-m"), 0),
        (("models", "inspect"), 0),
        (("models", "verify"), 0),
        (("models", "list"), 0),
        (("models", "find"), 12),
        (("check", "three.yaml"), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_works_without_a_network(
    program: Program, quick_model: Path, command: tuple[str, ...], code: int
) -> None:
    """As it does with one; what ends with a model's option or argument is given the model."""
    takes_model = command[-1] in {"-m", "inspect", "verify"}
    done = subprocess.run(
        [
            *(*WITHOUT_NETWORK, sys.executable, "-m", "gptoss_writer"),
            *(*command, *([str(quick_model)] if takes_model else [])),
        ],
        cwd=program.folder,
        env=environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert code == done.returncode
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not is_permitted(), reason="unshare --net is not permitted here")
def test_a_download_without_a_network_is_one_message(program: Program) -> None:
    """It says what could not be reached, and that it goes on later."""
    done = subprocess.run(
        [
            *(*WITHOUT_NETWORK, sys.executable, "-c", _WITHOUT_PAUSES),
            *("models", "download", "gpt-oss-20b", "--to", "here"),
        ],
        cwd=program.folder,
        env=environment(),
        capture_output=True,
        timeout=120,
        check=False,
        text=True,
    )

    assert 13 == done.returncode
    assert "error: gpt-oss-20b-mxfp4.gguf could not be downloaded: " in done.stderr
    assert "Run the same command again; it goes on where it stopped." in done.stderr


@pytest.mark.skipif(not is_permitted(), reason="unshare --net is not permitted here")
def test_what_runs_without_a_network_can_reach_nobody() -> None:
    """Not even this machine: else the tests above would show nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        connect = [sys.executable, "-c", code]
        reached = subprocess.run(connect, capture_output=True, check=False)
        cut_off = subprocess.run([*WITHOUT_NETWORK, *connect], capture_output=True, check=False)

    assert (0, 1) == (reached.returncode, cut_off.returncode)
    assert b"Network is unreachable" in cut_off.stderr


def sockets_of(program: Program, commands: list[tuple[str, ...]]) -> tuple[list[int], list[str]]:
    """Run commands in one process; give their exit codes and what they did with sockets.

    Python itself says so, with an audit hook that every connection has to pass.
    """
    code = (
        "import json, os, sys, time\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and seen.append(event))\n"
        "time.sleep = lambda seconds: None\n"
        "from gptoss_writer.cli.main import main\n"
        "stdout, sys.stdout = sys.stdout, open(os.devnull, 'w')\n"
        "codes = [main(command) for command in json.loads(sys.argv[1])]\n"
        "stdout.write(json.dumps([codes, seen]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(commands)],
        cwd=program.folder,
        env=environment() | {"HF_ENDPOINT": "http://127.0.0.1:9"},
        capture_output=True,
        timeout=120,
        check=True,
    )
    codes, seen = json.loads(done.stdout)
    return codes, seen


def test_nothing_opens_a_socket(program: Program, quick_model: Path) -> None:
    """Not writing, nor writing again, nor what looks at machine, models and outlines."""
    model = str(quick_model)
    codes, seen = sockets_of(
        program,
        [
            ("generate", "three.yaml", "-m", model, *LOW, "-q"),
            ("regenerate", "three.yaml", "1", "-q"),
            ("status", "three.yaml"),
            ("assemble", "three.yaml"),
            ("check", "three.yaml"),
            ("check", "drafts/three/article.md", "--against", "three.yaml", "--html", "x.html"),
            ("doctor", "three.yaml"),
            ("bench", "-m", model),
            ("models", "list"),
            ("models", "inspect", model),
            ("models", "verify", model),
        ],
    )

    assert ([0] * 11, []) == (codes, seen)


def test_a_download_opens_a_socket(program: Program) -> None:
    """So the hook sees one where there is one."""
    codes, seen = sockets_of(program, [("models", "download", "gpt-oss-20b", "--to", "here")])

    assert [13] == codes
    assert "socket.connect" in seen
