"""One section's attempts: accepted at once, tried again, or given up; and they always end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.draft import Attempt, Finding, Sampling, TokenUsage
from gptoss_writer.drafting import policy
from gptoss_writer.drafting.section import write_section
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    GenerationRequest,
    Retraction,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.errors import EngineError
from gptoss_writer.events import (
    AttemptRejected,
    Event,
    SectionReading,
    SectionStarted,
    SectionText,
    Sink,
    silent,
)
from gptoss_writer.harmony.messages import Channel
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.text import count_words
from tests.support.drafting import (
    LAMP,
    LAMP_TEXT,
    OUTLINE,
    WORDS,
    misses,
    prompts_of,
    run_on,
    task_of,
    text_of,
    turn,
    turns,
)

CRABS = OUTLINE.sections[1]
UNCOVERED = Finding("key-point-missing", 'The key point "They hide" is hardly there.')
"""What is found on every text of these tests, and is not worth another attempt."""


def write(
    engine: ScriptedEngine,
    task: SectionTask | None = None,
    cancellation: Cancellation | None = None,
    sink: Sink = silent,
) -> list[Attempt]:
    """Make all attempts."""
    prompts = prompts_of()
    return list(
        write_section(task or task_of(), engine, prompts, cancellation or Cancellation(), sink)
    )


def written(*raw: str) -> list[Attempt]:
    """Make all attempts from a tape."""
    return write(ScriptedEngine(raw))


def codes(attempt: Attempt) -> list[str]:
    """Name what speaks against an attempt."""
    return [finding.code for finding in attempt.findings if policy.is_serious(finding)]


def note_of(request: GenerationRequest) -> str:
    """Give the last message of a request's notes; "" where there are none."""
    return request.parts[2][-1].content if len(request.parts) > 2 else ""


def notes(*raw: str) -> list[str]:
    """Give the note that each request of a tape came with."""
    engine = ScriptedEngine(raw)
    write(engine)
    return [note_of(request) for request in engine.requests]


def test_a_good_text_is_enough() -> None:
    """A text that keeps its budget is the only attempt, with all that there is to know of it."""
    text = text_of(WORDS)
    (attempt,) = written(turn(text, "Let me plan."))
    pieces = len(text.split(" "))

    assert (
        Attempt(
            section_id="crabs",
            text=text,
            words=WORDS,
            verdict="good",
            analysis="Let me plan.",
            findings=(UNCOVERED,),
            usage=TokenUsage(prompt=attempt.usage.prompt, evaluated=attempt.usage.prompt)
            + TokenUsage(analysis=3, final=pieces),
            sampling=attempt.sampling,
            model="tape:same",
            fingerprint="section:crabs",
        )
        == attempt
    )
    assert attempt.usage.prompt > WORDS


def test_a_text_that_is_too_long_is_tried_again() -> None:
    """A miss is named with its count, and the next text is taken where it is good."""
    raw = [*misses(WORDS + 20), *turns(WORDS)]
    first, second = written(*raw)

    assert ["flawed", "good"] == [first.verdict, second.verdict]
    assert (Finding("length", "70 words where 45 to 55 were wanted."), UNCOVERED) == first.findings
    assert [
        "",
        "An earlier attempt came to 70 words, 20 too many. Write the section in exactly 50 words.",
    ] == notes(*raw)


def test_three_misses_are_all_there_are() -> None:
    """After three attempts there is no fourth, and the nearest of them can be taken."""
    attempts = written(*misses(80, 60, 12), *turns(WORDS))

    assert [80, 60, 12] == [attempt.words for attempt in attempts]
    assert 1 == policy.best(attempts, CRABS.budget)


def test_each_note_is_about_the_attempt_before_it() -> None:
    """Notes name the last count only, and the direction in which it missed."""
    assert ["", "80 words, 30 too many.", "12 words, 38 too few."] == [
        note.removeprefix("An earlier attempt came to ").partition(" Write")[0]
        for note in notes(*misses(80, 12), *turns(WORDS))
    ]


def test_a_text_without_words_is_tried_again() -> None:
    """Reasoning alone is no text: three of these leave nothing to accept."""
    raw = "<|channel|>analysis<|message|>I think and think.<|end|>"
    attempts = written(raw, raw, raw)

    assert [["empty"]] * 3 == [codes(attempt) for attempt in attempts]
    assert policy.best(attempts, CRABS.budget) is None
    assert "The text has no words after 4 words of reasoning." == attempts[0].findings[0].message
    assert (
        notes(raw, raw, raw)[1:]
        == ["An earlier attempt had no text. Write the section now, in exactly 50 words."] * 2
    )


def test_a_text_that_is_cut_off_ends_with_a_sentence() -> None:
    """At the token limit a text is trimmed to the sentence end nearest its budget, and retried.

    The note counts all that was written, not what was left: that may even keep the budget.
    """
    first, _ = written(*turns(400, WORDS))
    _, note = notes(*turns(400, WORDS))

    assert ["cut"] == codes(first)
    assert first.text.endswith(".")
    assert CRABS.budget.contains(first.words)
    assert 140 == count_words(first.raw)
    assert (
        "An earlier attempt was cut off after 140 words, before it came to an end. Write the "
        "section in exactly 50 words, and end it." == note
    )


def test_reasoning_that_is_cut_does_not_spoil_the_text() -> None:
    """Where reasoning reached its limit and was closed, a good text after it is good."""
    (attempt,) = written(turn(text_of(WORDS), "hm " * 100))

    assert "good" == attempt.verdict
    assert 30 == attempt.usage.analysis


LOOP = "The crab moves along the cold stone and waits for the tide. "


def test_a_loop_is_stopped_early() -> None:
    """A text that has become a loop is not written to its limit, and the note says why."""
    raw = turn(LOOP * 200)
    limits = TokenLimits(analysis=30, final=2000)
    engine = ScriptedEngine([raw, turn(text_of(WORDS))])
    first, second = write(engine, task_of(limits=limits))

    assert "good" == second.verdict
    assert "stopped" == codes(first)[-1]
    assert first.usage.final < 200
    assert note_of(engine.requests[1]).startswith("An earlier attempt went astray: the same words")


def test_a_loop_behind_a_good_text_leaves_that_text() -> None:
    """What came before the loop can still be taken, where nothing better comes."""
    body = text_of(WORDS)
    raw = turn(f"{body}\n\n{'crab wave ' * 200}")
    first, *_ = written(raw, raw, raw)

    assert ["stopped"] == codes(first)
    assert body == first.text
    assert policy.is_usable(first)


def test_a_sentence_that_is_taken_back_is_no_loop() -> None:
    """An engine may write a sentence several times before it fits; only what stays is watched."""

    class Hesitant(ScriptedEngine):
        def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
            for event in super().generate(request):
                if isinstance(event, Completion):
                    for _ in range(20):
                        yield TokenEvent(Channel.FINAL, LOOP, 1)
                        yield Retraction(Channel.FINAL, len(LOOP))
                yield event

    (attempt,) = write(Hesitant(turns(WORDS)))

    assert "good" == attempt.verdict


def test_one_request_is_stopped_for_its_loop_and_not_the_run() -> None:
    """Stopping a loop does not stop the caller's run."""
    cancellation = Cancellation()
    write(ScriptedEngine([turn(LOOP * 40), *turns(WORDS)]), cancellation=cancellation)

    assert not cancellation.is_cancelled


def test_every_attempt_has_its_own_seed() -> None:
    """Attempts differ in their seeds and in nothing else, and the same task draws the same."""

    def seeds(seed: int) -> list[int]:
        engine = ScriptedEngine(misses(80, 80, 80))
        attempts = write(engine, task_of(sampling=replace(task_of().sampling, seed=seed)))
        asked = [request.sampling for request in engine.requests]

        assert [
            Sampling("low", params.seed, params.temperature, params.top_p, params.top_k, 0.02)
            for params in asked
        ] == [attempt.sampling for attempt in attempts]
        assert {SamplingParams(0.7, 0.9, 40, 0.02, seed=0)} == {
            SamplingParams(item.temperature, item.top_p, item.top_k, item.min_p, seed=0)
            for item in asked
        }
        return [params.seed for params in asked]

    assert 3 == len(set(seeds(7)))
    assert seeds(7) == seeds(7)
    assert not set(seeds(7)) & set(seeds(8))


def test_all_attempts_share_their_first_two_parts() -> None:
    """Retries add notes behind the same prompt, so that an engine can reuse it."""
    engine = ScriptedEngine(misses(80, 80, 80))
    write(engine)
    prompt = task_of().prompt

    assert [prompt.parts] * 3 == [request.parts[:2] for request in engine.requests]
    assert [2, 3, 3] == [len(request.parts) for request in engine.requests]


def test_a_persons_reason_stands_before_every_attempt() -> None:
    """What a person asked for is said each time, and what went wrong behind it."""
    engine = ScriptedEngine([*misses(80, 80), *turns(WORDS)])
    attempts = write(engine, task_of(because="too dry"))
    asked = prompts_of().note("crabs", "asked", because="too dry")

    assert [asked] * 3 == [request.parts[2][:1] for request in engine.requests]
    assert [1, 2, 2] == [len(request.parts[2]) for request in engine.requests]
    assert ["too dry"] * 3 == [attempt.because for attempt in attempts]


def test_what_is_not_the_section_is_cleaned_away() -> None:
    """A repeated title, marks of a browser tool and control markers are not in the text."""
    body = text_of(WORDS)
    start, end = body[:40], body[40:]
    (attempt,) = written(turn(f"## Crabs\n\n{start}【3†L4-L6】{end}<|constrain|>"))

    assert body == attempt.text
    assert "good" == attempt.verdict
    assert attempt.raw.startswith("## Crabs")


def test_what_is_in_order_is_not_kept_twice() -> None:
    """The raw text is kept only where cleaning changed something."""
    (attempt,) = written(turn(f"\n{text_of(WORDS)}\n"))

    assert "" == attempt.raw


def written_of_lamp(*texts: str) -> list[Attempt]:
    """Make all attempts at the section about the lamp from a tape of final texts."""
    engine = ScriptedEngine([turn(text) for text in texts])
    prompts = prompts_of(LAMP)
    return list(write_section(task_of("lamp", LAMP), engine, prompts, Cancellation(), silent))


def notes_of_lamp(*texts: str, room: int = 200) -> list[str]:
    """Give the note that each request for the section about the lamp came with."""
    engine = ScriptedEngine([turn(text) for text in texts])
    task = task_of("lamp", LAMP, notes_tokens=room)
    list(write_section(task, engine, prompts_of(LAMP), Cancellation(), silent))
    return [note_of(request) for request in engine.requests]


STRANGE = {
    "number": ("214 steps", "315 steps", "number-unsupported", '"315"'),
    "name": ("Ada Finch", "Bram Holloway", "name-unsupported", '"Bram Holloway"'),
    "speaker": ("Ada Finch", "Bo Hale", "attribution-speaker", "Ada Finch, not to Bo Hale."),
    "required": (
        '"We never once let the lamp go out," Ada Finch said.',
        "It never went out, Ada Finch said, in all those years.",
        "quotation-missing",
        "The required quotation of Ada Finch is missing",
    ),
}


def test_a_text_that_rests_on_its_evidence_is_enough() -> None:
    """Its numbers, names and quotations are the outline's, and its quotation is there."""
    (attempt,) = written_of_lamp(LAMP_TEXT)

    assert ("good", ()) == (attempt.verdict, attempt.findings)


@pytest.mark.parametrize("case", STRANGE)
def test_a_text_with_a_fault_is_tried_again(case: str) -> None:
    """A strange number or name, a wrong speaker, a missing quotation: the next note names it."""
    right, wrong, code, named = STRANGE[case]
    text = LAMP_TEXT.replace(right, wrong)
    first, second = written_of_lamp(text, LAMP_TEXT)
    _, note = notes_of_lamp(text, LAMP_TEXT)

    assert code in codes(first)
    assert ("flawed", "good") == (first.verdict, second.verdict)
    assert note.startswith("An earlier attempt had faults. ")
    assert named in note
    assert note.endswith(" Write it without them, in exactly 30 words.")


def test_the_text_with_the_fewest_faults_wins() -> None:
    """Where every attempt has faults, the one with the fewest inside the band is taken."""
    one = LAMP_TEXT.replace("214", "315")
    two = one.replace("Ada Finch", "Bram Holloway")
    long = LAMP_TEXT.rpartition("The stone")[0][:-2] + ", and " + run_on(40).lower()
    attempts = written_of_lamp(two, long, one)

    assert ["length"] == codes(attempts[1])
    assert 2 == policy.best(attempts, task_of("lamp", LAMP).budget)


def test_a_note_names_no_more_than_it_has_room_for() -> None:
    """Where faults need more room than was kept, fewer are named, and at last none."""
    strange = LAMP_TEXT.replace("214 steps to do it", "315 steps with 12 kg")
    all_named, one_named, none_named = (
        notes_of_lamp(strange, LAMP_TEXT, room=room)[1].removeprefix(
            "An earlier attempt had faults."
        )
        for room in (21, 19, 18)
    )
    rest = " Write it without them, in exactly 30 words."

    assert f' The outline does not have: "315", "12 kg".{rest}' == all_named
    assert f' The outline does not have: "315".{rest}' == one_named
    assert rest == none_named


def test_findings_are_plain_values() -> None:
    """An attempt holds codes and messages, with nothing of the text they were found in."""
    first, _ = written_of_lamp(LAMP_TEXT.replace("214", "315"), LAMP_TEXT)

    assert {Finding} == {type(finding) for finding in first.findings}
    assert [Finding("number-unsupported", 'The number "315" is not in the outline.')] == list(
        first.findings
    )


def test_an_interruption_ends_it() -> None:
    """Where the caller asks to stop, the attempt is interrupted and no other one is made."""
    cancellation = Cancellation()
    seen: list[Event] = []

    def sink(event: Event) -> None:
        seen.append(event)
        if isinstance(event, SectionText) and event.phase == "writing" and event.tokens == 20:
            cancellation.cancel()

    engine = ScriptedEngine(turns(80, 80))
    (attempt,) = write(engine, cancellation=cancellation, sink=sink)

    assert "interrupted" == attempt.verdict
    assert 20 == attempt.words
    assert 1 == len(engine.requests)
    assert not any(isinstance(event, AttemptRejected) for event in seen)


def test_an_interruption_behind_a_miss_ends_it() -> None:
    """A stop that was asked for after a text was finished is not lost."""
    cancellation = Cancellation()

    def sink(event: Event) -> None:
        if isinstance(event, AttemptRejected):
            cancellation.cancel()

    first, second = write(ScriptedEngine(misses(80, 80, 80)), cancellation=cancellation, sink=sink)

    assert ["flawed", "interrupted"] == [first.verdict, second.verdict]
    assert "" == second.text


def test_a_stop_in_a_loop_is_a_stop() -> None:
    """Where the user stops a text that loops, it counts as interrupted, not as a loop."""
    cancellation = Cancellation()

    def sink(event: Event) -> None:
        if isinstance(event, SectionText) and event.tokens == 60:
            cancellation.cancel()

    (attempt,) = write(ScriptedEngine([turn(LOOP * 40)] * 3), cancellation=cancellation, sink=sink)

    assert "interrupted" == attempt.verdict


def test_all_that_happens_is_told() -> None:
    """Each attempt is announced, read, written and, where it is a miss, turned down."""
    seen: list[Event] = []
    write(ScriptedEngine([*misses(80), *turns(WORDS)]), sink=seen.append)
    milestones = [event for event in seen if isinstance(event, SectionStarted | AttemptRejected)]
    texts = [event for event in seen if isinstance(event, SectionText)]
    reason = "80 words where 45 to 55 were wanted."

    assert [
        SectionStarted("crabs", "Crabs", 2, 4, WORDS, 1, "missing"),
        AttemptRejected("crabs", 1, 80, reason, retrying=True),
        SectionStarted("crabs", "Crabs", 2, 4, WORDS, 2, "missing"),
    ] == milestones
    assert 2 == sum(isinstance(event, SectionReading) for event in seen)
    assert ("I plan it." + run_on(80, 0)) + ("I plan it." + text_of(WORDS)) == "".join(
        event.text for event in texts
    )


def test_the_last_miss_is_not_followed() -> None:
    """The rejection of the third attempt says that no other one follows."""
    seen: list[Event] = []
    write(ScriptedEngine(misses(80, 80, 80)), sink=seen.append)

    assert [True, True, False] == [
        event.retrying for event in seen if isinstance(event, AttemptRejected)
    ]


RAW = st.lists(
    st.sampled_from(
        [
            *(
                "<|channel|>",
                "final",
                "analysis",
                "<|message|>",
                "<|end|>",
                "<|start|>",
                "<|return|>",
            ),
            *("assistant", "commentary to=browser", "assistantfinal", "【1†x】", "## Crabs\n\n"),
            *("```\n", "# H\n", "---\n", "- a\n", " ", "\n\n", "\ufffd", "!", '"', "“", "x" * 50),
            *(text_of(count, count) for count in (3, 20, 45, 50, 90, 200)),
            LOOP * 12,
        ]
    )
    | st.text(max_size=30),
    max_size=12,
).map("".join)


@settings(max_examples=80, deadline=None)
@given(st.lists(RAW, max_size=6))
def test_it_ends_with_any_model(raw: list[str]) -> None:
    """Whatever an engine writes, attempts are few and sound; only an engine's error gets out."""
    attempts: list[Attempt] = []
    engine = ScriptedEngine(raw)
    try:
        prompts = prompts_of()
        for attempt in write_section(task_of(), engine, prompts, Cancellation(), silent):
            attempts.append(attempt)  # noqa: PERF402 - those before an error are kept
    except EngineError:
        assert len(raw) == len(engine.requests)
        assert len(attempts) < policy.MAX_ATTEMPTS
    else:
        assert policy.is_good(attempts[-1]) or policy.MAX_ATTEMPTS == len(attempts)
    for attempt in attempts:
        assert ("good" == attempt.verdict) == ([] == codes(attempt))
        assert count_words(attempt.text) == attempt.words
        assert "<|" not in attempt.text
        assert attempt.verdict == "flawed" or CRABS.budget.contains(attempt.words)
    assert not any(policy.is_good(attempt) for attempt in attempts[:-1])
    assert len(engine.requests) <= 2 * policy.MAX_ATTEMPTS
