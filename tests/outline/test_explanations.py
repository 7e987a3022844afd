"""Explanations: complete, true, and the same in the terminal and on the page of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.explanations.catalog import catalog, rules_page
from gptoss_writer.outline.explanations.explanation import Explanation, as_text
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.reading import read_outline
from tests.support.rules_page import PAGE

ALL = list(catalog().values())
OUTLINES = [item for item in ALL if item.language != "text"]


def codes_of(folder: Path, text: str, language: str) -> dict[str, str]:
    """Give the codes that an outline gets, with their severities."""
    path = folder / ("outline.md" if language == "markdown" else "outline.yaml")
    path.write_text(text, encoding="utf-8")
    try:
        found = lint(read_outline(path))
    except OutlineError as error:
        found = error.diagnostics
    return {item.code: item.severity for item in found}


@pytest.mark.parametrize("item", OUTLINES, ids=lambda item: item.code)
def test_examples_are_true(tmp_path: Path, item: Explanation) -> None:
    """The wrong example gets the code, with its severity; the right one does not, and is valid."""
    wrong = codes_of(tmp_path, item.bad, item.language)
    right = codes_of(tmp_path, item.good, item.language)

    assert item.severity == wrong.get(item.code)
    assert item.code not in right
    assert "error" not in right.values()


@pytest.mark.parametrize("item", ALL, ids=lambda item: item.code)
def test_texts_are_whole_sentences(item: Explanation) -> None:
    """What it means and why it matters end with a full stop; names are words with hyphens."""
    assert item.means.endswith(".")
    assert item.why.rstrip(")").endswith(".")
    assert item.name.replace("-", "").isalnum()
    assert item.name == item.name.lower()


def test_names_are_unique() -> None:
    """A code can be found by its name too."""
    assert len(ALL) == len({item.name for item in ALL})


def test_the_page_is_fresh() -> None:
    """docs/rules.md is what `python -m tests.support.rules_page` writes."""
    assert rules_page() == PAGE.read_text(encoding="utf-8")


def test_an_explanation_as_text() -> None:
    """What it means, why it matters, that it can be mended, and both examples."""
    expected = """\
OL213 derived-id (note)

A section has no `id`, so that one is made from its title.

Why it matters: The id names the section's files. Change the title, and the program sees a new \
section: what was written for the old one stays behind in the history.

`check --fix` can mend this.

Wrong:

    title: Tides
    sections:
      - {title: Shores, words: 80}

Right:

    title: Tides
    sections:
      - {id: shores, title: Shores, words: 80}"""

    assert expected == as_text(catalog()["OL213"])
