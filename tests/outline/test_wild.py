"""Outlines as people really write them: each gives the outline that was meant, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gptoss_writer.outline.diagnostics import format_concise
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.markdown_values import is_nothing
from gptoss_writer.outline.origin import origin_of
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.outline.yaml_writer import to_yaml
from tests.support.golden import differs_from_golden

WILD = Path(__file__).parent / "wild"
GOLDEN = WILD / "golden"
ALL = sorted(path for path in WILD.iterdir() if path.is_file())


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_an_outline_of_the_wild(path: Path) -> None:
    """What was read stands in the golden file as YAML, and below it what the linter says."""
    file = read_outline(path)
    found = [format_concise(item).partition(path.name)[2] for item in lint(file)]
    text = to_yaml(file.outline, origin_of(file)) + "\n" + "".join(f"# {line}\n" for line in found)

    assert "" == differs_from_golden(GOLDEN / f"{path.stem}.yaml", text)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_golden_yaml_is_the_same_outline(path: Path) -> None:
    """The YAML that import writes, comments and all, reads back as the outline it came from."""
    assert read_outline(path).outline == read_outline(GOLDEN / f"{path.stem}.yaml").outline


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_word_is_dropped_in_silence(path: Path) -> None:
    """Every line with a word in it is in the outline, begins a part of it, or is pointed at."""
    file = read_outline(path)
    if file.form == "yaml":
        pytest.skip("YAML is read whole or not at all")
    placed = {span.line for span in file.spans.values()} | {item.line for item in file.warnings}
    kept = " ".join(to_yaml(file.outline).lower().split())
    lost = [
        line
        for number, line in enumerate(file.text.split("\n"), start=1)
        if number not in placed
        and any(len(word) > 3 for word in line.split())
        # A label or the name of a block says what kind its lines are, and is no text itself.
        and not line.rstrip("* ").endswith(":")
        and not is_nothing(line.lstrip("- "))
        and not line.lstrip().startswith(("#", "---"))
        and not any(word.strip('*_.,:;()[]"“”').lower() in kept for word in line.split()[1:] or "-")
    ]

    assert [] == lost
