"""Verbatim quotations: what may stand between the marks, how it begins and how it ends."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.sampling.quotable import Quotable
from gptoss_writer.sampling.quotations import Inside, Outside, Quotations, QuotationState
from gptoss_writer.text import fold
from tests.support.guarded import SOURCES, is_verbatim, words_in

RULE = Quotations.of(SOURCES)
MARKS = [('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ('"', "”"), ("“", '"')]
# What a writer may put for a plain character, besides itself.
VARIANTS = {"'": "'’‘‛´", "-": "-‐–—−", "...": "…"}
seeds = st.integers(0, 2**32)


def read(text: str, rule: Quotations = RULE) -> QuotationState | int:
    """Step through a text; give the state behind it, or how many characters were accepted."""
    state: QuotationState = Outside()
    for index, character in enumerate(text):
        following = rule.step(state, character)
        if following is None:
            return index
        state = following
    return state


def is_accepted(text: str, *sources: str) -> bool:
    """Tell whether a whole text is accepted and leaves no quotation open."""
    return isinstance(read(text, Quotations.of(sources) if sources else RULE), Outside)


@pytest.mark.parametrize(
    "quotation",
    [
        "The competition between water companies",
        "competition between water companies is strong",
        "competition between water companies is strong,",
        "and this won't end.",
        "and this won’t end",
        "and this won't end,",
        "to — do it; nobody did",
        "to – do it; nobody",
        "nobody did: not in 1854,",
        "not for £1,000 (or 3.5 million)!",
        "not for £1,000 (or 3.5 million",
        "essential for public health",
        "He said ‘essential for public health’ in 1855,",
        "essential for public health.",
        "and 'cholera isn't in the air'",
        "and ‘cholera isn’t in the air’",
        "'cholera isn't in the air' before.",
        "über alles, they said: yes! Is it 50%",
        "alles, they said: yes!",
        "naïve café—über alles, they",
        "naïve café-über alles, they",
        "Well-known state-of-the-art pumps/handles cost $5",
        "or more-in e.g. Soho, No. 40.",
        "in e.g. Soho, No",
        "A hard-working man's word",
        "man's word 'is'",
        "I never saw the water",
        "water again -- not once in -3",
        "water again — not once in -3",
        "water again – not once in -3",
        "place of FULL width 🐝 bees",
        "8 September…",
        "8 September...",
    ],
)
def test_pieces_of_a_source_may_be_quoted(quotation: str) -> None:
    """Whole words in a row, with any marks, dashes and spaces, between marks of any kind."""
    for opener, closer in MARKS:
        assert is_accepted(f"He said {opener}{quotation}{closer} and went.")


@pytest.mark.parametrize(
    "quotation",
    [
        "The competition between water firms",
        "the competition between water companies",
        "competition  between water companies",
        "competition between water compan",
        "competition between water compan,",
        "competition between water compan.",
        "ompetition between water companies",
        "competition between water companies.,",
        "competition between water companies!",
        "competition between water companies is strong;",
        " competition between water companies",
        "competition between water companies ",
        "strong, and this won",
        "and this is won't end",
        "we didn’t want to do it",
        "end. We didn't want",
        "not in 1854, not for £1",
        "not in 1854, not for £1,0",
        "1,000 (or 3.5 million)!",
        "000 (or 3.5 million)!",
        "5 million)! and so on",
        "in 1855, and 'cholera isn",
        "t in the air' before.",
        "He said essential for public",
        "Golden Square: the handle_of the",
        "Square: the handle_of the pump",
        "of the pump came off",
        "they said: yes! Is it 50",
        "5 each—or more—in e.g.",
        "known state-of-the-art pumps/handles cost $5",
        "handles cost $5 each—or more",
        "of-the-art pumps/handles cost $5",
        "not once in -3 degrees - an",
        "water again - not once in -3",
        "once in - 3 degrees",
        "3 degrees - and I",
        "“the competition between water",
        "and the cite assistantfinal",
    ],
)
def test_what_is_no_piece_of_a_source_may_not_be_quoted(quotation: str) -> None:
    """Other words, halves of words and numbers, other ends than a comma or a full stop."""
    for opener, closer in MARKS:
        assert not is_accepted(f"He said {opener}{quotation}{closer}")


def test_what_may_come_is_little_from_the_fourth_word_on() -> None:
    """There the sources are walked along; before it, most of a vocabulary will do."""
    states = {text: read(text) for text in ("“", "“a free word", "“a free word,")}
    told = "He said “competition between water"
    narrow = {text: read(text) for text in (f"{told} ", f"{told} compan", f"{told} companies")}

    for state in states.values():
        assert isinstance(state, Inside)
        assert not RULE.is_narrow(state)
    for state in narrow.values():
        assert isinstance(state, Inside)
        assert RULE.is_narrow(state)
    assert not RULE.is_narrow(Outside())


@pytest.mark.parametrize("begun", ["“—", "“(", "“no —", "“no ("])
def test_a_free_word_has_one_mark_before_it(begun: str) -> None:
    """A heap of marks would need no word to go on."""
    assert isinstance(read(begun), Inside)
    assert len(begun) == read(f"{begun}(")


@pytest.mark.parametrize("begun", ["“", "“no ", "“competition between "])
def test_no_space_follows_the_mark_or_a_space(begun: str) -> None:
    """Words are one space apart."""
    assert isinstance(read(begun), Inside)
    assert len(begun) == read(f"{begun} ")


def test_behind_three_free_words_no_fourth_is_begun() -> None:
    """A space there would leave nothing that could follow it."""
    begun = "He said “three free words"

    assert isinstance(read(begun), Inside)
    assert len(begun) == read(f"{begun} ")


@pytest.mark.parametrize(
    "words", ["no", "three free words", "a b c", "£1", "half-baked ideas, no", "1."]
)
def test_up_to_three_words_are_free(words: str) -> None:
    """Scare quotes need no source, and may end with any mark."""
    for opener, closer in MARKS:
        for end in ("", ",", "!", "…"):
            assert is_accepted(f"He said {opener}{words}{end}{closer}.")


@pytest.mark.parametrize("begun", ["“competition between water", "“between water companies"])
@pytest.mark.parametrize("mark", ["", "-", ".", "’", "—", ",", "/"])
def test_no_letters_are_glued_to_three_words_of_a_source(begun: str, mark: str) -> None:
    """A model that wants other words than the source's may not go on in the same word."""
    for letters in ("melons", "7"):
        assert isinstance(read(begun), Inside)
        accepted = read(f"{begun}{mark}{letters}")
        assert isinstance(accepted, int)
        assert len(begun + mark) >= accepted


@pytest.mark.parametrize("mark", [",", ";", "!", "?"])
def test_behind_a_comma_a_free_word_has_no_more_letters(mark: str) -> None:
    """Another word needs a space; of marks that end a part of a sentence none stands in a word."""
    for begun in (f"“no{mark}", f"“an idea{mark}"):
        assert isinstance(read(begun), Inside)
        assert {len(begun)} == {read(f"{begun}{more}") for more in ("more", "1st")}
        assert isinstance(read(f"{begun}”"), Outside)


@pytest.mark.parametrize(
    ("begun", "source"),
    [
        ("“strong,", " and this"),
        ("“it;", " nobody"),
        ("“yes!", " Is it"),
    ],
)
def test_a_mark_that_a_source_has_glues_no_letters_either(begun: str, source: str) -> None:
    """Behind it the source goes on, or another word."""
    assert isinstance(read(f"{begun}{source}"), Inside)
    assert isinstance(read(f"{begun} more"), Inside)
    assert {len(begun)} == {read(f"{begun}{more}") for more in ("more", "1st")}


@pytest.mark.parametrize(
    "words",
    ["water pumping", "between waterfalls", "e.g. so", "!important", "£1,000", "re:Invent"],
)
def test_a_free_word_may_begin_as_one_of_a_source(words: str) -> None:
    """Two words of a source bind nobody to it; a word may begin with a mark, or have one inside."""
    assert is_accepted(f"He said “{words}”.")


@pytest.mark.parametrize(
    "text",
    [
        'so"called "pump',
        'a pump" again',
        "a pump” again",
        "a pump» again",
        '5" wide',
        '""',
        '" a"',
        '"a "',
        '"a " b"',
        '"a “b” c"',
        '"a "b" c"',
        "“a «b» c”",
        '"one"two',
        '"one""two"',
        '"one`s"',
        '"*one*"',
        '"one\ntwo"',
        "＂one＂",
        "‟one”",
        "»one«",
        '"-- -- --"',
        '"..."',
        '"' + "x" * 41 + '"',
        "“one»",
        "«one”",
    ],
)
def test_marks_open_and_close_in_their_places_only(text: str) -> None:
    """No stray, empty, nested or glued ones; each is closed by one that belongs to it."""
    assert not is_accepted(text)


@pytest.mark.parametrize(
    "text", ['("one")', '—"one"', "'\"one\"'", '"one"', '\n"one"', '"one" "two"', '("one", "two")']
)
def test_marks_open_behind_spaces_and_openers(text: str) -> None:
    """At the beginning, in brackets, behind dashes and apostrophes."""
    assert is_accepted(text)


def test_a_quotation_that_is_open_is_not_outside() -> None:
    """Its state says so, and whether it may be closed."""
    assert isinstance(read('He said "one'), Inside)
    assert RULE.may_close(Inside(frozenset(), words=1, before="e"))
    assert not RULE.may_close(Inside(frozenset()))
    assert not RULE.may_close(Outside())


def test_a_long_word_of_a_source_can_be_quoted() -> None:
    """Only words of one's own have a limit."""
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"

    assert is_accepted(f'"{word} had four more words"', f"the {word} had four more words")
    assert not is_accepted(f'"{word}"', "none of them")


def test_what_follows_a_cut_in_a_source_does_not_follow() -> None:
    """Pieces on both sides of Markdown, of inches and of two sources are strangers."""
    sources = ('it was 5" wide all over', "over *and over* again they said")

    assert is_accepted('"it was 5"', *sources)
    assert not is_accepted('"it was 5 wide"', *sources)
    assert not is_accepted('"wide all over over and"', *sources)
    assert not is_accepted('"over and over again they"', *sources)


def test_a_quotation_inside_a_source_has_single_marks() -> None:
    """It may be quoted with what stands around it, or alone."""
    source = "He said “yes we can do” it now"

    assert is_accepted("“He said ‘yes we can do’ it”", source)
    assert is_accepted("\"said 'yes we can do'\"", source)
    assert is_accepted("«yes we can do»", source)
    assert not is_accepted("“He said yes we can”", source)
    assert not is_accepted("“He said “yes we can” do”", source)


def test_no_mark_inside_a_quotation_is_left_open() -> None:
    """What a source quotes is quoted whole or by itself, never from or up to its middle."""
    source = "He said “yes we can do” it now and “no”"

    assert is_accepted('"He said ‘yes we can do’"', source)
    assert is_accepted('"we can do"', source)
    assert not is_accepted('"He said ‘yes we can do”', source)
    assert not is_accepted('"He said ‘yes we can"', source)
    assert not is_accepted('"we can do’ it now"', source)
    assert is_accepted('"we ‘can do it"', 'we "can do it so')


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_every_stretch_of_whole_words_may_be_quoted(seed: int) -> None:
    """Of any source without marks of its own, in any spelling that folds to it."""
    dice = random.Random(seed)
    alphabet = [
        "water",
        "don't",
        "1,000",
        "50%",
        "half-way",
        "naïve,",
        "(or",
        "more);",
        "end.",
        "–",
    ]
    source = " ".join(dice.choices(alphabet, k=14))
    words = fold(source).split()
    low = dice.randrange(len(words) - 6)
    stretch = " ".join(words[low : low + dice.randrange(5, 8)])
    written = re.sub("'|-", lambda match: dice.choice(VARIANTS[match[0]]), stretch)
    opener, closer = dice.choice(MARKS)

    assert is_accepted(f"{opener}{written}{closer}", source) == any(map(str.isalnum, written))


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_what_is_accepted_is_verbatim(seed: int) -> None:
    """A stretch with a slip in it is accepted only if it still is a piece of a source."""
    dice = random.Random(seed)
    source = fold(dice.choice(SOURCES))
    low = dice.randrange(len(source) - 20)
    letters = list(source[low : low + dice.randrange(20, 60)])
    for _ in range(dice.randrange(3)):
        letters[dice.randrange(len(letters))] = dice.choice("aeiou ,.-'’£x0(")
    quotation = "".join(letters).strip()
    if '"' not in quotation and is_accepted(f'"{quotation}"') and words_in(quotation) > 3:
        assert is_verbatim(quotation)


@given(st.lists(st.text(max_size=30), max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_source_can_be_followed_to_an_end(sources: list[str]) -> None:
    """From every place a letter goes on, until one where the quotation may end."""
    quotable = Quotable.of(sources)
    producible = set(quotable.letters.values()) | {" "}
    for place in range(1, len(quotable.text)):
        if quotable.text[place] != "\n":
            assert quotable.text[place] in producible
        elif quotable.text[place - 1] != "\n":
            assert place in quotable.ends
    for start in quotable.starts:
        assert not quotable.text[start].isspace()


BRACKETED = "The ferry [was] late, and we [sic] waited […] for hours [see the log](page 2) at sea"


@pytest.mark.parametrize(
    "quotation",
    [
        "The ferry [was] late, and we [sic] waited […] for hours",
        "The ferry [was] late, and we [sic]",
        "The ferry [was] late, and we [sic],",
        "[was] late, and we [sic] waited",
        "waited [...] for hours",
    ],
)
def test_square_brackets_of_a_source_are_quoted(quotation: str) -> None:
    """What an editor put between the words belongs to the quotation."""
    assert is_accepted(f'They wrote "{quotation}" once', BRACKETED)


@pytest.mark.parametrize(
    "quotation",
    [
        "[is] late",
        "[was](late",
        "[was]: late",
        "a [b] c",
        "for hours [see the log](page 2)",
        "the log](page 2)",
        "The ferry [was late, and we",
        "The ferry [ was",
        "[",
        "waited [",
    ],
)
def test_other_square_brackets_are_refused(quotation: str) -> None:
    """No source has them, or they could be read as a link."""
    assert not is_accepted(f'They wrote "{quotation}" once', BRACKETED)


def test_no_half_of_an_inner_quotation_in_brackets_is_quoted() -> None:
    """An inner mark that opens behind a bracket has its partner too."""
    source = 'He called it ["a great, great day"] and left'

    assert is_accepted("So \"called it ['a great, great day'] and left\" it was", source)
    assert not is_accepted('So "called it [\'a great, great" it was', source)
