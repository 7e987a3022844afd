"""Only what is stale or missing is written; text follows its id, wherever that goes."""

from __future__ import annotations

import pytest

from tests.support.commands import LOW, TEXTS, THREE, Program, prose

HEAD, _, _REST = THREE.partition("  - id: one\n")
PARTS = {
    name: f"  - id: {name}\n{text}"
    for name, text in (
        (part.partition("\n")[0], part.partition("\n")[2]) for part in THREE.split("  - id: ")[1:]
    )
}


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    return program


def outline(*names: str) -> str:
    """Give the outline with these sections, in this order."""
    return HEAD + "".join(PARTS[name] for name in names)


def states(program: Program, *flags: str) -> dict[str, tuple[str, list[str]]]:
    """Give the status of every section, and what changed."""
    report = program("status", "three.yaml", "--json", *flags).json
    return {item["id"]: (item["status"], item["changed"]) for item in report["sections"]}


CHANGES = {
    "key points": (THREE.replace("A grain is smaller.", "Grains are tiny."), ["two"]),
    "evidence": (THREE.replace("Sand is many stones.", "Sand is stones."), ["two"]),
    "title": (THREE.replace("title: Second", "title: Other"), ["two"]),
    "word budget": (THREE.replace("words: 30", "words: 31"), ["two"]),
    "notes": (THREE.replace("title: Second", "title: Second\n    notes: Plainly."), ["two"]),
    "article's title": (THREE.replace("Small things", "Tiny things"), ["one", "two", "three"]),
    "strategy": (THREE + "strategy: {angle: Size.}\n", ["one", "two", "three"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_status_says_what_changed(taped: Program, name: str) -> None:
    """Of the sections that it concerns, and of no other."""
    text, concerned = CHANGES[name]
    taped.write("three.yaml", text)

    assert {
        section: ("stale", [name]) if section in concerned else ("fresh", [])
        for section in ("one", "two", "three")
    } == states(taped)


def test_settings_that_changed_are_named(taped: Program) -> None:
    """Those of the environment and the files count, as they would in the next run."""
    taped.write("gptoss-writer.toml", 'effort = "high"\nseed = 9\ntop_p = 0.5\n')
    taped.write("mine/house_rules.txt", "Write plainly.\n")

    assert {("stale", ("effort", "seed", "top-p"))} == {
        (status, tuple(changed)) for status, changed in states(taped).values()
    }
    assert {"prompt templates", "effort", "seed", "top-p"} == set(
        states(taped, "--prompts", "mine")["one"][1]
    )


def test_the_model_that_changed_is_named(taped: Program) -> None:
    """Where a run that was stopped had begun with another one."""
    taped("generate", "three.yaml", "-m", taped.tape(), "--stale", "keep", "-q")

    assert ("stale", ["model"]) == states(taped)["one"]


def test_a_dry_run_says_why(taped: Program) -> None:
    """In words, and for programs."""
    taped.write("three.yaml", CHANGES["key points"][0])
    plain = taped("generate", "three.yaml", "--dry-run").out
    report = taped("generate", "three.yaml", "--dry-run", "--json").json

    assert "  2  two: 30 words, stale (key points changed), " in plain
    assert [("two", "stale", ["key points"])] == [
        (item["id"], item["reason"], item["changed"]) for item in report["sections"]
    ]


def test_stale_sections_can_be_kept(taped: Program) -> None:
    """With --stale keep only what is missing is written."""
    added = CHANGES["key points"][0] + "  - {id: four, title: Fourth, words: 20}\n"
    taped.write("three.yaml", added)
    before = {name: value for name, value in taped.hashes().items() if "sections" in name}
    result = taped("generate", "three.yaml", "-m", taped.tape(prose(20, 7)), "--stale", "keep")

    assert 0 == result.code
    assert (
        "Stale and kept, as you asked: one, three (model changed); two (key points, model changed)."
    ) in result.err
    assert before.items() <= taped.hashes().items()
    assert f"{prose(20, 7)}\n" == taped.section("04-four")


def test_there_is_no_third_way_with_stale_sections(taped: Program) -> None:
    """The message names the two."""
    result = taped("generate", "three.yaml", "--stale", "maybe")

    assert (2, True) == (result.code, "Give one of: rewrite, keep." in result.err)


def test_a_section_that_failed_is_not_called_missing(program: Program) -> None:
    """It was tried; its attempts are in the history."""
    program("generate", "three.yaml", "-m", program.tape(TEXTS[0], "", "", "", TEXTS[2]))

    assert ("failed", []) == states(program)["two"]
    assert "  2  two    failed " in program("status", "three.yaml").out


def test_text_follows_its_id_when_sections_move(taped: Program) -> None:
    """Its file gets another number, and no byte is written again."""
    taped.write("three.yaml", outline("one", "three", "two"))
    result = taped("generate", "three.yaml")

    assert 0 == result.code
    assert [f"{text}\n" for text in (TEXTS[0], TEXTS[2], TEXTS[1])] == [
        taped.section(name) for name in ("01-one", "02-three", "03-two")
    ]
    assert {"fresh"} == {status for status, _changed in states(taped).values()}


def test_an_edit_moves_with_its_section(taped: Program) -> None:
    """Also where it was not seen before the order changed."""
    taped.write("drafts/three/sections/02-two.md", "Mine \r\n")
    taped.write("three.yaml", outline("one", "three", "two"))
    taped("assemble", "three.yaml", "-q")

    assert "Mine \r\n" == taped.section("03-two")
    assert ("edited", []) == states(taped)["two"]


def test_a_section_that_comes_back_has_its_text(taped: Program) -> None:
    """Taken out of the outline and put in again: nothing is written."""
    taped.write("three.yaml", outline("one", "three"))
    gone = taped("generate", "three.yaml")
    taped.write("three.yaml", outline("one", "two", "three"))
    back = taped("generate", "three.yaml")

    assert (0, 0) == (gone.code, back.code)
    assert "Not in the outline any more, left as they are: two.\n" in gone.err
    assert "nothing to write" in back.err
    assert f"{TEXTS[1]}\n" == taped.section()


def test_a_new_section_is_all_that_is_written(taped: Program) -> None:
    """The others keep every byte."""
    taped.write("three.yaml", THREE + "  - {id: four, title: Fourth, words: 20}\n")
    report = taped("generate", "three.yaml", "--dry-run", "--json").json

    assert (["four"], ["one", "two", "three"]) == (
        [item["id"] for item in report["sections"]],
        report["kept"],
    )


def test_another_id_is_another_section_and_the_message_says_how_to_keep_the_text(
    taped: Program,
) -> None:
    """Text goes by the id; one that was changed by mistake is easily put back."""
    taped.write("three.yaml", THREE.replace("id: two", "id: zwei"))
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert (
        "Not in the outline any more, left as they are: two.\n"
        "Text goes by a section's id: if you renamed two, give the new section the line id: two.\n"
    ) in result.err
