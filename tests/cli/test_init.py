"""`init` and `schema`: a first outline, and what editors know of it."""

from __future__ import annotations

import json

import pytest

from gptoss_writer.outline.reading import load_outline
from gptoss_writer.outline.schema import outline_schema
from tests.support.commands import LOW, Program, prose


def test_the_starter_is_clean(program: Program) -> None:
    """There is nothing to mend in it, not even a note, and it names its schema."""
    made = program("init")
    result = program("check", "outline.yaml", "--verbose", "--strict")
    first = (program.folder / "outline.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert (0, "") == (made.code, made.out)
    assert (
        "outline.yaml: an outline to change; it works as it is.\n"
        "outline.schema.json: what editors need to complete and check it.\n"
        "Look at it with:\n"
        "gptoss-writer check outline.yaml\n"
    ) == made.err
    assert (0, "No problems found.\n") == (result.code, result.err)
    assert "# yaml-language-server: $schema=outline.schema.json" == first
    assert (program.folder / "outline.schema.json").is_file()


def test_the_starter_generates(program: Program) -> None:
    """Without a change an article comes out."""
    program("init", "worms")
    outline = load_outline(program.folder / "worms.yaml")
    quote = next(item for section in outline.sections for item in section.quotations).quote
    texts = [prose(section.words, take) for take, section in enumerate(outline.sections)]
    texts[1] = f'"{quote}" {prose(200 - len(quote.split()), 7)}'
    result = program("generate", "worms.yaml", "-m", program.tape(*texts), *LOW, "-q")

    assert 0 == result.code, result.err
    assert "## The Piano and the Worms" in (program.folder / "drafts/worms/article.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("name", ["three", "three.yaml", "./three.yaml"])
def test_nothing_is_replaced(program: Program, name: str) -> None:
    """An outline that is there stays."""
    before = (program.folder / "three.yaml").read_bytes()
    result = program("init", name)

    assert 2 == result.code
    assert "exists and was not replaced.\n  Give init another name.\n" in result.err
    assert before == (program.folder / "three.yaml").read_bytes()


def test_a_strange_schema_is_kept(program: Program) -> None:
    """A file of that name which is not ours stays; ours is brought up to date."""
    program.write("outline.schema.json", "{}")
    kept = program("init", "one")
    theirs = (program.folder / "outline.schema.json").read_text(encoding="utf-8")
    program.write("outline.schema.json", json.dumps({"$id": outline_schema()["$id"]}))
    program("init", "two")
    ours = (program.folder / "outline.schema.json").read_text(encoding="utf-8")

    assert "outline.schema.json is another file and was kept" in kept.err
    assert ("{}", outline_schema()) == (theirs, json.loads(ours))


@pytest.mark.parametrize("name", ["", "nowhere/tides", "."])
def test_names_that_cannot_be(program: Program, name: str) -> None:
    """The message says what is wrong."""
    result = program("init", name)

    assert (2, "") == (result.code, result.out)
    assert result.err.startswith("error: ")


def test_the_schema_is_printed(program: Program) -> None:
    """As JSON, on stdout."""
    result = program("schema")

    assert (0, "") == (result.code, result.err)
    assert outline_schema() == result.json
