"""A section whose writing was cut off is gone on with, as if nothing had happened."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.drafting.preparing import RunOptions
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.events import Event, SectionStarted, SectionText
from tests.support.drafting import Desk
from tests.support.steered import OUTLINE, options, quoting_model, write

USUAL = options(temperature=4.0)


class PowerCut(Exception):  # noqa: N818 - nothing in the program catches it
    """The process ends here."""


class Cutting(list[Event]):
    """Keeps events until the power is cut, at the event of that number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def append(self, event: Event) -> None:
        """Take an event in."""
        super().append(event)
        if len(self) == self._number:
            raise PowerCut


class Stopping(list[Event]):
    """Keeps events, and asks to stop at a token of a section's text."""

    def __init__(self, section_id: str, tokens: int, cancellation: Cancellation) -> None:
        super().__init__()
        self._section_id, self._tokens = section_id, tokens
        self._cancellation = cancellation

    def append(self, event: Event) -> None:
        """Take an event in."""
        super().append(event)
        wanted = (self._section_id, "writing", self._tokens)
        if isinstance(event, SectionText) and wanted == (
            event.section_id,
            event.phase,
            event.tokens,
        ):
            self._cancellation.cancel()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model that quotes all the time."""
    return quoting_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def whole(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Write the article without an interruption."""
    desk = Desk(tmp_path_factory.mktemp("whole") / "draft", OUTLINE)
    write(model, desk, USUAL)
    return desk


def cut(model: Path, folder: Path, number: int, wanted: RunOptions = USUAL) -> Desk:
    """Write until the power is cut at an event; the next run's events are kept."""
    desk = Desk(folder, OUTLINE, Cutting(number))
    with pytest.raises(PowerCut):
        write(model, desk, wanted)
    desk.events = []
    return desk


def at_text(desk: Desk, section_id: str, tokens: int, attempt: int = 1) -> int:
    """Give the number of the event that showed so many tokens of an attempt's text."""
    attempts = 0
    for number, event in enumerate(desk.events, start=1):
        if isinstance(event, SectionStarted) and event.section_id == section_id:
            attempts += 1
        if isinstance(event, SectionText) and event.section_id == section_id:
            is_there = event.phase == "writing" and event.tokens >= tokens
            if is_there and attempts == attempt:
                return number
    raise AssertionError(f"{section_id} never had so much text")


def starts(desk: Desk) -> list[tuple[str, int, str]]:
    """List the attempts that were begun: section, number, and why."""
    return [
        (event.section_id, event.attempt, event.reason)
        for event in desk.events
        if isinstance(event, SectionStarted)
    ]


def numbers(desk: Desk) -> dict[str, int]:
    """Count the recorded attempts."""
    return {section.id: len(desk.attempts(section.id)) for section in OUTLINE.sections}


@pytest.mark.parametrize("share", [number / 6 for number in range(6)])
def test_wherever_the_power_is_cut_the_same_article_comes(
    model: Path, whole: Desk, tmp_path: Path, share: float
) -> None:
    """Byte for byte, and no attempt is written twice that was judged."""
    moments = random.Random(share)
    number = int(len(whole.events) * share) + moments.randint(1, len(whole.events) // 6)
    desk = cut(model, tmp_path / "draft", number)
    write(model, desk, USUAL)

    assert whole.texts() == desk.texts()
    assert numbers(whole) == numbers(desk)
    assert [] == list(desk.folder.glob("cache/*.progress.json"))


def test_it_goes_on_behind_the_last_sentence(model: Path, whole: Desk, tmp_path: Path) -> None:
    """The screen says after how many words, and they are shown again."""
    desk = cut(model, tmp_path / "draft", at_text(whole, "wick", 70))
    write(model, desk, USUAL)
    section, attempt, reason = starts(desk)[0]

    assert ("wick", 1) == (section, attempt)
    assert reason.startswith("going on after ")
    assert int(reason.split()[3]) > 5
    assert whole.texts() == desk.texts()


def test_a_stop_on_request_is_gone_on_with_too(model: Path, whole: Desk, tmp_path: Path) -> None:
    """Once and again."""
    desk = Desk(tmp_path / "draft", OUTLINE)
    for tokens in (30, 60, 90):
        cancellation = Cancellation()
        stopping = Stopping("lamp", tokens, cancellation)
        desk.events = stopping
        report = write(model, desk, USUAL, cancellation)
        assert report.was_interrupted
    write(model, desk, USUAL)

    assert whole.texts() == desk.texts()


def test_earlier_attempts_are_not_made_again(model: Path, tmp_path: Path) -> None:
    """A cut in the second attempt costs a sentence of that one, and nothing of the first."""
    whole = flawed(tmp_path / "whole")
    write(model, whole, USUAL)
    assert [1, 2, 3] == [attempt for _, attempt, _ in starts(whole)]
    for attempt in (2, 3):
        desk = flawed(tmp_path / f"cut{attempt}")
        desk.events = Cutting(at_text(whole, "lamp", 5, attempt))
        with pytest.raises(PowerCut):
            write(model, desk, USUAL)
        desk.events = []
        write(model, desk, USUAL)

        assert attempt == starts(desk)[0][1]
        assert whole.texts() == desk.texts()
        assert 3 == len(desk.attempts("lamp"))
        assert [item.text for item in whole.attempts("lamp")] == [
            item.text for item in desk.attempts("lamp")
        ]


def flawed(folder: Path) -> Desk:
    """Give a desk whose section wants a quotation that this model never says."""
    section = OUTLINE.sections[0]
    evidence = section.evidence[0].model_copy(
        update={"quote": "Nobody ever says these words.", "required": True}
    )
    section = section.model_copy(update={"evidence": (evidence,)})
    return Desk(folder, OUTLINE.model_copy(update={"sections": (section,)}))


def changed_key_point(desk: Desk) -> RunOptions:
    """Change what the section is written from."""
    first, *others = desk.outline.sections
    points = (first.key_points[0].model_copy(update={"detail": "in on is in."}),)
    first = first.model_copy(update={"key_points": points})
    desk.outline = desk.outline.model_copy(update={"sections": (first, *others)})
    return USUAL


def other_seed(_desk: Desk) -> RunOptions:
    """Ask for another draw."""
    return options(2, temperature=4.0)


def hand_edit(desk: Desk) -> RunOptions:
    """Write the section by hand; it is asked for again then."""
    (desk.folder / "sections/01-lamp.md").write_text("Mine.\n", encoding="utf-8")
    return USUAL


def damage(desk: Desk) -> RunOptions:
    """Cut what was kept in half."""
    path = desk.folder / "cache/lamp.progress.json"
    path.write_bytes(path.read_bytes()[:-40])
    return USUAL


def no_cache(desk: Desk) -> RunOptions:
    """Do what the folder says may be done."""
    for path in desk.folder.glob("cache/*"):
        path.unlink()
    (desk.folder / "cache").rmdir()
    return USUAL


@pytest.mark.parametrize(
    "change", [changed_key_point, other_seed, damage, no_cache], ids=lambda change: change.__name__
)
def test_what_is_another_text_is_begun_anew(
    model: Path, whole: Desk, tmp_path: Path, change: Callable[[Desk], RunOptions]
) -> None:
    """And comes out as if there had been nothing before it."""
    desk = cut(model, tmp_path / "draft", at_text(whole, "lamp", 80))
    wanted = change(desk)
    write(model, desk, wanted)
    fresh = Desk(tmp_path / "fresh", desk.outline)
    write(model, fresh, wanted)

    assert ("lamp", 1, "missing") == starts(desk)[0]
    assert fresh.texts() == desk.texts()


def test_a_text_accepted_meanwhile_is_not_gone_behind(
    model: Path, whole: Desk, tmp_path: Path
) -> None:
    """A person wrote the section by hand; what was begun before that is over."""
    desk = cut(model, tmp_path / "draft", at_text(whole, "lamp", 80))
    assert desk.workspace.progress("lamp")
    hand_edit(desk)
    write(model, desk, USUAL)

    assert desk.workspace.progress("lamp") is None
    assert "Mine." == desk.texts()["lamp"]
    assert "lamp" not in {section for section, *_ in starts(desk)}


def test_a_named_seed_does_not_go_on_with_another_take_of_it(
    model: Path, whole: Desk, tmp_path: Path
) -> None:
    """It gives the first of its draws, whatever was cut off of the others."""
    seeded = replace(USUAL.sampling, seed=77)
    asked = replace(USUAL, asked=("wick",), seed_is_explicit=True, sampling=seeded)
    fresh, probe, desk = (
        Desk(shutil.copytree(whole.folder, tmp_path / name), OUTLINE)
        for name in ("fresh", "probe", "cut")
    )
    write(model, fresh, asked)
    write(model, probe, replace(asked, takes=2))
    last = max(
        number for number, event in enumerate(probe.events, 1) if isinstance(event, SectionText)
    )
    desk.events = Cutting(last)
    with pytest.raises(PowerCut):
        write(model, desk, replace(asked, takes=2))
    begun = desk.workspace.progress("wick")
    desk.events = []
    write(model, desk, asked)

    assert begun
    assert 1 == begun.take
    assert fresh.texts() == desk.texts()
