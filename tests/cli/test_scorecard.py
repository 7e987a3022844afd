"""`check ARTICLE --against OUTLINE`: the scorecard on the terminal, as JSON, and for CI."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gptoss_writer.cli import painting
from gptoss_writer.cli.finding_lines import finding_lines
from gptoss_writer.cli.scorecard_text import POOR, RICH, section_lines, summary, total_lines
from gptoss_writer.grounding.provenance import provenance
from gptoss_writer.grounding.report import to_json
from gptoss_writer.grounding.scorecard import score
from gptoss_writer.outline.reading import load_outline
from tests.support.articles import FIXTURES, TIDE_CLOCK
from tests.support.commands import TEXTS, Program

ARTICLE = (FIXTURES / "tide-clock.md").read_text(encoding="utf-8")
OUTLINE = (FIXTURES / "tide-clock.yaml").read_text(encoding="utf-8")
CARD = score(ARTICLE, TIDE_CLOCK)
SEED = Path(__file__).parents[3] / "shared" / "seed" / "000_11d9e62553fd55cb.txt"

SHORT = """\
title: Locks
sections:
  - title: Open water
    words: 12
    evidence:
      - {quote: "The gate was never shut again after that spring.", speaker: Ida Holm}
    key_points: [The gate was never shut.]
  - title: Closed water
    words: 10
"""
SHORT_ARTICLE = """\
# Locks

## Open water

"The gate was never shut again after that spring," Ida Holm said in 1911.

## Closed water

It opens by itself, and nobody knows why it does.
"""

FAULTS = {
    "quotes": 5,
    "numbers": 3,
    "names": 1,
    "budget": 3,
    "leaks": 2,
    "attribution": 3,
    "coverage": 2,
}
"""What the tide clock's article has of each measure."""


@pytest.fixture
def clock(program: Program) -> Program:
    """Give the program in a folder with an article and its outline."""
    program.write("clock.md", ARTICLE)
    program.write("clock.yaml", OUTLINE)
    return program


def plain(lines: object) -> str:
    """Write painted lines without colours."""
    return painting.paint(lines)  # type: ignore[arg-type]  # handed on from our own functions


def test_the_whole_scorecard(program: Program) -> None:
    """A line for each section, one for each measure, and the findings in the order of the text."""
    program.write("locks.yaml", SHORT)
    program.write("locks.md", SHORT_ARTICLE)
    result = program("check", "locks.md", "--against", "locks.yaml")

    assert (0, "") == (result.code, result.err)
    assert (
        "Locks\n"
        "locks.md against locks.yaml\n"
        "\n"
        "                                    words/budget                    ratio    S_l\n"
        "✗   1  Open water                          14/12  ━━━━━━━━━━┃━━───   1.17   94.4\n"
        "✓   2  Closed water                        10/10  ━━━━━━━━━━┃─────   1.00  100.0\n"
        "\n"
        "✗ Words        24 of 22 (ratio 1.09), 1 of 2 sections within ±10 %\n"
        "  Length score mean S_l 97.2, mean LS 85.8 (of 100)\n"
        "✓ Quotations   1 of 1 verbatim (100%), 0 near, 0 absent\n"
        "✓ Attribution  nothing wrong\n"
        "✗ Facts        1 not in the outline: 1 date\n"
        "✓ Key points   1 of 1 covered\n"
        "  Evidence     1 of 1 used\n"
        "✓ Repetition   none\n"
        "✓ Leaks        none\n"
        "\n"
        "Findings: 2 warnings\n"
        "locks.md:3:1 length warning: 14 words where 11 to 13 were wanted.\n"
        'locks.md:5:69 date-unsupported warning: The date "1911" is not in the outline.\n'
        "    nearest 1.evidence.1: The gate was never shut again after that spring.\n"
    ) == result.out


def test_a_narrow_screen() -> None:
    """In 40 columns a section takes two lines, in ASCII where the screen has no more."""
    assert (
        "+   1  A Clock without Hours\n"
        "      43/40  ========|=---   1.07   97.5\n"
        "x   2  How the Float Moves the Hand\n"
        "      73/60  ========|==--   1.22   92.8\n"
        "x   3  The Long Repair\n"
        "      69/60  ========|=---   1.15   95.0\n"
        "x   4  What the Tide Still Tells\n"
        "    missing  --------|----   0.00    0.0\n"
    ) == plain(section_lines(CARD, 40, POOR))


@pytest.mark.parametrize("width", [30, 40, 72, 80, 200])
def test_nothing_is_wider_than_the_screen(width: int) -> None:
    """Tables, measures and findings all keep to the columns there are."""
    lines = [
        *section_lines(CARD, width, RICH),
        *total_lines(CARD, width, RICH),
        *finding_lines(CARD.findings, "clock.md", width, is_all=True),
    ]

    assert width >= max(painting.columns(line) for line in plain(lines).splitlines())


def test_of_many_findings_the_serious_come_first(clock: Program) -> None:
    """Twenty are shown and the others counted; -v shows all, and none is a line too long."""
    few = clock("check", "clock.md", "--against", "clock.yaml").out
    all_of_them = clock("check", "clock.md", "--against", "clock.yaml", "-v").out
    places = re.compile(r"^clock\.md:\d+:\d+ ([\w-]+)( warning:| note:)?", re.MULTILINE)
    kinds = [match[2] or " error:" for match in places.finditer(all_of_them)]

    assert 20 == len(places.findall(few))
    assert few.endswith("\n5 more (3 warnings, 2 notes); -v shows all of them.\n")
    assert len(CARD.findings) == len(kinds)
    assert kinds == sorted(kinds, key=[" error:", " warning:", " note:"].index)


def test_few_findings_stand_in_the_order_of_the_text() -> None:
    """Where all can be read in one go, the text leads."""
    text = plain(finding_lines(CARD.findings[:20], "a.md", None, is_all=False))
    found = [
        (int(line), int(at)) for line, at in re.findall(r"^a\.md:(\d+):(\d+)", text, re.MULTILINE)
    ]

    assert sorted(found) == found
    assert 20 == len(found)


def test_no_findings_are_told() -> None:
    """A clean article has a clean page."""
    assert "No findings.\n" == plain(finding_lines((), "a.md", 80, is_all=False))


def test_the_report_is_the_rooms_with_the_files(clock: Program) -> None:
    """--json prints the scorecard in its own schema, the files, and what --fail-on found."""
    result = clock(
        "check", "clock.md", "--against", "clock.yaml", "--json", "--fail-on", "leaks=2,names=3"
    )

    assert 0 == result.code
    assert {
        **json.loads(json.dumps(to_json(CARD))),
        "article": "clock.md",
        "outline": "clock.yaml",
        "fail_on": {
            "leaks": {"found": 2, "allowed": 2, "crossed": False},
            "names": {"found": 1, "allowed": 3, "crossed": False},
        },
    } == result.json


@pytest.mark.parametrize("measure", FAULTS)
def test_a_crossed_threshold_fails(clock: Program, measure: str) -> None:
    """Exit 1 where there are more faults than are let pass, 0 where there are as many."""
    found = FAULTS[measure]
    command = ("check", "clock.md", "--against", "clock.yaml", "--fail-on")
    crossed, kept = clock(*command, measure), clock(*command, f"{measure}={found}")

    assert 0 == kept.code
    assert (1, kept.out) == (crossed.code, crossed.out)
    assert (
        f"error: The article fails on {measure} ({found}, 0 allowed).\n"
        "  Run it with -v to see every finding.\n"
    ) == crossed.err


def test_several_thresholds_are_told_together(clock: Program) -> None:
    """Spaces are allowed, and only what is crossed is named."""
    result = clock(
        *("check", "clock.md", "-a", "clock.yaml", "-v", "--fail-on", "quotes=9, leaks ,budget=1")
    )

    assert 1 == result.code
    assert (
        "error: The article fails on leaks (2, 0 allowed), budget (3, 1 allowed).\n" == result.err
    )


REFUSED = [
    (
        ("--fail-on", "quote"),
        (
            'error: --fail-on: "quote" is not a measure. Did you mean quotes?\n'
            "  Use any of: quotes, numbers, names, budget, leaks, attribution, coverage.\n"
        ),
    ),
    (
        ("--fail-on", "names=few"),
        (
            'error: --fail-on: "few" is not a number of names to let pass.\n'
            "  Write names, or names=3 to let three pass.\n"
        ),
    ),
    (
        ("--fail-on", " , "),
        (
            "error: --fail-on names nothing.\n"
            "  Use any of: quotes, numbers, names, budget, leaks, attribution, coverage.\n"
        ),
    ),
    (
        ("--tolerance", "0"),
        "error: --tolerance: '0' is not a number from 1 to 50.\n  Give a number in that range.\n",
    ),
    (
        ("--html", "-"),
        "error: --html needs a file's name.\n  Give it one, such as scorecard.html.\n",
    ),
    (("--html", "."), "error: --html . is a folder.\n  Give a file's name, such as article.md.\n"),
    (
        ("--html", "clock.md"),
        "error: --html clock.md is the article itself.\n  Give --html another name.\n",
    ),
    (
        ("--html", "three.yaml"),
        (
            "error: three.yaml exists and is not a page of this program.\n"
            "  Give --html another name, or move the file away.\n"
        ),
    ),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_what_cannot_be_done_is_refused_first(
    clock: Program, arguments: tuple[str, ...], message: str
) -> None:
    """Exit 2, nothing on stdout, and no file is touched."""
    before = {path.name: path.read_bytes() for path in clock.folder.iterdir()}
    result = clock("check", "clock.md", "--against", "clock.yaml", *arguments)

    assert (2, "", message) == (result.code, result.out, result.err)
    assert before == {path.name: path.read_bytes() for path in clock.folder.iterdir()}


def test_an_article_that_cannot_be_read_is_refused(clock: Program) -> None:
    """Exit 2 and a reason, for the article as for the outline."""
    clock.write("folder/x", "")
    (clock.folder / "latin.md").write_bytes(b"caf\xe9")
    reasons = {
        name: clock("check", name, "--against", "clock.yaml").err.splitlines()[0]
        for name in ("none.md", "folder", "latin.md", "clock.yaml")
    }

    assert {
        "none.md": "error: The article none.md cannot be read: No such file or directory.",
        "folder": "error: The article folder cannot be read: Is a directory.",
        "latin.md": "error: latin.md: byte 0xe9 at offset 3 is not UTF-8.",
        "clock.yaml": "error: clock.yaml is an outline; the article comes first.",
    } == reasons
    assert 2 == clock("check", "none.md", "--against", "clock.yaml").code
    assert 2 == clock("check", "clock.md", "--against", "none.yaml").code


@pytest.mark.parametrize("option", ["--html", "--fail-on", "--tolerance"])
def test_what_needs_an_article_says_so(clock: Program, option: str) -> None:
    """An outline alone has no scorecard."""
    result = clock("check", "clock.yaml", option, "5")

    assert 2 == result.code
    assert (
        f"error: {option} needs an article and its outline.\n"
        "  Write: gptoss-writer check ARTICLE --against OUTLINE\n"
    ) == result.err


def test_the_tolerance_comes_from_flag_or_settings(
    clock: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wider band lets more sections pass; the flag wins over the environment."""
    command = ("check", "clock.md", "--against", "clock.yaml")
    narrow = clock(*command).out
    monkeypatch.setenv("GPTOSS_WRITER_TOLERANCE", "22")
    wide, flag = clock(*command).out, clock(*command, "--tolerance", "5").out

    assert "1 of 4 sections within ±10 %" in narrow
    assert "3 of 4 sections within ±22 %" in wide
    assert "0 of 4 sections within ±5 %" in flag


def test_nothing_of_a_file_is_obeyed_by_the_terminal(program: Program) -> None:
    """Escapes in the article's words, in its name and in the outline never reach the screen."""
    program.write("bad.yaml", SHORT.replace("title: Locks", 'title: "Lo\\u200bcks"'))
    text = SHORT_ARTICLE.replace("Closed water", "Clo\x1b[2Jsed \x9b31mwater\u202e")
    program.write("bad.md", f"{text}\n\x1b]0;owned\x07 Then \x1b[31mOlaf Rask\x1b[0m came in 1999.")
    result = program("check", "bad.md", "--against", "bad.yaml", "-v")

    assert 0 == result.code
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.out + result.err)
    assert "1999" in result.out


def test_colours_are_drawn_where_they_are_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a capable terminal alone, and never from what the pieces hold."""
    lines = [(("ok\x1b[5m ", "green"), ("  ", "red"), ("plain", ""))]
    without = plain(lines)
    monkeypatch.setattr(painting, "wants_color", lambda _stream: True)

    assert "ok[5m   plain\n" == without
    assert "\x1b[32mok[5m \x1b[0m  plain\n" == plain(lines)


def test_a_run_ends_with_the_scorecard(program: Program) -> None:
    """In short on stderr; whole beside the article, with what each sentence rests on."""
    program.write("clock.yaml", OUTLINE)
    texts = ("The clock shows the tide and not the time of day, says Quill. " * 3, *TEXTS)
    command = ("generate", "clock.yaml", "--model", program.tape(*texts * 4))
    result = program(*command, "--tolerance", "50")
    folder = program.folder / "drafts/clock"
    article = (folder / "article.md").read_text(encoding="utf-8")
    outline = load_outline(program.folder / "clock.yaml")
    stored = json.loads((folder / "article.scorecard.json").read_text(encoding="utf-8"))
    traced = json.loads((folder / "article.provenance.json").read_text(encoding="utf-8"))
    card = score(article, outline, tolerance=0.5)
    lines = result.err.splitlines()

    assert json.loads(json.dumps(to_json(card))) == stored
    assert len(provenance(article, outline)) == len(traced["sentences"])
    assert [
        *summary(card),
        lines[-2],
        "gptoss-writer check drafts/clock/article.md --against clock.yaml --tolerance 50",
    ] == lines[-5:]
    assert re.fullmatch(r"Findings: [\w, ]+\. See them with:", lines[-2])
    assert "" == program(*command, "-q").err


def test_the_reports_follow_the_article(program: Program) -> None:
    """Beside an edited article they belong to the new one, and go when that goes."""
    model = program.tape(*TEXTS)
    program("generate", "three.yaml", "--model", model)
    folder = program.folder / "drafts/three"
    article = folder / "article.md"
    ours = article.read_bytes()
    article.write_text("All mine.\n", encoding="utf-8")
    program("assemble", "three.yaml")
    beside = {path.name for path in folder.glob("article*")}
    article.write_bytes(ours)
    program("assemble", "three.yaml")

    assert {
        *("article.md", "article.new.md"),
        *("article.provenance.json", "article.new.provenance.json"),
        *("article.receipt.json", "article.new.receipt.json"),
        *("article.scorecard.json", "article.new.scorecard.json"),
    } == beside
    assert {name for name in beside if ".new." not in name} == {
        path.name for path in folder.glob("article*")
    }


@pytest.mark.skipif(not SEED.is_file(), reason="the reference article is not on this machine")
def test_the_reference_article(program: Program) -> None:
    """Its table and its gravest findings stand where one looks first."""
    result = program("check", SEED, "--against", SEED, "--fail-on", "quotes,leaks")
    ratios = re.findall(
        r"^[✓✗] +\d  .* (\d+)/(\d+)  \S+ +(\d\.\d\d) +([\d.]+)$", result.out, re.MULTILINE
    )

    assert 1 == result.code
    assert [
        ("169", "150", "1.13", "95.8"),
        ("250", "250", "1.00", "100.0"),
        ("462", "350", "1.32", "89.3"),
        ("299", "200", "1.50", "83.5"),
        ("369", "250", "1.48", "84.1"),
        ("397", "200", "1.99", "67.2"),
        ("239", "100", "2.39", "53.7"),
    ] == ratios
    assert "2,185 of 1,500 (ratio 1.46), 1 of 7 sections within ±10 %" in result.out
    assert "mean S_l 81.9, mean LS 46.6" in result.out
    assert result.out.index("attribution-narration") < result.out.index("name-unsupported")
