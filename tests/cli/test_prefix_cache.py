"""The evaluated beginning of the prompts survives the process that evaluated it."""

from __future__ import annotations

from pathlib import Path

from tests.support.commands import LOW, THREE, Program


def test_regenerate_in_a_new_process_evaluates_what_is_new(
    program: Program, quick_model: Path
) -> None:
    """Prefix and section come from the disk; --no-cache evaluates them again, to the same text."""
    generate = ("generate", "three.yaml", "-m", quick_model, *LOW)
    plan = program(*generate, "--dry-run", "--json").json
    program(*generate, "-q")
    options = ("three.yaml", "two", "--seed", "5", "--json")
    cached = program("regenerate", *options)
    text = program("show", "three.yaml", "two").out
    fresh = program("regenerate", *options, "--no-cache")
    evaluated = [result.json["totals"]["evaluated_tokens"] for result in (cached, fresh)]
    prompt = plan["prefix_tokens"] + plan["sections"][1]["suffix_tokens"]

    assert evaluated[1] - evaluated[0] >= prompt
    assert text == program("show", "three.yaml", "two").out


def test_another_section_starts_from_the_prefix(program: Program, quick_model: Path) -> None:
    """After a change to it, a section evaluates its own part and no more."""
    generate = ("generate", "three.yaml", "-m", quick_model, *LOW)
    plan = program(*generate, "--dry-run", "--json").json
    program(*generate, "-q")
    program.write("three.yaml", THREE.replace("key_points: [", "key_points: [A new one., ", 1))
    evaluated = program(*generate, "--json").json["sections"]
    written = [section for section in evaluated if section["status"] == "accepted"]

    assert 1 == len(written)
    assert written[0]["cached_tokens"] >= plan["prefix_tokens"] * written[0]["attempts"]


def test_without_cache_nothing_is_kept(program: Program, quick_model: Path) -> None:
    """Not even the folder."""
    program("generate", "three.yaml", "-m", quick_model, *LOW, "-q", "--no-cache")

    assert [] == list((program.folder.parent / "home").glob(".cache/gptoss-writer/prefixes"))
