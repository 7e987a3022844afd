"""Every code with its explanation, and the page that is made of them."""

from __future__ import annotations

from functools import lru_cache

from gptoss_writer.outline.explanations.explanation import Explanation, as_markdown
from gptoss_writer.outline.explanations.reading import READING
from gptoss_writer.outline.explanations.values import VALUES
from gptoss_writer.outline.linting import RULES

_HEAD = """\
# Rules

<!-- Made by `python -m tests.support.rules_page` from the explanations; a test compares. -->

What `gptoss-writer check` can say about an outline. `gptoss-writer explain OL201` prints the same
in the terminal.

An **error** makes the outline unusable (exit code 2). A **warning** should be looked at; with
`--strict` it fails the check (exit code 1). A **note** is shown with `--verbose` only.

A warning that you do not share can be left out, in the outline or for one run:

```yaml
title: Tides
lint: {ignore: [OL211, OL230]}
sections:
  - {title: Shores, words: 80}
```

```sh
gptoss-writer check outline.yaml --ignore OL211,OL230
```

"""
_PARTS = (
    ("OL0", "Files, YAML and Markdown"),
    ("OL1", "Values"),
    ("OL2", "The linter"),
)


@lru_cache(maxsize=1)
def catalog() -> dict[str, Explanation]:
    """Give every explanation by its code, in the order of the codes."""
    listed = (*READING, *VALUES, *(rule.explanation for rule in RULES))
    return {item.code: item for item in sorted(listed, key=lambda item: item.code)}


def rules_page() -> str:
    """Give the page of rules in Markdown."""
    parts = []
    for start, title in _PARTS:
        items = [item for code, item in catalog().items() if code.startswith(start)]
        table = [f"| [{i.code}](#{_anchor(i)}) | {i.severity} | {i.name} |" for i in items]
        head = [f"## {title}", "", "| code | severity | name |", "|---|---|---|", *table, ""]
        parts += ["\n".join(head), *(as_markdown(item) for item in items)]
    return _HEAD + "\n".join(parts)


def _anchor(item: Explanation) -> str:
    return f"{item.code.lower()}-{item.name}-{item.severity}"
