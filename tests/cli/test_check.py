"""`check`: an outline is summed up, and everything that is wrong with it is pointed at."""

from __future__ import annotations

import pytest

from tests.support.commands import ROOT, Program

CLEAN = """\
title: Small things
sections:
  - id: one
    title: First
    words: 60
    key_points: [A stone is small.]
    evidence: [Sand is many stones.]
"""
LINTED = """\
title: Small things
total_words: 90
sections:
  - id: one
    title: First
    words: 60
    key_points: [A stone weighs 12 grams.]
"""
BROKEN = "title: x\nsections:\n- title: y\n  words: 5x\n  wrods: 7\n"


def test_an_outline_is_summed_up(program: Program) -> None:
    """A line for each section, with what it has, and the sum."""
    program.write("clean.yaml", CLEAN)
    result = program("check", "clean.yaml")

    assert (0, "No problems found.\n") == (result.code, result.err)
    assert (
        "Small things\n"
        "\n"
        "     section  words  key points  evidence  title\n"
        "  1  one         60           1         1  First\n"
        "\n"
        "1 section, 60 words\n"
    ) == result.out


def test_a_stated_sum_that_differs_is_told(program: Program) -> None:
    """The sum of the budgets and the number that the outline states stand side by side."""
    program.write("sum.yaml", "title: A\ntotal_words: 1700\nsections: [{title: B, words: 1500}]\n")
    result = program("check", "sum.yaml")

    assert "1 section, 1,500 words (the outline states 1,700)\n" in result.out


def test_warnings_stand_below_the_sum(program: Program) -> None:
    """Each with its code, place, lines of source and a cure; behind them their number."""
    program.write("linted.yaml", LINTED)
    result = program("check", "linted.yaml")

    assert 0 == result.code
    assert (
        "1 section, 60 words (the outline states 90)\n"
        "\n"
        "OL201 warning: the budgets add up to 60 words, 30 fewer than the 90 stated here\n"
        " --> linted.yaml:2:14\n"
        "  |\n"
        "1 | title: Small things\n"
        "2 | total_words: 90\n"
        "  |              ^^\n"
        "  |\n"
        "help: Change this total or the budgets; `check --fix` scales the budgets to it.\n"
        "\n"
        "OL211 warning: this section has no evidence\n"
        " --> linted.yaml:4:5\n"
        "  |\n"
        "3 | sections:\n"
        "4 |   - id: one\n"
        "  |     ^^^^^^^\n"
        "  |\n"
        "help: Add a fact or a quotation that its key points rest on.\n\n"
    ) == result.out.partition("  1  one         60           1         0  First\n\n")[2]
    assert (
        "Found 2 warnings. 1 may be mended with --fix; look first with --diff. "
        "1 note more with --verbose.\n"
    ) == result.err


def test_notes_are_for_the_curious(program: Program) -> None:
    """What may be as it is stands among the others with -v."""
    program.write("linted.yaml", LINTED)
    result = program("check", "linted.yaml", "-v", "--format", "concise")

    assert (
        "linted.yaml:2:14: OL201 warning: "
        "the budgets add up to 60 words, 30 fewer than the 90 stated here\n"
        "linted.yaml:4:5: OL211 warning: this section has no evidence\n"
        "linted.yaml:7:33: OL230 note: no evidence has `12`\n"
    ) == result.out
    assert result.err.startswith("Found 2 warnings and 1 note.")


def test_strict_makes_warnings_fail(program: Program) -> None:
    """With --strict the exit code is 1 where there is a warning; notes never count."""
    program.write("linted.yaml", LINTED)
    program.write("clean.yaml", CLEAN)

    assert 1 == program("check", "linted.yaml", "--strict").code
    assert 0 == program("check", "linted.yaml", "--strict", "--ignore", "ol201, OL211").code
    assert 0 == program("check", "clean.yaml", "--strict", "-v").code


def test_the_outline_says_what_to_ignore(program: Program) -> None:
    """Codes in the file are left out, and a code that does not exist is pointed at."""
    program.write("linted.yaml", LINTED + "lint: {ignore: [OL201, OL211, broken-mark]}\n")
    result = program("check", "linted.yaml", "--format", "concise")

    assert (
        "linted.yaml:8:31: OL112 warning: "
        "`broken-mark` is not the code of a warning; did you mean `OL223`?\n"
    ) == result.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--format", "xml"), "error: --format: 'xml' is not a format.\n  Give one of: full, "),
        (("--ignore", "OL101"), "error: --ignore: OL101 is not the code of a warning."),
        (
            ("--ignore", "OL2I7"),
            "error: --ignore: OL2I7 is not the code of a warning. Did you mean OL217?\n",
        ),
    ],
)
def test_options_that_cannot_be_meant(
    program: Program, options: tuple[str, ...], message: str
) -> None:
    """A format or code that does not exist is refused before the file is read."""
    result = program("check", "three.yaml", *options)

    assert (2, "") == (result.code, result.out)
    assert result.err.startswith(message)


def test_github_shows_them_beside_the_lines(program: Program) -> None:
    """One workflow command for each, and nothing else."""
    program.write("linted.yaml", LINTED)
    result = program("check", "linted.yaml", "--format", "github", "--ignore", "OL211")

    assert (
        "::warning file=linted.yaml,line=2,col=14,endColumn=16,title=OL201::"
        "the budgets add up to 60 words, 30 fewer than the 90 stated here. "
        "Change this total or the budgets; `check --fix` scales the budgets to it.\n"
    ) == result.out
    assert "" == result.err


def test_the_report_has_the_same_as_values(program: Program) -> None:
    """--json gives every section with its numbers, and every warning."""
    program.write("linted.yaml", LINTED)
    report = program("check", "linted.yaml", "--json", "--ignore", "OL211").json

    assert report == program("check", "linted.yaml", "--format=json", "--ignore", "OL211").json
    assert {
        "schema_version": 1,
        "file": "linted.yaml",
        "is_valid": True,
        "form": "yaml",
        "title": "Small things",
        "budget_words": 60,
        "total_words": 90,
        "sections": [
            {
                "id": "one",
                "title": "First",
                "role": "body",
                "words": 60,
                "key_points": 1,
                "evidence": 0,
            }
        ],
        "diagnostics": [
            {
                "code": "OL201",
                "severity": "warning",
                "line": 2,
                "column": 14,
                "end_column": 16,
                "message": "the budgets add up to 60 words, 30 fewer than the 90 stated here",
                "hint": "Change this total or the budgets; `check --fix` scales the budgets to it.",
                "is_fixable": True,
            }
        ],
    } == report


def test_every_mistake_is_pointed_at(program: Program) -> None:
    """Each with its line and a cure; nothing is said twice."""
    program.write("broken.yaml", BROKEN)
    result = program("check", "broken.yaml")

    assert 2 == result.code
    assert (
        "OL104 words: '5x' is not a whole number\n"
        " --> broken.yaml:4:10\n"
        "  |\n"
        "3 | - title: y\n"
        "4 |   words: 5x\n"
        "  |          ^^\n"
        "  |\n"
        "help: Write it as in `words: 250`.\n"
        "\n"
        "OL101 unknown key `wrods`; did you mean `words`?\n"
        " --> broken.yaml:5:3\n"
        "  |\n"
        "4 |   words: 5x\n"
        "5 |   wrods: 7\n"
        "  |   ^^^^^\n"
        "  |\n"
        "help: Write `words`, or remove the key.\n\n"
    ) == result.out
    assert (
        "error: broken.yaml has 2 problems\n  Mend each place listed, then check again.\n"
    ) == result.err


def test_a_single_mistake_is_counted_too(program: Program) -> None:
    """It is told once, with its place."""
    program.write("broken.yaml", "title: x\nsectons: []\n")
    result = program("check", "broken.yaml", "--format", "concise")

    assert 2 == result.code
    assert (
        "broken.yaml:2:1: OL101 unknown key `sectons`; did you mean `sections`?\n"
    ) == result.out
    assert result.err.startswith("error: broken.yaml has 1 problem\n")


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


@pytest.mark.parametrize("form", ["concise", "github", "json"])
def test_a_file_that_is_not_there(program: Program, form: str) -> None:
    """Programs that read the output get the reason there too."""
    result = program("check", "nope.yaml", "--format", form)

    assert 2 == result.code
    assert "OL001" in result.out
    assert "error: nope.yaml: there is no such file\n" in result.err


def test_what_could_not_be_placed_is_a_warning(program: Program) -> None:
    """A line of a Markdown outline that is left over is told on stdout; -q leaves it out."""
    text = (ROOT / "outlines/broad-street.md").read_text(encoding="utf-8")
    program.write("street.md", f"{text}\nLet me know if you would like more!\n")
    loud, quiet = program("check", "street.md"), program("check", "street.md", "-q")

    assert (0, 0) == (loud.code, quiet.code)
    assert "OL031 warning: " in loud.out
    assert "OL031" not in quiet.out
    assert "" == quiet.err


@pytest.mark.parametrize("outline", sorted((ROOT / "outlines").iterdir()), ids=lambda p: p.name)
def test_our_own_outlines_are_clean(program: Program, outline: object) -> None:
    """The examples have nothing to mend, not even a note."""
    result = program("check", str(outline), "--verbose")

    assert (0, "No problems found.\n") == (result.code, result.err)
