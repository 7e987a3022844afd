"""`generate`: what is missing or stale is written, the rest keeps every byte."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.commands import BUDGETS, LOW, ROOT, TEXTS, THREE, Program, prose

OUTLINES = [
    ROOT / "outlines" / name for name in ("darwin-worms.yaml", "utf-8.yaml", "longitude.md")
]
"""Three of different make; tests/demo has all of them written."""
TOP = [
    *("schema_version", "workspace", "article", "model", "effort", "seed"),
    *("demo_sections", "sections", "totals"),
]
COSTS = [
    *("prompt_tokens", "cached_tokens", "evaluated_tokens"),
    *("analysis_tokens", "final_tokens", "seconds"),
]
STREET_BUDGETS = (120, 220, 240, 180, 120)
STEERED = ["rejected_tokens", "refused_ends", "resampled_sentences", "forced_ends"]
SECTION = [
    *("id", "title", "status", "budget_words", "words", "in_band", "attempts"),
    *(*COSTS, *STEERED),
]
TOTALS = ["budget_words", "words", *COSTS, *STEERED]


def statuses(report: dict[str, Any]) -> dict[str, str]:
    """Give the status of every section by id."""
    return {section["id"]: section["status"] for section in report["sections"]}


def generate(program: Program, model: Path | str, *more: str | Path) -> dict[str, Any]:
    """Generate the article of three.yaml and give the report."""
    result = program("generate", "three.yaml", "--model", model, *LOW, "--json", *more)

    assert 0 == result.code, result.err
    return result.json


def file_times(program: Program) -> dict[str, int]:
    """Give when each section file and the article were last written."""
    folder = program.folder / "drafts/three"
    paths = [*folder.glob("sections/*"), folder / "article.md"]
    return {path.name: path.stat().st_mtime_ns for path in paths}


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda path: path.name)
def test_the_example_outlines_become_articles(
    program: Program, quick_model: Path, outline: Path
) -> None:
    """An outline of outlines/ gives an article with front matter, H1 and its sections."""
    shutil.copy(outline, program.folder)
    result = program("generate", outline.name, "-m", quick_model, *LOW, "--json")
    report = result.json
    article = (program.folder / report["article"]).read_text(encoding="utf-8")
    front, _, body = article.removeprefix("---\n").partition("\n---\n")
    headings = [line for line in body.splitlines() if line.startswith(("# ", "## "))]
    titles = [section["title"] for section in report["sections"]]

    assert 0 == result.code
    assert ["title", "description", "tags", "published"] == list(yaml.safe_load(front))
    assert len(titles) == len(headings)  # the H1 stands where the introduction's would
    assert [f"## {title}" for title in titles[1:]] == headings[1:]
    assert {"accepted"} == set(statuses(report).values())


def test_the_report_has_the_promised_shape(program: Program, quick_model: Path) -> None:
    """Keys, order and kinds are those that other programs rely on."""
    report = generate(program, quick_model, "--seed", "5")

    assert TOP == list(report)
    assert 1 == report["schema_version"]
    assert str(Path("drafts/three")) == report["workspace"]
    assert str(Path("drafts/three/article.md")) == report["article"]
    assert {
        "name": "random weights",
        "path": str(quick_model),
        "architecture": "gpt-oss",
    } == report["model"]
    assert [] == report["demo_sections"]
    assert ("low", 5) == (report["effort"], report["seed"])
    assert TOTALS == list(report["totals"])
    for section in report["sections"]:
        assert SECTION == list(section)
        assert [str] * 3 == [type(section[key]) for key in ("id", "title", "status")]
        assert [int] * 2 == [type(section[key]) for key in ("budget_words", "words")]
        assert [bool, int] == [type(section[key]) for key in ("in_band", "attempts")]
        assert [*[int] * 5, float] == [type(section[key]) for key in COSTS]
    assert BUDGETS == {section["id"]: section["budget_words"] for section in report["sections"]}


def test_the_totals_add_up(program: Program, quick_model: Path) -> None:
    """Every total is the sum over the sections; cached and evaluated tokens make the prompt."""
    report = generate(program, quick_model)
    sections, totals = report["sections"], report["totals"]

    for key in TOTALS:
        assert pytest.approx(totals[key], abs=0.01) == sum(section[key] for section in sections)
    for costs in (*sections, totals):
        assert costs["prompt_tokens"] == costs["cached_tokens"] + costs["evaluated_tokens"]
    assert totals["cached_tokens"] > 0
    assert all(section["attempts"] in (1, 2, 3) for section in sections)


def test_running_again_keeps_everything(program: Program, quick_model: Path) -> None:
    """A second run spends no token and touches no file."""
    first = generate(program, quick_model)
    before, times = program.hashes(), file_times(program)
    second = generate(program, quick_model)

    assert {"one": "kept", "two": "kept", "three": "kept"} == statuses(second)
    assert before == program.hashes()
    assert times == file_times(program)
    assert [0, 0, 0, 0, 0, 0.0] == [second["totals"][key] for key in COSTS]
    assert first["totals"]["words"] == second["totals"]["words"]


def test_a_draft_remembers_model_and_settings(program: Program, quick_model: Path) -> None:
    """The second command needs nothing but the outline."""
    generate(program, quick_model, "--seed", "8")
    result = program("generate", "three.yaml", "--json")

    assert 0 == result.code
    assert (8, "low") == (result.json["seed"], result.json["effort"])
    assert "every section is up to date" in result.err


def test_a_changed_key_point_rewrites_its_section_alone(
    program: Program, quick_model: Path
) -> None:
    """The other sections keep their bytes and are not even written anew."""
    generate(program, quick_model)
    attempts = len(list(program.folder.glob("drafts/three/history/two/*.json")))
    before, times = program.hashes(), file_times(program)
    program.write("three.yaml", THREE.replace("A grain is smaller.", "A grain is tiny."))
    report = generate(program, quick_model)
    after, later = program.hashes(), file_times(program)

    assert {"one": "kept", "two": "accepted", "three": "kept"} == statuses(report)
    for name in ("sections/01-one.md", "sections/03-three.md"):
        assert before[name] == after[name]
        assert times[Path(name).name] == later[Path(name).name]
    assert attempts < len(list(program.folder.glob("drafts/three/history/two/*.json")))


@pytest.mark.parametrize(
    "more",
    [
        ("--seed", "2"),
        ("--effort", "medium", "--analysis-tokens", "20"),
        ("--temperature", "0.7"),
        ("--top-p", "0.9"),
        ("--top-k", "40"),
        ("--min-p", "0.1"),
    ],
    ids=lambda more: more[0],
)
def test_a_changed_setting_makes_every_section_stale(
    program: Program, more: tuple[str, ...]
) -> None:
    """The plan after the change lists all sections as stale, and nothing is kept."""
    generate(program, program.tape(*TEXTS))
    plan = program("generate", "three.yaml", *more, "--dry-run", "--json").json

    assert ["stale"] * 3 == [section["reason"] for section in plan["sections"]]
    assert [] == plan["kept"]


def test_another_model_makes_every_section_stale(
    program: Program, quick_model: Path, tiny_model: Path
) -> None:
    """So do other weights; the same file in another place does not."""
    generate(program, quick_model)
    copy = shutil.copy(quick_model, program.folder / "copy.gguf")
    moved = program("generate", "three.yaml", "-m", copy, "--dry-run", "--json").json
    other = program("generate", "three.yaml", "-m", tiny_model, "--dry-run", "--json").json

    assert [] == moved["sections"]
    assert ["stale"] * 3 == [section["reason"] for section in other["sections"]]


@pytest.mark.parametrize("change", ["title", "strategy", "templates"])
def test_what_all_sections_see_makes_all_of_them_stale(program: Program, change: str) -> None:
    """The article's title, its strategy and the prompt templates stand in every prompt."""
    generate(program, program.tape(*TEXTS))
    more: tuple[str, ...] = ()
    if change == "title":
        program.write("three.yaml", THREE.replace("Small things", "Smaller things"))
    elif change == "strategy":
        program.write("three.yaml", THREE + "strategy: {angle: From below.}\n")
    else:
        program.write("mine/house_rules.txt", "Write plainly.\n")
        more = ("--prompts", "mine")
    plan = program("generate", "three.yaml", *more, "--dry-run", "--json").json

    assert ["one", "two", "three"] == [section["id"] for section in plan["sections"]]


def test_what_changed_is_said(program: Program) -> None:
    """A run that rewrites everything says why."""
    generate(program, program.tape(*TEXTS))
    result = program(
        "generate", "three.yaml", "--seed", "2", "--effort", "medium", "--top-k", "9", "--json"
    )

    assert "Changed since the last run: effort low -> medium, seed 1 -> 2, top_k 0 -> 9.\n" in (
        result.err
    )


def test_a_dry_run_writes_nothing_and_loads_no_weights(program: Program, quick_model: Path) -> None:
    """It is told by the plan; the folder stays as it was, and so does a draft."""
    before = sorted(program.folder.rglob("*"))
    result = program("generate", "three.yaml", "-m", quick_model, "--dry-run")

    assert 0 == result.code
    assert before == sorted(program.folder.rglob("*"))
    assert "Loading" not in result.err
    assert "  2  two: 30 words, missing, " in result.out
    assert "To write: 3 sections, 70 words. Kept: 0." in result.out

    generate(program, quick_model)
    files = {path: path.stat().st_mtime_ns for path in program.folder.rglob("*")}
    result = program("generate", "three.yaml", "--seed", "3", "--dry-run")

    assert files == {path: path.stat().st_mtime_ns for path in program.folder.rglob("*")}
    assert "two: 30 words, stale" in result.out


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_warnings_of_the_linter_are_mentioned_in_one_line(
    program: Program, quick_model: Path, more: tuple[str, ...]
) -> None:
    """Whoever generates learns that check has something to say, with the command that shows it."""
    model = ("-m", quick_model, *LOW)
    line = "The linter has 6 warnings about this outline; see them with: gptoss-writer check "
    program.write("my three.yaml", THREE)
    said = program("generate", "my three.yaml", *model, *more).err.splitlines()
    quiet = program("generate", "my three.yaml", *model, *more, "-q").err

    assert f"{line}'my three.yaml'" == said[0]
    assert "linter" not in quiet


def test_ignored_codes_are_not_mentioned(program: Program, quick_model: Path) -> None:
    """What the outline has the linter leave out is left out here too, in reading as well."""
    program.write("three.yaml", THREE + "lint: {ignore: [ol203, OL210, OL211]}\n")
    outline = "## Shores (90 words)\n- The sea rose.\n\n**Mood:** very\n"
    program.write("two.md", f"---\ntitle: Two\nlint: {{ignore: [OL031, OL211]}}\n---\n{outline}")
    model = ("-m", quick_model, *LOW)

    assert "linter" not in program("generate", "three.yaml", *model, "--dry-run").err
    assert "" == program("generate", "two.md", *model, "--dry-run").err


def test_a_dry_run_knows_edits_that_no_run_has_seen_yet(program: Program) -> None:
    """A section that was edited by hand is not listed, whatever else changed."""
    generate(program, program.tape(*TEXTS))
    program.write("drafts/three/sections/02-two.md", "My own words.\n")
    plan = program("generate", "three.yaml", "--seed", "2", "--dry-run", "--json").json

    assert ["two"] == plan["kept"]


def test_the_same_seed_gives_the_same_bytes(program: Program, quick_model: Path) -> None:
    """Two drafts with one seed are equal, section by section; another seed gives other text."""
    for folder, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        generate(program, quick_model, "--seed", seed, "--workspace", folder)
    first, same, other = (program.hashes(below=folder) for folder in "abc")

    assert first == same
    assert all(first[name] != other[name] for name in first)


def test_the_words_of_a_tape_are_the_article(program: Program) -> None:
    """What the model says is what stands in sections/ and in the article, under its headings."""
    report = generate(program, program.tape(*TEXTS))
    article = (program.folder / "drafts/three/article.md").read_text(encoding="utf-8")

    assert [20, 30, 20] == [section["words"] for section in report["sections"]]
    assert all(section["in_band"] for section in report["sections"])
    assert (
        "---\n"
        'title: "Small things"\n'
        'description: "What is small, in three steps."\n'
        "tags: [small, things]\n"
        "published: false\n"
        "---\n\n"
        "# Small things\n\n"
        f"{TEXTS[0]}\n\n## Second\n\n{TEXTS[1]}\n\n## Third\n\n{TEXTS[2]}\n"
    ) == article


def test_two_outlines_of_one_name_do_not_share_a_draft(program: Program) -> None:
    """A folder that holds another outline's draft is refused, and stays as it is."""
    generate(program, program.tape(*TEXTS))
    before = program.hashes()
    program.write("other/three.yaml", "title: Else\nsections: [{title: Alone, words: 20}]\n")
    result = program("generate", "other/three.yaml", "-m", program.tape(prose(20)))

    assert 2 == result.code
    assert (
        "error: The draft in drafts/three is that of another outline, three.yaml.\n"
        "  Give this outline a folder of its own with --workspace.\n"
    ) == result.err
    assert before == program.hashes()


def test_an_imported_outline_goes_on_with_its_draft(program: Program) -> None:
    """The YAML made from a Markdown outline is the same outline: nothing is stale."""
    shutil.copy(ROOT / "outlines/broad-street.md", program.folder / "street.md")
    texts = [prose(words, place) for place, words in enumerate(STREET_BUDGETS)]
    tape = program.tape(*texts)
    first = program("generate", "street.md", "-m", tape, "--json")
    program("import", "street.md", "-o", "street.yaml")
    second = program("generate", "street.yaml", "--json")

    assert {"accepted"} == set(statuses(first.json).values())
    assert {"kept"} == set(statuses(second.json).values())
