"""The evaluated beginning of the prompts survives the process that evaluated it."""

from __future__ import annotations

from pathlib import Path

from tests.support.commands import LOW, Program


def test_regenerate_in_a_new_process_evaluates_the_suffix_only(
    program: Program, quick_model: Path
) -> None:
    """The prefix comes from the disk; with --no-cache it is evaluated again, to the same text."""
    generate = ("generate", "three.yaml", "-m", quick_model, *LOW)
    plan = program(*generate, "--dry-run", "--json").json
    program(*generate, "-q")
    options = ("three.yaml", "two", "--seed", "5", "--json")
    cached = program("regenerate", *options)
    text = program("show", "three.yaml", "two").out
    fresh = program("regenerate", *options, "--no-cache")
    tokens = [result.json["totals"] for result in (cached, fresh)]
    first_attempt = plan["prefix_tokens"] + plan["sections"][1]["suffix_tokens"]

    assert plan["prefix_tokens"] <= tokens[0]["cached_tokens"]
    assert plan["prefix_tokens"] == tokens[1]["evaluated_tokens"] - tokens[0]["evaluated_tokens"]
    assert tokens[1]["evaluated_tokens"] > first_attempt
    assert text == program("show", "three.yaml", "two").out


def test_without_cache_nothing_is_kept(program: Program, quick_model: Path) -> None:
    """Not even the folder."""
    program("generate", "three.yaml", "-m", quick_model, *LOW, "-q", "--no-cache")

    assert [] == list((program.folder.parent / "home").glob(".cache/gptoss-writer/*"))
