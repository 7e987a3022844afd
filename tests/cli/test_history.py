"""Every attempt can be listed and read, with how it came about."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from gptoss_writer.cli.attempts import age, listed
from tests.support.commands import TEXTS, THREE, Program, prose

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_lists_the_attempts_with_the_accepted_one_marked(twice: Program) -> None:
    """Words, who wrote it, findings, age and the reason given; then what can be done next."""
    result = twice("history", "three.yaml", "two")

    assert 0 == result.code
    assert (
        "two: Second, 30 words wanted\n"
        "\n"
        "  @1  30 words  model  1 finding  just now\n"
        '* @2  30 words  model  1 finding  just now  "too salesy"\n'
    ) == result.out
    assert (
        "Compare with: gptoss-writer diff three.yaml two @1\n"
        "Bring @1 back with: gptoss-writer restore three.yaml two@1\n"
    ) == result.err


def test_the_findings_can_be_listed_too(twice: Program) -> None:
    """Each below its attempt."""
    result = twice("history", "three.yaml", "two", "-v")

    assert 2 == result.out.count("        key-point-missing: ")


def test_an_edit_that_no_command_has_seen_is_listed(twice: Program) -> None:
    """It is the text that counts, and has no number yet; looking records nothing."""
    twice.write("drafts/three/sections/02-two.md", "My own words.\n")
    result = twice("history", "three.yaml", "two")

    assert "*      3 words  hand, not kept yet" in result.out
    assert "  @2  30 words" in result.out
    assert "The file was edited; the next command that writes keeps it" in result.err
    assert not (twice.folder / "drafts/three/history/two/0003.md").exists()


def test_an_edit_says_what_it_was_made_from(twice: Program) -> None:
    """And has findings as the model's texts have."""
    twice.write("drafts/three/sections/02-two.md", "In 1066 I wrote my own words.\n")
    twice("assemble", "three.yaml", "-q")
    result = twice("history", "three.yaml", "two")

    assert "* @3   7 words  hand, from @2  2 findings  just now\n" in result.out


def test_what_is_not_written_has_no_history(twice: Program) -> None:
    """The message says how to write it."""
    twice.write("three.yaml", f"{THREE}  - {{id: four, title: Fourth, words: 20}}\n")
    result = twice("history", "three.yaml", "four")

    assert (0, "four: Fourth, 20 words wanted\n\nNothing was written yet.\n") == (
        result.code,
        result.out,
    )
    assert "Write it with: gptoss-writer generate three.yaml\n" == result.err


def test_tells_programs_all_that_is_recorded(twice: Program) -> None:
    """--json has origin, parent, model, sampling, usage, findings, reason and fingerprint."""
    report = twice("history", "three.yaml", "2", "--json").json
    first, second = report["attempts"]

    assert ("two", "Second", 30, 2, False, False) == (
        *(report["section"], report["title"], report["budget_words"], report["accepted"]),
        *(report["locked"], report["edited"]),
    )
    assert [(1, False, None, None), (2, True, 1, "too salesy")] == [
        (item["attempt"], item["accepted"], item["parent"], item["because"])
        for item in (first, second)
    ]
    assert {"model"} == {item["origin"] for item in (first, second)}
    assert "low" == second["sampling"]["effort"]
    assert first["sampling"]["seed"] != second["sampling"]["seed"]
    assert first["fingerprint"] == second["fingerprint"]
    assert {"key points", "seed", "model", "effort", "prompt templates"} <= first[
        "made_from"
    ].keys()
    assert second["usage"]["final"] > 0
    assert second["model"].startswith("tape:")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", second["made"])


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["two@1"], TEXTS[1]),
        (["two", "@1"], TEXTS[1]),
        (["two", "1"], TEXTS[1]),
        (["2@2"], prose(30, 9)),
    ],
)
def test_show_prints_an_attempt(twice: Program, names: list[str], text: str) -> None:
    """By its number, whichever is accepted and wherever that stands."""
    result = twice("show", "three.yaml", *names)

    assert (0, f"{text}\n", "") == (result.code, result.out, result.err)


def test_show_tells_programs_about_an_attempt(twice: Program) -> None:
    """Its text, and all that history tells."""
    report = twice("show", "three.yaml", "two@1", "--json").json

    assert ("two", 1, False, f"{TEXTS[1]}\n", "") == (
        *(report["section"], report["attempt"], report["accepted"]),
        *(report["text"], report["reasoning"]),
    )
    assert 2 == twice("show", "three.yaml", "two", "--json").json["attempt"]


@pytest.mark.parametrize("command", ["show", "restore", "diff"])
@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "", "1.0", "²"])
def test_an_attempt_that_is_not_there_is_refused(twice: Program, command: str, number: str) -> None:
    """With those there are, and nothing is changed."""
    before = twice.hashes()
    result = twice(command, "three.yaml", f"two@{number}")

    assert 2 == result.code
    assert (
        f'error: Section "two" has no attempt @{number}.\n'
        "  It has @1 and @2. See them with:\n"
        "  gptoss-writer history three.yaml two\n"
    ) == result.err
    assert before == twice.hashes()


def test_show_refuses_the_prompt_of_an_attempt(twice: Program) -> None:
    """It is not kept; what the model is told now is another question."""
    result = twice("show", "three.yaml", "two@1", "--prompt")

    assert 2 == result.code
    assert "Leave @1 or --prompt out." in result.err


AGES = [
    ("2026-03-01T11:59:30+00:00", "just now"),
    ("2026-03-01T11:59:10+00:00", "a minute ago"),
    ("2026-03-01T11:58:00+00:00", "2 minutes ago"),
    ("2026-03-01T10:59:00+00:00", "1 hour ago"),
    ("2026-02-27T12:00:00+00:00", "2 days ago"),
    ("2025-12-01T12:00:00+00:00", "3 months ago"),
    ("2024-02-01T12:00:00+00:00", "2 years ago"),
    ("2026-03-01T13:00:00+00:00", "just now"),
    ("", ""),
    ("yesterday", ""),
]


@pytest.mark.parametrize(("made", "said"), AGES)
def test_an_age_is_said_as_a_person_would(made: str, said: str) -> None:
    """In one unit; nothing where nobody knows."""
    assert said == age(made, NOW)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([1], "@1"), ([1, 2], "@1 and @2"), ([1, 2, 3], "@1 to @3"), ([1, 3, 4], "@1, @3 and @4")],
)
def test_attempts_are_listed_as_a_person_would(numbers: list[int], said: str) -> None:
    """As a range where they are one."""
    assert said == listed(numbers)
