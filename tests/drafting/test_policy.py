"""The rules by which attempts are accepted, and the limits they are written under."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gptoss_writer.draft import Attempt, Finding, Verdict
from gptoss_writer.drafting.policy import (
    ANALYSIS_TOKENS,
    best,
    best_take,
    is_good,
    is_serious,
    is_usable,
    length_findings,
    named,
    named_problems,
    reason_of,
    retry_reason,
    token_limits,
    written_words,
)
from gptoss_writer.engine.interface import StopReason, TokenLimits
from gptoss_writer.grounding.findings import TextFinding
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import WordBudget

BUDGET = WordBudget(100)


def attempt(words: int, *codes: str, verdict: Verdict = "flawed", raw: str = "") -> Attempt:
    """Make an attempt of so many words with these findings."""
    findings = tuple(Finding(code, f"It is {code}.") for code in codes)
    return Attempt("crabs", "text", words, verdict=verdict, findings=findings, raw=raw)


def good(words: int) -> Attempt:
    """Make an attempt that nothing was found on."""
    return attempt(words, verdict="good")


attempts = st.builds(
    attempt,
    st.integers(0, 300),
    st.sampled_from(["length", "cut", "stopped", "empty", "looping", "degenerate", "leak-channel"]),
    verdict=st.sampled_from(["flawed", "interrupted"]),
) | st.builds(good, st.integers(90, 110))


@given(st.lists(attempts, max_size=4))
def test_the_best_is_usable_and_nothing_usable_is_better(tries: list[Attempt]) -> None:
    """The best attempt may stand in the article, and of those it is a good or a near one."""
    chosen = best(tries, BUDGET)
    usable = [index for index, item in enumerate(tries) if is_usable(item)]
    if chosen is None:
        assert [] == usable
        return

    def rank(index: int) -> tuple[bool, bool, int, int, int]:
        item = tries[index]
        return (
            not is_good(item),
            not 90 <= item.words <= 110,
            sum(map(is_serious, item.findings)),
            abs(item.words - 100),
            index,
        )

    assert min(usable, key=rank) == chosen


def test_the_nearest_is_taken() -> None:
    """Of three misses the one nearest the budget is accepted, in either direction."""
    assert 1 == best([attempt(70, "length"), attempt(115, "length"), attempt(80, "length")], BUDGET)


def test_the_band_comes_first() -> None:
    """A text inside the band is taken before one outside it that has fewer faults."""
    faulty = attempt(92, "number-unsupported", "name-unsupported")

    assert 0 == best([faulty, attempt(111, "length"), attempt(89, "length")], BUDGET)


def test_fewer_serious_findings_win_inside_the_band() -> None:
    """Inside the band faults are counted before words, and what is not serious is no fault."""
    worse = attempt(100, "number-unsupported", "quotation-absent")
    better = attempt(91, "number-unsupported", "key-point-missing", "scare-quote", "date-loose")

    assert 1 == best([worse, better], BUDGET)
    assert 0 == best([attempt(91, "cut"), worse], BUDGET)


def test_with_equal_faults_the_nearer_wins() -> None:
    """Two texts inside the band with one fault each: the one nearer the budget."""
    assert 1 == best([attempt(94, "leak-reasoning"), attempt(103, "name-unsupported")], BUDGET)


def test_a_tie_goes_to_the_earlier() -> None:
    """Equally far attempts: the first of them."""
    assert 0 == best([attempt(80, "length"), attempt(120, "length")], BUDGET)


def test_a_good_one_beats_a_nearer_one() -> None:
    """A text that came to its own end is taken before one that was cut to size."""
    assert 1 == best([attempt(100, "cut"), good(91)], BUDGET)


def test_among_takes_fewer_findings_come_before_the_distance() -> None:
    """A take that says all its key points beats one that is nearer the budget."""
    lacking = attempt(100, "key-point-missing", verdict="good")

    assert 1 == best_take([lacking, good(105), good(106)], BUDGET)
    assert 0 == best_take([good(105), attempt(100, "name-unsupported")], BUDGET)
    assert 0 == best_take([good(104), good(96)], BUDGET)


def test_of_unusable_takes_none_is_best() -> None:
    """Neither is one of no takes."""
    assert best_take([], BUDGET) is None
    assert best_take([attempt(0, "empty")], BUDGET) is None


@pytest.mark.parametrize("code", ["empty", "looping", "degenerate"])
def test_what_is_unusable_is_never_taken(code: str) -> None:
    """Loops and empty texts are not accepted, however well their length fits."""
    assert not is_usable(attempt(100, code))
    assert best([attempt(100, code)] * 3, BUDGET) is None
    assert 1 == best([attempt(100, code), attempt(300, "length")], BUDGET)


def test_what_was_interrupted_is_never_taken() -> None:
    """Half a text is not accepted."""
    assert best([attempt(100, verdict="interrupted")], BUDGET) is None
    assert best([], BUDGET) is None


@pytest.mark.parametrize(
    ("words", "stop", "codes"),
    [
        (100, "return", []),
        (90, "return", []),
        (110, "return", []),
        (89, "return", ["length"]),
        (111, "return", ["length"]),
        (0, "return", []),
        (100, "length", ["cut"]),
        (140, "length", ["cut", "length"]),
    ],
)
def test_length_is_found_at_the_edges_of_the_band(
    words: int, stop: StopReason, codes: list[str]
) -> None:
    """A text inside the band that came to its end has no finding; no words are another's matter."""
    assert codes == [finding.code for finding in length_findings(words, BUDGET, stop)]


def test_findings_say_what_was_wanted() -> None:
    """The messages name the count, the band, and what ended the text."""
    assert (
        Finding("cut", "The text was cut off at its token limit."),
        Finding("length", "150 words where 90 to 110 were wanted."),
    ) == length_findings(150, BUDGET, "length")
    assert (
        Finding("stopped", "The text began to repeat itself and was stopped."),
    ) == length_findings(100, BUDGET, "length", looped=True)


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (["length"], "length"),
        (["cut"], "cut"),
        (["cut", "length"], "cut"),
        (["empty"], "empty"),
        (["empty", "cut"], "empty"),
        (["looping", "length"], "looping"),
        (["degenerate"], "looping"),
        (["stopped", "length"], "looping"),
        (["length", "number-unsupported"], "length"),
        (["number-unsupported", "key-point-missing"], "findings"),
        (["quotation-missing"], "findings"),
        (["empty", "stopped"], "looping"),
    ],
)
def test_the_next_note_names_the_worst(codes: list[str], reason: str) -> None:
    """A loop is named before all else, no text before a cut, and a cut before a length."""
    assert reason == retry_reason(attempt(80, *codes))


@pytest.mark.parametrize(
    "code",
    [
        *("number-unsupported", "name-unsupported", "date-unsupported"),
        *("attribution-speaker", "attribution-nobody", "leak-reasoning"),
        *("quotation-absent", "quotation-near", "quotation-missing"),
    ],
)
def test_what_is_worth_another_attempt(code: str) -> None:
    """Strange facts, wrong quotations and leaks are; the next attempt is told of them."""
    assert is_serious(Finding(code, "x"))


@pytest.mark.parametrize(
    "code",
    ["key-point-missing", "scare-quote", "quotation-elsewhere", "quotation-reused", "short"],
)
def test_what_is_left_to_the_writer(code: str) -> None:
    """What a person must judge does not cost another attempt."""
    assert not is_serious(Finding(code, "x"))


def fact(kind: str, words: str) -> Finding:
    """Make the finding on a fact that the outline does not have."""
    return Finding(f"{kind}-unsupported", f'The {kind} "{words}" is not in the outline.')


def test_the_problems_are_named() -> None:
    """Quotations first, each with its words; then all strange facts in one sentence."""
    tried = Attempt(
        "crabs",
        "text",
        100,
        findings=(
            fact("number", "12 kg"),
            Finding("key-point-missing", 'The key point "They hide" is hardly there.'),
            Finding("quotation-near", '"They hid": The exact words are "They hide".'),
            fact("name", "Bram Holloway"),
            Finding("length", "100 words where 45 to 55 were wanted."),
        ),
    )

    assert (
        '"They hid": The exact words are "They hide". '
        'The outline does not have: "12 kg", "Bram Holloway".' == named_problems(tried)
    )


def test_only_a_few_problems_are_named() -> None:
    """At most three of a kind are named, or as many as are asked for."""
    facts = tuple(fact("number", f"{number} kg") for number in range(5))
    missing = tuple(Finding("quotation-missing", f"No. {number}.") for number in range(5))
    tried = Attempt("crabs", "text", 100, findings=(*facts, *missing))

    assert (
        "No. 0. No. 1. No. 2. "
        'The outline does not have: "0 kg", "1 kg", "2 kg".' == named_problems(tried)
    )
    assert 'No. 0. The outline does not have: "0 kg".' == named_problems(tried, 1)


def test_without_such_problems_nothing_is_named() -> None:
    """A length has a note of its own, and what is not serious is not named at all."""
    assert "" == named_problems(attempt(80, "length", "key-point-missing"))
    assert "" == named_problems(attempt(80))


def test_a_finding_names_the_words_it_is_about() -> None:
    """A message that says "these words" is useless without the text; the words are put before."""
    found = TextFinding("quotation-absent", "These words are invented.", excerpt="We won the war")
    known = TextFinding("number-unsupported", 'The number "12 kg" is strange.', excerpt="12 kg")
    nowhere = TextFinding("key-point-missing", "It is hardly there.")

    assert Finding("quotation-absent", '"We won the war": These words are invented.') == named(
        found
    )
    assert Finding("number-unsupported", 'The number "12 kg" is strange.') == named(known)
    assert Finding("key-point-missing", "It is hardly there.") == named(nowhere)
    assert type(named(found)) is Finding


def test_a_reason_is_short() -> None:
    """Of many findings two serious ones are said, each cut to a line or two, the rest counted."""
    minor = Finding("key-point-missing", "It is hardly there.")
    serious = [Finding("length", "1 word."), Finding("cut", "It was cut."), fact("date", "1999")]
    long = Finding("quotation-near", "word " * 400)

    assert "1 word." == reason_of([minor, serious[0], minor])
    assert "1 word. It was cut." == reason_of([*serious[:2], minor])
    assert "1 word. It was cut. And 1 more." == reason_of(serious)
    assert "1 word. It was cut. And 5 more." == reason_of(
        [*serious, *serious[:2], minor, *serious[1:]]
    )
    assert len(reason_of([long] * 9)) < 350
    assert "" == reason_of([minor])
    assert "" == reason_of([])


def test_the_note_counts_what_the_model_wrote() -> None:
    """Of a text that was cut off, all of it counts, not what was left at the last sentence end."""
    raw = "one two three four"

    assert 4 == written_words(attempt(3, "cut", raw=raw))
    assert 3 == written_words(attempt(3, "cut"))
    assert 3 == written_words(attempt(3, "length", raw=raw))


@given(st.sampled_from(ReasoningEffort), st.integers(1, 20_000), st.floats(1.3, 20))
def test_limits_leave_room_for_the_whole_band(
    effort: ReasoningEffort, words: int, tokens_per_word: float
) -> None:
    """A text at the ceiling fits with room to spare, and reasoning is bounded by the effort."""
    limits = token_limits(effort, WordBudget(words), tokens_per_word)

    assert limits.final >= WordBudget(words).ceiling * tokens_per_word * 1.5
    assert limits.final <= WordBudget(words).ceiling * tokens_per_word * 1.5 + 33
    assert ANALYSIS_TOKENS[effort] == limits.analysis


def test_a_steered_text_has_more_room() -> None:
    """Its words end it, so its limit is wider than that of a text that may run on."""
    free = token_limits(ReasoningEffort.LOW, BUDGET, 2.0)
    steered = token_limits(ReasoningEffort.LOW, BUDGET, 2.0, is_steered=True)

    assert (362, 1132) == (free.final, steered.final)
    assert free.analysis == steered.analysis


def test_more_effort_may_reason_longer() -> None:
    """The limits of reasoning rise with the effort."""
    low, medium, high = (ANALYSIS_TOKENS[effort] for effort in ReasoningEffort)

    assert low < medium < high


@pytest.mark.parametrize("analysis", [0, 7])
def test_the_user_may_set_the_reasoning(analysis: int) -> None:
    """A limit that was asked for, none at all included, replaces that of the effort."""
    assert TokenLimits(analysis, 362) == token_limits(ReasoningEffort.HIGH, BUDGET, 2.0, analysis)
