"""Writes `docs/rules.md` from the explanations: `python -m tests.support.rules_page`."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.outline.explanations.catalog import rules_page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(rules_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
