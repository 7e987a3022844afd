"""Writing under a constraint: what is drawn instead, where it goes back to, how it ends."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path

import numpy as np
import pytest

from gptoss_writer.draft import Checkpoint, Steering
from gptoss_writer.engine.interface import (
    Cancellation,
    Completion,
    GenerationEvent,
    GenerationRequest,
    Retraction,
    StopReason,
    TokenEvent,
    TokenLimits,
)
from gptoss_writer.engine.llama import drawing, steering
from gptoss_writer.engine.llama.context import Context
from gptoss_writer.engine.llama.engine import LlamaEngine
from gptoss_writer.engine.llama.library import bindings
from gptoss_writer.engine.llama.logits import Logits
from gptoss_writer.engine.llama.steering import SteeredWriter, Written
from gptoss_writer.harmony.messages import Channel, Control
from gptoss_writer.harmony.rendering import ANALYSIS_TO_FINAL, FINAL_HEADER, render
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.text import count_words, ends_with_sentence
from tests.bench.random_sections import Figures, measure, random_model
from tests.support.guarded import guard_of
from tests.support.turns import engine_of, parts_of, turn

GREEDY = SamplingParams(temperature=0)
LIMITS = TokenLimits(analysis=4, final=2000)
SURELY = 80.0


def unlike(count: int) -> str:
    """Give so many words, all of them different, with a space behind each."""
    syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
    words = ("".join(parts) for parts in product(syllables, repeat=2))
    return "".join(f"{word} " for word in islice(words, count)).capitalize()


STEPS = re.findall(" [a-z]+", " on in of the a to and it is be as for with that an")
"""Words that are one token each."""


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[LlamaEngine]:
    """Share one engine of random weights."""
    with engine_of(tiny_model, 8192) as engine:
        yield engine


def context_of(engine: LlamaEngine) -> Context:
    """Give the engine's context."""
    assert engine._context is not None
    return engine._context


def logits_of(engine: LlamaEngine) -> bytes:
    """Copy the logits of the last token, bit for bit."""
    address = bindings.llama_get_logits_ith(context_of(engine).handle, -1)
    return ctypes.string_at(address, 4 * engine.vocabulary.size)


def enter(engine: LlamaEngine, header: Sequence[Control | str] = FINAL_HEADER) -> tuple[int, ...]:
    """Bring a prompt and a header into the context; give the header's tokens."""
    context, vocabulary = context_of(engine), engine.vocabulary
    parts = tuple(vocabulary.encode(render(part)) for part in parts_of("Write about the pump."))
    for _ in context.enter(parts, Cancellation()):
        pass
    tokens = vocabulary.encode(header)
    context.extend(tokens, Cancellation())
    return tokens


@dataclass
class Run:
    """What came of one text: what was shown, piece by piece, its end, and its tokens."""

    events: list[GenerationEvent] = field(default_factory=list)
    text: str = ""
    written: Written | None = None
    tokens: tuple[int, ...] = ()

    def see(self, event: GenerationEvent) -> None:
        """Follow the text as a screen would."""
        self.events.append(event)
        if isinstance(event, TokenEvent) and event.channel is Channel.FINAL:
            self.text += event.text
        elif isinstance(event, Retraction):
            assert 0 <= event.characters <= len(self.text)
            self.text = self.text[: len(self.text) - event.characters]

    @property
    def stop(self) -> StopReason:
        """Why it ended."""
        assert self.written is not None
        return self.written.stop

    @property
    def steering(self) -> Steering:
        """What had to be done."""
        assert self.written is not None
        return self.written.steering


class Script:
    """Draws what is given, and then the end for ever."""

    def __init__(self, drawn: Sequence[int], stop_id: int) -> None:
        self._drawn = iter(drawn)
        self.stop_id = stop_id

    def draw(self) -> int:
        """Give the next token."""
        return next(self._drawn, self.stop_id)

    def reseed(self, seed: int) -> None:
        """Go on as before."""


def played(
    engine: LlamaEngine,
    script: str,
    band: tuple[int, int],
    *,
    limit: int = 1000,
    target: int | None = None,
) -> Run:
    """Write what a script draws, "|" being the end; behind it the end is drawn for ever.

    Where something else has to be drawn, it comes from the random logits.
    """
    header = enter(engine)
    vocabulary = engine.vocabulary
    stop_id = vocabulary.control(Control.RETURN)
    drawn: list[int] = []
    for number, part in enumerate(script.split("|")):
        drawn += [stop_id] * (number > 0) + vocabulary.encode_text(part)
    request = turn("Write.", limits=TokenLimits(0, limit))
    writer = SteeredWriter(
        context_of(engine),
        vocabulary,
        request,
        guard_of(target or band[1], band=band),
        Script(drawn, stop_id),
        Checkpoint((), is_closed=True),
    )
    run = Run()
    writing = writer.write(header)
    while run.written is None:
        try:
            run.see(next(writing))
        except StopIteration as ended:
            run.written = ended.value
    assert run.text == run.written.text
    run.tokens = tuple(writer._text.tokens)
    return run


def test_a_good_text_is_left_alone(engine: LlamaEngine) -> None:
    """What keeps the rules comes out as it was drawn, and nothing is counted."""
    text = (
        "It began in *Soho*. He said “no,” and 3.5 of 4 — so they say… — believed it.\n\nIt ended."
    )
    run = played(engine, f"{text}|", (10, 30))

    assert (text, "return", Steering()) == (run.text, run.stop, run.steering)
    assert not any(isinstance(event, Retraction) for event in run.events)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("It cost them 3.5 million. It was. |", "It cost them 3.5 million."),
        ("He asked us why? he said. And so|", "He asked us why? he said."),
        ("It was the U.S. Army then. And so|", "It was the U.S. Army then."),
        ("It was for the best. And so|", "It was for the best."),
        ("It was for the best.\n\nAnd so|", "It was for the best."),
        ("It was for the best.|", "It was for the best."),
    ],
)
def test_where_it_must_end_the_sentence_is_finished(
    engine: LlamaEngine, script: str, text: str
) -> None:
    """A forced end waits until it is seen that another sentence would begin."""
    run = played(engine, script, (4, 7), target=4)

    assert (text, "return") == (run.text.rstrip(), run.stop)
    assert not run.steering.forced_ends


SAID = "The old pump in the yard was painted green."


def test_a_sentence_is_not_written_twice(engine: LlamaEngine) -> None:
    """What the text has said word for word is taken back, and something else comes."""
    run = played(engine, f"{SAID} {SAID} {SAID} {SAID}|", (20, 60), target=24)

    assert 1 == run.text.count(SAID)
    assert 1 <= run.steering.resampled <= steering.MOST_RESAMPLED
    assert "return" == run.stop


def test_the_way_into_a_repeated_sentence_is_barred_at_its_third_word(engine: LlamaEngine) -> None:
    """What begins like an earlier sentence may have been meant to go on differently."""
    run = played(engine, f"{SAID} {SAID}\n\n The old pump|", (20, 60), target=24)
    written = run.text.removeprefix(SAID)

    assert written.startswith(" The old")
    assert not written.startswith(" The old pump")


def test_the_last_sentence_is_not_one_that_was_said(engine: LlamaEngine) -> None:
    """Where the text would end, the same holds."""
    run = played(engine, f"{SAID} It leaks. {SAID}|", (20, 60), target=20)

    assert 1 == run.text.count(SAID)
    assert 1 <= run.steering.resampled


def test_a_short_sentence_may_come_again(engine: LlamaEngine) -> None:
    """It is a manner of speaking."""
    text = "The pump leaked. Not so. The town was glad. Not so. And the pump leaked again."
    run = played(engine, f"{text}|", (15, 16))

    assert text == run.text
    assert 0 == run.steering.resampled


RUN = " and on the wet grass of the town"


def test_a_run_of_words_is_not_written_twice_in_a_row(engine: LlamaEngine) -> None:
    """It is left where another token was likeliest, and what stands before it stays."""
    run = played(engine, f"They ran home{RUN}{RUN}{RUN}{RUN}. It rained.|", (4, 60), target=24)

    assert run.text.startswith("They ran home and on")
    assert RUN * 2 not in run.text
    assert 1 <= run.steering.resampled <= steering.MOST_RESAMPLED
    assert "return" == run.stop


def test_a_run_is_left_with_the_state_it_had_there(engine: LlamaEngine) -> None:
    """Behind the first taking back, the cache and the constraint go on as in an untouched text."""
    run = played(engine, f"They ran home{RUN}{RUN}{RUN}|", (4, 60), target=24)
    retracted = [event for event in run.events if isinstance(event, Retraction)]
    after = logits_of(engine)

    assert retracted
    assert 0 < retracted[0].characters <= len(RUN)
    enter(engine)
    for token in run.tokens:
        context_of(engine).extend_one(token)
    assert after == logits_of(engine)


def test_too_early_an_end_is_refused(engine: LlamaEngine) -> None:
    """Something new has to begin; the script goes on behind it."""
    run = played(engine, "It began.|", (6, 60))

    assert run.text.startswith("It began.")
    assert run.steering.refused_ends >= 1
    assert "return" == run.stop
    following = run.text.removeprefix("It began.").lstrip()
    assert following[0].isupper() or not following[0].isalpha()
    assert 6 <= count_words(run.text) <= 60


def test_an_end_in_the_middle_is_refused(engine: LlamaEngine) -> None:
    """In the band too, a text ends with a sentence."""
    run = played(engine, "It began in the|", (2, 60), target=40)

    assert run.text.startswith("It began in the")
    assert run.steering.refused_ends >= 1
    assert ends_with_sentence(run.text)


@pytest.mark.parametrize("bad", ["<", " [", "\t", "_", '"', "\u200b", "\n"])
def test_what_is_not_acceptable_is_drawn_again(engine: LlamaEngine, bad: str) -> None:
    """Another token stands in its place, and the rejections are counted."""
    run = played(engine, f"It began{bad}", (1, 60))

    assert run.text.startswith("It began")
    assert not run.text.startswith(f"It began{bad}")
    assert run.steering.rejected >= 1


def test_past_the_ceiling_an_earlier_end_is_taken(engine: LlamaEngine) -> None:
    """Where a sentence ended in the band, the text goes back to it and ends."""
    run = played(engine, "One two three. " + unlike(18), (3, 20), target=19)

    assert ("One two three. ", "return") == (run.text, run.stop)
    assert Steering() == run.steering
    assert [len(unlike(17).rstrip())] == [
        event.characters for event in run.events if isinstance(event, Retraction)
    ]


def test_past_the_ceiling_a_sentence_is_written_again(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its beginning, and in the band with a preference for its end."""
    monkeypatch.setattr(drawing, "_END_BIAS", SURELY)
    script = "One two. Three four five six seven in Then it all ended"
    run = played(engine, script, (5, 7))

    assert run.text.startswith("One two. Then it")
    assert 1 == run.steering.resampled
    assert not run.steering.forced_ends
    assert ends_with_sentence(run.text)
    assert 5 <= count_words(run.text) <= 7


def test_a_sentence_that_never_fits_is_closed(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three more tries, behind a whole word, in the band."""
    monkeypatch.setattr(drawing, "_END_BIAS", -SURELY)
    run = played(engine, f"{unlike(12)}knew it. {unlike(80)}", (20, 20))

    assert (3, 1) == (run.steering.resampled, run.steering.forced_ends)
    assert "return" == run.stop
    assert 20 == count_words(run.text)
    assert ends_with_sentence(run.text)


def test_a_text_without_ends_costs_twice_its_length(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the sentence is the whole text, it is written once more and then closed."""
    monkeypatch.setattr(drawing, "_END_BIAS", -SURELY)
    run = played(engine, unlike(1000), (190, 200))
    tokens = len(engine.vocabulary.encode_text(unlike(200)))

    assert (1, 1) == (run.steering.resampled, run.steering.forced_ends)
    assert run.written is not None
    assert run.written.drawn < 2.2 * tokens
    assert 190 <= count_words(run.text) <= 200


def test_each_try_prefers_the_end_more(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By two in the logits each time, and only inside the band."""
    biases: list[float] = []
    monkeypatch.setattr(Logits, "favour_ends", lambda _, bias: biases.append(bias))
    monkeypatch.setattr(Logits, "likely", lambda _: iter(engine.vocabulary.encode_text(" on")))
    played(engine, f"{unlike(12)}knew it. {unlike(80)}", (19, 20))

    assert [2.0, 2.0, 4.0, 4.0, 6.0, 6.0] == biases


def test_each_sentence_has_its_own_tries(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that fitted in the end leaves all of them to the next."""
    monkeypatch.setattr(drawing, "_END_BIAS", -SURELY)
    script = f"{unlike(30)}knew. The{''.join(STEPS[:11])} So it was. {unlike(300)}"
    run = played(engine, script, (40, 42))

    assert run.text.startswith(f"{unlike(30)}knew. So it was. ")
    assert (4, 1) == (run.steering.resampled, run.steering.forced_ends)


@pytest.mark.parametrize(("step", "words"), [(-1, 35), (1, 40)])
def test_a_sentence_is_closed_where_that_is_least_odd(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch, step: int, words: int
) -> None:
    """The place counts at which the model would have ended most readily."""
    readiness = iter(range(0, step * 1000, step))
    monkeypatch.setattr(drawing, "_END_BIAS", -SURELY)
    monkeypatch.setattr(Logits, "end_preference", lambda _: float(next(readiness)))
    run = played(engine, f"{unlike(30)}knew. {unlike(300)}", (35, 40), target=37)

    assert (words, 1) == (count_words(run.text), run.steering.forced_ends)


def test_a_sentence_that_was_written_again_may_end(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model's own wish to end there is heard as ever."""
    monkeypatch.setattr(drawing, "_END_BIAS", SURELY)
    run = played(engine, f"I{''.join(STEPS + STEPS[::-1])}They saw it all in|", (5, 30), target=29)

    assert (1, 0) == (run.steering.resampled, run.steering.refused_ends)
    assert "They saw it all in." == run.text.replace("!", ".").replace("?", ".").strip('"')


def test_half_a_character_is_taken_back(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first byte does not come up again in what is written instead."""
    monkeypatch.setattr(drawing, "_END_BIAS", SURELY)
    run = played(engine, "One two. Three four five six seven é Then it all ended", (5, 7))

    assert run.text.startswith("One two. Then it")
    assert 1 == run.steering.resampled


@pytest.mark.parametrize(
    "script",
    [
        "One two. Three four five six seven in Then it all ended",
        "Three four five six seven eight nine in Then it all ended",
    ],
    ids=["a later sentence", "the first sentence"],
)
def test_behind_a_way_back_the_cache_holds_the_text(
    engine: LlamaEngine, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """The logits at the end are those of the same text written without any way back."""
    monkeypatch.setattr(drawing, "_END_BIAS", SURELY)
    run = played(engine, script, (5, 7))
    with engine_of(tiny_model, 8192) as fresh:
        enter(fresh)
        for token in run.tokens:
            context_of(fresh).extend_one(token)
        expected = logits_of(fresh)

    assert 1 == run.steering.resampled
    assert expected == logits_of(engine)


def test_at_the_limit_of_tokens_a_text_in_the_band_is_closed(engine: LlamaEngine) -> None:
    """Not in the middle of a word, although nothing behind it was seen."""
    tokens = engine.vocabulary.encode_text("Under standing orders everybody went anywh")
    run = played(
        engine, "Under standing orders everybody went anywhere", (3, 60), limit=len(tokens)
    )

    assert ("return", 1) == (run.stop, run.steering.forced_ends)
    assert run.text in {
        "Under standing orders.",
        "Under standing orders everybody.",
        "Under standing orders everybody went.",
    }


def test_at_the_limit_of_tokens_an_end_in_the_band_is_one(engine: LlamaEngine) -> None:
    """Also where nothing can be seen of what would come next."""
    tokens = engine.vocabulary.encode_text("One two three.")
    run = played(engine, "One two three. Four", (3, 60), limit=len(tokens))

    assert ("One two three.", "return", 0) == (run.text, run.stop, run.steering.forced_ends)


def test_at_the_limit_of_tokens_a_short_text_is_cut_off(engine: LlamaEngine) -> None:
    """Below the floor nothing can be closed; what was written stays."""
    run = played(engine, "One two three four", (30, 60), limit=7)

    assert ("length", 0) == (run.stop, run.steering.forced_ends)
    assert "One two three four".startswith(run.text)


def steered(
    engine: LlamaEngine, sampling: SamplingParams, *, target: int = 40, prompt: str = "Write."
) -> tuple[Run, Completion]:
    """Write a section as drafting does."""
    request = GenerationRequest(
        parts_of("The rules.", prompt), LIMITS, sampling, constraint=guard_of(target)
    )
    run = Run()
    for event in engine.generate(request):
        run.see(event)
    completion = run.events[-1]
    assert isinstance(completion, Completion)
    return run, completion


@pytest.mark.parametrize("seed", range(8))
def test_the_events_are_the_completion(engine: LlamaEngine, seed: int) -> None:
    """What was shown, less what was taken back, is the text; and the text keeps its promises."""
    run, completion = steered(engine, SamplingParams(seed=seed))

    assert run.text == completion.final
    assert "return" == completion.stop
    assert 36 <= count_words(completion.final) <= 44
    assert ends_with_sentence(completion.final)


@pytest.mark.parametrize(
    "sampling",
    [
        SamplingParams(seed=3),
        GREEDY,
        SamplingParams(seed=3, temperature=0.6, top_k=20, top_p=0.9),
        SamplingParams(seed=3, temperature=2.0, min_p=0.0),
    ],
    ids=["usual", "greedy", "cut", "hot"],
)
def test_a_seed_names_a_text(
    engine: LlamaEngine, tiny_model: Path, sampling: SamplingParams
) -> None:
    """On a warm cache, a cleared one and a new engine; every temperature comes to an end."""
    first, completion = steered(engine, sampling)
    again, _ = steered(engine, sampling)
    engine.clear()
    cleared, _ = steered(engine, sampling)
    with engine_of(tiny_model, 8192) as other:
        fresh, _ = steered(other, sampling)

    assert first.text == again.text == cleared.text == fresh.text
    assert 36 <= count_words(completion.final) <= 44


def test_without_temperature_the_seed_does_not_matter(engine: LlamaEngine) -> None:
    """Rejections are replaced by the likeliest token, not by chance."""
    texts = {
        steered(engine, SamplingParams(temperature=0, seed=seed))[0].text for seed in (1, 2, 3)
    }

    assert 1 == len(texts)


def test_what_came_before_does_not_matter(engine: LlamaEngine) -> None:
    """A steered text, with all its ways back, leaves nothing in the cached parts."""
    sampling = SamplingParams(seed=5)
    alone, _ = steered(engine, sampling)
    for seed in range(3):
        steered(engine, SamplingParams(seed=seed), prompt="Write of something else.")
    behind, completion = steered(engine, sampling)

    assert alone.text == behind.text
    assert 0 < completion.usage.cached


@pytest.mark.parametrize("tokens", [1, 2, 7, 30, 60])
def test_a_stop_is_heeded_between_tokens(engine: LlamaEngine, tokens: int) -> None:
    """What was shown until then is the text."""
    cancellation = Cancellation()
    guard = guard_of(300)
    request = GenerationRequest(
        parts_of("Write."), LIMITS, SamplingParams(seed=2), cancellation, guard
    )
    run, shown = Run(), 0
    for event in engine.generate(request):
        run.see(event)
        shown += isinstance(event, TokenEvent) and event.channel is Channel.FINAL
        if shown == tokens:
            cancellation.cancel()
    completion = run.events[-1]

    assert isinstance(completion, Completion)
    assert ("cancelled", tokens) == (completion.stop, shown)
    assert run.text == completion.final


@pytest.mark.parametrize("back", [1, 3, 9, 10])
def test_a_way_back_changes_no_bit(engine: LlamaEngine, tiny_model: Path, back: int) -> None:
    """The logits are those of an engine that was fed the same tokens and no others."""
    tokens = engine.vocabulary.encode_text("It began in Soho, in the morning of a day")[:11]
    other_way = engine.vocabulary.encode_text(" but nobody saw it")
    kept = tokens[: len(tokens) - back]
    enter(engine)
    start = context_of(engine).position
    for token in tokens:
        context_of(engine).extend_one(token)
    context_of(engine).rewind(start + len(kept), kept[-1:])
    seen = [logits_of(engine)]
    for token in other_way:
        context_of(engine).extend_one(token)
        seen.append(logits_of(engine))
    expected = []
    with engine_of(tiny_model, 8192) as fresh:
        enter(fresh)
        for number, token in enumerate((*kept, *other_way), start=1):
            context_of(fresh).extend_one(token)
            if number >= len(kept):
                expected.append(logits_of(fresh))

    assert expected == seen


@pytest.mark.parametrize("header", [FINAL_HEADER, ANALYSIS_TO_FINAL], ids=["short", "long"])
def test_a_way_back_to_the_beginning_changes_no_bit(
    engine: LlamaEngine, header: Sequence[Control | str]
) -> None:
    """The header is evaluated again as one batch, as it was."""
    tokens = enter(engine, header)
    context = context_of(engine)
    before, start = logits_of(engine), context.position
    for token in engine.vocabulary.encode_text("It began in Soho"):
        context.extend_one(token)
    context.rewind(start, tokens)

    assert (before, start) == (logits_of(engine), context.position)


CUTS = [
    SamplingParams(),
    SamplingParams(min_p=0.0),
    SamplingParams(min_p=0.2, temperature=0.5),
    SamplingParams(min_p=0.0, top_k=7),
    SamplingParams(min_p=0.0, top_p=0.7),
    SamplingParams(min_p=0.02, top_p=0.8, top_k=60, temperature=1.7),
    SamplingParams(min_p=0.0, top_p=1e-6),
    SamplingParams(top_k=1),
]


@pytest.mark.parametrize("params", CUTS)
def test_the_cuts_are_those_of_the_native_chain(
    engine: LlamaEngine, params: SamplingParams
) -> None:
    """top_k, then min_p, then top_p, all before the temperature."""
    enter(engine)
    vocabulary = engine.vocabulary
    logits = Logits(context_of(engine), vocabulary, params)
    logits.read()

    assert native_survivors(logits._logits, params) == set(logits.likely())


def native_survivors(
    values: np.ndarray[tuple[int], np.dtype[np.float32]], params: SamplingParams
) -> set[int]:
    """Let llama.cpp cut, without drawing."""
    tokens = [token for token, value in enumerate(values.tolist()) if np.isfinite(value)]
    data = (bindings.llama_token_data * len(tokens))()
    for entry, token in zip(data, tokens, strict=True):
        entry.id, entry.logit = token, float(values[token])
    array = bindings.llama_token_data_array(data, len(tokens), -1, False)
    links = [
        *([bindings.llama_sampler_init_top_k(params.top_k)] if params.top_k else []),
        *([bindings.llama_sampler_init_min_p(params.min_p, 1)] if params.min_p else []),
        *([bindings.llama_sampler_init_top_p(params.top_p, 1)] if params.top_p < 1 else []),
    ]
    for link in links:
        bindings.llama_sampler_apply(link, ctypes.byref(array))
        bindings.llama_sampler_free(link)
    return {array.data[index].id for index in range(array.size)}


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_what_is_drawn_by_hand_follows_the_logits(engine: LlamaEngine, temperature: float) -> None:
    """The first acceptable token is a draw from the softmax over what is acceptable."""
    enter(engine)
    params = SamplingParams(temperature=temperature, min_p=0.0)
    logits = Logits(context_of(engine), engine.vocabulary, params)
    logits.read()
    acceptable = [300, 301, 302, 303, 304, 305]
    values = logits._logits[acceptable] / temperature
    wanted = np.exp(values - values.max()) / np.exp(values - values.max()).sum()
    first = [next(token for token in logits.likely() if token in acceptable) for _ in range(2000)]
    among = [logits.draw(acceptable) for _ in range(2000)]

    for drawn in (first, among):
        shares = np.array([drawn.count(token) for token in acceptable]) / len(drawn)
        assert np.abs(shares - wanted).max() < 0.04


def test_where_all_likely_ones_are_refused_the_next_likely_are_drawn(engine: LlamaEngine) -> None:
    """Peers are the best that will do and what is hardly less likely, in the order of a draw."""
    enter(engine)
    logits = Logits(context_of(engine), engine.vocabulary, SamplingParams(min_p=0.3))
    logits.read()
    ranked = list(logits.ranked())
    best = ranked[40]
    peers = list(logits.peers(best))
    low = logits._logits[best] + np.log(0.3)

    assert [float(logits._logits[token]) for token in ranked] == sorted(
        (float(logits._logits[token]) for token in ranked), reverse=True
    )
    assert best in peers
    assert set(peers) == {token for token in ranked[40:] if logits._logits[token] >= low}
    assert engine.vocabulary.special_ids.isdisjoint(ranked)


def test_random_weights_keep_every_promise(tmp_path: Path) -> None:
    """In band, whole, closed, verbatim, without a leak: models that quote all the time."""
    figures = Figures()
    for seed in range(2):
        figures += measure(random_model(tmp_path / f"{seed}.gguf", seed), 5, seed=seed)

    assert figures.is_good
    assert 10 == figures.sections == figures.in_band
    assert figures.least_opened >= 3
    assert figures.long == figures.verbatim >= 10
    assert (0, 0) == (figures.leaks, figures.cut)
    assert figures.rejected > 1000


def test_random_weights_keep_the_narrowest_band(tmp_path: Path) -> None:
    """With no tolerance at all, every section has exactly its words."""
    figures = measure(random_model(tmp_path / "narrow.gguf", 3), 4, tolerance=0.0)

    assert figures.is_good
    assert 4 == figures.in_band
