"""`verify` tells what of a draft does not fit together, and mends what can be mended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.engine.llama.header import read_header
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.records import ModelUsed
from gptoss_writer.workspace.workspace import Workspace
from tests.support.commands import LOW, TEXTS, THREE, Program, prose
from tests.support.version_1 import FOLDER, a_draft_of_version_1, with_version
from tests.support.workspaces import files_of

DRAFT = Path("drafts/three")
Damage = Callable[[], object]


def problems(program: Program, *flags: str) -> dict[str, str]:
    """Verify as JSON and give the kind of each problem by its place."""
    report = program("verify", "three.yaml", "--json", *flags).json
    return {problem["where"]: problem["kind"] for problem in report["problems"]}


def cut(path: str, size: int) -> None:
    """Cut bytes from the end of a file of the draft."""
    file = DRAFT / path
    file.write_bytes(file.read_bytes()[:-size])


@pytest.fixture
def draft(program: Program) -> Program:
    """Give a finished draft of which nothing is stale; its second section was written twice."""
    assert 0 == program("generate", "three.yaml", "-m", program.tape(*TEXTS), *LOW, "-q").code
    again = program.tape(prose(30, 9), name="again.yaml")
    flags = ("-m", again, "--because", "too salesy", "-q")
    assert 0 == program("regenerate", "three.yaml", "two", *flags).code
    return program


def test_a_whole_draft_is_well(draft: Program) -> None:
    """It says so in two lines, and changes no byte and takes no lock."""
    before = files_of(DRAFT)
    with Workspace.open(DRAFT).lock():
        result = draft("verify", "three.yaml")

    assert 0 == result.code, result
    assert result.out == (
        "Looked at in drafts/three: 3 sections, 4 attempts, the article, its receipt.\n"
        "All is well.\n"
    )
    assert before == files_of(DRAFT)


def test_the_report_has_the_promised_shape(draft: Program) -> None:
    """Keys and values are those of `found_json`."""
    assert draft("verify", "three.yaml", "--json").json == {
        "schema_version": 1,
        "workspace": "drafts/three",
        "verdict": "well",
        "sections": 3,
        "attempts": 4,
        "receipt": True,
        "repaired": [],
        "problems": [],
        "rerun": None,
    }


def test_an_edit_is_an_edit_and_no_damage(draft: Program) -> None:
    """It exits 1, and with --repair the edit is kept and the article has it."""
    (DRAFT / "sections/02-two.md").write_text("Sand is what I say.\n")
    result = draft("verify", "three.yaml")

    assert 1 == result.code
    assert "changed  sections/02-two.md\n         You edited it." in result.out
    assert "gptoss-writer assemble three.yaml" in result.err
    assert 0 == draft("verify", "three.yaml", "--repair").code
    assert "Sand is what I say." in (DRAFT / "article.md").read_text()
    assert "Sand is what I say.\n" == (DRAFT / "history/two/0003.md").read_text()


def test_an_edit_of_the_article_is_named_with_its_section(draft: Program) -> None:
    """And goes there with the next command that writes."""
    path = DRAFT / "article.md"
    path.write_text(path.read_text().rstrip("\n") + " And mine.\n")
    result = draft("verify", "three.yaml")

    assert 1 == result.code
    assert "takes the edits over to three." in result.out


def test_an_article_that_stays_a_persons_is_told_of_once(draft: Program) -> None:
    """The assembled one stands beside it; no repair is offered, for there is none."""
    path = DRAFT / "article.md"
    path.write_text(path.read_text().replace("## Second", "## Other"))
    assert 1 == draft("restore", "three.yaml", "two@1").code
    result = draft("verify", "three.yaml")

    assert {"article.md": "change", "article.new.md": "note"} == problems(draft)
    assert "The edits cannot go to the sections: its headings were changed." in result.out
    assert "--repair" not in result.err


@pytest.mark.parametrize(
    ("damage", "where", "kind"),
    [
        ((DRAFT / "history/two/0002.md").unlink, "history/two/0002.md", "damage"),
        (lambda: cut("history/two/0002.md", 9), "history/two/0002.md", "damage"),
        ((DRAFT / "history/two/0002.json").unlink, "history/two/0002.json", "damage"),
        (lambda: cut("history/two/0002.json", 9), "history/two/0002.json", "damage"),
        ((DRAFT / "sections/02-two.md").unlink, "sections/..-two.md", "change"),
        (lambda: cut("sections/02-two.md", 9), "sections/02-two.md", "change"),
        ((DRAFT / "article.md").unlink, "article.md", "change"),
        ((DRAFT / "article.receipt.json").unlink, "article.receipt.json", "change"),
        (lambda: cut("article.receipt.json", 30), "article.receipt.json", "change"),
        (lambda: cut("journal.jsonl", 9), "article.md", "change"),
        ((DRAFT / ".x.gptoss-writer-tmp").touch, ".x.gptoss-writer-tmp", "note"),
    ],
)
def test_what_is_gone_is_named_and_put_back(
    draft: Program, damage: Damage, where: str, kind: str
) -> None:
    """Afterwards texts, article and receipt are the same bytes, and all is well."""
    before = draft.hashes()
    damage()

    assert kind == problems(draft)[where]
    result = draft("verify", "three.yaml")
    assert {"damage": 10, "change": 1, "note": 0}[kind] == result.code, result

    assert 0 == draft("verify", "three.yaml", "--repair").code
    assert before == draft.hashes()
    assert {} == problems(draft)
    assert 0 == draft("assemble", "three.yaml").code


def test_what_stood_in_the_place_of_a_mended_file_is_kept(draft: Program) -> None:
    """A person may have written into the history; those bytes go beside it."""
    (DRAFT / "history/two/0002.md").write_text("Not there, but mine.\n")
    result = draft("verify", "three.yaml", "--repair")

    assert 0 == result.code, result
    assert "Not there, but mine.\n" == (DRAFT / "history/two/0002.found.md").read_text()
    assert "What stood there is history/two/0002.found.md." in result.out


def test_a_text_that_only_the_article_has_is_found_there(draft: Program) -> None:
    """By its hash, so that it is the same bytes."""
    before = draft.hashes()
    for path in ("history/two/0002.md", "sections/02-two.md"):
        (DRAFT / path).unlink()

    assert 0 == draft("verify", "three.yaml", "--repair").code
    assert before == draft.hashes()


def test_a_repair_that_would_not_help_is_not_offered(draft: Program) -> None:
    """A receipt is made with the article, and this one stays a person's for now."""
    article = DRAFT / "article.md"
    article.write_text(article.read_text().replace("## Second", "## Mine"))
    (DRAFT / "article.receipt.json").write_text("{")
    result = draft("verify", "three.yaml")

    assert 1 == result.code
    assert "article.receipt.json" in result.out
    assert "--repair" not in result.out + result.err


def test_a_folder_in_the_history_is_in_nobodys_way(draft: Program) -> None:
    """What is lost is looked for in files."""
    (DRAFT / "history/two/notes").mkdir()
    (DRAFT / "history/two/0002.md").unlink()

    assert 0 == draft("verify", "three.yaml", "--repair").code
    assert (DRAFT / "history/two/0002.md").exists()


def test_a_text_that_is_nowhere_blocks_nothing_after_a_repair(draft: Program) -> None:
    """The section counts as not written; the file can still be put back and restored."""
    text = (DRAFT / "history/two/0002.md").read_bytes()
    for path in ("history/two/0002.md", "sections/02-two.md", "article.md"):
        (DRAFT / path).unlink()

    assert 10 == draft("assemble", "three.yaml").code
    result = draft("verify", "three.yaml", "--repair")
    assert 10 == result.code
    assert "Put the file back from a copy." in result.out
    assert "nowhere in the draft any more" in result.out
    assert 0 == draft("restore", "three.yaml", "two@1").code
    (DRAFT / "history/two/0002.md").write_bytes(text)
    assert 0 == draft("restore", "three.yaml", "two@2").code
    assert {} == problems(draft)


def test_a_damaged_line_of_the_journal_is_taken_out_and_kept(draft: Program) -> None:
    """What it said is told by the section files; the journal as it was stays beside."""
    path, before = DRAFT / "journal.jsonl", draft.hashes()
    lines = path.read_bytes().splitlines(keepends=True)
    damaged = b"".join([*lines[:1], b"rubbish}\n", *lines[2:]])
    path.write_bytes(damaged)

    assert 10 == draft("status", "three.yaml").code
    assert {"journal.jsonl": "damage"} == problems(draft)
    assert 0 == draft("verify", "three.yaml", "--repair").code
    assert damaged == (DRAFT / "journal.found.jsonl").read_bytes()
    assert before == draft.hashes()
    assert {} == problems(draft)


def test_a_repair_says_that_locks_may_be_gone(draft: Program) -> None:
    """No other file tells which sections were locked, so a person has to look."""
    assert 0 == draft("lock", "three.yaml", "two").code
    path = DRAFT / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"event": "lock"', b'"event": "l\xffck"'))
    result = draft("verify", "three.yaml", "--repair")

    assert 0 == result.code, result
    words = " ".join(result.out.split())
    assert "but not which sections were locked: see status." in words


def test_a_changed_outline_is_named_with_what_is_stale(draft: Program) -> None:
    """The outline as a whole, and each section that it was changed for."""
    draft.write("three.yaml", THREE.replace("A stone is small.", "A stone is tiny."))
    result = draft("verify", "three.yaml")

    assert 1 == result.code
    assert "changed  outline" in result.out
    assert "changed  section one\n         Stale; changed since: key points" in result.out
    assert "gptoss-writer generate three.yaml" in result.err


def test_an_unwritten_draft_is_no_mismatch(program: Program) -> None:
    """What is not written yet is a note."""
    tape = program.tape(TEXTS[0])
    assert 14 == program("generate", "three.yaml", "-m", tape, *LOW, "-q").code

    assert "note" == problems(program)["section two"]


def test_a_draft_that_is_not_there(program: Program) -> None:
    """It exits 10, and says how to begin one, or that workspace.json is what is missing."""
    assert 10 == program("verify", "three.yaml").code
    program.write("drafts/three/journal.jsonl", "")
    result = program("verify", "three.yaml")

    assert 10 == result.code
    assert "workspace.json is missing" in result.err


def test_repair_needs_the_lock(draft: Program) -> None:
    """It exits 11 while another command writes."""
    with Workspace.open(DRAFT).lock():
        assert 11 == draft("verify", "three.yaml", "--repair").code


def test_a_tape_cannot_be_run_again(draft: Program) -> None:
    """Nor can a person; both are said to be not comparable, and no model is asked for."""
    (DRAFT / "sections/02-two.md").write_text("Sand is what I say.\n")
    draft("assemble", "three.yaml", "-q")
    report = draft("verify", "three.yaml", "--rerun", "--json").json

    assert [
        ("one", "not comparable", "A recorded tape wrote it, and no model."),
        ("two", "not comparable", "You wrote it."),
        ("three", "not comparable", "A recorded tape wrote it, and no model."),
    ] == [(item["section"], item["result"], item["reason"]) for item in report["rerun"]]


def test_what_a_model_wrote_it_writes_again(program: Program, quick_model: Path) -> None:
    """A first text, one written again, and a take that was chosen later: the same bytes."""
    flags = ("-m", quick_model, "-q")
    assert program("generate", "three.yaml", *flags, *LOW).code in {0, 3}
    program("regenerate", "three.yaml", "two", *flags, "--because", "too dry")
    program("regenerate", "three.yaml", "three", *flags, "--takes", "2", "--pick", "none")
    program("restore", "three.yaml", "three@2", "-q")
    before = files_of(DRAFT)
    result = program("verify", "three.yaml", "--rerun", "--json")

    assert {"same"} == {item["result"] for item in result.json["rerun"]}, result
    assert 3 == len(result.json["rerun"])
    assert before == files_of(DRAFT)


def test_what_is_not_what_the_model_writes_is_found(program: Program, quick_model: Path) -> None:
    """A record that says another seed leads to other bytes, or to no comparison at all."""
    program("generate", "three.yaml", "-m", quick_model, *LOW, "-q")
    text, record = DRAFT / "history/one/0001.md", DRAFT / "history/one/0001.json"
    changed = text.read_bytes().replace(b"e", b"a", 1)
    hashes = (digest(text.read_bytes()), digest(changed))
    for path in (record, DRAFT / "journal.jsonl"):
        path.write_text(path.read_text().replace(*hashes))
    text.write_bytes(changed)
    (DRAFT / "sections/01-one.md").write_bytes(changed)
    result = program("verify", "three.yaml", "--rerun")

    assert 1 == result.code
    assert "one @1: different. The same model wrote other bytes from the same prompt." in result.out
    assert "two @1: not comparable" in result.out or "two @1: the same bytes" in result.out


def test_a_model_that_is_missing_is_a_note_and_stops_a_rerun(
    program: Program, quick_model: Path
) -> None:
    """Without --rerun it exits 0, with it 12."""
    model = program.folder / "mine.gguf"
    model.write_bytes(quick_model.read_bytes())
    program("generate", "three.yaml", "-m", model, *LOW, "-q")
    model.unlink()

    assert {"model mine.gguf": "note"} == problems(program)
    assert 0 == program("verify", "three.yaml").code
    assert 12 == program("verify", "three.yaml", "--rerun").code


def test_another_model_of_that_name_is_a_change(program: Program, quick_model: Path) -> None:
    """It is known by its header."""
    model = program.folder / "mine.gguf"
    model.write_bytes(quick_model.read_bytes())
    program("generate", "three.yaml", "-m", model, *LOW, "-q")
    data = bytearray(model.read_bytes())
    data[-len(data) // 2 :] = bytes(len(data) // 2 + len(data) % 2)
    model.write_bytes(bytes(data))

    assert "change" == problems(program)["model mine.gguf"]


def test_a_model_that_the_draft_left_is_not_taken_for_the_one_it_has(
    program: Program, quick_model: Path
) -> None:
    """Its file was not looked for, so nothing is said against it."""
    model, other = program.folder / "mine.gguf", program.folder / "other.gguf"
    data = quick_model.read_bytes()
    model.write_bytes(data)
    other.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    program("generate", "three.yaml", "-m", model, *LOW, "-q")
    draft = Workspace.open(DRAFT)
    used = ModelUsed("other", str(other), read_header(other).fingerprint)
    with draft.lock():
        draft.update_settings(replace(draft.settings, model=used))

    assert "note" == problems(program)["model mine.gguf"]


def test_the_receipt_says_what_the_article_was_made_from(draft: Program) -> None:
    """The article's own hash, and of each section how it came about; no time and no path."""
    data = (DRAFT / "article.receipt.json").read_text()
    receipt = json.loads(data)
    two = receipt["sections"][1]

    assert draft.hashes()["article.md"] == receipt["article"]
    assert draft.hashes()["sections/02-two.md"] == two["sha256"]
    assert ("two", 2, "model", "too salesy") == (
        two["id"],
        two["attempt"],
        two["origin"],
        two["because"],
    )
    assert two["conditions"]["program"] == receipt["program"]
    assert str(draft.folder) not in data
    assert "made" not in two


def test_a_receipt_is_the_same_whenever_it_is_made(draft: Program) -> None:
    """Assembling again changes no byte of it."""
    before = (DRAFT / "article.receipt.json").read_bytes()
    (DRAFT / "article.receipt.json").unlink()
    draft("assemble", "three.yaml", "-q")

    assert before == (DRAFT / "article.receipt.json").read_bytes()


@pytest.fixture
def old(program: Program) -> Program:
    """Give a draft that an earlier version of the program wrote."""
    program.write("three.yaml", (FOLDER / "three.yaml").read_text())
    program.write("tape.yaml", (FOLDER / "tape.yaml").read_text())
    a_draft_of_version_1(program.folder / DRAFT)
    return program


READING = (
    ("status", "three.yaml"),
    ("show", "three.yaml", "two"),
    ("history", "three.yaml", "two"),
    ("diff", "three.yaml", "two", "@1", "@2"),
    ("verify", "three.yaml"),
)
WRITING = (
    ("generate", "three.yaml", "-m", "scripted:tape.yaml", *LOW),
    ("regenerate", "three.yaml", "two", "-m", "scripted:tape.yaml"),
    ("restore", "three.yaml", "two@1"),
    ("undo", "three.yaml"),
    ("lock", "three.yaml", "two"),
    ("assemble", "three.yaml"),
    ("verify", "three.yaml", "--repair"),
)


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_readers_leave_an_older_draft_as_it_is(old: Program, command: tuple[str, ...]) -> None:
    """They read it, and not one byte changes."""
    before = files_of(DRAFT)

    assert 0 == old(*command).code
    assert before == files_of(DRAFT)


@pytest.mark.parametrize("command", WRITING, ids=lambda command: " ".join(command[::2]))
def test_writers_bring_an_older_draft_to_this_format(
    old: Program, command: tuple[str, ...]
) -> None:
    """And then verify finds nothing wrong but what is stale."""
    assert 0 == old(*command).code
    assert 2 == json.loads((DRAFT / "workspace.json").read_bytes())["schema_version"]
    assert {
        name
        for name, kind in problems(old).items()
        if kind != "note" and name not in {"section two", "article.receipt.json"}
    } == set()


@pytest.mark.parametrize("command", [*READING, *WRITING], ids=lambda command: " ".join(command[:2]))
def test_a_newer_draft_is_refused_and_not_touched(old: Program, command: tuple[str, ...]) -> None:
    """By every command that reads and every one that writes: exit 10, and not one byte changes."""
    with_version(DRAFT, 3)
    before = files_of(DRAFT)
    result = old(*command)

    assert 10 == result.code
    assert "newer version of gptoss-writer (format 3; this one knows format 2)" in result.err
    assert before == files_of(DRAFT)


def test_a_record_of_a_newer_version_is_never_mended(draft: Program) -> None:
    """It is refused as a newer draft is."""
    path = DRAFT / "history/two/0001.json"
    path.write_bytes(path.read_bytes().replace(b'"schema_version": 2', b'"schema_version": 3'))
    before = files_of(DRAFT)
    result = draft("verify", "three.yaml", "--repair")

    assert 10 == result.code
    assert "newer version" in result.err
    assert before == files_of(DRAFT)


def test_takes_of_a_draft_may_be_chosen_later(draft: Program) -> None:
    """An attempt that was accepted long ago is no mismatch."""
    again = ("regenerate", "three.yaml", "two", "-m", draft.tape(prose(30, 4), name="b.yaml"))
    assert 0 == draft(*again, "-q").code
    assert 0 == draft("restore", "three.yaml", "two@1", "-q").code

    assert "damage" not in problems(draft).values()


@pytest.mark.parametrize("folder", ["sections", "history/two", "history"])
def test_a_folder_that_is_gone_is_made_again(draft: Program, folder: str) -> None:
    """What was in it comes back from the rest of the draft."""
    before = files_of(DRAFT)
    shutil.rmtree(DRAFT / folder)
    repaired = draft("verify", "three.yaml", "--repair")

    assert repaired.code in {0, 10}, repaired  # of another attempt only its folder had the text
    assert before["sections/02-two.md"] == files_of(DRAFT)["sections/02-two.md"]
    assert before["article.md"] == files_of(DRAFT)["article.md"]
    assert 0 == draft("assemble", "three.yaml").code


def test_what_is_not_written_yet_is_no_fault_of_the_article(program: Program) -> None:
    """A run that was killed is gone on with; nothing has to be mended."""
    program("generate", "three.yaml", "-m", program.tape(TEXTS[0]), *LOW, "-q")
    (DRAFT / "article.md").unlink(missing_ok=True)
    (DRAFT / "article.receipt.json").unlink(missing_ok=True)
    result = program("verify", "three.yaml")

    assert 0 == result.code
    assert "There is no assembled article yet." in result.out
    assert "--repair" not in result.out + result.err
