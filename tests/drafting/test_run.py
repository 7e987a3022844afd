"""Whole runs over a workspace on disk: what is written, what is kept, and what a crash costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Finding, Sampling, Steering
from gptoss_writer.drafting.reports import SectionReport
from gptoss_writer.drafting.standing import accepted_drafts
from gptoss_writer.engine.interface import (
    Cancellation,
    GenerationEvent,
    GenerationRequest,
    ProgressSink,
    TokenEvent,
)
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.errors import EngineError
from gptoss_writer.events import (
    Event,
    ModelLoading,
    RunStarted,
    SectionAccepted,
    SectionFailed,
    SectionStarted,
    SectionText,
)
from gptoss_writer.outline.models import Outline
from gptoss_writer.sampling.guard import SectionGuard
from gptoss_writer.workspace.workspace import Workspace
from tests.support.drafting import (
    LAMP,
    LAMP_TEXT,
    OUTLINE,
    WORDS,
    Desk,
    misses,
    options_of,
    run_on,
    text_of,
    turn,
    turns,
)

IDS = [section.id for section in OUTLINE.sections]
EMPTY = "<|channel|>analysis<|message|>Nothing yet.<|end|>"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give an outline and an empty folder."""
    return Desk(tmp_path / "draft")


def good(count: int = 4, first: int = 0) -> list[str]:
    """Give turns that each keep the budget, with different texts."""
    return [turn(text_of(WORDS, seed)) for seed in range(first, first + count)]


def requests_of(engine: ScriptedEngine) -> list[str]:
    """Name the sections that an engine was asked for."""
    titles = {f'"{section.title}"': section.id for section in OUTLINE.sections}
    return [
        next(
            titles[title] for title in titles if title in request.parts[1][0].content.split("\n")[0]
        )
        for request in engine.requests
    ]


def suffix_of(request: GenerationRequest) -> str:
    """Give what a section was asked for."""
    return request.parts[1][0].content


def test_an_article_is_written_in_order(desk: Desk) -> None:
    """Every section is written once, in the order of the outline, and stands in the workspace."""
    engine = desk.replay(good())

    assert IDS == requests_of(engine)
    assert dict(zip(IDS, (text_of(WORDS, seed) for seed in range(4)), strict=True)) == desk.texts()


def test_a_run_reports_every_section(desk: Desk) -> None:
    """Reports are in the order of the article, with words, attempts and cost of all attempts."""
    report = desk.run(ScriptedEngine([*misses(80), *good()]))
    intro, *others = report.sections
    rejected, taken = desk.attempts("intro")

    assert (
        SectionReport(
            "intro",
            "Low water",
            "accepted",
            WORDS,
            WORDS,
            in_band=True,
            attempts=2,
            usage=rejected.usage + taken.usage,
            steering=Steering(),
        )
        == intro
    )
    assert [("accepted", 1)] * 3 == [(item.status, item.attempts) for item in others]
    assert sum(item.usage.final for item in report.sections) == report.usage.final
    assert not report.was_interrupted
    assert () == report.failed


def test_a_second_run_writes_nothing(desk: Desk) -> None:
    """Where all is up to date, the engine is not even made ready."""
    desk.replay(good())

    class Untouchable(ScriptedEngine):
        def prepare(self, *_: object, **__: object) -> None:
            pytest.fail("the weights were loaded")

    report = desk.run(Untouchable([]))

    assert [("kept", WORDS, 0)] * 4 == [
        (item.status, item.words, item.attempts) for item in report.sections
    ]


def test_a_change_of_one_section_writes_that_section(desk: Desk) -> None:
    """After an edit of the outline only the section it touches is written."""
    desk.replay(good())
    before = desk.texts()
    weed = OUTLINE.sections[2].model_copy(update={"notes": "Mention the smell."})
    desk.outline = OUTLINE.model_copy(
        update={"sections": (*OUTLINE.sections[:2], weed, OUTLINE.sections[3])}
    )
    engine = desk.replay(good(1, first=9))

    assert ["weed"] == requests_of(engine)
    assert {**before, "weed": text_of(WORDS, 9)} == desk.texts()


class Breaking(ScriptedEngine):
    """A tape whose engine breaks in the middle of one of its turns, counted from 1."""

    def __init__(self, raw: list[str], at: int, error: BaseException) -> None:
        super().__init__(raw)
        self._at = at
        self._error = error

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Replay, and break after a few words."""
        for event in super().generate(request):
            is_text = isinstance(event, TokenEvent) and event.index > 5
            if is_text and len(self.requests) == self._at:
                raise self._error
            yield event


@pytest.mark.parametrize(
    "error", [EngineError("llama.cpp could not decode."), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_a_run_goes_on_where_it_broke(desk: Desk, error: BaseException) -> None:
    """After any failure in the third section the first two stay, and are not written again."""
    with pytest.raises(type(error)):
        desk.run(Breaking(good(), 3, error))
    kept = desk.texts()
    engine = ScriptedEngine(good(2, first=7))
    report = desk.run(engine)

    assert {"intro": text_of(WORDS, 0), "crabs": text_of(WORDS, 1)} == kept
    assert ["weed", "end"] == requests_of(engine)
    assert ["kept", "kept", "accepted", "accepted"] == [item.status for item in report.sections]
    assert kept | {"weed": text_of(WORDS, 7), "end": text_of(WORDS, 8)} == desk.texts()


def test_an_attempt_before_the_failure_is_in_the_history(desk: Desk) -> None:
    """A miss is saved before the next attempt begins, so a failure in that one does not lose it."""
    with pytest.raises(EngineError):
        desk.run(ScriptedEngine(misses(80)))

    assert [80] == [attempt.words for attempt in desk.attempts("intro")]
    assert {} == desk.texts()


def test_each_section_is_durable_before_the_next(desk: Desk) -> None:
    """When a section begins, the one before it can be read from disk by another process."""
    read: list[list[str]] = []

    class Reading(ScriptedEngine):
        def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
            workspace = Workspace.open(desk.folder)
            read.append(list(accepted_drafts(workspace, OUTLINE)))
            yield from super().generate(request)

    desk.run(Reading(good()))

    assert [IDS[:count] for count in range(4)] == read


def test_a_section_sees_the_accepted_text_before_it(desk: Desk) -> None:
    """The digest of a section is made from what was just accepted."""
    engine = desk.replay(good())
    endings = [text_of(WORDS, seed).rpartition(". ")[2] for seed in range(3)]

    assert "The section before ended" not in suffix_of(engine.requests[0])
    for request, ending in zip(engine.requests[1:], endings, strict=True):
        assert f"The section before ended: {ending}\n" in suffix_of(request)


def test_a_section_sees_a_persons_text(desk: Desk) -> None:
    """What a person wrote into a section is what the next one goes on from."""
    desk.replay(good())
    (desk.folder / "sections/02-crabs.md").write_text("Mine now.\n\nThe crabs have gone home.\n")
    engine = desk.replay(good(1, first=9), options_of(asked=("weed",)))

    assert ["weed"] == requests_of(engine)
    assert "The section before ended: The crabs have gone home.\n" in suffix_of(engine.requests[0])
    assert "Mine now.\n\nThe crabs have gone home." == desk.texts()["crabs"]


def test_a_persons_text_is_not_written_over(desk: Desk) -> None:
    """An edited section stays, whatever changes in the outline."""
    desk.replay(good())
    (desk.folder / "sections/02-crabs.md").write_text("Mine now.\n")
    desk.outline = OUTLINE.model_copy(update={"title": "Pools"})
    engine = desk.replay(good(3, first=5))

    assert ["intro", "weed", "end"] == requests_of(engine)
    assert "Mine now." == desk.texts()["crabs"]


def test_a_person_who_edits_while_the_model_writes_wins(desk: Desk) -> None:
    """An edit that is saved during a section's regeneration stands; the new text is kept aside."""
    desk.replay(good())

    class Slow(ScriptedEngine):
        def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
            (desk.folder / "sections/02-crabs.md").write_text("Mine, just now.\n")
            yield from super().generate(request)

    report = desk.run(Slow(good(1, first=9)), options_of(asked=("crabs",)))

    assert "Mine, just now." == desk.texts()["crabs"]
    assert ("kept", 3) == (report.sections[1].status, report.sections[1].words)
    assert text_of(WORDS, 9) + "\n" in [attempt.text for attempt in desk.attempts("crabs")]


def test_a_section_that_fails_leaves_the_others(desk: Desk) -> None:
    """Where no attempt is usable, that section is reported as failed and the others are written."""
    engine = ScriptedEngine([*good(1), EMPTY, EMPTY, EMPTY, *good(2, first=1)])
    report = desk.run(engine)

    assert ["accepted", "failed", "accepted", "accepted"] == [
        item.status for item in report.sections
    ]
    assert ("crabs", 3, 0) == (
        report.failed[0].section_id,
        report.failed[0].attempts,
        report.failed[0].words,
    )
    assert ["intro", "weed", "end"] == list(desk.texts())
    assert 3 == len(desk.attempts("crabs"))
    assert [
        SectionFailed("crabs", "Crabs", 3, "The text has no words after 2 words of reasoning.")
    ] == [event for event in desk.events if isinstance(event, SectionFailed)]


def test_a_section_behind_a_failed_one_has_no_ending(desk: Desk) -> None:
    """Where the section before has no text, none is invented."""
    engine = desk.replay([*good(1), EMPTY, EMPTY, EMPTY, *good(2, first=1)])

    assert "The section before ended" not in suffix_of(engine.requests[4])


def test_a_failed_regeneration_keeps_the_old_text(desk: Desk) -> None:
    """A section that is asked for and fails keeps what it had, and is reported with it."""
    desk.replay(good())
    report = desk.run(ScriptedEngine([EMPTY] * 3), options_of(asked=("crabs",)))

    assert text_of(WORDS, 1) == desk.texts()["crabs"]
    assert ("failed", WORDS) == (report.sections[1].status, report.sections[1].words)


def test_the_nearest_miss_is_accepted(desk: Desk) -> None:
    """Of three attempts that miss the budget the nearest stands in the article."""
    report = desk.run(ScriptedEngine([*misses(80, 60, 12), *good(3, first=5)]))
    intro = report.sections[0]

    assert run_on(60, 1) == desk.texts()["intro"]
    assert ("accepted", 60, False, 3) == (intro.status, intro.words, intro.in_band, intro.attempts)


def test_findings_survive_the_disk(tmp_path: Path) -> None:
    """What was found on an attempt is read back from its record as it was."""
    desk = Desk(tmp_path / "draft", LAMP)
    strange = LAMP_TEXT.replace("214", "315").replace("Ada Finch", "Bram Holloway")
    desk.replay([turn(strange)] * 3 + [turn(text_of(30))])
    first, *_ = desk.attempts("lamp")

    assert [
        Finding("number-unsupported", 'The number "315" is not in the outline.'),
        Finding("name-unsupported", 'The name "Bram Holloway" is not in the outline.'),
    ] == [item for item in first.findings if item.code.endswith("unsupported")]


def test_a_text_that_nobody_steered_says_so(desk: Desk) -> None:
    """An engine that cannot be steered leaves no such counts."""
    report = desk.run(ScriptedEngine(good()))

    assert [None] == [attempt.steering for attempt in desk.attempts("intro")]
    assert Steering() == report.steering


def test_a_surplus_is_carried_to_the_next_section(desk: Desk) -> None:
    """Each section is asked to end where the article as a whole keeps its length."""
    targets: list[int] = []

    class Steered(ScriptedEngine):
        capabilities = replace(ScriptedEngine.capabilities, is_steerable=True)

        def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
            assert isinstance(request.constraint, SectionGuard)
            targets.append(request.constraint.distance())
            yield from super().generate(request)

    desk.run(Steered(turns(53, 47, 46, 50)))

    assert [50, 47, 50, 54] == targets


def test_a_tolerance_holds_for_a_run(desk: Desk) -> None:
    """With 5 % a text of 53 words is tried again, and the report knows the band."""
    engine = ScriptedEngine([*turns(53, 53, 53), *good(3, first=5)])
    report = desk.run(engine, options_of(tolerance=0.05))

    assert [3, 1, 1, 1] == [item.attempts for item in report.sections]
    assert [False, True, True, True] == [item.in_band for item in report.sections]


class Stopping:
    """A sink that asks to stop when enough words of a section were written."""

    def __init__(self, section_id: str, words: int) -> None:
        self.cancellation = Cancellation()
        self._section_id = section_id
        self._words = words

    def __call__(self, event: Event) -> None:
        """Look at an event."""
        if isinstance(event, SectionText) and event.phase == "writing":
            is_time = event.tokens == self._words and event.section_id == self._section_id
            if is_time:
                self.cancellation.cancel()


def stopped(desk: Desk, engine: ScriptedEngine, asked: tuple[str, ...] = ()) -> list[str]:
    """Run, stop in the section about crabs, and give the status of each section."""
    stopping = Stopping("crabs", 20)
    desk.events = _Forwarding(stopping)
    report = desk.run(engine, options_of(asked=asked), stopping.cancellation)

    assert report.was_interrupted
    return [item.status for item in report.sections]


class _Forwarding(list[Event]):
    def __init__(self, sink: Stopping) -> None:
        super().__init__()
        self._sink = sink

    def append(self, event: Event) -> None:
        super().append(event)
        self._sink(event)


def test_a_stop_keeps_what_was_accepted(desk: Desk) -> None:
    """A run that is stopped in its second section ends there; the next goes on with that one."""
    engine = ScriptedEngine(good())

    assert ["accepted", "pending", "pending", "pending"] == stopped(desk, engine)
    assert {"intro": text_of(WORDS, 0)} == desk.texts()
    assert [("interrupted", 20)] == [(item.verdict, item.words) for item in desk.attempts("crabs")]
    assert ["crabs", "weed", "end"] == requests_of(desk.replay(good(3, first=1)))


def test_a_stopped_section_is_drawn_again_as_it_was(desk: Desk) -> None:
    """An interruption does not change the text that comes: the seed of the attempt is the same."""
    engine = ScriptedEngine(good())
    stopped(desk, engine)
    again = desk.replay(good(3, first=1))

    assert engine.requests[1].sampling == again.requests[0].sampling


def test_a_stopped_regeneration_keeps_the_old_text(desk: Desk) -> None:
    """A section that is asked for and stopped keeps what it had, and is reported as kept."""
    desk.replay(good())

    assert ["kept"] * 4 == stopped(desk, ScriptedEngine(good(1, first=9)), asked=("crabs",))
    assert text_of(WORDS, 1) == desk.texts()["crabs"]


def test_a_stop_before_the_first_word_leaves_no_attempt(desk: Desk) -> None:
    """An attempt in which nothing was written is not put into the history."""
    cancellation = Cancellation()

    class Late(ScriptedEngine):
        def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
            cancellation.cancel()
            yield from super().generate(request)

    report = desk.run(Late(good()), cancellation=cancellation)

    assert report.was_interrupted
    assert [] == desk.attempts("intro")


def test_a_stop_behind_the_last_section_is_too_late(desk: Desk) -> None:
    """Where all is written, a run was not interrupted, whoever asked for it."""
    cancellation = Cancellation()

    class Last(list[Event]):
        def append(self, event: Event) -> None:
            if isinstance(event, SectionAccepted) and event.section_id == "end":
                cancellation.cancel()

    desk.events = Last()
    report = desk.run(ScriptedEngine(good()), cancellation=cancellation)

    assert cancellation.is_cancelled
    assert not report.was_interrupted
    assert ["accepted"] * 4 == [item.status for item in report.sections]


def test_a_stop_before_the_run_writes_nothing(desk: Desk) -> None:
    """A run that was stopped before it began asks the engine for nothing."""
    cancellation = Cancellation()
    cancellation.cancel()
    engine = ScriptedEngine(good())
    report = desk.run(engine, cancellation=cancellation)

    assert [] == engine.requests
    assert report.was_interrupted
    assert ["pending"] * 4 == [item.status for item in report.sections]


def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    """Two workspaces with one seed ask for the same draws; another seed for others."""

    def drawn(name: str, seed: int) -> list[int]:
        options = options_of()
        sampled = options_of(
            sampling=_with_seed(options.sampling, seed), pinned=_with_seed(options.pinned, seed)
        )
        engine = Desk(tmp_path / name).replay(good(), sampled)
        return [request.sampling.seed for request in engine.requests]

    assert drawn("one", 1) == drawn("two", 1)
    assert not set(drawn("three", 1)) & set(drawn("four", 2))
    assert 4 == len(set(drawn("five", 1)))


def _with_seed(sampling: Sampling, seed: int) -> Sampling:
    return replace(sampling, seed=seed)


def seeds_of(desk: Desk, **changes: object) -> list[int]:
    """Regenerate the section about crabs and give the seeds of its attempts."""
    engine = desk.replay(good(1, first=9), options_of(asked=("crabs",), **changes))
    return [request.sampling.seed for request in engine.requests]


def test_each_regeneration_draws_anew(desk: Desk) -> None:
    """Without a seed of the user's, a section that is asked for again gets a new draw."""
    first = desk.replay(good()).requests[1].sampling.seed
    drawn = [first, *seeds_of(desk), *seeds_of(desk)]

    assert 3 == len(set(drawn))


def test_a_seed_that_was_named_is_kept_to(desk: Desk) -> None:
    """With a seed of the user's, the same command gives the same draw."""
    desk.replay(good())

    assert seeds_of(desk, seed_is_explicit=True) == seeds_of(desk, seed_is_explicit=True)


def test_a_regeneration_changes_one_file(desk: Desk) -> None:
    """The other section files keep every byte, and the fingerprint stays that of the run."""
    desk.replay(good())
    before = _section_files(desk)
    desk.replay(good(1, first=9), options_of(asked=("crabs",), because="too dry"))
    after = _section_files(desk)

    assert ["02-crabs.md"] == [name for name in before if before[name] != after[name]]
    assert "too dry" == desk.attempts("crabs")[-1].because
    assert () == desk.prepared(ScriptedEngine([])).jobs


def test_what_has_no_utf_8_can_be_recorded(desk: Desk) -> None:
    """Lone surrogates, from a command line or an odd engine, do not keep a record off the disk."""
    odd = turn(f"\udfff{text_of(WORDS, 9)}\udfff", "I \udfff plan.")
    desk.replay(good())
    desk.replay([odd], options_of(asked=("crabs",), because=" too \udcff dry\x1b\n"))
    attempt = desk.attempts("crabs")[-1]

    assert ("too dry", "I  plan.") == (attempt.because, attempt.analysis)
    assert text_of(WORDS, 9) == desk.texts()["crabs"]


def _section_files(desk: Desk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (desk.folder / "sections").iterdir()}


def test_the_run_is_told_as_it_happens(desk: Desk) -> None:
    """A run announces itself and its loading, then each section's beginning and end."""

    class Loading(ScriptedEngine):
        def prepare(
            self,
            context_tokens: int,
            cancellation: Cancellation,
            progress: ProgressSink | None = None,
        ) -> None:
            assert context_tokens > 0
            assert not cancellation.is_cancelled
            assert progress is not None
            progress(0.5)

    desk.outline = Outline.model_validate(
        {"title": "T", "sections": [{"title": "Crabs", "words": WORDS}]}
    )
    desk.run(Loading(good(1)))
    told = [event for event in desk.events if not isinstance(event, SectionText)]
    started, loading, begun, _, accepted = told

    assert RunStarted("T", jobs=1, kept=0, budget_words=WORDS) == started
    assert ModelLoading("scripted:tape", 0.5) == loading
    assert SectionStarted("crabs", "Crabs", 1, 1, WORDS, 1, "missing") == begun
    assert SectionAccepted("crabs", "Crabs", WORDS, WORDS, True, 1, 0.0) == accepted
