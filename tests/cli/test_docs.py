"""The pages in docs/ are true: every snippet is executed, every link leads somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.reading import parse_outline
from tests.support.commands import Program, through_shell
from tests.support.rules_page import DOCS, FORMAT, format_page

PAGES = sorted(DOCS.glob("*.md"))
SNIPPET = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")


def _snippets(language: str) -> list[str]:
    page = FORMAT.read_text(encoding="utf-8")
    return [found["text"] for found in SNIPPET.finditer(page) if found["language"] == language]


def test_all_snippets_are_of_a_kind_that_is_tried() -> None:
    """There is no snippet on the page that these tests would pass over."""
    found = {item["language"] for item in SNIPPET.finditer(FORMAT.read_text(encoding="utf-8"))}

    assert {"yaml", "markdown", "sh"} == found


@pytest.mark.parametrize("text", _snippets("yaml"))
def test_outlines_in_yaml_are_valid(text: str) -> None:
    """Each is an outline of its own; what is missing in it are only points, evidence, a place."""
    found = lint(parse_outline(Path("outline.yaml"), text))

    assert {item.code for item in found} <= {"OL210", "OL211", "OL213", "OL222", "OL230"}


@pytest.mark.parametrize("text", _snippets("markdown"))
def test_outlines_in_markdown_are_read_whole(text: str) -> None:
    """Every line is placed."""
    file = parse_outline(Path("outline.md"), text)

    assert () == file.warnings
    assert [100, 325, 150] == [section.words for section in file.outline.sections]


def test_commands_work(program: Program) -> None:
    """They are run in their order, in one folder; only a diff and a finding may exit with 1."""
    program.write("outline.md", _snippets("markdown")[0])
    for line in "".join(_snippets("sh")).splitlines():
        name, *arguments = shlex.split(line)
        result = through_shell(line.replace("gptoss-writer", "writer", 1), program.folder)

        assert "gptoss-writer" == name
        assert result.code == 0 or "--diff" in arguments, (line, result)
    assert (program.folder / "from-markdown.yaml").is_file()


def test_the_table_of_keys_is_fresh() -> None:
    """It is what `python -m tests.support.rules_page` writes."""
    page = FORMAT.read_text(encoding="utf-8")

    assert format_page(page) == page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Each names a file that is there, or a heading of the page."""
    text = page.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for found in LINK.finditer(re.sub(r"(?ms)^```.*?^```$|`[^`]*`", "", text)):
        path, _, anchor = found["target"].partition("#")

        assert (page.parent / path).exists() if path else anchor in headings, found["target"]
