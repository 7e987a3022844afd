"""Turns data with places into an `Outline`, or into diagnostics that point at every mistake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gptoss_writer.outline.models import MAX_SECTIONS, Outline
from gptoss_writer.outline.source import MAX_DIAGNOSTICS, Loc, RawOutline, Span, nearest_span
from gptoss_writer.outline.wording import Mistake, known_keys, suggestion, what_is, word_mistake

_COUNTED = 20 * MAX_DIAGNOSTICS
"""How many errors are put into words; a file with more is hostile or not an outline."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One error of Pydantic with its place in the data as written."""

    loc: Loc
    error: ErrorDetails

    @property
    def kind(self) -> str:
        return self.error["type"]


def validate(raw: RawOutline) -> Outline | None:
    """Validate what a file form read; add a diagnostic to `raw` for every mistake.

    Gives None where there is any error, including those that were found while reading.
    """
    if _has_too_many_sections(raw):
        return None
    _leave_out_absent(raw.data, (), raw.data)
    disagreements = list(_disagreements(raw))
    for mistake, span in disagreements:
        raw.report(*mistake, span)
    try:
        outline = Outline.model_validate(raw.data)
    except ValidationError as error:
        _report(raw, error, has_disagreements=bool(disagreements))
        return None
    return None if raw.has_errors else outline


def _report(raw: RawOutline, error: ValidationError, *, has_disagreements: bool) -> None:
    details = error.errors(include_url=False)[:_COUNTED]
    found = [_Found(place_in(raw.data, detail["loc"]), detail) for detail in details]
    unknown = {
        item.loc: suggestion(item.loc, raw.data) for item in found if item.kind == "extra_forbidden"
    }
    explained = _keys_explained_by(unknown)
    for item in found:
        if _is_derived(raw, item, explained) or (has_disagreements and item.loc == ()):
            continue
        mistake = word_mistake(item.error, item.loc, raw.data, unknown.get(item.loc, ""))
        if item.kind == "missing" and item.loc in raw.keys:
            mistake = ("OL102", f"`{item.loc[-1]}` has no value", "Write it after the colon.")
        raw.report(*mistake, _point_at(raw, item))
    if not raw.has_errors:
        # Nothing may be refused without a reason: say it as Pydantic does.
        raw.report("OL199", details[0]["msg"], "Mend the value.", _point_at(raw, found[0]))


def _keys_explained_by(unknown: dict[Loc, str]) -> set[Loc]:
    """Give the missing keys that an unknown key accounts for: it was meant to be one of them.

    A key with a space in it is a sentence with a colon, which accounts for the whole item.
    """
    explained: set[Loc] = set()
    for loc, guess in unknown.items():
        explained.add((*loc[:-1], guess))
        if " " in str(loc[-1]) or guess == "quote":
            explained.add((*loc[:-1], "fact"))
    return explained


def _is_derived(raw: RawOutline, item: _Found, explained: set[Loc]) -> bool:
    """Tell whether an error only follows from another one that is reported anyway."""
    if any(item.loc[:length] in raw.reported for length in range(len(item.loc) + 1)):
        return True
    if item.kind == "too_short":
        return item.loc == ("sections",) and bool(what_is(raw.data, item.loc))
    if item.kind == "missing":
        # An id is derived from the title, so that only the title can be missing.
        return item.loc in explained or item.loc[-1] == "id"
    return False


def place_in(data: object, loc: Loc) -> Loc:
    """Translate a place as Pydantic gives it into a place in the data as written.

    Drops the tag of the evidence union, and stops at a scalar: the model reads a plain string
    as `{detail: ...}` or `{fact: ...}`, but the file has no such key.
    """
    place: list[str | int] = []
    value = data
    for index, step in enumerate(loc):
        is_item = place[-2:-1] == ["evidence"] and isinstance(place[-1], int)
        if is_item and index == len(place):
            continue
        if not isinstance(value, dict | list):
            break
        place.append(step)
        value = what_is(value, (step,))
    return tuple(place)


def _point_at(raw: RawOutline, item: _Found) -> Span:
    if item.kind in ("extra_forbidden", "missing") and item.loc in raw.keys:
        return raw.keys[item.loc]
    if item.kind == "missing":
        return nearest_span(raw.spans, item.loc[:-1])
    return nearest_span(raw.spans, item.loc)


def _leave_out_absent(value: object, loc: Loc, data: object) -> None:
    """Remove known keys without a value, so that their defaults hold; an unknown key stays."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _leave_out_absent(item, (*loc, index), data)
    elif isinstance(value, dict):
        if None in value.values():
            for key in known_keys(loc, data):
                if key in value and value[key] is None:
                    del value[key]
        for key, item in value.items():
            _leave_out_absent(item, (*loc, key), data)


def _has_too_many_sections(raw: RawOutline) -> bool:
    """Report more sections than are allowed; what is wrong inside them does not matter then."""
    sections = raw.data.get("sections")
    if not isinstance(sections, list) or len(sections) <= MAX_SECTIONS:
        return False
    message = f"sections has {len(sections):,} items; the most is {MAX_SECTIONS}"
    span = nearest_span(raw.spans, ("sections", MAX_SECTIONS))
    raw.report("OL110", message, "Join sections, or make several articles of them.", span)
    return True


def _disagreements(raw: RawOutline) -> Iterator[tuple[Mistake, Span]]:
    """Find what no single value shows: ids given twice, an introduction that is not first."""
    sections = raw.data.get("sections")
    if not isinstance(sections, list):
        return
    first_with: dict[str, int] = {}
    for index, section in enumerate(sections):
        if not isinstance(section, dict):
            continue
        name, role = section.get("id"), section.get("role")
        if isinstance(name, str) and name in first_with:
            line = raw.spans[("sections", first_with[name], "id")].line
            yield (
                (
                    "OL107",
                    f"the id `{name[:64]}` is given twice; it is already on line {line}",
                    "Give each section an id of its own, or leave the id out.",
                ),
                raw.spans[("sections", index, "id")],
            )
        elif isinstance(name, str):
            first_with[name] = index
        if role == "introduction" and index:
            yield (
                (
                    "OL108",
                    "only the first section can be the introduction",
                    "Move this section to the top, or give it the role `body`.",
                ),
                nearest_span(raw.spans, ("sections", index, "role")),
            )
