"""The YAML form as a JSON Schema (draft 2020-12), for editors that complete and check as one types.

Written by hand: it describes what a person may type, which is more than the values have. A text
may look like a number, a key point may be a plain sentence, a budget may be a range.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from gptoss_writer.outline.ids import ID_PATTERN
from gptoss_writer.outline.models import MAX_SECTIONS

SCHEMA_ID = "urn:gptoss-writer:outline"
SCHEMA_NAME = "outline.schema.json"

Schema = dict[str, object]

_PLAIN = ["string", "number", "boolean"]
"""What YAML calls a plain scalar; `1984` is a good title."""


def _text(description: str, *examples: object, longest: int = 4000) -> Schema:
    return {
        "description": description,
        "type": _PLAIN,
        "minLength": 1,
        "maxLength": longest,
        "examples": list(examples),
    }


def _line(description: str, *examples: object) -> Schema:
    return _text(description, *examples, longest=500)


def _list(description: str, items: Schema, *examples: object) -> Schema:
    return {
        "description": description,
        "type": ["array", "null"],
        "items": items,
        "examples": list(examples),
    }


def _object(description: str, properties: Mapping[str, Schema], *required: str) -> Schema:
    return {
        "description": description,
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _whole(description: str, most: int, *examples: object) -> Schema:
    return {
        "description": description,
        "type": "integer",
        "minimum": 1,
        "maximum": most,
        "examples": list(examples),
    }


def _pair(description: str, most: int, example: list[int]) -> Schema:
    return {
        "description": description,
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": most},
        "minItems": 2,
        "maxItems": 2,
        "examples": [example],
    }


_SPEAKER = _line("Who said or wrote it. The article names nobody else.", "Charles Darwin")
_SOURCE = _line(
    "Where it stands: a book, a page, a talk.", "The Formation of Vegetable Mould, 1881"
)
_URL = _line("Where it can be looked up.", "https://www.gutenberg.org/ebooks/2355")

_QUOTATION = _object(
    "The exact words of somebody. The model can only copy them.",
    {
        "quote": _text("The words, without quotation marks around them.", "Worms are deaf."),
        "speaker": _SPEAKER,
        "source": _SOURCE,
        "url": _URL,
        "note": _text("What the words are about; the model reads it.", "about the flower pots"),
        "required": {
            "description": "Whether the section must quote it. Left out, it may.",
            "type": "boolean",
            "default": False,
            "examples": [True],
        },
    },
    "quote",
)
_FACT = _object(
    "A plain statement, with where it comes from.",
    {
        "fact": _text("The statement; the model puts it in other words.", "He weighed the casts."),
        "source": _SOURCE,
        "url": _URL,
    },
    "fact",
)
_EVIDENCE: Schema = {
    "description": "A plain statement, or a mapping that begins with `fact:` or `quote:`.",
    "anyOf": [_text("A plain statement found by research."), _FACT, _QUOTATION],
}
_KEY_POINT: Schema = {
    "description": "One thing that the section must say.",
    "anyOf": [
        _text("The point as a sentence.", "Worms bury stones."),
        {
            **_object(
                "The point with a label, its detail, or both.",
                {
                    "label": _line("A word or two that name the point.", "The piano"),
                    "detail": _text("What belongs to it.", "He played the bassoon to them."),
                },
            ),
            "minProperties": 1,
        },
    ],
}
_SECTION = _object(
    "One section of the article.",
    {
        "id": {
            **_line("Names the section's files; made from the title where it is absent.", "worms"),
            "type": "string",
            "pattern": ID_PATTERN,
        },
        "role": {
            "description": "An introduction stands first and has no heading of its own.",
            "enum": ["introduction", "body", "conclusion"],
            "default": "body",
            "examples": ["conclusion"],
        },
        "title": _line("The section's heading.", "The Piano and the Worms"),
        "words": {
            "description": "The word budget: a number, kept within ±10 %, or a range.",
            "anyOf": [
                _whole("The budget.", 20_000),
                {"type": "string", "pattern": r"^\s*\d+(\s*(-|–|—|to)\s*\d+)?\s*$"},
            ],
            "examples": [250, "200-300"],
        },
        "band": _pair("The fewest and the most words, around `words`.", 20_000, [200, 300]),
        "key_points": _list("What the section must say.", _KEY_POINT, ["Worms bury stones."]),
        "evidence": _list("What it rests on: facts and quotations.", _EVIDENCE),
        "notes": _text("How to write the section; not part of it.", "Begin with the garden."),
    },
    "title",
    "words",
)
_PROPERTIES: dict[str, Schema] = {
    "title": _line("The article's title.", "What Darwin Saw in Worms"),
    "description": _line("One sentence for search engines and cards.", "How worms bury stones."),
    "tags": _list(
        "At most four for dev.to, letters and digits only.", _line("A tag."), ["science", "history"]
    ),
    "published": {
        "description": "Whether the front matter says that the article is published.",
        "type": "boolean",
        "default": False,
        "examples": [False],
    },
    "strategy": _object(
        "What the article is for; every section sees it.",
        {
            "angle": _text("What the article is getting at.", "Small work done long enough"),
            "audience": _text("Who reads it.", "Gardeners who like a story"),
            "value": _text("What the reader has afterwards.", "They look at a lawn anew."),
            "approach": _text("How it is told.", "As a story, in plain words"),
        },
    ),
    "total_words": _whole("The length you promised; the budgets should add up.", 10_000_000, 1700),
    "reading_minutes": {
        "description": "The reading time you promised.",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 100_000,
        "examples": [8],
    },
    "words_per_minute": _pair("How fast your readers read.", 10_000, [200, 250]),
    "sections": {
        "description": "The sections, in their order.",
        "type": "array",
        "items": {"$ref": "#/$defs/section"},
        "minItems": 1,
        "maxItems": MAX_SECTIONS,
        "examples": [[{"title": "The Piano and the Worms", "words": 250}]],
    },
    "elements": _object(
        "Material for the article as a whole; it goes to the sections it fits best.",
        {
            "statistics": _list(
                "Figures worth a place.", _text("A figure."), ["Ten tons an acre."]
            ),
            "quotes": _list("Quotations without a section yet.", {"$ref": "#/$defs/quotation"}),
            "examples": _list("Cases to tell.", _text("A case."), ["The stone at Leith Hill."]),
            "takeaways": _list("What readers should remember.", _text("A sentence.")),
        },
    ),
    "lint": _object(
        "What `check` is told.",
        {
            "ignore": _list(
                "Codes of warnings to leave out.",
                {"type": "string", "pattern": r"^[Oo][Ll]\d{3}$"},
                ["OL211"],
            )
        },
    ),
}


def outline_schema() -> Schema:
    """Give the schema of an outline in YAML, with a description for every key."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Outline of gptoss-writer",
        **_object("An outline goes in, an article comes out.", _PROPERTIES, "title", "sections"),
        "$defs": {"section": _SECTION, "quotation": _QUOTATION},
    }


def schema_text() -> str:
    """Give the schema as the text of a JSON file."""
    return json.dumps(outline_schema(), indent=2, ensure_ascii=False) + "\n"
