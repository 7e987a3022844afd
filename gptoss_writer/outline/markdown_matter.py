"""Reads the front matter of a Markdown outline."""

from __future__ import annotations

from gptoss_writer.outline.source import RawOutline, Source
from gptoss_writer.outline.yaml_form import read_yaml

_MATTER_KEYS = (
    *("title", "description", "tags", "published", "total_words", "reading_minutes"),
    *("words_per_minute", "lint"),
)


def read_front_matter(raw: RawOutline) -> int:
    """Read front matter at the top of the file; give the line behind it."""
    lines = raw.source.lines
    if lines[0].rstrip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
        return 1
    end = next(at for at, line in enumerate(lines) if at and line.rstrip() == "---")
    matter = Source.of(raw.source.file, "\n".join(("", *lines[1:end])))
    found = read_yaml(matter)
    raw.diagnostics += found.diagnostics
    raw.reported |= found.reported
    raw.is_complete = found.is_complete
    for key, value in found.data.items():
        if key in _MATTER_KEYS:
            raw.data[key] = value
        else:
            message = f"the key `{key[:40]}` of the front matter is not read"
            hint = f"Known here: {', '.join(_MATTER_KEYS)}."
            raw.warn("OL031", message, hint, found.keys[(key,)])
    raw.spans |= {loc: span for loc, span in found.spans.items() if loc}
    return end + 2
