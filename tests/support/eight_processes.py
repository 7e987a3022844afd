"""Eight processes on one draft: one that writes, four that would like to, three that look."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NoReturn

from gptoss_writer.errors import WorkspaceLockedError
from gptoss_writer.workspace.workspace import Workspace
from tests.support.draft_desk import IDS, DraftDesk
from tests.support.standing_draft import half_written, read_draft

RIVALS = (
    ("generate",),
    ("assemble",),
    ("lock", "salt"),
    ("restore", "salt@1"),
)
READERS = (("status", "--json"), ("show", "salt"), ("history", "salt", "--json"))
_THOUGHT_SECONDS = 0.5
_LOCKED = 11


@dataclass
class Rounds:
    """What came of some rounds: how many, how often readers looked, the slowest, what was wrong."""

    rounds: int = 0
    looks: int = 0
    slowest_refusal_seconds: float = 0.0
    slowest_release_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def play(folder: Path, rounds: int, seed: int = 1) -> Rounds:
    """Write a draft in `folder`, and play the rounds on it."""
    moments, result = random.Random(seed), Rounds()
    desk = DraftDesk(folder)
    keys = dict.fromkeys(IDS, 1)
    desk.write_outline(list(IDS), keys)
    if desk.run("generate") != 0:
        raise RuntimeError(desk.said)
    for number in range(rounds):
        keys = dict.fromkeys(IDS, 2 + number % 2)
        desk.write_outline(list(IDS), keys)  # all is stale, so there is much to write
        _play_one(folder, number, moments, result)
        if desk.run("generate") != 0:
            result.wrong.append(f"round {number}: the next command needs help: {desk.said}")
        result.rounds += 1
    return result


def _play_one(folder: Path, number: int, moments: random.Random, result: Rounds) -> None:
    draft, name = folder / "draft", folder / f"round{number}"
    name.mkdir()
    before = read_draft(draft)
    holder = _forked(partial(_write, folder, ("generate",), name / "holder", _THOUGHT_SECONDS))
    while not (draft / ".lock-holder.json").exists():
        time.sleep(0.005)
    readers = [_forked(partial(_look, folder, words, name)) for words in READERS]
    rivals = [
        _forked(partial(_write, folder, RIVALS[at], name / f"rival{at}"))
        for at in range(len(RIVALS))
    ]
    codes = [_code(pid) for pid in rivals]
    for at, code in enumerate(codes):
        said, _, seconds = (name / f"rival{at}").read_text("utf-8").rpartition("\n")
        result.slowest_refusal_seconds = max(result.slowest_refusal_seconds, float(seconds))
        if code != _LOCKED or f"is in use by process {holder} on " not in said:
            result.wrong.append(f"round {number}: {RIVALS[at][0]} ended with {code}: {said}")
    time.sleep(moments.uniform(0.0, 2 * _THOUGHT_SECONDS))
    os.kill(holder, signal.SIGKILL)
    killed = time.monotonic()
    os.waitpid(holder, 0)
    result.wrong += _enter(draft, number)
    result.slowest_release_seconds = max(result.slowest_release_seconds, time.monotonic() - killed)
    (name / "over").touch()
    if any(_code(pid) != 0 for pid in readers):
        found = [path.read_text("utf-8") for path in name.glob("torn*")]
        result.wrong.append(f"round {number}: a reader saw a torn draft: {found}")
    result.looks += sum(int(path.read_text("utf-8")) for path in name.glob("looks*"))
    result.wrong += [f"round {number}: {text}" for text in half_written(draft, before)]


def _enter(draft: Path, number: int) -> list[str]:
    try:
        with Workspace.open(draft).lock():
            return []
    except WorkspaceLockedError as error:
        return [f"round {number}: the lock of a dead process is held: {error.message}"]


def _write(folder: Path, words: tuple[str, ...], said: Path, pause_seconds: float = 0.0) -> int:
    """Be a process that writes; what it said and its seconds go to a file."""
    desk = DraftDesk(folder, pause_seconds)
    began = time.monotonic()
    code = desk.run(*words)
    said.write_text(f"{desk.said}\n{time.monotonic() - began}", encoding="utf-8")
    return code


def _look(folder: Path, words: tuple[str, ...], name: Path) -> int:
    """Be a process that looks at the draft until the round is over; 1 where it was torn."""
    desk, looks = DraftDesk(folder), 0
    before = read_draft(folder / "draft")
    while not (name / "over").exists():
        found = list(half_written(folder / "draft", before))
        if desk.run(*words) != 0:
            found.append(desk.said)
        if found:
            (name / f"torn-{words[0]}").write_text("\n".join(found), encoding="utf-8")
            return 1
        looks += 1
    (name / f"looks-{words[0]}").write_text(str(looks), encoding="utf-8")
    return 0


def _forked(work: Callable[[], int]) -> int:
    pid = os.fork()
    return pid or _be(work)


def _be(work: Callable[[], int]) -> NoReturn:
    code = 70
    try:
        code = work()
    finally:
        os._exit(code)


def _code(pid: int) -> int:
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
