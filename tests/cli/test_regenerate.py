"""`regenerate`: one section again; the others keep every byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gptoss_writer.cli import opening
from gptoss_writer.engine.choose import EngineOptions, open_engine
from gptoss_writer.engine.interface import Engine
from gptoss_writer.engine.scripted import ScriptedEngine
from tests.support.commands import LOW, TEXTS, Program, Result, prose, sha256

OTHERS_MAY_CHANGE = ("history/", "journal.jsonl", ".lock", "cache/")


@pytest.fixture
def drafted(program: Program, quick_model: Path) -> Program:
    """Give a program whose three.yaml was written by a real model."""
    assert 0 == program("generate", "three.yaml", "-m", quick_model, *LOW, "-q").code
    return program


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    return program


def all_files(program: Program) -> dict[str, str]:
    """Hash every file of the draft but those that a regeneration is there to extend."""
    folder = program.folder / "drafts/three"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: sha256(path) for name, path in named.items() if not name.startswith(OTHERS_MAY_CHANGE)
    }


def text_of(program: Program, name: str = "02-two") -> str:
    """Read a section's file."""
    return (program.folder / f"drafts/three/sections/{name}.md").read_text(encoding="utf-8")


def last_record(program: Program, section: str = "two") -> dict[str, Any]:
    """Read the record of a section's last attempt."""
    path = max((program.folder / f"drafts/three/history/{section}").glob("*.json"))
    record = json.loads(path.read_bytes())
    assert isinstance(record, dict)
    return record


@pytest.mark.parametrize("name", ["two", "2"])
def test_one_section_and_the_article_change(drafted: Program, name: str) -> None:
    """By id or by number: every other file of the draft keeps its bytes.

    The scorecard is counts, and those of another text can be the same.
    """
    before = all_files(drafted)
    result = drafted("regenerate", "three.yaml", name, "--json")
    after = all_files(drafted)
    changed = {path for path in before | after if before.get(path) != after.get(path)}

    assert 0 == result.code, result.err
    assert ["kept", "accepted", "kept"] == [item["status"] for item in result.json["sections"]]
    reports = {"article.provenance.json", "article.receipt.json"}
    assert {"sections/02-two.md", "article.md", *reports} == changed - {"article.scorecard.json"}


def test_what_was_replaced_stays_in_the_history(taped: Program) -> None:
    """The first attempt keeps its bytes; the new one stands behind it."""
    assert 0 == taped("regenerate", "three.yaml", "2", "-m", taped.tape(prose(29, 9))).code
    history = taped.folder / "drafts/three/history/two"

    assert f"{TEXTS[1]}\n" == (history / "0001.md").read_text(encoding="utf-8")
    assert f"{prose(29, 9)}\n" == (history / "0002.md").read_text(encoding="utf-8")
    assert f"{prose(29, 9)}\n" == text_of(taped)


def test_the_reason_reaches_the_prompt_and_the_record(
    taped: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands behind --because is the last thing the model is told."""
    opened: list[Engine] = []

    def watched(model: str | Path, options: EngineOptions) -> Engine:
        opened.append(open_engine(model, options))
        return opened[-1]

    monkeypatch.setattr(opening, "open_engine", watched)
    reason = "too dry; name the <|end|> of it"
    result = taped(
        *("regenerate", "three.yaml", "two", "--because", f"  {reason} "),
        *("-m", taped.tape(prose(30, 9))),
    )
    engine = opened[0]
    assert isinstance(engine, ScriptedEngine)
    last_message = engine.requests[0].parts[-1][-1]

    assert 0 == result.code
    assert reason in last_message.content
    assert reason == last_record(taped)["because"]


def test_a_reason_of_blanks_is_none(taped: Program) -> None:
    """It adds no note to the prompt."""
    taped("regenerate", "three.yaml", "two", "--because", " \n ", "-m", taped.tape(prose(30)))

    assert "" == last_record(taped)["because"]


def test_a_named_seed_gives_the_same_text(drafted: Program) -> None:
    """--seed makes a regeneration repeatable, byte for byte."""
    texts = []
    for _ in range(2):
        drafted("regenerate", "three.yaml", "two", "--seed", "11", "-q")
        texts.append(text_of(drafted))

    assert texts[0] == texts[1]


def test_without_a_seed_each_call_draws_anew(drafted: Program) -> None:
    """Three calls, three texts, none of them the first draft's."""
    texts = [text_of(drafted)]
    for _ in range(3):
        drafted("regenerate", "three.yaml", "two", "-q")
        texts.append(text_of(drafted))

    assert 4 == len(set(texts))


@pytest.mark.parametrize("more", [(), ("--seed", "4"), ("--effort", "high"), ("--top-k", "5")])
def test_a_later_generate_keeps_the_new_text(taped: Program, more: tuple[str, ...]) -> None:
    """Whatever it was drawn with, it is not stale, and neither is any other section."""
    taped("regenerate", "three.yaml", "two", *more, "-m", taped.tape(prose(31, 9)))
    before = taped.hashes()
    result = taped("generate", "three.yaml", "-m", taped.tape(*TEXTS), "--json")

    assert ["kept"] * 3 == [section["status"] for section in result.json["sections"]]
    assert before == taped.hashes()


def test_a_regeneration_leaves_the_settings_of_the_draft(taped: Program) -> None:
    """Its own seed, effort and model are its own alone."""
    before = sha256(taped.folder / "drafts/three/workspace.json")
    other = taped.tape(prose(30, 9), name="other.yaml")
    taped("regenerate", "three.yaml", "two", "--seed", "9", "--effort", "high", "-m", other)

    assert before == sha256(taped.folder / "drafts/three/workspace.json")


def test_an_edited_section_is_refused(taped: Program) -> None:
    """Nobody's words are replaced unasked; the message says how to ask."""
    file = taped.write("drafts/three/sections/02-two.md", "My own words.\n")
    result = taped("regenerate", "three.yaml", "two", "-m", taped.tape(prose(30)))

    assert 2 == result.code
    assert (
        "Your edit of section two is kept as its attempt @2.\n"
        'error: Section "two" was edited by hand and was not written anew.\n'
        "  Add --replace-edited to do so; your text stays in drafts/three/history.\n"
    ) == result.err
    assert "My own words.\n" == file.read_text(encoding="utf-8")


def test_an_edited_section_is_replaced_when_asked_and_kept(taped: Program) -> None:
    """With --replace-edited the edit becomes an attempt of origin `hand`, and stays one."""
    taped.write("drafts/three/sections/02-two.md", "My own words.\n")
    result = taped(
        "regenerate", "three.yaml", "two", "--replace-edited", "-m", taped.tape(prose(30, 9))
    )
    history = taped.folder / "drafts/three/history/two"

    assert 0 == result.code
    assert f"{prose(30, 9)}\n" == text_of(taped)
    assert "My own words.\n" == (history / "0002.md").read_text(encoding="utf-8")
    assert "hand" == json.loads((history / "0002.json").read_bytes())["origin"]


def test_a_dry_run_refuses_an_edited_section_too(taped: Program) -> None:
    """It says what the real run would say, and changes nothing."""
    taped.write("drafts/three/sections/02-two.md", "My own words.\n")
    before = all_files(taped)
    result = taped("regenerate", "three.yaml", "two", "--dry-run")

    assert 2 == result.code
    assert "Add --replace-edited" in result.err
    assert before == all_files(taped)
    assert not (taped.folder / "drafts/three/history/two/0002.md").exists()


UNKNOWN = [
    ("tow", " Did you mean two?"),
    ("Three", " Did you mean three?"),
    ("4", ""),
    ("0", ""),
    ("", ""),
    ("../one", " Did you mean one?"),
]


@pytest.mark.parametrize(("name", "guess"), UNKNOWN)
def test_an_unknown_section_is_refused_with_those_there_are(
    taped: Program, name: str, guess: str
) -> None:
    """The message names them all, and the one that was probably meant."""
    before = all_files(taped)
    result = taped("regenerate", "three.yaml", name)

    assert 2 == result.code
    assert (
        f'error: The outline has no section "{name}".{guess}\n'
        "  Give a number from 1 to 3, or one of: one, two, three.\n"
    ) == result.err
    assert before == all_files(taped)


def test_a_section_can_be_the_first_to_be_written(program: Program) -> None:
    """In a draft that was begun and stopped at once, a section that has no text gets one."""
    program("generate", "three.yaml", "-m", program.tape())
    result = program("regenerate", "three.yaml", "two", "-m", program.tape(prose(30)))

    assert 0 == result.code
    assert "Not written yet: one, three.\n" in result.err
    assert f"{prose(30)}\n" == text_of(program)


def test_a_failed_regeneration_keeps_the_old_text(taped: Program) -> None:
    """Three empty attempts: exit 3, the text stays, and the message says how to go on."""
    before = all_files(taped)
    result = taped("regenerate", "three.yaml", "two", "-m", taped.tape("", "", ""))

    assert 3 == result.code
    assert tail(result, 3) == (
        "error: No acceptable text came for: two.\n"
        "  Draw again with:\n"
        "  gptoss-writer regenerate three.yaml two\n"
    )
    assert before == all_files(taped)


def tail(result: Result, lines: int) -> str:
    """Give the last lines on stderr."""
    return "".join(result.err.splitlines(keepends=True)[-lines:])
