"""A locked section keeps its text whatever is asked, and every refusal says how to go on."""

from __future__ import annotations

import pytest

from tests.support.commands import TEXTS, THREE, Program, prose

REFUSED = [
    (("regenerate", "three.yaml", "two", "-m", "scripted:more.yaml"), "written anew"),
    (("regenerate", "three.yaml", "two", "--replace-edited", "--dry-run"), "written anew"),
    (("restore", "three.yaml", "two@1"), "restored"),
]


@pytest.fixture
def locked(twice: Program) -> Program:
    """Give a program with a locked section."""
    assert 0 == twice("lock", "three.yaml", "two", "-q").code
    twice.tape(prose(30, 4), name="more.yaml")
    return twice


def test_a_lock_says_how_to_open_it(twice: Program) -> None:
    """Twice is no error, and changes nothing."""
    first, second = twice("lock", "three.yaml", "2"), twice("lock", "three.yaml", "two", "--json")

    assert (0, 0) == (first.code, second.code)
    assert (
        'Section "two" is locked at @2. Unlock it with:\ngptoss-writer unlock three.yaml two\n'
    ) == first.err
    assert 'Section "two" is locked already.\n' == second.err
    assert (True, False) == (second.json["locked"], second.json["changed"])


@pytest.mark.parametrize(("command", "what"), REFUSED)
def test_commands_that_would_change_it_refuse(
    locked: Program, command: tuple[str, ...], what: str
) -> None:
    """Exit 2, the same bytes, and the cure."""
    before = locked.hashes()
    result = locked(*command)

    assert 2 == result.code
    assert (
        f'error: Section "two" is locked and was not {what}.\n'
        "  Unlock it first:\n"
        "  gptoss-writer unlock three.yaml two\n"
    ) == result.err
    assert before == locked.hashes()


def test_generate_passes_it_over_though_it_is_stale(locked: Program) -> None:
    """And says so, with what changed."""
    locked.write("three.yaml", THREE.replace("A grain is smaller.", "Grains are tiny."))
    before = locked.hashes()
    result = locked("generate", "three.yaml", "-m", locked.tape(TEXTS[0], TEXTS[2]))

    assert 0 == result.code
    assert (
        "Locked and left as it is: two (key points, model changed). To have it written again, "
        "use unlock first.\n"
    ) in result.err
    assert before == locked.hashes()
    lines = locked("status", "three.yaml").out.splitlines()

    assert [
        "  2  two    locked   30 of 30 words        Second",
        "            changed since: key points, model",
    ] == lines[1:3]


def test_undo_refuses_what_would_change_it(twice: Program) -> None:
    """A change before the lock stays; the lock itself can be taken back."""
    twice("lock", "three.yaml", "two", "-q")
    undone = twice("undo", "three.yaml")

    assert 0 == undone.code
    assert undone.err.startswith("Taken back: the last lock.\n  two: not locked any more\n")
    assert not twice("history", "three.yaml", "two", "--json").json["locked"]


def test_undo_of_an_edit_of_a_locked_section_is_refused(locked: Program) -> None:
    """A person's edit of its file is kept all the same."""
    locked.write("drafts/three/sections/02-two.md", "Mine.\n")
    result = locked("undo", "three.yaml")

    assert 2 == result.code
    assert "Your edit of section two is kept as its attempt @3.\n" in result.err
    assert 'Section "two" is locked and was not taken back.' in result.err
    assert "Mine.\n" == locked.section()


def test_edits_of_it_in_the_article_are_not_taken_over(locked: Program) -> None:
    """They wait in article.md until it is unlocked."""
    article = locked.folder / "drafts/three/article.md"
    article.write_text(article.read_text().replace(prose(30, 9), "Mine."), encoding="utf-8")
    refused = locked("assemble", "three.yaml")
    locked("unlock", "three.yaml", "two", "-q")
    taken = locked("assemble", "three.yaml")

    assert 1 == refused.code
    assert 'Your edits were not taken over: section "two" is locked.\n' in refused.err
    assert "  gptoss-writer unlock three.yaml two\n" in refused.err
    assert (0, "Mine.\n") == (taken.code, locked.section())


def test_unlocked_it_is_written_again(locked: Program) -> None:
    """As any other section."""
    result = locked("unlock", "three.yaml", "two")

    assert 'Section "two" is unlocked; generate may write it again if stale.\n' == result.err
    assert 0 == locked("regenerate", "three.yaml", "two", "-m", "scripted:more.yaml", "-q").code
    assert f"{prose(30, 4)}\n" == locked.section()


def test_what_has_no_text_is_not_locked(program: Program) -> None:
    """There is nothing to keep."""
    program("generate", "three.yaml", "-m", program.tape())
    result = program("lock", "three.yaml", "two")

    assert 2 == result.code
    assert 'Section "two" has no text yet, so there is nothing to lock.' in result.err


def test_a_lock_stays_with_its_section(locked: Program) -> None:
    """Wherever that moves in the outline, and while it is out of it."""
    one, two, three = (
        f"  - id: {part}" for part in THREE.partition("sections:\n")[2].split("  - id: ")[1:]
    )
    head = THREE.partition("sections:\n")[0] + "sections:\n"
    locked.write("three.yaml", head + one + three)
    locked("assemble", "three.yaml", "-q")
    locked.write("three.yaml", head + one + three + two)
    report = locked("status", "three.yaml", "--json").json

    assert ["fresh", "fresh", "locked"] == [item["status"] for item in report["sections"]]
