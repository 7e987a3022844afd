"""`check`: an outline is summed up, or every mistake in it is pointed at."""

from __future__ import annotations

from tests.support.commands import ROOT, Program

BROKEN = "title: x\nsections:\n- title: y\n  words: 5x\n  wrods: 7\n"


def test_an_outline_is_summed_up(program: Program) -> None:
    """A line for each section, with what it has, and the sum."""
    result = program("check", "three.yaml")

    assert (0, "") == (result.code, result.err)
    assert (
        "Small things\n"
        "\n"
        "     section  words  key points  evidence  title\n"
        "  1  one         20           1         0  First\n"
        "  2  two         30           1         1  Second\n"
        "  3  three       20           0         0  Third\n"
        "\n"
        "3 sections, 70 words\n"
    ) == result.out


def test_a_stated_sum_that_differs_is_told(program: Program) -> None:
    """The sum of the budgets and the number that the outline states stand side by side."""
    program.write("sum.yaml", "title: A\ntotal_words: 1700\nsections: [{title: B, words: 1500}]\n")
    result = program("check", "sum.yaml")

    assert "1 section, 1,500 words (the outline states 1,700)\n" in result.out


def test_the_report_has_the_same_as_values(program: Program) -> None:
    """--json gives every section with its numbers."""
    report = program("check", "three.yaml", "--json").json

    assert {
        "schema_version": 1,
        "file": "three.yaml",
        "is_valid": True,
        "form": "yaml",
        "title": "Small things",
        "budget_words": 70,
        "total_words": None,
        "sections": [
            section("one", "First", "introduction", 20, 1, 0),
            section("two", "Second", "body", 30, 1, 1),
            section("three", "Third", "conclusion", 20, 0, 0),
        ],
        "diagnostics": [],
    } == report


def section(
    name: str, title: str, role: str, words: int, points: int, evidence: int
) -> dict[str, object]:
    """Give a section as the report has it."""
    return {
        "id": name,
        "title": title,
        "role": role,
        "words": words,
        "key_points": points,
        "evidence": evidence,
    }


def test_every_mistake_is_pointed_at(program: Program) -> None:
    """Each with its line and a cure; nothing is said twice."""
    program.write("broken.yaml", BROKEN)
    result = program("check", "broken.yaml")

    assert (2, "") == (result.code, result.out)
    assert (
        "OL104 words: '5x' is not a whole number\n"
        " --> broken.yaml:4:10\n"
        "  |\n"
        "4 |   words: 5x\n"
        "  |          ^^\n"
        "  |\n"
        "help: Write it as in `words: 250`.\n"
        "\n"
        "OL101 unknown key `wrods`; did you mean `words`?\n"
        " --> broken.yaml:5:3\n"
        "  |\n"
        "5 |   wrods: 7\n"
        "  |   ^^^^^\n"
        "  |\n"
        "help: Write `words`, or remove the key.\n"
        "\n"
        "error: broken.yaml has 2 problems\n"
        "  Mend each place listed, then check again.\n"
    ) == result.err


def test_a_single_mistake_is_the_error_itself(program: Program) -> None:
    """It is told once, with its place."""
    program.write("broken.yaml", "title: x\nsectons: []\n")
    result = program("check", "broken.yaml")

    assert 2 == result.code
    assert (
        "error: OL101 unknown key `sectons`; did you mean `sections`?\n"
        " --> broken.yaml:2:1\n"
        "  |\n"
        "2 | sectons: []\n"
        "  | ^^^^^^^\n"
        "  |\n"
        "help: Write `sections`, or remove the key.\n"
        "\n"
    ) == result.err


def test_mistakes_are_values_too(program: Program) -> None:
    """An editor gets them from --json, with the exit code that a shell looks at."""
    program.write("broken.yaml", BROKEN)
    result = program("check", "broken.yaml", "--json")

    assert 2 == result.code
    assert not result.json["is_valid"]
    assert [("OL104", 4, 10, "error"), ("OL101", 5, 3, "error")] == [
        (item["code"], item["line"], item["column"], item["severity"])
        for item in result.json["diagnostics"]
    ]


def test_warnings_do_not_fail(program: Program) -> None:
    """What could not be placed in a Markdown outline is told on stderr; -q leaves it out."""
    text = (ROOT / "outlines/broad-street.md").read_text(encoding="utf-8")
    program.write(
        "street.md", text.replace("**Key points", "An odd line.\n        **Key points", 1)
    )
    loud, quiet = program("check", "street.md"), program("check", "street.md", "-q")

    assert (0, 0) == (loud.code, quiet.code)
    assert "OL031 warning: " in loud.err
    assert "street.md:" in loud.err
    assert "" == quiet.err
    assert loud.out == quiet.out
