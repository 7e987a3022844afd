"""Digests: short, on one line, and of earlier sections only, whatever these hold."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.allotment import allot
from gptoss_writer.prompt.digest import Digest, make_digest
from tests.support.outlines import outlines

LONG = "Nobody in the building could say who had ordered the pump, or when it was to come."

OUTLINE = Outline.model_validate(
    {
        "title": "Pumps",
        "sections": [
            {"id": "one", "title": "One", "words": 50},
            {"id": "two", "title": "Two", "words": 50},
            {
                "id": "three",
                "title": "Three",
                "words": 50,
                "evidence": [
                    {"quote": "It was only ever meant to last one winter."},
                    {"quote": "very loud"},
                    {"quote": LONG},
                    {"quote": "We could not have known that it would freeze.", "required": True},
                ],
            },
            {"id": "four", "title": "Four", "words": 50},
        ],
    }
)


def digest(**earlier: str) -> Digest:
    """Make the digest that the third section sees."""
    return make_digest(OUTLINE, OUTLINE.sections[2], earlier)


def ending(text: str) -> str:
    """Give the ending of the section before."""
    return digest(two=text).previous_ending


def quoted(text: str) -> tuple[str, ...]:
    """Give the quotations that count as used."""
    return digest(one=text).quoted_before


@settings(max_examples=30)
@given(outlines, st.data())
def test_a_digest_is_short_and_on_one_line(outline: Outline, data: st.DataObject) -> None:
    """Whatever earlier sections hold, a digest is one line of bounded length."""
    texts = st.text(max_size=400) | st.just("wide" * 300) | st.just("one two " * 200)
    material = allot(outline)
    earlier = {section.id: data.draw(texts) for section in outline.sections}
    quoting = "\n".join(item.text for section in material.values() for item in section.evidence)
    earlier[outline.sections[0].id] += quoting
    for section in material.values():
        made = make_digest(outline, section, earlier)
        said = [made.previous_ending, *made.quoted_before]

        assert len(made.previous_ending) <= 162
        assert len(made.quoted_before) <= 4
        assert all(len(text) <= 44 for text in made.quoted_before)
        assert all(text.isprintable() or "\n" not in text for text in said)
        assert all(len(text.splitlines()) <= 1 for text in said)


@settings(max_examples=20)
@given(outlines, st.text(max_size=80))
def test_the_first_section_sees_nothing(outline: Outline, text: str) -> None:
    """Nothing comes before the first section."""
    earlier = {section.id: text for section in outline.sections}

    assert Digest() == make_digest(outline, outline.sections[0], earlier)


@given(st.text(max_size=80), st.text(max_size=80))
def test_later_sections_do_not_count(own: str, later: str) -> None:
    """A digest depends on the sections before it, not on its own text or on later ones."""
    earlier = {"one": LONG, "two": "It rained."}

    assert digest(**earlier) == digest(**earlier, three=own, four=later)


def test_nothing_written_gives_an_empty_digest() -> None:
    """Where the sections before have no text yet, there is nothing to say."""
    assert Digest() == digest()
    assert Digest() == digest(two="")
    assert Digest() == digest(two="## Only a heading\n")


def test_the_last_sentence_is_the_ending() -> None:
    """The ending is the last sentence of the section before, headings and blank lines aside."""
    assert "It rained." == ending("The pump came.\n\nNobody saw it. It rained.\n\n")
    assert "It rained." == ending("It rained.\n\n### Later\n")
    assert "" == digest(one="It rained.").previous_ending


def test_a_sentence_over_several_lines_is_one() -> None:
    """Text that a person wrapped by hand ends with a whole sentence, not with a line."""
    assert "It rained for three days and then some." == ending(
        "The pump came. It rained for\nthree days\nand then some.\n"
    )


def test_a_long_ending_keeps_its_tail() -> None:
    """Of a long sentence the last words are kept; of a text without spaces the last characters."""
    assert "… " + "pump " * 30 + "pump." == ending("pump " * 80 + "pump.")
    assert "… " + "x" * 160 == ending("x" * 500)


def test_controls_do_not_reach_the_prompt() -> None:
    """What a person's editor left in a text, such as escape characters, is not handed on."""
    assert "[31mred and done." == ending("\x1b[31mred\tand  done.\u202e")


def test_a_quotation_counts_as_used_where_it_stands() -> None:
    """A whole quotation, or a piece of one between quotation marks, is not to be quoted again."""
    long = '"Nobody in the building could say who …"'

    assert (long,) == quoted(f"She said: “{LONG}”")
    assert (long,) == quoted('She said: "Nobody in the building could say," and left.')
    assert () == quoted("Nobody in the building could say, she said.")


def test_few_words_count_only_between_quotation_marks() -> None:
    """Two or three words of a quotation may stand in any sentence."""
    assert () == quoted("The pump was very loud.")
    assert ('"very loud"',) == quoted("The pump was “very loud”.")


def test_a_quotation_that_must_appear_is_never_forbidden() -> None:
    """A required quotation is not named as used, wherever it was quoted before."""
    assert () == quoted('"We could not have known that it would freeze."')


def test_a_quotation_with_marks_inside_counts_as_used_in_either_form() -> None:
    """An article has single marks where the outline has double ones."""
    quotation = {"quote": 'She said "no, no, never" to all.'}
    sections = [
        {"id": "one", "title": "One", "words": 50},
        {"id": "two", "title": "Two", "words": 50, "evidence": [quotation]},
    ]
    outline = Outline.model_validate({"title": "Pumps", "sections": sections})

    for text in ("“She said ‘no, no, never’ to all.”", "“She said 'no, no, never' to”"):
        made = make_digest(outline, outline.sections[1], {"one": text})
        assert ("\"She said 'no, no, never' to all.\"",) == made.quoted_before
