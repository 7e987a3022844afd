"""The phrases that training text is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from gptoss_writer.drafting.guarding import make_guard
from gptoss_writer.harmony.messages import Control
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.rendering import room_of
from gptoss_writer.sampling.budget import BudgetRule
from models.demo import material
from models.demo.answers import write_answer
from models.demo.inventing import last_name
from models.demo.lexicon import all_words, lines, split_lines
from models.demo.samples import SectionSample, draw_article
from models.demo.speech import Speech
from models.demo.world import World, balanced
from tests.support.guarded import takes


@pytest.mark.parametrize("seed", range(40))
def test_marks_go_around_a_few_words(seed: int) -> None:
    """Scare quotes change nothing but add a pair of marks around one to three words."""
    world = Speech(Random(seed), 0.3)
    text = world.sentence()

    marked = world.with_marks(text)

    if marked != text:
        before, inner, after = marked.replace("“", '"').replace("”", '"').split('"')
        assert text == before + inner + after
        assert 1 <= len(inner.split()) <= 3
        assert inner == inner.strip()


@pytest.mark.parametrize("seed", range(40))
def test_a_text_may_end_in_words_between_marks(seed: int) -> None:
    """Before them stands the text without its last marks; nothing but a stop comes after."""
    world = Speech(Random(seed), 0.3)
    text = world.sentence()

    ending = world.ending_in_marks(text)

    if '"' in text or "“" in text:
        assert text == ending
    else:
        before, inner, after = ending.split('"')
        assert before.startswith(text.rstrip(".,;:"))
        assert inner.strip(".!")
        assert after in ("", ".")


def test_some_texts_get_marks() -> None:
    """Most texts get marks; words that have marks already get none."""
    world = Speech(Random(3), 0.0)
    texts = [world.sentence() for _ in range(100)]

    assert 50 < sum(world.with_marks(text) != text for text in texts)
    assert {'a "b" c d e'} == {world.with_marks('a "b" c d e') for _ in range(50)}


def test_the_words_that_may_stand_anywhere_are_those_of_the_lists() -> None:
    """And those of the templates, once each; no pieces of words, no marks of templates."""
    words = all_words()

    assert sorted(set(words)) == list(words)
    assert {word for name in ("adverbs", "nouns", "says") for word in _plain(lines(name))} <= set(
        words
    )
    assert {"quotations", "exactly", "paragraphs"} <= set(words)
    assert not {"endif", "acher", "agaz"} & set(words)
    assert all(word == word.lower() for word in words)


def test_the_same_seed_gives_the_same_sample() -> None:
    """A sample is a matter of its seed alone."""
    first, second, other = (draw_article(Random(seed)) for seed in (5, 5, 6))

    assert first == second
    assert first != other


def test_written_sentences_come_with_strange_words() -> None:
    """Sentences that people wrote are among the statements, changed at single words."""
    world = World(Random(8), 0.0)
    written = {tuple(line.split()) for line in lines("prose")}
    statements = [tuple(world.sentence().split()) for _ in range(300)]

    near = [
        statement
        for statement in statements
        if any(_differing(statement, line) * 2 < len(line) for line in written)
    ]
    assert 15 < len(near) < 60
    assert any(statement not in written for statement in near)


def test_written_sentences_are_not_those_of_outlines_and_articles() -> None:
    """What the model is tried on is not what it has learnt from, nor any fixture of a test."""
    root = Path(__file__).parents[2]
    kinds = {".yaml", ".md", ".txt", ".json"}
    paths = [path for name in ("outlines", "tests") for path in (root / name).rglob("*")]
    texts = [path.read_text("utf-8", "replace") for path in paths if path.suffix in kinds]
    told = set().union(*map(_runs, texts))

    assert [] == [line for line in lines("prose") if _runs(line) & told]


def test_strangers_speak_in_no_known_sentences() -> None:
    """Where all words are to be strange, no statement is a written sentence or a connecting one."""
    world = World(Random(8), 1.0)
    books = ("prose", "fillers_body", "fillers_introduction", "fillers_conclusion")
    known = set().union(*(_runs(line) for name in books for line in lines(name)))

    assert [] == [text for text in (world.sentence() for _ in range(300)) if _runs(text) & known]


def _runs(text: str) -> set[tuple[str, ...]]:
    """Give all runs of six words."""
    found = re.findall(r"\w+", text.lower())
    return {tuple(found[start : start + 6]) for start in range(len(found) - 5)}


def test_items_end_in_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of key points and facts some end as quotations do, more than have marks anyhow."""
    many = _items_ending_in_marks()
    monkeypatch.setattr(material, "_ENDING_IN_MARKS", 0.0)
    few = _items_ending_in_marks()

    assert few.count("K") + 10 < many.count("K")
    assert few.count("E") + 1 < many.count("E")


def _items_ending_in_marks() -> list[str]:
    """Give the letter of each item that ends so, of some articles."""
    return re.findall(r"^\[([KE])\d\] .*[.!]\"$", _requests(60), re.MULTILINE)


def _requests(articles: int) -> str:
    """Give what the sections of some articles are asked for."""
    return "\n".join(
        segment
        for seed in range(articles)
        for section in draw_article(Random(seed)).sections
        for segment in section.prompt
        if isinstance(segment, str)
    )


def test_letters_of_items_stand_behind_semicolons() -> None:
    """A semicolon in a statement is followed by each letter that an item's mark begins with."""
    world = World(Random(9), 0.3)
    text = "\n".join(world.sentence() for _ in range(6000))

    assert set("KEQ") <= set(re.findall(r"; ([A-Z])[a-z]", text))


def test_seldom_tokens_can_be_made_common() -> None:
    """A world may be asked to speak often in words that answers otherwise seldom have."""
    words = set(split_lines("seldom_words"))
    counts = [
        sum(word in words for _ in range(300) for word in re.findall(r"\w+", world.sentence()))
        for world in (World(Random(2), 0.5, seldom=share) for share in (0.0, 0.5))
    ]

    assert 3 * counts[0] < counts[1]


def test_how_a_text_goes_on_past_its_plan_is_not_learnt() -> None:
    """An end right behind the plan is learnt; where there is more, no separator and no end."""
    sections = [section for seed in range(40) for section in draw_article(Random(seed)).sections]
    ends = [_flag(section, Control.RETURN) for section in sections]

    assert {True, False} <= set(ends)
    for section, end in zip(sections, ends, strict=True):
        separators = [flag for segment, flag in section.answer if segment in (" ", "\n\n")]
        assert not any(separators)
        if end is not None:
            assert end is not bool(separators)


def test_plans_are_learnt_or_not() -> None:
    """Without its plans an article has the same words, and its texts are learnt as before."""
    with_plans, without = (
        draw_article(Random(4), has_plans=has_plans) for has_plans in (True, False)
    )
    for one, other in zip(with_plans.sections, without.sections, strict=True):
        assert [segment for segment, _ in one.answer] == [segment for segment, _ in other.answer]
        assert _flag(one, Control.END)
        assert not _flag(other, Control.END)
        cut = [segment for segment, _ in one.answer].index(Control.END) + 1
        assert not any(flag for _, flag in other.answer[:cut])
        assert one.answer[cut:] == other.answer[cut:]


def _flag(section: SectionSample, control: Control) -> bool | None:
    """Tell whether the answer's control token is to be learnt; None where it has none."""
    return next((flag for segment, flag in section.answer if segment is control), None)


def _differing(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(first != second for first, second in zip(one, other, strict=True))


def _plain(entries: tuple[str, ...]) -> set[str]:
    return {
        word
        for entry in entries
        for word in entry.split()
        if word.isascii() and word.isalpha() and word.islower()
    }


@pytest.mark.parametrize("seed", range(40))
def test_sayings_may_have_marks_inside(seed: int) -> None:
    """Marks of one kind go around a run of whole words; a stop may stand before the second."""
    world = Speech(Random(seed), 0.0)

    marked = world.with_inner_marks("one two three four, five six.")

    mark = r"[“\"‘'](\w+(?:,? \w+)*)[,.?!]?[”\"’'][.,]?"
    inner = re.search(mark, marked)
    assert inner is not None
    before, after = marked[: inner.start()], marked[inner.end() :]
    assert before == "" or before.endswith(" ")
    assert after == "" or after.startswith(" ")
    assert ["one", "two", "three", "four", "five", "six"] == re.findall(r"\w+", marked)


def test_inner_marks_stand_anywhere_in_quotations() -> None:
    """Some quotations begin with inner marks, some end with them, most have them between."""
    sayings = [Speech(Random(seed), 0.2).saying() for seed in range(1500)]
    marked = [text for text in sayings if set(text) & set('“‘"')]

    begins = sum(text[0] in '“‘"' for text in marked)
    ends = sum(text.rstrip(".!?,;:")[-1] in '”’"' for text in marked)
    assert 200 < len(marked) < 600
    assert 10 < begins < len(marked) / 3
    assert 20 < ends < 0.7 * len(marked)


def test_people_are_easily_taken_for_each_other() -> None:
    """Some go by initials, some bear another's last name, and all are told apart."""
    worlds = [Speech(Random(seed), 0.0) for seed in range(300)]
    people = [name for world in worlds for name in world.people]

    assert all(len(set(world.people)) == len(world.people) for world in worlds)
    assert 40 < sum(bool(re.match(r"(?:[A-Z]\.\s?)+\S", name)) for name in people)
    assert 20 < sum(
        len({last_name(name) for name in world.people}) < len(world.people) for world in worlds
    )


def test_key_points_are_questions_and_addresses_too() -> None:
    """Not every key point is made of words alone, or ends as a statement does."""
    points = re.findall(r"^\[K\d+\] (.*)$", _requests(300), re.MULTILINE)

    assert 40 < sum(point.endswith("?") for point in points)
    assert 20 < sum("://" in point or "@" in point or "www." in point for point in points)
    assert 5 < sum("`" in point for point in points)


def test_lists_share_their_things() -> None:
    """The same short things come in list after list, each time with other neighbours."""
    world = World(Random(4), 0.0)
    lists = [world.listing() for _ in range(100)]

    shared = [text for text in lists if sum(thing in text for thing in world.listed) > 1]
    assert 20 < len(shared)
    assert 0.8 * len(shared) < len(set(shared))


def test_what_may_be_left_out_comes_last() -> None:
    """With more material than words, no quotation that need not appear costs a key point."""
    told = 0
    for plan, optional in _overfull():
        order = re.findall(r"\b[KQ]\d+", plan)
        last = [mark for mark in order if mark in optional]
        told += bool(last)
        assert last == order[len(order) - len(last) :]
    assert 20 < told


def _overfull() -> Iterator[tuple[str, set[str]]]:
    """Yield the plan of each section with too much material, and its optional quotations."""
    for seed in range(300):
        for number, written in enumerate(_written(seed), start=1):
            if room_of(written.section)["room"] >= 0 or not written.points:
                continue
            draw = Random(seed)
            answer = write_answer(written, number, 9, draw=draw, again=False, quoted=frozenset())
            quotations = enumerate(written.quotations, start=1)
            yield answer.plan, {f"Q{place}" for place, item in quotations if not item.required}


def test_answers_can_be_written_under_the_guard() -> None:
    """What the model learns to write, hardly anything of it is refused when it writes."""
    refused = []
    for seed in range(60):
        for number, written in enumerate(_written(seed), start=1):
            outline = Outline(title="Any", sections=(written.section,))
            rule = BudgetRule(target=written.section.words, floor=1, ceiling=5000)
            guard = make_guard(written.section, outline, rule)
            draw = Random(seed)
            answer = write_answer(written, number, 9, draw=draw, again=False, quoted=frozenset())
            refused.append(not takes(guard, answer.text))

    assert 150 < len(refused)
    assert sum(refused) <= 0.02 * len(refused)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a (b) c", "a (b) c"),
        ("a (b (c) d) e", "a (b c d) e"),
        ("a b) c (d", "a b c d"),
        ('a "b" "c', 'a "b" c'),
    ],
)
def test_open_brackets_and_marks_are_taken_out(text: str, expected: str) -> None:
    """What has a partner stays, brackets in brackets do not."""
    assert expected == balanced(text)


def _written(seed: int) -> tuple[material.Material, ...]:
    subject = material.draw_subject(Random(seed), strangeness=0.3, written=3, is_dense=True)
    return subject.written
