"""`explain`: what a code means, in the terminal."""

from __future__ import annotations

import pytest

from gptoss_writer.outline.explanations.catalog import catalog
from tests.support.commands import Program


@pytest.mark.parametrize("name", ["OL203", "ol203", "tiny-budget"])
def test_a_code_is_explained(program: Program, name: str) -> None:
    """By its code in any case, or by its name; broken to the width of the terminal."""
    result = program("explain", name)

    assert (0, "") == (result.code, result.err)
    assert (
        "OL203 tiny-budget (warning)\n"
        "\n"
        "A section has fewer than 40 words.\n"
        "\n"
        "Why it matters: That is two sentences: too short for a heading of its own, and\n"
        "its band of ±10 % is a few words wide, so that hardly any sentence ends inside\n"
        "it.\n"
        "\n"
        "Wrong:\n"
        "\n"
        "    title: Tides\n"
        "    sections:\n"
        "      - {title: Shores, words: 25}\n"
        "\n"
        "Right:\n"
        "\n"
        "    title: Tides\n"
        "    sections:\n"
        "      - {title: Shores, words: 80}\n"
    ) == result.out


def test_without_a_code_all_are_listed(program: Program) -> None:
    """One line for each, in the order of the codes."""
    assert [item.heading for item in catalog().values()] == program("explain").out.splitlines()


def test_an_unknown_code_is_refused(program: Program) -> None:
    """With the code that was probably meant."""
    result = program("explain", "OL2O1")

    assert (2, "") == (result.code, result.out)
    assert (
        "error: There is no code OL2O1. Did you mean OL201?\n"
        "  List them with: gptoss-writer explain\n"
    ) == result.err
