"""Nothing outside a draft is read or written through it, whatever is planted or asked for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.support.commands import LOW, TEXTS, Program, prose
from tests.support.workspaces import files_of

COMMANDS = (
    ("assemble",),
    ("restore", "two@1"),
    ("undo",),
    ("lock", "two"),
    ("unlock", "two"),
    ("regenerate", "one"),
    ("generate",),
    ("status",),
    ("show", "two"),
)
PLACES = (
    "workspace.json",
    "journal.jsonl",
    "article.md",
    "article.scorecard.json",
    "article.provenance.json",
    "article.new.md",
    ".lock",
    "sections",
    "sections/02-two.md",
    "history",
    "history/two",
    "history/two/0001.md",
    "history/two/0001.json",
    "cache",
    "cache/model.txt",
)
TITLES = (
    "..",
    "/etc/x",
    "C:\\x",
    "CON",
    "x" * 300,
    "\N{CRAB}\N{CRAB}",
    "Caf\u00e9",
    "Cafe\u0301",
    "Twin",
    "twin",
    "a/b",
    "-",
    "$(touch x)",
)


@pytest.mark.parametrize("place", PLACES)
def test_links_in_a_draft_are_not_followed(twice: Program, tmp_path: Path, place: str) -> None:
    """Every command leaves what a link points to as it is, byte for byte."""
    draft, outside = twice.folder / "drafts/three", tmp_path / "outside"
    tape = twice.tape(*(prose(30, take) for take in range(20, 29)), name="more.yaml")
    planted, target = draft / place, outside / Path(place).name
    outside.mkdir()
    if planted.exists():
        shutil.move(planted, target)
    else:
        target.write_text("theirs\n", encoding="utf-8")
    planted.symlink_to(target)
    before = files_of(outside)
    for name, *words in COMMANDS:
        more = ["-m", tape] if name in {"generate", "regenerate"} else []
        result = twice(name, "three.yaml", *words, *more)

        assert result.code in {0, 1, 2, 3, 10, 13}, result.err

    assert before == files_of(outside)


def test_titles_never_become_places(program: Program) -> None:
    """Whatever the titles, files are named by ids, and stand in the draft."""
    sections = [{"title": title, "words": 20} for title in TITLES]
    outline = {"title": "../../etc/passwd", "sections": sections}
    program.write("titles.yaml", yaml.safe_dump(outline, allow_unicode=True))
    tape = program.tape(*(prose(20, take) for take in range(3 * len(TITLES))))
    before = set(program.folder.parent.rglob("*"))
    result = program("generate", "titles.yaml", "-m", tape, *LOW)
    draft = program.folder / "drafts/titles"
    names = sorted(path.name for path in (draft / "sections").iterdir())
    made = set(program.folder.parent.rglob("*")) - before
    home = program.folder.parent / "home"

    assert result.code in {0, 3}, result.err
    assert len(TITLES) == len(names)
    assert all(re.fullmatch(r"[0-9]{2}-[a-z0-9][a-z0-9-]{0,63}\.md", name) for name in names)
    assert {draft.parent, draft} <= made
    assert not [
        path
        for path in made
        if not path.is_relative_to(draft.parent) and not path.is_relative_to(home)
    ]


@pytest.mark.parametrize("section_id", ["..", "/etc/x", "C:\\x", "CON", "e\u0301", "a" * 65, "A"])
def test_ids_that_are_no_names_are_refused(program: Program, section_id: str) -> None:
    """An id that could be a place is an error of the outline, before a draft is begun."""
    sections = [{"id": section_id, "title": "One", "words": 20}]
    program.write("ids.yaml", yaml.safe_dump({"title": "T", "sections": sections}))
    result = program("generate", "ids.yaml", "-m", program.tape(*TEXTS))

    assert (2, "") == (result.code, result.out)
    assert "ids.yaml:" in result.err
    assert not (program.folder / "drafts").exists()
