"""llama.cpp's own programs, run as peers: its server, asked over HTTP, and its benchmark."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_SECONDS = 300
ANSWER_SECONDS = 36_000
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Reply:
    """What the server wrote, and what it says that it cost; `evaluated` are prompt tokens."""

    tokens: tuple[int, ...]
    text: str
    evaluated: int
    cached: int
    prefill_seconds: float


class LlamaServer:
    """A running llama-server with one slot, which keeps the prompt before in its cache."""

    def __init__(
        self, program: Path, model: Path, context_tokens: int, threads: int, *options: str
    ) -> None:
        self._address = f"http://127.0.0.1:{_free_port()}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
        self._process = subprocess.Popen(
            [
                *(str(program), "--model", str(model), "--ctx-size", str(context_tokens)),
                *("--threads", str(threads), "--threads-batch", str(threads), "--parallel", "1"),
                *("--host", "127.0.0.1", "--port", self._address.rpartition(":")[2]),
                *("--fit", "off", "--no-repack", *options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> Self:
        """Wait until the model is loaded."""
        last = time.monotonic() + START_SECONDS
        while time.monotonic() < last and self._process.poll() is None:
            try:
                self._ask("/health", None, POLL_SECONDS * 10)
            except (OSError, urllib.error.URLError):
                time.sleep(POLL_SECONDS)
            else:
                return self
        self.close()
        raise RuntimeError(f"llama-server did not start: {self._last_lines()}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.close()
        self._log.close()

    def close(self) -> None:
        """Stop the server."""
        self._process.terminate()
        self._process.wait()

    def complete(self, prompt: Sequence[int], tokens: int) -> Reply:
        """Have so many tokens written behind a prompt, no matter what they are."""
        request = {
            "prompt": list(prompt),
            "n_predict": tokens,
            "ignore_eos": True,
            "return_tokens": True,
            "cache_prompt": True,
            "seed": 1,
            "temperature": 1.0,
            "top_k": 0,
            "top_p": 1.0,
            "min_p": 0.01,
        }
        answer = self._ask("/completion", request, ANSWER_SECONDS)
        timings = answer["timings"]
        return Reply(
            tuple(answer["tokens"]),
            answer["content"],
            timings["prompt_n"],
            timings["cache_n"],
            timings["prompt_ms"] / 1000,
        )

    def _ask(self, path: str, content: dict[str, Any] | None, timeout: float) -> dict[str, Any]:
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            self._address + path, data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 - the same
            found: dict[str, Any] = json.load(answer)
            return found

    def _last_lines(self) -> str:
        self._log.seek(0)
        return b"\n".join(self._log.read().splitlines()[-5:]).decode("utf-8", "replace")


@dataclass(frozen=True)
class Speed:
    """Tokens per second: reading a prompt, and writing."""

    prefill: float
    decode: float


def bench(program: Path, model: Path, prompt: int, tokens: int, threads: int, rounds: int) -> Speed:
    """Run llama-bench: the mean of some rounds, after one that is not counted."""
    done = subprocess.run(
        [
            *(str(program), "--model", str(model), "--n-prompt", str(prompt)),
            *("--n-gen", str(tokens), "--threads", str(threads), "--repetitions", str(rounds)),
            *("--repack", "0", "--output", "json"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    tests: list[dict[str, Any]] = json.loads(done.stdout)
    speeds = {bool(test["n_gen"]): float(test["avg_ts"]) for test in tests}
    return Speed(speeds[False], speeds[True])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
