"""A text that nobody steered: mended, shortened, and gone on with once where it is too short."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Attempt
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.section import write_section
from gptoss_writer.drafting.sizing import size_run
from gptoss_writer.engine.interface import Cancellation, TokenLimits
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    SectionReading,
    SectionStarted,
    SectionText,
)
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.text import count_words
from tests.support.drafting import (
    LAMP,
    LAMP_TEXT,
    OUTLINE,
    WORDS,
    Desk,
    misses,
    prompts_of,
    run_on,
    task_of,
    text_of,
    turn,
    turns,
)

QUOTED = '"We never once let the lamp go out," Ada Finch said.'


class Tape(ScriptedEngine):
    """A tape that writes its texts as a section of an outline and keeps what came of it."""

    def __init__(self, *raw: str) -> None:
        super().__init__(raw)
        self.events: list[Event] = []

    def write(self, section_id: str = "crabs", **changes: object) -> list[Attempt]:
        """Make all attempts at a section; the lamp's is in another outline."""
        outline = LAMP if section_id == "lamp" else OUTLINE
        task = task_of(section_id, outline, **changes)
        prompts = prompts_of(outline)
        return list(write_section(task, self, prompts, Cancellation(), self.events.append))

    def notes(self) -> list[str]:
        """Give the last message behind the section's own prompt of each request, "" for none."""
        return [
            request.parts[2][-1].content if len(request.parts) > 2 else ""
            for request in self.requests
        ]


def test_a_text_that_is_too_short_is_gone_on_with() -> None:
    """One paragraph more is asked for, and the whole is one attempt."""
    tape = Tape(turn(text_of(30), "I plan."), turn(text_of(20, 1), "More."))
    (attempt,) = tape.write()

    assert f"{text_of(30)}\n\n{text_of(20, 1)}" == attempt.text
    assert ("good", 50, "") == (attempt.verdict, attempt.words, attempt.raw)
    assert "I plan.\n\nMore." == attempt.analysis


def test_what_it_costs_is_counted() -> None:
    """The usage of an attempt is that of both its requests."""
    tape = Tape(*turns(30, 20))
    (attempt,) = tape.write()
    prompts = [sum(tape.count_tokens(request.parts)) for request in tape.requests]

    assert sum(prompts) == attempt.usage.prompt == attempt.usage.evaluated
    assert 50 == attempt.usage.final
    assert 6 == attempt.usage.analysis


def test_the_model_sees_its_text_and_what_is_missing() -> None:
    """The note shows the text so far, the words still wanted, and key points it hardly has."""
    tape = Tape(*turns(30, 20))
    tape.write()
    first, second = tape.notes()

    assert "" == first
    assert (
        f"The section so far, 30 words:\n\n{text_of(30)}\n\nIt is too short. Write only the "
        "paragraph that comes next, in exactly 20 words. Repeat nothing of what stands there.\n"
        "It tells what is still missing:\n- They hide." == second
    )


def test_a_point_that_is_there_is_not_missing() -> None:
    """Where every key point is covered, none is named."""
    beginning = f"The keeper lights the lamp at dusk. {QUOTED}"
    tape = Tape(turn(beginning), turn("He climbs 214 steps to do it, and the stone is cold."))
    (attempt,) = tape.write("lamp")

    assert "good" == attempt.verdict
    assert tape.notes()[1].endswith("in exactly 12 words. Repeat nothing of what stands there.")


def test_the_request_is_the_same_but_for_its_note() -> None:
    """The prompt's first parts stay, so that an engine can reuse them; the draw is another one."""
    tape = Tape(*turns(30, 20))
    tape.write()
    first, second = tape.requests

    assert first.parts == second.parts[:2]
    assert first.sampling.seed != second.sampling.seed
    assert first.sampling == replace(second.sampling, seed=first.sampling.seed)


def test_a_note_stands_behind_the_notes_of_its_attempt() -> None:
    """A person's reason and what went wrong before hold for the continuation as well."""
    tape = Tape(*misses(80), *turns(30, 20))
    _, attempt = tape.write(because="too dry")
    asked, retry, note = tape.requests[2].parts[2]

    assert "good" == attempt.verdict
    assert (asked, retry) == tape.requests[1].parts[2]
    assert "too dry" in asked.content
    assert "80 words, 30 too many" in retry.content
    assert note.content.startswith("The section so far, 30 words:")


def test_one_continuation_is_all_there_is() -> None:
    """A text that is too short even so is rejected with the words of both, and tried again."""
    tape = Tape(*turns(20, 10), *turns(WORDS))
    first, second = tape.write()

    assert (30, "flawed") == (first.words, first.verdict)
    assert "good" == second.verdict
    assert tape.notes()[2].startswith("An earlier attempt came to 30 words, 20 too few.")


def test_a_continuation_that_runs_on_is_shortened() -> None:
    """Whole sentences go where both together are too long."""
    (attempt,) = Tape(*turns(36, 45)).write()

    assert "good" == attempt.verdict
    assert 54 == attempt.words
    assert attempt.text.startswith(text_of(36) + "\n\n")


def test_a_continuation_is_cleaned_by_itself() -> None:
    """A heading, an announcement or a count of words in front of it is not the text."""
    tape = Tape(
        turn(text_of(30)), turn(f"Here is the next paragraph:\n\n## Crabs\n\n{text_of(20, 1)}")
    )
    (attempt,) = tape.write()

    assert f"{text_of(30)}\n\n{text_of(20, 1)}" == attempt.text
    assert "## Crabs" in attempt.raw


@pytest.mark.parametrize("words", [1, 16])
def test_a_few_words_are_no_beginning(words: int) -> None:
    """What has not even a third of its words is tried again from the start."""
    tape = Tape(*turns(words, WORDS))
    first, second = tape.write()

    assert [words, WORDS] == [first.words, second.words]
    assert tape.notes()[1].startswith(f"An earlier attempt came to {words} words")


def test_a_text_of_a_third_is_a_beginning() -> None:
    """From a third of the words on, the rest is asked for."""
    (attempt,) = Tape(*turns(17, 33)).write()

    assert ("good", 50) == (attempt.verdict, attempt.words)


def test_what_was_cut_or_loops_is_not_gone_on_with() -> None:
    """A text that did not come to its own end by itself is tried again."""
    loop = "crab wave " * 200
    tape = Tape(turn(f"{text_of(27)}\n\n{loop}"), *turns(WORDS))
    first, second = tape.write()
    cut = Tape(turn(f"{text_of(27)} {run_on(30, 1)}"), *turns(WORDS))
    short, _ = cut.write(limits=TokenLimits(30, 52))

    assert (27, "flawed", "good") == (first.words, first.verdict, second.verdict)
    assert [2, 2] == [len(tape.requests), len(cut.requests)]
    assert 27 == short.words


def test_a_steered_text_is_left_alone() -> None:
    """Where a guard saw to the text, nothing is mended, cut out or asked for."""

    class Steered(Tape):
        capabilities = replace(ScriptedEngine.capabilities, is_steerable=True)

    texts = (text_of(30), text_of(72), f'{text_of(45)} "Nobody ever came up here."')
    tape = Steered(*map(turn, texts))
    attempts = tape.write()

    assert texts == tuple(attempt.text for attempt in attempts)
    assert 3 == len(tape.requests)


def test_a_stop_in_the_continuation_is_an_interruption() -> None:
    """Both parts are kept aside, and no other attempt is made."""
    cancellation = Cancellation()

    def sink(event: Event) -> None:
        if isinstance(event, SectionText) and event.tokens == 35:
            cancellation.cancel()

    engine = ScriptedEngine(turns(30, 20, 50))
    (attempt,) = write_section(task_of(), engine, prompts_of(), cancellation, sink)

    assert ("interrupted", 35) == (attempt.verdict, attempt.words)
    assert attempt.text.startswith(f"{text_of(30)}\n\n")


def test_it_is_told_as_one_text() -> None:
    """Who watches sees the words go on behind a blank line, and no second reading or thinking."""
    tape = Tape(*turns(30, 20))
    (attempt,) = tape.write()
    texts = [event for event in tape.events if isinstance(event, SectionText)]
    written = [event for event in texts if event.phase == "writing"]
    thoughts = "".join(event.text for event in texts if event.phase == "thinking")

    assert attempt.text == "".join(event.text for event in written)
    assert [*range(1, 31), 30, *range(31, 51)] == [event.tokens for event in written]
    assert "I plan it." == thoughts
    assert 1 == sum(isinstance(event, SectionReading) for event in tape.events)
    assert 1 == sum(isinstance(event, SectionStarted) for event in tape.events)
    assert not any(isinstance(event, AttemptRejected) for event in tape.events)


def test_a_text_that_is_too_long_loses_sentences() -> None:
    """What is too much goes sentence by sentence, and the text is taken at once."""
    (attempt,) = Tape(*turns(72)).write()

    assert ("good", 54) == (attempt.verdict, attempt.words)
    assert text_of(72) == attempt.raw


def test_a_slip_in_a_quotation_is_mended() -> None:
    """A near quotation gets its exact words; that is noted, and worth no other attempt."""
    (attempt,) = Tape(turn(LAMP_TEXT.replace("lamp go out", "lamps go out"))).write("lamp")

    assert LAMP_TEXT == attempt.text
    assert ("good", ["quotation-mended"]) == (
        attempt.verdict,
        [finding.code for finding in attempt.findings],
    )


def test_an_invented_quotation_is_taken_back() -> None:
    """It loses its marks in any case; the next attempt is told, and taken where it has none."""
    invented = LAMP_TEXT.replace("The stone is wide", 'He wrote "the stone is very wide"')
    tape = Tape(turn(invented), turn(LAMP_TEXT))
    first, second = tape.write("lamp")

    assert "He wrote the stone is very wide and cold." in first.text
    assert "quotation-unmarked" in {finding.code for finding in first.findings}
    assert ("flawed", "good") == (first.verdict, second.verdict)
    assert '"the stone is very wide": These words are in no source' in tape.notes()[1]
    assert 1 == policy.best([first, second], LAMP.sections[0].budget)


def test_nothing_of_a_continuation_is_lost_on_disk(
    tmp_path: Path,
) -> None:
    """A run keeps the text, the reasoning and the cost of both requests as one attempt."""
    desk = Desk(tmp_path / "draft")
    report = desk.run(ScriptedEngine([*turns(30, 20), *(turn(text_of(50, n)) for n in (5, 6, 7))]))
    (attempt,) = desk.attempts("intro")

    assert [1] * 4 == [item.attempts for item in report.sections]
    assert 50 == report.sections[0].words == count_words(attempt.text)
    assert report.sections[0].usage == attempt.usage


@pytest.mark.parametrize("words", [17, 30, 44])
def test_a_continuation_fits_the_context_that_was_counted(words: int) -> None:
    """The room of a run holds the prompt, all notes, the text so far, and another text."""
    tape = Tape(*misses(80), *turns(words, WORDS - words))
    prompts = prompts_of()
    size = size_run((task_of().job,), prompts, tape, effort=ReasoningEffort.LOW, because="too dry")
    limits = size.limits("crabs")
    tape.write(because="too dry", limits=limits, notes_tokens=size.notes_room("crabs"))
    asked = max(sum(tape.count_tokens(request.parts)) for request in tape.requests)

    assert 3 == len(tape.requests)
    assert asked + limits.analysis + limits.final <= size.context_tokens


def test_a_steered_run_keeps_no_room_for_it() -> None:
    """Where no text can be too short, the context need not hold one twice."""

    class Steered(ScriptedEngine):
        capabilities = replace(ScriptedEngine.capabilities, is_steerable=True)

    def size(engine: ScriptedEngine) -> int:
        (section,) = size_run(
            (task_of().job,), prompts_of(), engine, effort=ReasoningEffort.LOW
        ).sections
        return section.continuation_tokens

    assert 0 == size(Steered([]))
    assert size(ScriptedEngine([])) > WORDS
