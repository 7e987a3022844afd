"""Says in plain words what Pydantic finds wrong with an outline."""

from __future__ import annotations

import difflib
from functools import lru_cache

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from gptoss_writer.outline.ids import slug
from gptoss_writer.outline.models import (
    Elements,
    Fact,
    KeyPoint,
    Lint,
    Outline,
    Quotation,
    Section,
    Strategy,
)
from gptoss_writer.outline.source import Loc

Mistake = tuple[str, str, str]
"""Code, message, hint."""

_SHOWN = 40
_KINDS: dict[type[BaseModel], str] = {
    Outline: "the outline",
    Strategy: "the strategy",
    Section: "this section",
    KeyPoint: "this key point",
    Quotation: "this quotation",
    Fact: "this evidence",
    Elements: "elements",
    Lint: "lint",
}
_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    ("strategy",): Strategy,
    ("sections", "*"): Section,
    ("sections", "*", "key_points", "*"): KeyPoint,
    ("elements",): Elements,
    ("lint",): Lint,
    ("elements", "quotes", "*"): Quotation,
}
_NOT_READ = {
    "int_parsing": "is not a whole number",
    "int_parsing_size": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "finite_number": "is not a number",
    "bool_parsing": "is neither true nor false",
}
_EXAMPLES = {
    "published": "published: true",
    "words": "words: 250",
    "total_words": "total_words: 1700",
    "reading_minutes": "reading_minutes: 8",
    "words_per_minute": "words_per_minute: [200, 250]",
    "tags": "tags: [science, history]",
    "band": "band: [200, 250]",
    "ignore": "ignore: [OL211]",
}

_PAIRS = {
    "words_per_minute": "the slowest and the fastest",
    "band": "the fewest and the most words",
}


def word_mistake(error: ErrorDetails, loc: Loc, data: object, guess: str) -> Mistake:
    """Give code, message and hint for one error of Pydantic.

    `loc` is the place in the data as written; `guess` is what an unknown key was probably meant
    to be, or "".
    """
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(loc, data, guess)
    if kind == "missing":
        return _missing(loc, data)
    if kind == "value_error":
        return ("OL199", _tidy(error["msg"]), "Mend the value, or leave it out.")
    value = what_is(data, loc)
    return (
        _wrong_kind(kind, loc, value)
        or _wrong_text(kind, loc, value, error)
        or _wrong_number(kind, loc, value, error)
        or _wrong_length(kind, loc, value, error)
        or ("OL199", f"{name_of(loc)}: {_tidy(error['msg'])}", "Mend the value.")
    )


def what_is(data: object, loc: Loc) -> object:
    """Give the value at a place of the data, or None where there is nothing."""
    for step in loc:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def name_of(loc: Loc) -> str:
    """Name a place as a writer would: `words`, or `item 3 of key_points`."""
    last = loc[-1] if loc else "the outline"
    return f"item {last + 1} of {loc[-2]}" if isinstance(last, int) else last


def suggestion(loc: Loc, data: object) -> str:
    """Give the known key that an unknown one was probably meant to be, or ""."""
    key = str(loc[-1])
    known = tuple(known_keys(loc[:-1], data))
    if key in known or len(key) > _SHOWN:
        return ""
    return _nearest(key.lower().replace("-", "_").replace(" ", "_"), known)


@lru_cache(maxsize=512)
def _nearest(key: str, known: tuple[str, ...]) -> str:
    return next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.6)), "")


def _model_at(loc: Loc, data: object) -> type[BaseModel]:
    shape = tuple("*" if isinstance(step, int) else step for step in loc)
    if shape == ("sections", "*", "evidence", "*"):
        value = what_is(data, loc)
        return Quotation if isinstance(value, dict) and "quote" in value else Fact
    return _MODELS.get(shape, Outline)


def known_keys(loc: Loc, data: object) -> list[str]:
    """Give the keys that a mapping at a place of the data may have."""
    model = _model_at(loc, data)
    if loc[-2:-1] == ("evidence",):
        return list(dict.fromkeys([*Quotation.model_fields, *Fact.model_fields]))
    return list(model.model_fields)


def _unknown_key(loc: Loc, data: object, guess: str) -> Mistake:
    key, parent = str(loc[-1]), loc[:-1]
    shown = _cut(key)
    known = known_keys(parent, data)
    if key == "fact" and key in known:
        message = "one item cannot be both a `quote` and a `fact`"
        return ("OL101", message, "Make two items of it.")
    if key in known:
        message = f"`{key}` belongs to a quotation, but this item has no `quote`"
        return ("OL101", message, f"Add `quote: ...`, or remove `{key}`.")
    if guess:
        return (
            "OL101",
            f"unknown key `{shown}`; did you mean `{guess}`?",
            f"Write `{guess}`, or remove the key.",
        )
    if " " in key:
        return (
            "OL101",
            f"unknown key `{shown}`",
            "If this is a sentence with a colon, put the whole of it in quotation marks.",
        )
    return ("OL101", f"unknown key `{shown}`", f"Known here: {', '.join(known)}.")


def _missing(loc: Loc, data: object) -> Mistake:
    key, parent = loc[-1], loc[:-1]
    if isinstance(key, int):
        return _pair(parent)
    if loc[-3:-2] == ("evidence",) and key == "fact":
        message = "this item of evidence has neither `fact` nor `quote`"
        return ("OL102", message, "Add one of them, or write the fact as a plain sentence.")
    owner = _KINDS[_model_at(parent, data)]
    example = _EXAMPLES.get(key, f"{key}: ...")
    return ("OL102", f"{owner} has no `{key}`", f"Add `{example}`.")


def _wrong_kind(kind: str, loc: Loc, value: object) -> Mistake | None:
    wanted = {
        "string_type": "text",
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "tuple_type": "a list",
        "literal_error": "one word",
    }.get(kind, "")
    if kind in ("model_type", "model_attributes_type", "dict_type", "dataclass_type"):
        is_item = bool(loc) and isinstance(loc[-1], int)
        wanted = "text or a mapping" if is_item and loc[-2] != "sections" else "a mapping"
        wanted = "a mapping" if loc[-2:-1] == ("quotes",) else wanted
    if not wanted or (kind == "literal_error" and isinstance(value, str)):
        return None
    given = _kind_of(value)
    if loc and loc[-1] in _PAIRS:
        return _pair(loc)
    example = _EXAMPLES.get(str(loc[-1]) if loc else "", "")
    hint = f"Write it like `{example}`." if example else _HINTS.get(wanted, "Mend the value.")
    return ("OL103", f"{name_of(loc)}: {given} stands where {wanted} belongs", hint)


_HINTS = {
    "text": "Write plain text; put it in quotation marks if it holds `: `.",
    "a list": "Put each item on a line of its own, after `- `.",
    "a mapping": "Write `key: value` lines below it, indented.",
    "text or a mapping": "Write a sentence, or `key: value` pairs; remove an empty item.",
    "one word": "Write one of the allowed words.",
}


def _wrong_text(kind: str, loc: Loc, value: object, error: ErrorDetails) -> Mistake | None:
    name = name_of(loc)
    if kind == "string_too_short":
        return ("OL106", f"{name} is empty", "Write its text, or remove it.")
    if kind == "string_too_long":
        most = error["ctx"]["max_length"]
        size = len(str(value).strip())
        message = f"{name} has {size:,} characters; the most is {most:,}"
        return ("OL106", message, "Shorten it, or divide it.")
    if kind == "string_pattern_mismatch":
        example = slug(str(value)[:200]) or "first-steps"
        hint = f"Use small letters, digits and hyphens, at most 64, such as `{example}`."
        return ("OL109", f"{name}: {_quoted(value)} is not a valid id", hint)
    if kind == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "")
        hint = "Write one of these three, in small letters."
        return ("OL111", f"{name}: {_quoted(value)} is not one of {allowed}", hint)
    return None


def _wrong_number(kind: str, loc: Loc, value: object, error: ErrorDetails) -> Mistake | None:
    name, shown = name_of(loc), _cut(str(value))
    example = _EXAMPLES.get(str(loc[-1]), _EXAMPLES["words_per_minute"]) if loc else ""
    if kind in _NOT_READ:
        return ("OL104", f"{name}: '{shown}' {_NOT_READ[kind]}", f"Write it as in `{example}`.")
    context = error.get("ctx", {})
    if kind == "greater_than_equal":
        bound = f"too small; the least is {context['ge']:,}"
    elif kind == "greater_than":
        bound = f"too small; it must be more than {context['gt']:g}"
    elif kind == "less_than_equal":
        bound = f"too large; the most is {context['le']:,.0f}"
    else:
        return None
    return ("OL105", f"{name}: {shown} is {bound}", f"Write it as in `{example}`.")


def _wrong_length(kind: str, loc: Loc, value: object, error: ErrorDetails) -> Mistake | None:
    if kind not in ("too_short", "too_long"):
        return None
    if loc and loc[-1] in _PAIRS:
        return _pair(loc)
    name, context = name_of(loc), error.get("ctx", {})
    if kind == "too_short":
        return ("OL110", f"{name} is empty", "Write at least one item.")
    size = len(value) if isinstance(value, list) else context["actual_length"]
    most = context["max_length"]
    return ("OL110", f"{name} has {size:,} items; the most is {most:,}", "Remove some of them.")


def _pair(loc: Loc) -> Mistake:
    what = _PAIRS.get(str(loc[-1]), _PAIRS["words_per_minute"])
    message = f"{name_of(loc)}: two whole numbers belong here, {what}"
    example = _EXAMPLES.get(str(loc[-1]), _EXAMPLES["words_per_minute"])
    return ("OL110", message, f"Write it like `{example}`.")


def _kind_of(value: object) -> str:
    if value is None:
        return "nothing"
    return (
        "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "text"
    )


def _quoted(value: object) -> str:
    return f"'{_cut(str(value))}'"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _tidy(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input should be ")
