"""The linter: every rule, in the order of their codes, and what a file or a flag has it ignore."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.explanations.reading import READING
from gptoss_writer.outline.reading import OutlineFile
from gptoss_writer.outline.rules import (
    characters,
    front_matter,
    key_points,
    length,
    marks,
    quotations,
    structure,
)
from gptoss_writer.outline.rules.rule import Linted, Rule
from gptoss_writer.outline.source import MAX_DIAGNOSTICS

RULES: tuple[Rule, ...] = (
    length.budget_total,
    length.reading_time,
    length.tiny_budget,
    length.huge_budget,
    length.crowded_section,
    length.mostly_quoted,
    length.narrow_range,
    structure.no_key_points,
    structure.no_evidence,
    structure.same_title,
    structure.derived_id,
    front_matter.long_title,
    front_matter.long_description,
    front_matter.refused_tags,
    quotations.quoted_twice,
    quotations.cut_quotation,
    quotations.unassigned_quotation,
    marks.broken_marks,
    quotations.no_speaker,
    key_points.unsupported_key_point,
    characters.control_token,
    characters.invisible_character,
)


_LOOK_ALIKE = str.maketrans("OIL", "011")

IGNORABLE = {
    item.code: item.name
    for item in (*READING, *(rule.explanation for rule in RULES))
    if item.severity != "error"
}
"""The codes that a file or a flag can leave out, with their names."""


def lint(file: OutlineFile, ignore: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Give what was found while a file was read and what the rules say of its outline, by line.

    Codes that `ignore` or the outline itself names are left out; so is what comes after the first
    hundred, warnings before notes.
    """
    ignored = {code.upper() for code in (*ignore, *file.outline.lint.ignore)}
    linted = Linted(file)
    found = {*file.warnings, *_unknown_codes(linted)}
    for rule in RULES:
        if rule.explanation.code not in ignored:
            found.update(rule.check(linted))
    kept = sorted(item for item in found if item.code not in ignored)
    by_weight = sorted(kept, key=lambda item: item.severity == "note")
    return tuple(sorted(by_weight[:MAX_DIAGNOSTICS]))


def nearest_code(code: str) -> str:
    """Give the code that can be ignored and was probably meant, or ""."""
    return nearest_of(code, IGNORABLE)


def nearest_of(code: str, names: Mapping[str, str]) -> str:
    """Give the code whose name was typed in its place, or letters in place of its digits."""
    close = difflib.get_close_matches(code.lower(), names.values(), n=1)
    digits = code.upper()[2:].translate(_LOOK_ALIKE)
    candidates = [code for code, name in names.items() if name in close]
    return f"OL{digits}" if f"OL{digits}" in names else next(iter(candidates), "")


def _unknown_codes(linted: Linted) -> Iterator[Diagnostic]:
    for index, code in enumerate(linted.outline.lint.ignore):
        if code.upper() not in IGNORABLE:
            near = nearest_code(code)
            yield linted.source.diagnostic(
                "OL112",
                f"`{code[:40]}` is not the code of a warning"
                + (f"; did you mean `{near}`?" if near else ""),
                "See the codes with `gptoss-writer explain`.",
                linted.file.span("lint", "ignore", index),
                "warning",
            )
