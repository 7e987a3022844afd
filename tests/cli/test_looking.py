"""`show`, `status` and `assemble`: looking at a draft needs no model and changes nothing."""

from __future__ import annotations

import pytest

from tests.support.commands import LOW, TEXTS, THREE, Program, prose

THOUGHT = "First the stones, then the sand."


@pytest.fixture
def taped(program: Program) -> Program:
    """Give a program whose three.yaml was written from a tape, with reasoning in section two."""
    turns = [f"<|channel|>final<|message|>{text}<|return|>" for text in TEXTS]
    turns[1] = f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant{turns[1]}"
    assert 0 == program("generate", "three.yaml", "-m", program.raw_tape(*turns), *LOW, "-q").code
    (program.folder / "tape.yaml").unlink()
    return program


def test_show_prints_the_text_of_a_section(taped: Program) -> None:
    """The text on stdout, and nothing else anywhere."""
    for name in ("two", "2"):
        result = taped("show", "three.yaml", name)

        assert (0, f"{TEXTS[1]}\n", "") == (result.code, result.out, result.err)


def test_show_prints_an_edit_that_no_command_has_seen(taped: Program) -> None:
    """What stands in the file is what is shown; nothing is recorded by looking."""
    taped.write("drafts/three/sections/02-two.md", "My own words.\n")

    assert "My own words.\n" == taped("show", "three.yaml", "two").out
    assert not (taped.folder / "drafts/three/history/two/0002.md").exists()


def test_show_prints_the_reasoning(taped: Program) -> None:
    """What the model thought before the text that was accepted."""
    result = taped("show", "three.yaml", "two", "--reasoning")

    assert (0, f"{THOUGHT}\n", "") == (result.code, result.out, result.err)


def test_show_says_where_there_is_no_reasoning(taped: Program) -> None:
    """On stderr: stdout stays empty. A person's text has none either."""
    taped.write("drafts/three/sections/02-two.md", "My own words.\n")
    for name in ("one", "two"):
        result = taped("show", "three.yaml", name, "--reasoning")

        assert (0, "") == (result.code, result.out)
        assert f'There is no reasoning behind the text of section "{name}".\n' == result.err


def test_show_prints_the_prompt_before_there_is_a_draft(program: Program) -> None:
    """What the model would be told, each message under its role."""
    result = program("show", "three.yaml", "two", "--prompt")

    assert (0, "") == (result.code, result.err)
    assert result.out.startswith("--- system ---\nYou are ChatGPT")
    assert "\n\n--- developer ---\n# Instructions\n\n" in result.out
    assert '\n\n--- user ---\nWrite section 2 of 3, "Second", in exactly 30 words.\n' in result.out
    assert "Reasoning: medium\n" in result.out
    assert not (program.folder / "drafts").exists()


def test_the_prompt_of_a_draft_has_its_settings_and_what_came_before(taped: Program) -> None:
    """The effort is the draft's, and the section before it is quoted."""
    prompt = taped("show", "three.yaml", "two", "--prompt").out

    assert "Reasoning: low\n" in prompt
    assert TEXTS[0].split(". ")[-1] in prompt


def test_two_views_at_once_are_refused(taped: Program) -> None:
    """--prompt and --reasoning want different things."""
    result = taped("show", "three.yaml", "two", "--prompt", "--reasoning")

    assert 2 == result.code
    assert ("error: --prompt and --reasoning exclude each other.\n  Leave one out.\n") == result.err


def test_a_section_without_text_is_said_to_have_none(taped: Program) -> None:
    """With the command that writes it."""
    taped.write("three.yaml", f"{THREE}  - {{id: four, title: Fourth, words: 20}}\n")
    result = taped("show", "three.yaml", "four")

    assert 10 == result.code
    assert (
        'error: Section "four" is not written yet.\n'
        "  Write it with:\n"
        "  gptoss-writer generate three.yaml\n"
    ) == result.err


@pytest.mark.parametrize(
    "command", [("status",), ("assemble",), ("show", "one"), ("regenerate", "one")]
)
def test_without_a_draft_there_is_nothing_to_look_at(
    program: Program, command: tuple[str, ...]
) -> None:
    """Exit 10, with the command that begins one; nothing is created."""
    result = program(command[0], "three.yaml", *command[1:])

    assert (10, "") == (result.code, result.out)
    assert (
        "error: There is no draft of three.yaml yet: drafts/three is not a workspace.\n"
        "  Begin one with:\n"
        "  gptoss-writer generate three.yaml --model PATH\n"
    ) == result.err
    assert not (program.folder / "drafts").exists()


def test_status_tells_how_every_section_stands(taped: Program) -> None:
    """Fresh, edited, stale and missing, with the words of what is there now."""
    taped.write("drafts/three/sections/01-one.md", "My own words.\n")
    taped.write(
        "three.yaml",
        THREE.replace("A grain is smaller.", "Grains are tiny.")
        + "  - {id: four, title: Fourth, words: 25}\n",
    )
    before = taped.hashes()
    result = taped("status", "three.yaml")

    assert (0, "") == (result.code, result.err)
    assert (
        "  1  one    edited   3 of 20 words         First\n"
        "  2  two    stale    30 of 30 words        Second\n"
        "            changed since: key points\n"
        "  3  three  fresh    20 of 20 words        Third\n"
        "  4  four   missing                        Fourth\n"
        "\n"
        "3 of 4 sections, 53 of 95 words\n"
        "The next generate writes: two, four\n"
        "Article: drafts/three/article.md\n"
    ) == result.out
    assert before == taped.hashes()


def test_status_gives_the_same_as_values(taped: Program) -> None:
    """--json for programs."""
    report = taped("status", "three.yaml", "--json").json

    assert [
        "schema_version",
        "workspace",
        "article",
        "article_edits",
        "demo_sections",
        "sections",
    ] == list(report)
    assert ("drafts/three", "drafts/three/article.md") == (report["workspace"], report["article"])
    assert {
        "id": "two",
        "title": "Second",
        "status": "fresh",
        "budget_words": 30,
        "words": 30,
        "attempt": 1,
        "edited": False,
        "locked": False,
        "stale": False,
        "changed": [],
        "begun_words": None,
    } == report["sections"][1]


def test_status_knows_the_templates_it_is_given(taped: Program) -> None:
    """With other templates every section is stale."""
    taped.write("mine/house_rules.txt", "Write plainly.\n")
    report = taped("status", "three.yaml", "--prompts", "mine", "--json").json

    assert ["stale"] * 3 == [section["status"] for section in report["sections"]]


def test_assemble_makes_the_same_article_again(taped: Program) -> None:
    """Deleted or not, it comes out with the same bytes."""
    article = taped.folder / "drafts/three/article.md"
    before = article.read_bytes()
    article.unlink()
    result = taped("assemble", "three.yaml")

    assert (0, "Article: drafts/three/article.md") == (result.code, result.err.splitlines()[0])
    assert before == article.read_bytes()


def test_assemble_says_what_is_missing(taped: Program) -> None:
    """Exit 1; the article has what there is, and is not published."""
    published = THREE.replace("tags:", "published: true\ntags:")
    taped.write("three.yaml", f"{published}  - {{id: four, title: Fourth, words: 20}}\n")
    result = taped("assemble", "three.yaml")
    article = (taped.folder / "drafts/three/article.md").read_text(encoding="utf-8")

    assert 1 == result.code
    assert (
        "Article: drafts/three/article.md\n"
        "Words: 70 of 90 (ratio 0.78), 3 of 4 sections within ±10 %; mean S_l 75.0\n"
        "Quotations: none of four words or more; attribution: 0 wrong\n"
        "Facts: every number, date and name is in the outline; key points: 0%; "
        "evidence: 0 of 1 used; 1 unused\n"
        "Findings: 1 error, 2 warnings, 1 note. See them with:\n"
        "gptoss-writer check drafts/three/article.md --against three.yaml\n"
        "error: The article lacks 1 of 4 sections: four.\n"
        "  Write them with:\n"
        "  gptoss-writer generate three.yaml\n"
    ) == result.err
    assert "\npublished: false\n" in article


def test_a_workspace_elsewhere_is_named_in_the_advice(taped: Program) -> None:
    """A suggested command carries the options without which it would go astray."""
    taped.tape(prose(20), name="other.yaml")
    (taped.folder / "drafts/three").rename(taped.folder / "my draft")
    taped.write("three.yaml", f"{THREE}  - {{id: four, title: Fourth, words: 20}}\n")
    result = taped("assemble", "three.yaml", "-w", "my draft")

    assert 1 == result.code
    assert "  gptoss-writer generate three.yaml --workspace 'my draft'\n" in result.err
