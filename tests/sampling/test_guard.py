"""The guard's laws: exact counting, exact rollback, no dead ends, only sound texts at the end."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.grounding.leaks import find_leaks
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import GuardRules, SectionGuard
from gptoss_writer.sampling.interface import Ending, Verdict
from gptoss_writer.sampling.prose import ProseRule
from gptoss_writer.sampling.quotations import Quotations
from gptoss_writer.text import count_words, ends_with_sentence
from tests.support.guarded import (
    PIECES,
    SOURCES,
    TITLE,
    TRIE,
    guard_of,
    is_verbatim,
    offered,
    quotations_in,
    state_of,
    wander,
    words_in,
    write_section,
)

seeds = st.integers(0, 2**32)
unicode_pieces = st.one_of(
    st.sampled_from(PIECES),
    st.text(min_size=1, max_size=4).map(lambda text: text.encode("utf-8", "replace")),
)


def fed(text: str | bytes, guard: SectionGuard | None = None) -> SectionGuard:
    """Give a guard that has taken a text in, byte by byte."""
    guard = guard or guard_of()
    for byte in text.encode() if isinstance(text, str) else text:
        guard.advance(bytes([byte]))
    return guard


def chunks_of(dice: random.Random, text: bytes) -> list[bytes]:
    """Cut bytes anywhere, inside characters too."""
    cuts = sorted({0, len(text), *(dice.randrange(len(text) + 1) for _ in range(len(text) // 3))})
    return [text[start:end] for start, end in pairwise(cuts)]


def takes(guard: SectionGuard, pieces: list[bytes]) -> bool:
    """Tell whether a guard accepts pieces one after the other; it stays behind the last of them."""
    for piece in pieces:
        if guard.accepts(piece) is not Verdict.ACCEPT:
            return False
        guard.advance(piece)
    return True


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_words_are_counted_as_they_come(seed: int) -> None:
    """On every prefix of whole characters the guard's words are those of the batch counter."""
    dice = random.Random(seed)
    guard = guard_of(150)
    for text, state in wander(dice, guard, 250):
        if not state.waiting:
            assert count_words(text.decode()) == guard.words


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_chunks_do_not_matter(seed: int) -> None:
    """However an accepted text is cut into pieces, it is accepted and leads to the same state."""
    dice = random.Random(seed)
    guard = guard_of(120)
    texts = list(wander(dice, guard, 200))
    if texts and not state_of(guard).is_fresh:
        text, state = texts[-1]
        other = guard_of(120)
        whole = guard_of(120)

        assert takes(other, chunks_of(dice, text))
        assert takes(whole, [text])
        if not any(was.is_fresh for _, was in texts):
            assert state == state_of(other) == state_of(whole)


@given(seeds, st.lists(unicode_pieces, min_size=1, max_size=4).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_a_piece_is_accepted_exactly_if_its_chunks_are(seed: int, piece: bytes) -> None:
    """In any state and for any bytes, the verdict on the whole is that on the parts."""
    dice = random.Random(seed)
    guard = guard_of(40)
    list(wander(dice, guard, dice.randrange(120)))
    here = guard.mark()
    whole = guard.accepts(piece) is Verdict.ACCEPT
    behind = state_of(guard)
    if whole:
        guard.advance(piece)
        behind = state_of(guard)
        guard.rollback(here)

    assert whole == takes(guard, chunks_of(dice, piece))
    if whole:
        assert behind == state_of(guard)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_rollback_is_exact(seed: int) -> None:
    """Back at a mark, every piece has the verdict it had, and words and endings are the same."""
    dice = random.Random(seed)
    guard = guard_of(40)
    list(wander(dice, guard, dice.randrange(150)))
    here, state = guard.mark(), state_of(guard)
    pieces = dice.sample(PIECES, 150)

    def seen() -> list[object]:
        return [
            *map(guard.accepts, pieces),
            *(guard.words, guard.is_sentence_end, guard.ending(), guard.closing()),
            *(guard.distance(), guard.is_narrow, guard.is_in_band, guard.ends_before(b" A")),
        ]

    before = seen()
    list(wander(dice, guard, 60))
    guard.refuse_end()
    guard.rollback(here)

    assert state == state_of(guard)
    assert before == seen()


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_what_is_allowed_is_what_is_accepted(seed: int) -> None:
    """Walking the trie gives exactly the tokens that would be accepted one by one."""
    dice = random.Random(seed)
    guard = guard_of(dice.choice([5, 40]))
    list(wander(dice, guard, dice.randrange(150)))
    accepted = {
        token for token, piece in enumerate(PIECES) if guard.accepts(piece) is Verdict.ACCEPT
    }

    assert accepted == set(guard.allowed(TRIE.walk))


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_there_are_no_dead_ends(seed: int) -> None:
    """In every state some byte may come next, or a word would begin above the ceiling."""
    dice = random.Random(seed)
    guard = guard_of(dice.choice([3, 20, 60]))
    for _, state in wander(dice, guard, 120):
        if dice.random() < 0.3:
            guard.refuse_end()
        verdicts = {guard.accepts(bytes([byte])) for byte in range(256)}

        assert {Verdict.REJECT} != verdicts, state
        guard.rollback(state)


@given(seeds)
@settings(max_examples=120, deadline=None)
def test_every_finished_text_is_sound(seed: int) -> None:
    """In band, whole, clean, closed, verbatim, without a leak: whatever noise it was made of.

    A remark about the task in a sentence of its own has no form to forbid.
    """
    dice = random.Random(seed)
    target = dice.choice([1, 2, 8, 25, 60, 100])
    band = dice.choice([None, None, (target, target), (max(1, target - 2), target + 2)])
    guard = guard_of(target, band=band, subheadings=dice.random() < 0.7)
    written = write_section(dice, guard)
    if written is None:
        return
    text = written.rstrip()
    budget = guard.rules.budget

    assert budget.floor <= count_words(text) <= budget.ceiling
    assert text == clean(written, title=TITLE)
    assert ends_with_sentence(text)
    assert {"reasoning"} >= {leak.kind for leak in find_leaks(text, 0, len(text))}
    assert [] == [
        quotation
        for quotation in quotations_in(text)
        if words_in(quotation) > 3 and not is_verbatim(quotation)
    ]


def test_noise_quotes_the_sources_at_length() -> None:
    """The texts of these tests are full of long quotations, so the law above says something."""
    texts = [write_section(random.Random(seed), guard_of(100)) or "" for seed in range(30)]
    quotations = [quotation for text in texts for quotation in quotations_in(text)]

    assert 30 < len(quotations)
    assert 10 < sum(words_in(quotation) > 3 for quotation in quotations)
    assert any(is_verbatim(quotation) for quotation in quotations)


@pytest.mark.parametrize(
    ("text", "following", "is_over"),
    [
        ("It cost 3.", b"5 million", False),
        ("It cost 3.", b" The", True),
        ("He lives in the U.S.", b" Army", False),
        ("He lives in the U.S.", b"\n\n", True),
        ("So said Farr.", b" He", True),
        ("So said Farr?", b" he", False),
        ("So said Farr.", b" \xe2\x80", True),
        ("So said Farr.", b" ", False),
        ("So said Farr. ", b"He", True),
        ("So said Farr. ", b"he", False),
        ("So said Farr.", b")", False),
        ("So said Farr.", b"", False),
        ("So said Farr.\n\n", b"he", True),
        ("So said Farr", b" The", False),
        ('He wrote "no."', b" The", True),
    ],
)
def test_a_sentence_ends_where_another_begins(
    text: str, following: bytes, *, is_over: bool
) -> None:
    """What looks like an end is judged by what comes next."""
    assert is_over == fed(text).ends_before(following)


@pytest.mark.parametrize(
    ("text", "closing"),
    [
        ("One two three", "."),
        ("One (two three", ")."),
        ("One *two three", "*."),
        ("One **two three", "**."),
        ("One (two *three", "*)."),
        ("One *two (three", ")*."),
        ("One two `three", "`."),
        ("(*in `two three", "`*)."),
        ('One "two three', '".'),
        ("One (“two three", "”)."),
        ("One two „three", "“."),
        ("One two «three", "»."),
        ("- One two three", "."),
        ("One two Dr", "…"),
        ("One two e.g", "…"),
        ("One two A", "…"),
        ("One two:\n\n3", "…"),
        ("One two three.", ""),
        ("One two three. ", ""),
        ("One:\n\n2. two three", "."),
        ('"One two three', '".'),
    ],
)
def test_closing_ends_what_is_open(text: str, closing: str) -> None:
    """The shortest text that ends the sentence closes everything in its order."""
    guard = fed(text, guard_of(3, band=(3, 3)))

    assert closing == guard.closing()
    guard.advance(closing.encode())
    assert guard.is_sentence_end
    assert Ending.FORCED is guard.ending()


@pytest.mark.parametrize(
    "text",
    [
        "One two",
        "One two three ",
        "One two three,",
        "One two three.\n\n### Four",
        'One "two three ',
        b"One two thre\xc3",
        "One two assistantfina",
    ],
)
def test_no_closing_where_a_sentence_cannot_end(text: str | bytes) -> None:
    """Not below the floor, not behind marks and abbreviations, not in headings and numbers."""
    guard = guard_of(3, band=(3, 4))
    guard = fed(text, guard)
    before = state_of(guard)

    expected = "." if text == "One two assistantfina" else None

    assert expected == guard.closing()
    assert before is state_of(guard)


def test_a_long_quotation_closes_behind_whole_words_only() -> None:
    """Inside a number or a word of the source there is no closing."""
    guard = guard_of(6, band=(1, 99), sources=["there were 1,000 pumps and they didn't work well"])
    fed('He said "there were ', guard)
    behind = ""
    ends = []
    for character in "1,000 pumps and they didn't work":
        fed(character, guard)
        behind += character
        if guard.closing() is not None and len(behind) > 5:
            ends.append(behind.split()[-1])

    assert ["pumps", "and", "they", "didn't", "work"] == ends


@pytest.mark.parametrize(
    ("following", "verdict"),
    [
        (b" The", Verdict.ACCEPT),
        (b"\n\n", Verdict.ACCEPT),
        (b" 12", Verdict.ACCEPT),
        (b' "', Verdict.ACCEPT),
        (b" ", Verdict.ACCEPT),
        (b".", Verdict.REJECT),
        (b"The", Verdict.REJECT),
        (b" the", Verdict.REJECT),
        (b" .", Verdict.REJECT),
        (b"!", Verdict.REJECT),
    ],
)
def test_behind_a_refused_end_something_new_begins(following: bytes, verdict: Verdict) -> None:
    """Space, then what may begin a sentence, a paragraph or an item; no stutter."""
    guard = fed("It ended here.")
    guard.refuse_end()

    assert verdict is guard.accepts(following)


def test_a_refused_end_is_forgotten_with_its_place() -> None:
    """Behind the new beginning, and back at a mark from before, all is as ever."""
    guard = fed("It ended here.")
    here = guard.mark()
    guard.refuse_end()
    refused = guard.mark()
    guard.advance(b" The")

    assert Verdict.ACCEPT is guard.accepts(b"y")
    guard.rollback(refused)
    assert Verdict.REJECT is guard.accepts(b"!")
    guard.rollback(here)
    assert Verdict.ACCEPT is guard.accepts(b"!")


def test_an_end_is_refused_only_where_one_could_be() -> None:
    """In the middle of a sentence the wish to end changes nothing."""
    guard = fed("It ended here")
    before = state_of(guard)
    guard.refuse_end()

    assert before is state_of(guard)


@pytest.mark.parametrize("line", ["The Pump", "**The Pump**", "Sure! Here is the section:"])
def test_a_text_does_not_begin_with_an_aside(line: str) -> None:
    """The first line is neither the title nor a remark; it has to go on, in the same line."""
    guard = fed(line)

    assert Verdict.REJECT is guard.accepts(b"\n")
    assert Verdict.ACCEPT is guard.accepts(b" and")


@pytest.mark.parametrize("line", ["150 words.", "Word count: 150.", "End of section."])
def test_a_text_does_not_end_with_an_aside(line: str) -> None:
    """Behind the last paragraph, a count of its words or a word of farewell is no end."""
    guard = fed(f"It was the pump.\n\n{line}", guard_of(5, band=(1, 20)))

    assert not guard.is_sentence_end
    assert Ending.FORBIDDEN is guard.ending()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("The assistantfina", "l"),
        ("An assistantanalysi", "s"),
        ("The finalTh", None),
        ("So finalT", "h"),
        ("A `assistantfina", "l"),
        ("So to=function", "s"),
        ("As turn0search", "1"),
        ("One &quot", ";"),
        ("A `&#8220", ";"),
        ("A `[K", "1"),
        ("A `x[Q", "2"),
        ('He said "[', "K"),
        ('He said "the [', None),
        ("One [", None),
        ("One ", "\ue200"),
        ("One ", "<"),
        ("One ", "【"),
    ],
)
def test_leaks_cannot_be_spelled(text: str, refused: str | None) -> None:
    """What would complete a control token without its brackets, or an item's mark, is refused."""
    if refused is None:
        with pytest.raises(ValueError, match="not acceptable: REJECT"):
            fed(text)
        return
    guard = fed(text)

    assert Verdict.REJECT is guard.accepts(refused.encode())


def test_a_word_too_many_overruns() -> None:
    """At the ceiling words may grow and sentences end, but none may begin."""
    guard = fed("One two three", guard_of(3, band=(3, 3)))

    assert Verdict.ACCEPT is guard.accepts(b"fold")
    assert Verdict.ACCEPT is guard.accepts(b".")
    assert Verdict.ACCEPT is guard.accepts(b" ")
    assert Verdict.OVERRUN is guard.accepts(b" four")
    assert Verdict.OVERRUN is guard.accepts(b" \xd0")
    assert Verdict.REJECT is guard.accepts(b" <")


def test_ends_are_forbidden_then_allowed_then_forced() -> None:
    """Below the floor no end, in the band where another sentence fits, at the target always."""
    guard = guard_of(20, band=(8, 40))
    endings = []
    for _ in range(5):
        fed("One two three four five.", guard)
        endings.append((guard.words, guard.ending()))
        fed(" ", guard)
        assert endings[-1] == (guard.words, guard.ending())

    assert [
        (5, Ending.FORBIDDEN),
        (10, Ending.ALLOWED),
        (15, Ending.ALLOWED),
        (20, Ending.FORCED),
        (25, Ending.FORCED),
    ] == endings


@pytest.mark.parametrize(
    "text",
    [
        "It was *so bad.",
        "It was **so bad.",
        "It was (so bad.",
        "It was “so bad.",
        "It was so bad.\n\n### So it was.",
        "It was so bad.\n\n1.",
    ],
)
def test_where_something_is_open_no_text_ends(text: str) -> None:
    """Emphasis, brackets, quotations, list numbers, subheadings: each wants its other half."""
    guard = fed(text, guard_of(3, band=(1, 60)))

    assert not guard.is_sentence_end
    assert Ending.FORBIDDEN is guard.ending()


def test_the_sentence_that_just_ended_counts() -> None:
    """Two of five words say that a third one would lead nearer; one of ten says nothing."""
    two, one = "It was a bad day. It was a bad day.", "It was a bad day and it was so long."

    for ended in (two, f"{two} "):
        assert Ending.ALLOWED is fed(ended, guard_of(14, band=(10, 30))).ending()
    for ended in (one, f"{one} "):
        assert Ending.FORCED is fed(ended, guard_of(14, band=(10, 30))).ending()


def test_a_channel_is_not_spelled_by_a_word_behind_a_capital() -> None:
    """In one piece with its space, as in several."""
    guard = fed("It was the finalI")

    assert Verdict.REJECT is guard.accepts(b" was")
    assert Verdict.REJECT is guard.accepts(b" ")


def test_what_is_not_acceptable_cannot_be_taken() -> None:
    """Advancing by it is a mistake of the caller, and leaves the state as it was."""
    guard = fed("One")
    before = state_of(guard)

    with pytest.raises(ValueError, match=r"the piece b'<' is not acceptable: REJECT"):
        guard.advance(b"<")

    assert before is state_of(guard)


def test_marks_of_others_are_refused() -> None:
    """A guard goes back to its own marks only."""
    with pytest.raises(TypeError, match="its own marks only"):
        guard_of().rollback("elsewhere")


def test_without_sources_nothing_long_is_quoted() -> None:
    """Three words may stand in quotation marks, a fourth may not."""
    rules = GuardRules(Quotations.of([]), BudgetRule(60, 54, 66), ProseRule())
    guard = fed('He said "one two three', SectionGuard(rules))

    assert Verdict.REJECT is guard.accepts(b" four")
    assert Verdict.ACCEPT is guard.accepts(b'"')


@given(seeds)
@example(3)
@settings(max_examples=10, deadline=None)
def test_a_text_of_one_quotation_can_be_finished(seed: int) -> None:
    """Where a quotation crosses the whole band, it is closed behind one of its words."""
    dice = random.Random(seed)
    source = " ".join(dice.choice(["water", "the", "pumps,", "in", "Soho"]) for _ in range(90))
    guard = guard_of(60, sources=[source])
    fed('"' + source[:1], guard)
    closings = {}
    for character in source[1:]:
        if guard.accepts(character.encode()) is not Verdict.ACCEPT:
            break
        guard.advance(character.encode())
        if (closing := guard.closing()) is not None:
            closings[guard.words] = closing

    assert set(range(54, 67)) == set(closings)
    assert {'".'} == set(closings.values())


def test_the_sources_of_these_tests_have_every_kind_of_mark() -> None:
    """Quotation marks of four languages, dashes, Markdown, ligatures, spaces and broken bytes."""
    wanted = set("“”„«»\"'‘’—–-‐\u2011*_`[]<>\u00a0\t\x07\ufffd\ue200½ﬁ\u0302…£%()!?:;/")

    assert wanted <= set("".join(SOURCES))
    assert offered(random.Random(1), guard_of())


def test_an_outline_with_marks_of_its_own_can_be_written() -> None:
    """A source that says "[K1]" is quoted up to it and behind it; no text is stuck there."""
    source = "The panel says to press the key [K1] twice and to wait for the lamp"
    guard = guard_of(20, band=(1, 40), sources=[source])
    fed('It reads: "press the key', guard)

    assert Verdict.ACCEPT is guard.accepts(b'"')
    assert Verdict.REJECT is guard.accepts(b" [")
    assert list(guard.allowed(TRIE.walk))
    fed('" and then "twice and to wait for the lamp".', guard)
    assert guard.is_sentence_end


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_marks_in_the_sources_stop_nothing(seed: int) -> None:
    """Noise over sources full of marks ends in its band, and has none of them."""
    dice = random.Random(seed)
    sources = [f"{mark} {source} {mark}" for mark in ("[K1]", "[E12]") for source in SOURCES[:3]]
    text = write_section(dice, guard_of(30, sources=[*sources, "[Q1]", "see[K2]here [K3]"]))

    assert text is None or not re.search(r"\[[KEQ]\d", text)
