"""Says where the parts of an imported outline came from, as comments for its YAML."""

from __future__ import annotations

from gptoss_writer.outline.reading import OutlineFile
from gptoss_writer.outline.yaml_writer import Comments

_SHOWN = 80
_NOT_PLACED = ("OL031", "OL033", "OL035")


def origin_of(file: OutlineFile) -> Comments:
    """Name the line of each section, and the lines that are not in the outline.

    An outline that was YAML before needs no such comments.
    """
    if file.form == "yaml":
        return Comments()
    lines = file.text.split("\n")
    left = sorted({item.line for item in file.warnings if item.code in _NOT_PLACED})
    return Comments(
        head=[f"Imported from {file.path.name}."],
        sections=[
            f"line {file.span('sections', index).line}"
            for index in range(len(file.outline.sections))
        ],
        tail=[f"Not placed, line {line}: {_cut(lines[line - 1])}" for line in left],
    )


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
