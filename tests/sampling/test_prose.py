"""Well-formed prose: what may be written, in small pieces, and what a page makes of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from gptoss_writer.drafting.cleaning import clean
from gptoss_writer.sampling.characters import QUOTATION_MARKS
from gptoss_writer.sampling.prose import Prose, ProseRule
from gptoss_writer.text import count_words
from tests.support.guarded import WORDS
from tests.support.markdown import COMMONMARK

RULE = ProseRule(subheadings=True)
PLAIN = ProseRule()
BLOCKS = {"paragraph", "bullet_list", "ordered_list", "list_item", "heading", "inline"}
INLINE = {"text", "softbreak", "em_open", "em_close", "strong_open", "strong_close", "code_inline"}
OTHERS = {"assistant", "turn0search1", "Word count: 150", "End of section"}
"""What other rules than those of prose are there for."""

seeds = st.integers(0, 2**32)


def read(text: str, rule: ProseRule = RULE) -> Prose | int:
    """Step through a text; give the state behind it, or how many characters were accepted."""
    state = Prose()
    for index, character in enumerate(text):
        following = rule.step(state, character)
        if following is None:
            return index
        state = following
    return state


def noise(seed: int, length: int = 400) -> str:
    """Write what the rule accepts of noise, and close what is open then."""
    dice = random.Random(seed)
    state, text = Prose(), ""
    words = [word for word in WORDS if word not in OTHERS and QUOTATION_MARKS.isdisjoint(word)]
    usual = "".join(words)
    for _ in range(length):
        for character in dice.choice([*words, *"  .\n"]):
            following = RULE.step(state, character)
            if following is not None:
                state, text = following, text + character
    for _ in range(500):
        if state.is_closed:
            return text
        for character in ("`", "*", ")", "\n", dice.choice(usual), "a", " "):
            following = RULE.step(state, character)
            if following is not None:
                state, text = following, text + character
                break
    raise AssertionError(f"what is open cannot be closed: {text[-60:]!r}")


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_words_are_counted_on_every_prefix(seed: int) -> None:
    """As `count_words` counts them: list numbers, headings, code and all."""
    state, text = Prose(), ""
    for character in noise(seed, 120):
        following = RULE.step(state, character)
        assert following is not None
        state, text = following, text + character

        assert count_words(text) == state.words


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_a_page_shows_only_what_was_meant(seed: int) -> None:
    """CommonMark sees paragraphs, flat lists and H3, and no markup is left as text."""
    text = noise(seed)
    tokens = COMMONMARK.parse(text)

    assert BLOCKS >= {kind(token) for token in tokens}
    assert {"h3"} >= {token.tag for token in tokens if token.type == "heading_open"}
    assert {0} >= {token.level for token in tokens if token.type.endswith("list_open")}
    inline = [child for token in tokens for child in token.children or ()]
    assert INLINE >= {child.type for child in inline}
    assert [] == [child.content for child in inline if child.type == "text" and shows_markup(child)]


def kind(token: Token) -> str:
    """Name a block, whichever end of it this is."""
    return token.type.removesuffix("_open").removesuffix("_close")


def shows_markup(token: Token) -> bool:
    """Tell whether a star, a backtick or half a bracket is read as text."""
    return any(mark in token.content for mark in "*`_[]<>|~\\")


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_what_is_closed_needs_no_cleaning(seed: int) -> None:
    """Cleaning takes the blanks at the end, and nothing else."""
    text = noise(seed).rstrip()

    assert text == clean(text, title="Zzz")


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_there_is_always_a_way_on(seed: int) -> None:
    """In every state a letter, a space, a new line or the end of something may come."""
    state = Prose()
    for character in noise(seed, 150):
        following = RULE.step(state, character)
        assert following is not None
        state = following

        assert any(RULE.step(state, way) is not None for way in "a \n`*)#-A1"), state


@pytest.mark.parametrize(
    "text",
    [
        "One.\n\nTwo.",
        "One.\nTwo.",
        "One: two; three, four!",
        "*One* two.",
        "**One** two.",
        "One *two*, (three) and **four**.",
        "One (*two*) three.",
        "One `two three` four.",
        "`one` two.",
        "(One.)",
        "- One\n- two\n- three.",
        "1. One\n2. two.",
        "One:\n\n- two\n\nThree.",
        "- **One**: two.",
        "- `one`",
        '- "one',
        "One.\n\n### Two (three)\n\nFour.",
        "One.\n\n### Two\nFour.",
        "C# and 50% of A/B & more.",
        "Mended in #4502 (#7, #8).",
        "Section 4(1)(b) and 7(2).",
        "One — two – three…",
        "Naïve 日本 🐝 ½.",
        "2024 was one.",
        "Half-way to 3.5, 1,000 and $5.",
        "`a[0] | b ~ {c}`",
    ],
)
def test_well_formed(text: str) -> None:
    """Paragraphs, flat lists, subheadings, emphasis, inline code, brackets."""
    state = read(text)

    assert isinstance(state, Prose)
    assert count_words(text) == state.words


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (" One", 0),
        ("\nOne", 0),
        ("One  two", 4),
        ("One\ntwo", 3),
        ("One. \nTwo", 5),
        ("One.\n\n\nTwo", 6),
        ("One.\n Two", 5),
        ("One.\tTwo", 4),
        ("One\u00a0two", 3),
        ("# One", 0),
        ("### One", 0),
        ("One.\n\n# Two", 7),
        ("One.\n\n#### Two", 9),
        ("One.\n### Two", 5),
        ("One.\n\n### Two\n\n### Three", 15),
        ("One.\n\n### “Two", 10),
        ("One.\n- Two", 5),
        ("One.\n\n- - Two", 8),
        ("One.\n\n- 1. Two", 10),
        ("One.\n\n1. 2. Two", 11),
        ("One.\n\n1.\nTwo", 8),
        ("One.\n\n- 2024.\nTwo", 13),
        ("One.\n\n- 2024.", 13),
        ("One.\n\n---", 7),
        ("One.\n\n===", 6),
        ("One.\n\n* Two", 7),
        ("One.\n\n> Two", 6),
        ("One.\n\n+ Two", 6),
        ("One.\n\n| Two", 6),
        ("One.\n\n```", 7),
        ("One.\n\n~~~", 6),
        ("One <b>", 4),
        ("One [two](three)", 4),
        ("One \\* two", 4),
        ("One_two", 3),
        ("One *#two", 5),
        ("One ()", 5),
        ("One ( two", 5),
        ("One )", 4),
        ("One (two (three", 9),
        ("One(two", 3),
        ("1(2(3)", 3),
        ("1()", 2),
        ("One * two", 5),
        ("One *two *three", 9),
        ("One *two**", 9),
        ("One *two*three", 9),
        ("One*two", 3),
        ("One ***two", 6),
        ("One *two\n", 8),
        ("One `", 5),
        ("One `` two", 5),
        ("One `two\n", 8),
        ("One `two `", 9),
        ('One `"two', 5),
        ("One `a](b", 7),
        ("One\x07", 3),
        ("One\u200b", 3),
        ("One\ufffd", 3),
        ("One\ue200", 3),
        ("One\u0378", 3),
        ("One\u202e", 3),
        ("One\U000e0041", 3),
        ("One\ufeff", 3),
        ("One\u2028", 3),
        ("x" * 41, 40),
        ("x" * 40 + "." * 9, 48),
        ("One " + "- " * 30, 52),
        ("One `" + "x" * 70, 65),
    ],
)
def test_ill_formed(text: str, accepted: int) -> None:
    """The character that would make it so is refused, and not one before it."""
    state = read(text)

    if state == accepted:
        return
    # At the end of the text nothing was refused: then there must be something still to come.
    assert isinstance(state, Prose)
    assert len(text) == accepted
    assert not state.is_closed


def test_subheadings_only_where_they_are_allowed() -> None:
    """In a short section a line cannot begin with a number sign."""
    assert len("One.\n\n") == read("One.\n\n### Two", PLAIN)


@pytest.mark.parametrize("end", ["One.\n\n### Two.", "One.\n\n### Two.\n", "One.\n\n### Two.\n\n"])
def test_a_heading_waits_for_its_text(end: str) -> None:
    """A text that stops behind one is not closed, however the heading ends."""
    state = read(end)

    assert isinstance(state, Prose)
    assert not state.is_closed
    assert 1 == state.words


@given(seeds, st.from_regex(r" ?[A-Za-z]{1,45}", fullmatch=True))
@settings(max_examples=100, deadline=None)
def test_a_stride_is_as_many_steps(seed: int, word: str) -> None:
    """Where a word is taken at once, the state is that behind its letters one by one."""
    state: Prose | None = Prose()
    for character in noise(seed, 60):
        assert state is not None
        state = RULE.step(state, character)
        assert state is not None
        taken = RULE.words_on(state, word)
        if taken is not None:
            stepped: Prose | None = state
            for letter in word:
                stepped = stepped and RULE.step(stepped, letter)

            assert stepped == taken


def test_most_words_are_taken_in_a_stride() -> None:
    """Behind words, spaces and marks; not where a line begins or a marker is half written."""
    behind = {text: read(text) for text in ("One", "One, ", "One.", "(one", "*one", "One\n", "")}
    words = {
        text: isinstance(state, Prose) and RULE.words_on(state, "two") is not None
        for text, state in behind.items()
    }

    assert words == {text: text not in {"One\n", ""} for text in words}


@given(seeds)
@settings(max_examples=12, deadline=None)
def test_every_text_comes_to_new_words(seed: int) -> None:
    """However little a writer wants to, after so many characters another word has begun."""
    dice = random.Random(seed)
    state, since = Prose(), 0
    for _ in range(1500):
        ways = [(way, RULE.step(state, way)) for way in "- \n.*`()#1a,—é"]
        open_ways = [following for way, following in ways if following is not None]
        # As few words as possible: letters and digits only where nothing else may come.
        idle = [following for following in open_ways if following.begun <= state.begun]
        following = dice.choice(idle or open_ways)
        since = 0 if following.begun > state.begun else since + 1
        state = following

        assert since < 400


def test_inside_a_quotation_the_marks_are_those_of_its_source() -> None:
    """Brackets need no partner there, and no line ends."""
    state = read("One ")
    assert isinstance(state, Prose)
    for character in "( two) (":
        following = RULE.step(state, character, quoted=True)
        assert following is not None
        state = following

    assert state.opened == ()
    assert RULE.step(state, "\n", quoted=True) is None
    assert 2 == state.words
