"""Your words are safe: what was edited by hand survives every command."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import LOW, TEXTS, THREE, Program, prose

EDITS = {
    "plain": b"My own words.\n",
    "dos": b"One line\r\nand another\r\n",
    "spaces": b"A hard break  \nstands here.\t \n\n\n",
    "odd": "e\u0301 \u200bzero\u00a0width \U0001f600 \u202b\n".encode(),
    "no newline": b"It just ends",
    "empty": b"",
    "heading": b"# A heading of mine\n\n---\n\ntext: [link](x)\n",
}


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    return program


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("change", ["nothing", "outline", "settings"])
def test_an_edited_section_keeps_its_bytes(taped: Program, edit: bytes, change: str) -> None:
    """Whatever else changes, `generate` and `assemble` leave it alone, and keep it on record."""
    file = taped.folder / "drafts/three/sections/02-two.md"
    file.write_bytes(edit)
    more: tuple[str, ...] = ("-m", taped.tape(TEXTS[0], TEXTS[2]))
    if change == "outline":
        taped.write("three.yaml", THREE.replace("A grain is smaller.", "Grains are tiny."))
    elif change == "settings":
        more = (*more, "--seed", "2")
    assembled = taped("assemble", "three.yaml")
    generated = taped("generate", "three.yaml", *more)
    history = taped.folder / "drafts/three/history/two"

    assert "Your edit of section two is kept as its attempt @2.\n" in assembled.err
    assert 0 == generated.code, generated.err
    assert edit == file.read_bytes()
    assert edit == (history / "0002.md").read_bytes()
    assert "hand" == json.loads((history / "0002.json").read_bytes())["origin"]
    assert not (history / "0003.md").exists()


def test_an_edit_stands_in_the_article(taped: Program) -> None:
    """The assembled article has the person's words in the section's place."""
    taped.write("drafts/three/sections/02-two.md", "My own words.\n")
    taped("assemble", "three.yaml", "-q")
    article = (taped.folder / "drafts/three/article.md").read_text(encoding="utf-8")

    assert f"## Second\n\nMy own words.\n\n## Third\n\n{TEXTS[2]}\n" in article


def test_an_edited_article_is_left_alone(taped: Program) -> None:
    """The new one goes beside it, the exit code says that something needs an eye."""
    article = taped.write("drafts/three/article.md", "All mine.\n")
    result = taped("assemble", "three.yaml")
    beside = taped.folder / "drafts/three/article.new.md"

    assert 1 == result.code
    assert (
        "Article: drafts/three/article.new.md\n"
        "Words: 70 of 70 (ratio 1.00), 3 of 3 sections within ±10 %; mean S_l 100.0\n"
        "Quotations: none of four words or more; attribution: 0 wrong\n"
        "Facts: every number, date and name is in the outline; key points: 0%; "
        "evidence: 0 of 1 used; 1 unused\n"
        "Findings: 2 warnings, 1 note. See them with:\n"
        "gptoss-writer check drafts/three/article.new.md --against three.yaml\n"
        "error: drafts/three/article.md was edited by hand and stays as it is; the assembled "
        "article is drafts/three/article.new.md. Your edits were not taken over: its front matter "
        "or its title was changed.\n"
        "  Title and front matter come from the outline: change them there, put them back in "
        "article.md, and assemble again; or delete article.md once your edits are in sections/.\n"
    ) == result.err
    assert "All mine.\n" == article.read_text(encoding="utf-8")
    assert TEXTS[1] in beside.read_text(encoding="utf-8")


def test_generate_leaves_an_edited_article_alone_too(taped: Program) -> None:
    """It writes what is stale, and says where the article went."""
    article = taped.write("drafts/three/article.md", "All mine.\n")
    taped.write("three.yaml", THREE.replace("A grain is smaller.", "Grains are tiny."))
    result = taped("generate", "three.yaml", "-m", taped.tape(TEXTS[0], prose(30, 9), TEXTS[2]))

    assert 1 == result.code
    assert "Your edits of article.md cannot be taken over: its front matter" in result.err
    assert "All mine.\n" == article.read_text(encoding="utf-8")
    assert prose(30, 9) in (taped.folder / "drafts/three/article.new.md").read_text(
        encoding="utf-8"
    )


def test_an_earlier_attempt_can_be_put_back(taped: Program) -> None:
    """Copying it over the section's file is enough; no new attempt is made of it."""
    taped("regenerate", "three.yaml", "two", "-m", taped.tape(prose(30, 9)))
    history = taped.folder / "drafts/three/history/two"
    file = taped.folder / "drafts/three/sections/02-two.md"
    file.write_bytes((history / "0001.md").read_bytes())
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert "Section two has the text of an earlier attempt, as its file does.\n" in result.err
    assert f"{TEXTS[1]}\n" == file.read_text(encoding="utf-8")
    assert 2 == len(list(history.glob("*.json")))


def test_a_deleted_section_file_comes_back(taped: Program) -> None:
    """The accepted text is restored from the history."""
    file = taped.folder / "drafts/three/sections/02-two.md"
    file.unlink()
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert "The file of section two was missing and is restored.\n" in result.err
    assert f"{TEXTS[1]}\n" == file.read_text(encoding="utf-8")


def test_a_section_that_left_the_outline_keeps_its_file(taped: Program) -> None:
    """It is out of the article, and said to be."""
    taped.write("three.yaml", THREE.replace("id: two", "id: zwei"))
    result = taped("generate", "three.yaml", "-m", taped.tape(TEXTS[0], prose(30, 9), TEXTS[2]))

    assert 0 == result.code
    assert "Not in the outline any more, left as they are: two.\n" in result.err
    assert [
        *("sections/01-one.md", "sections/02-two.md", "sections/02-zwei.md", "sections/03-three.md")
    ] == [name for name in taped.hashes() if name.startswith("sections/")]


def test_an_edit_that_is_not_text_stops_the_command(taped: Program) -> None:
    """Nothing is changed, and the message says where the byte is."""
    file = taped.folder / "drafts/three/sections/02-two.md"
    file.write_bytes(b"fine\n\xff\xfe")
    before = taped.hashes()
    result = taped("assemble", "three.yaml")

    assert 10 == result.code
    assert "02-two.md is not UTF-8 text: byte 0xFF at offset 5, line 2." in result.err
    assert before == taped.hashes()
