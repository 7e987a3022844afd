"""Tokens counted beforehand: what fits, what is refused, and that the count is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Attempt
from gptoss_writer.drafting.plan import SectionJob, plan
from gptoss_writer.drafting.section import write_section
from gptoss_writer.drafting.sizing import (
    DIGEST_TOKENS,
    RunSize,
    fitting_prompt,
    size_run,
    tokens_per_word,
)
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import Cancellation, Engine, ModelIdentity
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.errors import UsageError
from gptoss_writer.events import silent
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.harmony.rendering import user_message
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.digest import Digest
from gptoss_writer.prompt.rendering import PromptWriter
from gptoss_writer.prompt.templates import Templates
from tests.support.drafting import LAMP, OUTLINE, TEMPLATES, Desk, options_of, prompts_of, task_of
from tests.support.gguf_models import write_model

LOW = ReasoningEffort.LOW


@pytest.fixture
def engine(tiny_model: Path) -> Iterator[LlamaEngine]:
    """Open the small test model, without loading its weights."""
    engine = LlamaEngine(tiny_model, LlamaOptions(threads=1))
    yield engine
    engine.close()


class Untouchable(ScriptedEngine):
    """A tape that must not be prepared."""

    def prepare(self, *_: object, **__: object) -> None:
        """Fail: no weights may be loaded for a run that cannot fit."""
        pytest.fail("the weights were loaded")


def jobs_of(outline: Outline = OUTLINE, asked: tuple[str, ...] = ()) -> tuple[SectionJob, ...]:
    """Plan all of an outline, or what is asked for."""
    return plan(outline, {}, {}, asked)


def test_the_context_is_that_of_the_largest_section(engine: LlamaEngine) -> None:
    """The context holds the prefix and the neediest section, in steps of 256 tokens."""
    small = OUTLINE.sections[1]
    large = OUTLINE.sections[2].model_copy(update={"words": 900})
    outline = OUTLINE.model_copy(update={"sections": (small, large)})
    size = size_run(jobs_of(outline), prompts_of(outline), engine, effort=LOW)
    alone = size_run(jobs_of(outline, ("weed",)), prompts_of(outline), engine, effort=LOW)
    limits = size.limits("weed")
    at_least = size.prefix_tokens + size.suffix_room("weed") + limits.analysis + limits.final

    assert 0 == size.context_tokens % 256
    assert at_least < size.context_tokens
    assert alone.context_tokens == size.context_tokens
    assert ["crabs", "weed"] == [section.section_id for section in size.sections]


def test_a_prefix_is_counted_once(engine: LlamaEngine) -> None:
    """The prefix and every suffix are counted as the engine counts them."""
    prompts = prompts_of()
    size = size_run(jobs_of(), prompts, engine, effort=LOW)
    suffixes = tuple(prompts.section(item.id, Digest()).section_suffix for item in OUTLINE.sections)

    assert engine.count_tokens((prompts.shared_prefix,)) == (size.prefix_tokens,)
    assert engine.count_tokens(suffixes) == tuple(item.suffix_tokens for item in size.sections)


def test_nothing_to_write_needs_no_section(engine: LlamaEngine) -> None:
    """A run without jobs has a size too."""
    size = size_run((), prompts_of(), engine, effort=LOW)

    assert () == size.sections
    assert size.prefix_tokens <= size.context_tokens


def test_the_size_that_was_asked_for_is_taken(engine: LlamaEngine) -> None:
    """A context that is large enough is taken as it was asked for, and so are the limits."""
    size = size_run(
        jobs_of(), prompts_of(), engine, effort=LOW, context_tokens=9999, analysis_tokens=7
    )

    assert 9999 == size.context_tokens
    assert 7 == size.limits("crabs").analysis


def test_a_context_that_is_too_small_is_refused(tmp_path: Path) -> None:
    """A section that does not fit --context is named with its need, before anything is loaded."""
    options = options_of(context_tokens=256)
    with pytest.raises(UsageError) as caught:
        Desk(tmp_path / "draft").run(Untouchable(["unused"]), options)

    assert caught.value.message.startswith('Section "intro" needs ')
    assert caught.value.message.endswith(" tokens of context, and --context allows 256.")
    assert (
        "Leave --context out to use what the outline needs, or shorten the section."
        == caught.value.hint
    )


class Short(Untouchable):
    """A tape of a model that was trained for 600 tokens."""

    @property
    def identity(self) -> ModelIdentity:
        """Say so."""
        return replace(super().identity, context_length=600)


def test_a_section_longer_than_the_training_is_refused(tmp_path: Path) -> None:
    """A section that the model cannot attend to is named, before anything is loaded."""
    with pytest.raises(UsageError) as caught:
        Desk(tmp_path / "draft").run(Short(["unused"]))

    assert 'Section "intro" needs ' in caught.value.message
    assert caught.value.message.endswith(" and the model was trained for 600.")
    assert "Split the section in two, or shorten its evidence." == caught.value.hint


def test_a_context_longer_than_the_training_is_refused(tmp_path: Path) -> None:
    """--context beyond what the model was trained for is refused, though each section fits."""
    options = options_of(context_tokens=601, analysis_tokens=0, asked=("crabs",))

    class Roomy(Short):
        def count_tokens(self, parts: tuple[object, ...]) -> tuple[int, ...]:
            return (5,) * len(parts)

    with pytest.raises(UsageError) as caught:
        Desk(tmp_path / "draft").run(Roomy(["unused"]), options)

    assert (
        "--context 601 is more than the 600 tokens the model was trained for."
        == caught.value.message
    )


def test_words_are_measured_in_the_models_own_tokens(engine: LlamaEngine) -> None:
    """Tokens per word come from the engine, and are never under the 1.3 of plain English."""
    text = (user_message("tide pools"),)

    assert engine.count_tokens((text,))[0] / 2 == tokens_per_word(text, engine)
    assert 1.3 == tokens_per_word((user_message("word " * 50),), ScriptedEngine([]))
    assert 1.3 == tokens_per_word((), ScriptedEngine([]))


FULL = Digest("The last sentence, which is long.", ('"many words …"', '"and more …"'))


def test_a_digest_is_shortened_to_its_room() -> None:
    """What was quoted already goes first, then the ending; with no room there is no digest."""
    prompts, engine = prompts_of(), ScriptedEngine([])
    options = [FULL, Digest(FULL.previous_ending), Digest()]
    rendered = [prompts.section("crabs", digest) for digest in options]
    tokens = [engine.count_tokens((prompt.section_suffix,))[0] for prompt in rendered]

    def fitting(room: int) -> int:
        return rendered.index(fitting_prompt(prompts, "crabs", FULL, engine, room))

    assert [0, 1, 1, 2, 2] == [
        fitting(room) for room in (tokens[0], tokens[0] - 1, tokens[1], tokens[1] - 1, 0)
    ]


def test_the_notes_have_room_for_findings() -> None:
    """What a retry may name has room beside the longest note, a person's reason included."""
    prompts, engine = prompts_of(), ScriptedEngine([])
    asked = prompts.note("crabs", "asked", because="too dry")
    bare = size_run(jobs_of(), prompts, engine, effort=LOW)
    size = size_run(jobs_of(), prompts, engine, effort=LOW, because="too dry")
    faults = '"Some words of the text": These words are in quotation marks. ' * 6
    note = prompts.note("crabs", "findings", because=faults)

    assert sum(engine.count_tokens((asked, note))) <= size.notes_room("crabs")
    assert size.notes_room("crabs") - bare.notes_room("crabs") == engine.count_tokens((asked,))[0]


def worst(prompts: PromptWriter, size: RunSize, engine: Engine) -> SectionTask:
    """Make the task of a section that leaves nothing of its room unused."""
    digest, longer = Digest(), Digest()
    while fitting_prompt(prompts, "lamp", longer, engine, size.suffix_room("lamp")) == (
        prompts.section("lamp", longer)
    ):
        digest, longer = longer, Digest(longer.previous_ending + "x ")
    return task_of(
        "lamp",
        LAMP,
        prompt=prompts.section("lamp", digest),
        limits=size.limits("lamp"),
        notes_tokens=size.notes_room("lamp"),
        because="too dry",
    )


TALKATIVE = TEMPLATES.sources["retry_note"].replace(
    "An earlier attempt had faults", "An earlier attempt had, to say it at some length, faults"
)


@pytest.mark.parametrize("note", [TEMPLATES.sources["retry_note"], TALKATIVE])
def test_the_computed_context_is_enough(tmp_path: Path, note: str) -> None:
    """A model that never stops, a digest that fills its room, attempts with notes: no error.

    Noise never quotes what must appear, so all attempts are made.
    """
    never_ends = write_model(tmp_path / "endless.gguf", layers=1, width=32, end_bias=-60.0)
    templates = Templates({**TEMPLATES.sources, "retry_note": note}, TEMPLATES.files)
    prompts = replace(prompts_of(LAMP), templates=templates)
    engine = LlamaEngine(never_ends, LlamaOptions(threads=1))
    size = size_run(
        jobs_of(LAMP, asked=("lamp",)),
        prompts,
        engine,
        effort=LOW,
        analysis_tokens=40,
        because="too dry",
    )
    task = worst(prompts, size, engine)
    (suffix_tokens,) = engine.count_tokens((task.prompt.section_suffix,))
    engine.prepare(size.context_tokens, Cancellation())
    attempts: list[Attempt] = list(write_section(task, engine, prompts, Cancellation(), silent))
    engine.close()

    assert size.suffix_room("lamp") - 2 <= suffix_tokens <= size.suffix_room("lamp")
    assert [40] * 3 == [attempt.usage.analysis for attempt in attempts]
    used = max(attempt.usage.prompt for attempt in attempts) + sum(
        (task.limits.analysis, task.limits.final)
    )
    assert size.context_tokens - 512 < used <= size.context_tokens


def test_the_room_for_a_digest_is_room_for_most() -> None:
    """An ending of full length and four quotations of plain English have room, in words."""
    digest = Digest("word " * 32, ('"of two …"',) * 4)
    prompts, engine = prompts_of(), ScriptedEngine([])
    bare = engine.count_tokens((prompts.section("crabs", Digest()).section_suffix,))[0]

    assert prompts.section("crabs", digest) == fitting_prompt(
        prompts, "crabs", digest, engine, bare + DIGEST_TOKENS
    )
