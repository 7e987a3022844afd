"""Edits of article.md go back to the sections they are in, or the article is left alone."""

from __future__ import annotations

import json

import pytest

from gptoss_writer.workspace.journal_events import Assembled, encode
from tests.support.commands import LOW, TEXTS, THREE, Program, prose

ARTICLE = "drafts/three/article.md"


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    return program


def edit(program: Program, old: str, new: str) -> str:
    """Replace a text in article.md as an editor would, and give what stands there then."""
    path = program.folder / ARTICLE
    text = path.read_bytes().decode()

    assert old in text
    path.write_bytes(text.replace(old, new).encode())
    return path.read_bytes().decode()


def article(program: Program) -> str:
    """Read article.md."""
    return (program.folder / ARTICLE).read_bytes().decode()


@pytest.mark.parametrize(
    ("name", "old", "new", "file"),
    [
        ("one", TEXTS[0], "Mine  \nand two.", "01-one"),
        ("two", TEXTS[1], "Mine.\n\n### Deeper\n\ne\u0301 \u200b\u00a0x \U0001f600", "02-two"),
        ("three", TEXTS[2] + "\n", "Mine", "03-three"),
    ],
)
def test_an_edit_goes_to_its_section(
    taped: Program, name: str, old: str, new: str, file: str
) -> None:
    """As an attempt by hand, in whichever section; the other files keep every byte."""
    before = taped.hashes()
    wanted = edit(taped, old, new)
    result = taped("assemble", "three.yaml")
    records = taped("history", "three.yaml", name, "--json").json["attempts"]

    assert 0 == result.code
    assert f"Your edit of {name} in article.md is kept as its attempt @2.\n" in result.err
    assert f"{new}\n" == taped.section(file)
    assert wanted.rstrip() == article(taped).rstrip()
    assert ("hand", 1, True) == (
        *(records[-1]["origin"], records[-1]["parent"]),
        records[-1]["accepted"],
    )
    assert {f"sections/{file}.md", "article.md"} == {
        path for path, value in taped.hashes().items() if before.get(path) != value
    }


def test_windows_newlines_survive_in_the_section(taped: Program) -> None:
    """An editor that ends all lines otherwise changes only the section that was edited."""
    path = taped.folder / ARTICLE
    text = article(taped).replace(TEXTS[1], "Mine  \nand two.").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert "Mine  \r\nand two.\r\n" == taped.section()
    assert f"{TEXTS[0]}\n" == taped.section("01-one")
    assert "## Second\n\nMine  \nand two.\n\n## Third" in article(taped)


def test_edits_of_several_sections_are_one_change(taped: Program) -> None:
    """Which undo takes back."""
    before = taped.hashes()
    edit(taped, TEXTS[0], "Mine.")
    edit(taped, TEXTS[2], "Mine too.")
    taped("assemble", "three.yaml", "-q")
    result = taped("undo", "three.yaml")

    assert result.err.startswith("Taken back: your last edit of article.md.\n")
    assert before == taped.hashes()


def test_blank_lines_alone_change_no_section(taped: Program) -> None:
    """There is nothing to keep, and the article is assembled as it was."""
    before = article(taped)
    edit(taped, "## Second\n\n", "## Second\n\n\n\n")
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert before == article(taped)
    assert 1 == taped.accepted()


def test_it_happens_before_anything_is_written(taped: Program) -> None:
    """An edited section is not written again, though the outline changed."""
    edit(taped, TEXTS[1], "Mine.")
    taped.write("three.yaml", THREE.replace("A grain is smaller.", "Grains are tiny."))
    result = taped("generate", "three.yaml", "-m", taped.tape(TEXTS[0], TEXTS[2]))

    assert 0 == result.code
    assert "Mine.\n" == taped.section()
    assert "Edited by hand and left as it is: two (key points changed)." in result.err


def test_regenerate_saves_it_and_refuses(taped: Program) -> None:
    """As it does with an edit of the section's file."""
    edit(taped, TEXTS[1], "Mine.")
    refused = taped("regenerate", "three.yaml", "two", "-m", taped.tape(prose(30, 4)))
    done = taped("regenerate", "three.yaml", "two", "--replace-edited", "-m", "scripted:tape.yaml")

    assert (2, 0) == (refused.code, done.code)
    assert f"{prose(30, 4)}\n" == taped.section()
    assert "Mine.\n" == taped("show", "three.yaml", "two@2").out


REFUSED = {
    "a heading": ("## Second\n", "## Mine\n", "its headings were changed"),
    "a new heading": (TEXTS[1], "## Mine\n\nText.", "its headings were changed"),
    "the title": ("# Small things\n", "# Mine\n", "its front matter or its title was changed"),
    "front matter": (
        "published: false",
        "published: true",
        "its front matter or its title was changed",
    ),
}


@pytest.mark.parametrize(("old", "new", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_belongs_to_no_section_is_left_alone(
    taped: Program, old: str, new: str, reason: str
) -> None:
    """Exit 1, the assembled article beside it, and what was in the way."""
    wanted = edit(taped, old, new)
    before = taped.section()
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert f"Your edits were not taken over: {reason}.\n" in result.err
    assert (wanted, before) == (article(taped), taped.section())
    assert (taped.folder / "drafts/three/article.new.md").is_file()


def test_a_section_that_changed_on_its_own_too_is_a_question(taped: Program) -> None:
    """Neither edit is preferred; both are kept."""
    edit(taped, TEXTS[1], "Mine in the article.")
    taped.write("drafts/three/sections/02-two.md", "Mine in the file.\n")
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert 'section "two" was edited there, and changed since it was assembled.\n' in result.err
    assert "Mine in the file.\n" == taped.section()
    assert "Mine in the article." in article(taped)


def test_the_same_edit_in_both_places_is_no_question(taped: Program) -> None:
    """It is made once."""
    edit(taped, TEXTS[1], "Mine.")
    taped.write("drafts/three/sections/02-two.md", "Mine.\n")
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert 2 == taped.accepted()


def test_a_section_that_left_the_outline_takes_no_edit(taped: Program) -> None:
    """Its text in the article stays where it is."""
    wanted = edit(taped, TEXTS[1], "Mine.")
    taped.write("three.yaml", THREE.replace("id: two", "id: zwei"))
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert (
        'Your edits were not taken over: section "two" is no longer in the outline.' in result.err
    )
    assert wanted == article(taped)


def test_titles_and_order_may_have_changed_meanwhile(taped: Program) -> None:
    """An edited article is compared with the one it was, and not with what the outline says now."""
    edit(taped, TEXTS[0], "Mine.")
    taped.write("three.yaml", THREE.replace("title: Third", "title: Last"))
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert "Mine.\n" == taped.section("01-one")
    assert "Mine.\n\n## Second\n" in article(taped)
    assert "## Last\n" in article(taped)


def test_status_tells_what_will_become_of_it(taped: Program) -> None:
    """Before anything is done, and without doing it."""
    edit(taped, TEXTS[1], "Mine.")
    before = taped.hashes()
    plain, report = taped("status", "three.yaml").out, taped("status", "three.yaml", "--json").json

    assert "  edited by hand; the next command that writes takes over: two\n" in plain
    assert {"sections": ["two"], "refused": None} == report["article_edits"]
    edit(taped, "## Third", "## Fourth")

    assert ("  edited by hand; the edits are not taken over: its headings were changed\n") in taped(
        "status", "three.yaml"
    ).out
    assert before.keys() == taped.hashes().keys()


def test_an_article_that_is_not_text_is_left_alone(taped: Program) -> None:
    """Whatever it is, it is not ours."""
    (taped.folder / ARTICLE).write_bytes(b"fine\n\xff\xfe")
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert "Your edits were not taken over: it is not UTF-8 text.\n" in result.err
    assert b"fine\n\xff\xfe" == (taped.folder / ARTICLE).read_bytes()


def test_an_article_of_an_earlier_version_is_left_alone(taped: Program) -> None:
    """Its journal does not say what it was assembled from."""
    journal = taped.folder / "drafts/three/journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    old = [{key: line[key] for key in line if key not in {"head", "parts"}} for line in lines]
    journal.write_text("".join(json.dumps(line) + "\n" for line in old))
    edit(taped, TEXTS[1], "Mine.")
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert "it is not known what it was assembled from" in result.err


def test_an_article_that_a_crash_kept_back_is_no_edit(taped: Program) -> None:
    """Where the journal names an article that was not written, edits belong to the one before."""
    again = taped.tape(prose(30, 4))
    kept = article(taped)
    taped("regenerate", "three.yaml", "two", "-m", again, "-q")
    (taped.folder / ARTICLE).write_bytes(kept.encode())
    edit(taped, TEXTS[0], "Mine.")
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert ("Mine.\n", f"{prose(30, 4)}\n") == (taped.section("01-one"), taped.section())
    assert prose(30, 4) in article(taped)


def test_an_edit_that_a_crash_cut_short_is_finished(taped: Program) -> None:
    """Sections that have their edit already are left as they are; the others get theirs."""
    wanted = edit(taped, TEXTS[0], "Mine.")
    taped("assemble", "three.yaml", "-q")
    journal = taped.folder / "drafts/three/journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    accepted = max(number for number, line in enumerate(lines) if b'"written"' in line)
    journal.write_bytes(b"".join(lines[: accepted + 1]))
    (taped.folder / ARTICLE).write_bytes(wanted.encode())
    edit(taped, TEXTS[2], "Mine too.")
    result = taped("assemble", "three.yaml")

    assert 0 == result.code
    assert [2, 1, 2] == [taped.accepted(name) for name in ("one", "two", "three")]


@pytest.mark.parametrize("part", ["two", "two@9"])
def test_a_base_that_is_damaged_is_none(taped: Program, part: str) -> None:
    """The article is compared with the one before that; where that is damaged too, left alone."""
    journal = taped.folder / "drafts/three/journal.jsonl"
    with journal.open("ab") as file:
        file.write(encode(Assembled("00", head="00", parts=(part,))) + b"\n")
    edit(taped, TEXTS[1], "Mine.")

    assert 0 == taped("assemble", "three.yaml").code

    with journal.open("ab") as file:
        for name in ("01", "02"):
            file.write(encode(Assembled(name, head="00", parts=(part,))) + b"\n")
    edit(taped, "Mine.", "Mine again.")
    result = taped("assemble", "three.yaml")

    assert 1 == result.code
    assert "it is not known what it was assembled from" in result.err
