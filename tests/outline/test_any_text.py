"""Whatever text a file holds, it becomes an outline or a list of places to mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.explanations.catalog import catalog
from gptoss_writer.outline.linting import lint
from gptoss_writer.outline.origin import origin_of
from gptoss_writer.outline.reading import parse_outline, read_outline
from gptoss_writer.outline.yaml_writer import to_yaml

HERE = Path(__file__).parent
FILES = [*(HERE / "fixtures").iterdir(), *(path for path in (HERE / "wild").glob("*.*"))]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FILES)}
_PIECES = st.one_of(
    st.sampled_from(
        [
            '"',
            "'",
            "“",
            "”",
            "\n",
            "\t",
            ": ",
            "- ",
            "* ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "!t ",
            "|",
        ]
    ),
    st.sampled_from(["#", "**", "---\n", "```\n", "~", "?", "%", "\\", "(9 words)", "sections:\n"]),
    st.text(max_size=3),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(sorted(TEXTS)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), _PIECES), max_size=4),
)
@pytest.mark.parametrize("suffix", ["yaml", "md"])
def test_damaged_outlines_are_read_or_refused(
    tmp_path: Path, suffix: str, name: str, edits: list[tuple[float, int, str]]
) -> None:
    """No damage leads to another failure; what is still read is the same outline as YAML."""
    text = TEXTS[name]
    for share, removed, piece in edits:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + removed :]
    path = tmp_path / f"outline.{suffix}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        file = read_outline(path)
        found = lint(file)
        written = to_yaml(file.outline, origin_of(file))
        assert file.outline == parse_outline(Path("again.yaml"), written).outline
    except OutlineError as error:
        found = error.diagnostics
        assert any(diagnostic.severity == "error" for diagnostic in found)
    lines = path.read_bytes().decode("utf-8", "replace").splitlines(keepends=False)
    assert list(found) == sorted(found)
    for diagnostic in found:
        assert diagnostic.code in catalog()
        assert 0 <= diagnostic.line <= len(lines) + 1
        assert diagnostic.message
        assert diagnostic.hint
        assert format_diagnostic(diagnostic)
