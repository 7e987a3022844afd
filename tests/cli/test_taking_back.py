"""Earlier texts come back with `restore`, and the last change goes with `undo`."""

from __future__ import annotations

import pytest

from tests.support.commands import LOW, TEXTS, THREE, Program, prose


def test_an_earlier_attempt_comes_back(twice: Program) -> None:
    """Its bytes, in the section and in the article; nothing is lost and nothing new recorded."""
    others = {name: value for name, value in twice.hashes().items() if "two" not in name}
    result = twice("restore", "three.yaml", "two@1")

    assert 0 == result.code
    assert (
        'Section "two" is @1 again in place of @2, which stays in the history.\n'
        "Article: drafts/three/article.md\n"
        "Take it back with: gptoss-writer undo three.yaml\n"
    ) == result.err
    assert f"{TEXTS[1]}\n" == twice.section()
    article = (twice.folder / "drafts/three/article.md").read_text(encoding="utf-8")
    assert f"## Second\n\n{TEXTS[1]}\n" in article
    assert others.keys() - {"article.md"} == {
        name for name, value in twice.hashes().items() if others.get(name) == value
    }
    assert 2 == len(twice("history", "three.yaml", "two", "--json").json["attempts"])


def test_what_stands_already_is_left_as_it_is(twice: Program) -> None:
    """No change is recorded, so nothing can be undone by mistake."""
    journal = twice.folder / "drafts/three/journal.jsonl"
    before = journal.read_bytes()
    result = twice("restore", "three.yaml", "two@2")

    assert (0, before) == (result.code, journal.read_bytes())
    assert 'Section "two" is @2 already.\n' in result.err


def test_an_edit_is_kept_before_something_else_is_restored(twice: Program) -> None:
    """It is an attempt then, and comes back byte for byte."""
    twice.write("drafts/three/sections/02-two.md", "Mine \r\n")
    result = twice("restore", "three.yaml", "two@1")

    assert "Your edit of section two is kept as its attempt @3.\n" in result.err
    assert f"{TEXTS[1]}\n" == twice.section()
    assert 0 == twice("restore", "three.yaml", "two@3", "-q").code
    assert "Mine \r\n" == twice.section()


def test_a_restore_names_its_attempt(twice: Program) -> None:
    """Without a number the message lists those there are."""
    result = twice("restore", "three.yaml", "two")

    assert 2 == result.code
    assert (
        "error: Which attempt? Section two has @1 and @2.\n"
        "  Name one, as in two@1. See them with:\n"
        "  gptoss-writer history three.yaml two\n"
    ) == result.err


def test_an_attempt_without_text_is_not_restored(twice: Program) -> None:
    """The model may have written nothing."""
    twice("regenerate", "three.yaml", "two", "-m", twice.tape("", prose(30, 5)), "-q")
    result = twice("restore", "three.yaml", "two@3")

    assert 2 == result.code
    assert 'Attempt @3 at section "two" has no text.' in result.err


def test_a_restored_text_that_is_stale_is_said_to_be(twice: Program) -> None:
    """With what changed since, and how to keep it."""
    twice.write("three.yaml", THREE.replace("A grain is smaller.", "Grains are tiny."))
    twice("generate", "three.yaml", "-m", twice.tape(TEXTS[0], prose(30, 4), TEXTS[2]), "-q")
    result = twice("restore", "three.yaml", "two@1")

    assert (
        "Stale, since key points, model changed: two. generate would write this again; keep it "
        "with:\n"
        "gptoss-writer lock three.yaml two\n"
    ) in result.err


def test_several_stale_texts_are_named_together(program: Program) -> None:
    """With what keeps them all."""
    program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q")
    program("generate", "three.yaml", "--seed", "2", "-q")
    result = program("undo", "three.yaml")

    assert (
        "Stale, since seed changed: one, two, three. generate would write this again; keep it "
        "with:\n"
        "gptoss-writer generate three.yaml --stale keep\n"
    ) in result.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("regenerate", "three.yaml", "two", "-m", "scripted:more.yaml"), "the last regenerate"),
        (("restore", "three.yaml", "two@1"), "the last restore"),
    ],
)
def test_undo_takes_back_and_brings_back(
    twice: Program, change: tuple[str, ...], said: str
) -> None:
    """One undo gives the bytes of before, a second one those of after."""
    twice.tape(prose(30, 4), name="more.yaml")
    before = twice.hashes()
    assert 0 == twice(*change, "-q").code
    after = twice.hashes()
    undone, redone = twice("undo", "three.yaml"), (twice.hashes(), twice("undo", "three.yaml"))

    assert (0, 0) == (undone.code, redone[1].code)
    assert undone.err.startswith(f"Taken back: {said}.\n  two: @2 again; it was @")
    assert undone.err.endswith("Bring it back with: gptoss-writer undo three.yaml\n")
    assert before == redone[0]
    assert after == twice.hashes()


def test_undo_takes_back_an_edit_and_the_history_keeps_it(twice: Program) -> None:
    """Also one that no command had seen."""
    before = twice.hashes()
    twice.write("drafts/three/sections/02-two.md", "Mine.\n")
    result = twice("undo", "three.yaml")

    assert (
        "Your edit of section two is kept as its attempt @3.\n"
        "Taken back: your last edit.\n"
        "  two: @2 again; it was @3\n"
    ) == result.err.partition("Article")[0]
    assert before == twice.hashes()
    assert "Mine.\n" == twice("show", "three.yaml", "two@3").out


def test_undo_takes_back_all_that_one_generate_wrote(program: Program) -> None:
    """Also the first one: then nothing is written, and what was stays in the history."""
    program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q")
    before = program.hashes()
    result = program("undo", "three.yaml", "--json")

    assert 0 == result.code
    assert [("one", None, 1), ("two", None, 1), ("three", None, 1)] == [
        (item["id"], item["accepted"], item["was_accepted"]) for item in result.json["sections"]
    ]
    assert ["article.md"] == list(program.hashes())
    assert ["missing"] * 3 == [
        item["status"] for item in program("status", "three.yaml", "--json").json["sections"]
    ]
    assert 0 == program("undo", "three.yaml", "-q").code
    assert before == program.hashes()


def test_there_may_be_nothing_to_undo(program: Program) -> None:
    """In a draft that has no text yet."""
    program("generate", "three.yaml", "-m", program.tape())
    result = program("undo", "three.yaml")

    assert 2 == result.code
    assert "There is nothing to undo: nothing was accepted in this draft yet." in result.err


def test_both_tell_programs_what_they_did(twice: Program) -> None:
    """--json, and nothing else on stdout."""
    restored = twice("restore", "three.yaml", "two@1", "--json").json
    undone = twice("undo", "three.yaml", "--json").json

    assert ("two", 1, 2) == (restored["section"], restored["accepted"], restored["replaced"])
    assert "restore" == undone["undone"]
    assert [
        {"id": "two", "accepted": 2, "was_accepted": 1, "locked": False, "was_locked": False}
    ] == undone["sections"]


def test_an_edited_article_is_left_alone_by_both(twice: Program) -> None:
    """Where its edits cannot be taken over: exit 1, and the assembled one beside it."""
    article = twice.write("drafts/three/article.md", "All mine.\n")
    restored = twice("restore", "three.yaml", "two@1")
    undone = twice("undo", "three.yaml")

    assert (1, 1) == (restored.code, undone.code)
    assert "article is drafts/three/article.new.md. Your edits were not taken over: " in undone.err
    assert "All mine.\n" == article.read_text(encoding="utf-8")
