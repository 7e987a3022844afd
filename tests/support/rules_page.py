"""Writes what is generated in `docs/`: `python -m tests.support.rules_page`.

That is `rules.md`, made from the explanations, and the table of keys in `outline-format.md`, made
from the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gptoss_writer.outline.explanations.catalog import rules_page
from gptoss_writer.outline.schema import outline_schema

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "rules.md"
FORMAT = DOCS / "outline-format.md"
BEGIN = "<!-- keys: made by `python -m tests.support.rules_page` from the schema -->\n"
END = "<!-- end of keys -->\n"


def format_page(text: str) -> str:
    """Give the page on the outline's format with a fresh table of keys."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "| key | meaning |\n|---|---|\n" + "".join(_rows(outline_schema(), ""))
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _rows(schema: object, above: str) -> Iterator[str]:
    found = _properties(schema)
    for key, value in found.items():
        assert isinstance(value, dict)
        name = f"{above}{key}"
        yield f"| `{name}` | {value['description']} |\n"
        yield from _rows(value, f"{name}.")


def _properties(schema: object) -> dict[str, object]:
    """Give the keys below a value, whether it is a mapping, a list of them, or one of several."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        definitions = outline_schema()["$defs"]
        return _properties(definitions[name]) if isinstance(definitions, dict) else {}
    found = dict(schema.get("properties", {}))
    for inner in [schema.get("items"), *schema.get("anyOf", [])]:
        found |= {key: value for key, value in _properties(inner).items() if key not in found}
    return found


def main() -> None:
    """Write the pages."""
    PAGE.write_text(rules_page(), encoding="utf-8")
    FORMAT.write_text(format_page(FORMAT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
