"""Whole articles by real models of random weights: their budgets hold and quotations are true."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Attempt, Steering
from gptoss_writer.drafting.reports import RunReport
from gptoss_writer.engine.interface import Cancellation
from gptoss_writer.events import (
    Event,
    SectionAccepted,
    SectionRetraction,
    SectionStarted,
    SectionText,
)
from gptoss_writer.outline.models import Section
from gptoss_writer.text import count_words, ends_with_sentence, fold
from tests.support.drafting import Desk
from tests.support.gguf_models import SMALL, Vocabulary, write_model
from tests.support.parrot import write_parrot
from tests.support.steered import OUTLINE, options, quoting_model, write

SHORT = OUTLINE.model_copy(update={"sections": OUTLINE.sections[2:]})
NOISE = {
    "near uniform, never ends": (11, 0.5, -20.0),
    "uneven": (12, 1.5, 0.0),
    "ends at once": (13, 1.0, 4.0),
}
"""The seed of a model, the spread of its logits, and how readily it ends."""


@pytest.fixture(scope="module", params=NOISE)
def noise(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model whose text has no sense at all."""
    path = tmp_path_factory.mktemp("noise") / "noise.gguf"
    seed, scale, end_bias = NOISE[request.param]
    return write_model(path, layers=1, width=32, seed=seed, scale=scale, end_bias=end_bias)


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model that quotes all the time."""
    return quoting_model(tmp_path_factory.mktemp("quoting"))


def tries(desk: Desk) -> Iterator[tuple[Section, Attempt]]:
    """Give every attempt at every section, accepted or not."""
    for section in desk.outline.sections:
        for attempt in desk.attempts(section.id):
            yield section, attempt


def quotations(text: str) -> list[str]:
    """List what stands between double quotation marks; in these texts every mark is one."""
    german = re.sub('„([^“”"]*)[“”"]', r'"\1"', re.sub("`[^`]*`", "", text))
    parts = re.split('["“”]', german)
    assert len(parts) % 2 == 1
    return parts[1::2]


def is_verbatim(quotation: str, section: Section) -> bool:
    """Tell whether a section may quote these words, one comma or full stop at the end apart."""
    said = fold(quotation).rstrip(".,")
    sources = (*section.evidence, *section.key_points)
    return any(said in fold(source.text) for source in sources)


def assert_lawful(desk: Desk, report: RunReport, tolerance: float) -> None:
    """Hold all that a run wrote against the laws: words, ends, quotations, leaks."""
    for section, attempt in tries(desk):
        budget = replace(section.budget, tolerance=tolerance)
        codes = {finding.code for finding in attempt.findings}

        assert budget.contains(attempt.words), attempt
        assert "" == attempt.raw, "nothing has to be cleaned"
        assert ends_with_sentence(attempt.text), attempt
        assert not {"cut", "stopped", "quotation-absent", "quotation-near"} & codes, attempt
        assert not {code for code in codes if code.startswith("leak")}, attempt
        for quotation in quotations(attempt.text):
            assert count_words(quotation) <= 3 or is_verbatim(quotation, section), quotation
    total = sum(item.words for item in report.sections)

    assert ["accepted"] * 4 == [item.status for item in report.sections]
    assert [True] * 4 == [item.in_band for item in report.sections]
    assert abs(total - desk.outline.budget_words) <= 0.05 * desk.outline.budget_words


@pytest.mark.parametrize(("seed", "tolerance"), [(1, 0.1), (2, 0.05)])
def test_noise_keeps_every_law(noise: Path, tmp_path: Path, seed: int, tolerance: float) -> None:
    """Each attempt is inside its band, whole and clean; the article is within 5 % of its budget."""
    desk = Desk(tmp_path / "draft", OUTLINE)
    report = write(noise, desk, options(seed, tolerance=tolerance))

    assert_lawful(desk, report, tolerance)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_quoted_is_the_evidence(quoting: Path, tmp_path: Path, seed: int) -> None:
    """A model that quotes as often as it can quotes nothing that is not there."""
    desk = Desk(tmp_path / "draft", OUTLINE)
    report = write(quoting, desk, options(seed, temperature=4.0))
    long = [
        quotation
        for _, attempt in tries(desk)
        for quotation in quotations(attempt.text)
        if count_words(quotation) > 3
    ]

    assert len(long) > 8
    assert_lawful(desk, report, 0.1)


def test_the_same_seed_writes_the_same_bytes(quoting: Path, tmp_path: Path) -> None:
    """Two runs of one seed agree in every file of text; another seed writes another article."""

    def files(name: str, seed: int) -> dict[str, bytes]:
        desk = Desk(tmp_path / name, SHORT)
        write(quoting, desk, options(seed, temperature=4.0))
        return {
            str(path.relative_to(desk.folder)): path.read_bytes()
            for path in sorted(desk.folder.rglob("*.md"))
        }

    assert files("one", 5) == files("two", 5)
    assert files("one", 5) != files("three", 6)


def test_what_the_guard_did_is_kept_and_reported(noise: Path, tmp_path: Path) -> None:
    """Each attempt's record says how often it was steered, and the report adds that up."""
    desk = Desk(tmp_path / "draft", SHORT)
    report = write(noise, desk, options())
    attempts = [attempt for section in SHORT.sections for attempt in desk.attempts(section.id)]
    kept = [attempt.steering for attempt in attempts if attempt.steering is not None]

    assert len(attempts) == len(kept)
    assert report.steering == sum(kept, Steering())
    assert 0 < report.steering.rejected < report.usage.final


class Stopping(list[Event]):
    """Keeps events, and asks to stop at the tenth piece of text of one section."""

    def __init__(self, section_id: str) -> None:
        super().__init__()
        self.cancellation = Cancellation()
        self._section_id = section_id

    def append(self, event: Event) -> None:
        """Take an event in."""
        super().append(event)
        if isinstance(event, SectionText) and event.section_id == self._section_id:
            is_text = event.phase == "writing" and event.tokens == 10
            if is_text:
                self.cancellation.cancel()


def test_a_stop_in_the_middle_is_an_interruption(quoting: Path, tmp_path: Path) -> None:
    """What was being written is kept aside, and going on gives the article of one whole run."""
    whole, desk = Desk(tmp_path / "whole", OUTLINE), Desk(tmp_path / "stopped", OUTLINE)
    write(quoting, whole, options(temperature=4.0))
    stopping = Stopping("wick")
    desk.events = stopping
    report = write(quoting, desk, options(temperature=4.0), stopping.cancellation)
    stopped = desk.attempts("wick")[-1]
    desk.events = []
    write(quoting, desk, options(temperature=4.0))

    assert report.was_interrupted
    assert ["accepted", "pending", "pending", "pending"] == [
        item.status for item in report.sections
    ]
    assert "interrupted" == stopped.verdict
    assert 0 < stopped.words < 54
    assert whole.texts() == desk.texts()


def test_what_is_shown_is_what_is_kept(noise: Path, tmp_path: Path) -> None:
    """Pieces of text, less what was taken back, are the attempt that is put on disk."""
    desk = Desk(tmp_path / "draft", OUTLINE)
    write(noise, desk, options(4))
    shown: dict[str, list[str]] = defaultdict(list)
    for event in desk.events:
        if isinstance(event, SectionStarted):
            shown[event.section_id].append("")
        elif isinstance(event, SectionText) and event.phase == "writing":
            shown[event.section_id][-1] += event.text
        elif isinstance(event, SectionRetraction):
            text = shown[event.section_id][-1]
            shown[event.section_id][-1] = text[: len(text) - event.characters]

    assert any(isinstance(event, SectionRetraction) for event in desk.events)
    assert 4 == sum(isinstance(event, SectionAccepted) for event in desk.events)
    assert {name: [text.strip() for text in texts] for name, texts in shown.items()} == {
        section.id: [attempt.text.strip() for attempt in desk.attempts(section.id)]
        for section in OUTLINE.sections
    }


def without_spaces() -> Vocabulary:
    """Give a vocabulary in which no token has a space or a line end: a word can never end."""
    vocabulary = SMALL
    for token in SMALL.tokens:
        if "Ġ" in token or "Ċ" in token:
            vocabulary = vocabulary.without(token)
    return vocabulary


@pytest.mark.parametrize("kind", ["no spaces", "full stops only"])
def test_a_model_that_finds_no_words_is_stopped(tmp_path: Path, kind: str) -> None:
    """Where the floor cannot be reached, each attempt ends at its limit and is reported as cut."""
    model = write_model(
        tmp_path / "model.gguf",
        layers=1,
        width=64,
        vocabulary=without_spaces() if kind == "no spaces" else SMALL,
    )
    if kind == "full stops only":
        model = write_parrot(tmp_path / "parrot.gguf", model, {".": (".",), "<|message|>": (".",)})
    desk = Desk(tmp_path / "draft", SHORT)
    report = write(model, desk, options())
    attempts = [attempt for _, attempt in tries(desk)]

    assert 6 == len(attempts)
    for attempt in attempts:
        assert "cut" in {finding.code for finding in attempt.findings}
    assert [False, False] == [item.in_band for item in report.sections]
