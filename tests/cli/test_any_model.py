"""With any model: the article is whole, whatever its words are. The seed is a real outline."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.outline.reading import load_outline
from tests.support.article_problems import problems
from tests.support.commands import LOW, ROOT, Program
from tests.support.gguf_models import write_model

SEED = ROOT.parent / "shared/seed/000_11d9e62553fd55cb.txt"
FEW_THOUGHTS = ("--analysis-tokens", "24")


@pytest.fixture
def any_model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Write a model from a number: how readily it ends differs with it."""
    seed = int(request.param)
    path = tmp_path / f"model{seed}.gguf"
    return write_model(path, layers=1, width=32, seed=seed, end_bias=float(seed % 3) * 2)


@pytest.mark.skipif(not SEED.is_file(), reason="the seed outline is not beside this checkout")
@pytest.mark.parametrize("any_model", [1, 2, 3], indirect=True)
def test_a_real_outline_becomes_an_article(program: Program, any_model: Path) -> None:
    """Seven sections, front matter that reads back, its headings and no others, no token text."""
    result = program("generate", SEED, "-m", any_model, *LOW, *FEW_THOUGHTS, "--json")
    article = (program.folder / result.json["article"]).read_text(encoding="utf-8")
    outline = load_outline(SEED)

    assert 0 == result.code, result.err
    assert 7 == len(result.json["sections"])
    assert [] == list(problems(article, outline, result.json))


@pytest.mark.parametrize("any_model", [4, 5], indirect=True)
def test_an_example_becomes_an_article(program: Program, any_model: Path) -> None:
    """The same of an outline that is always there."""
    outline = ROOT / "outlines/broad-street.md"
    result = program("generate", outline, "-m", any_model, *LOW, *FEW_THOUGHTS, "--json")
    article = (program.folder / result.json["article"]).read_text(encoding="utf-8")

    assert 0 == result.code, result.err
    assert [] == list(problems(article, load_outline(outline), result.json))


def test_the_checks_see_what_is_wrong() -> None:
    """An article with a strange heading, a control token and a wrong count is not passed."""
    outline = load_outline(ROOT / "outlines/unix-pipes.yaml")
    sections = [{"id": section.id} for section in outline.sections]
    report = {"sections": sections, "totals": {"words": 3}}
    found = list(problems("---\ntitle: x\n---\n\n# x\n\n# y\n\nOne <|end|>\n", outline, report))

    assert [
        "the front matter does not read back",
        "the text has control tokens or characters",
        "0 H2 headings for 4 sections",
        "2 H1 headings",
        "3 words reported, 2 in the article",
    ] == found
