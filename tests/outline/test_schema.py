"""The schema for editors: draft 2020-12, every key described, and as strict as the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from gptoss_writer.outline import models
from gptoss_writer.outline.reading import read_outline
from gptoss_writer.outline.schema import outline_schema
from tests.support.commands import ROOT

SCHEMA = outline_schema()
FIXTURES = Path(__file__).parent
VALID = [
    *sorted((ROOT / "outlines").glob("*.yaml")),
    *sorted((FIXTURES / "fixtures").glob("*.yaml")),
    *sorted((FIXTURES / "wild/golden").glob("*.yaml")),
]


def _objects(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value)


def test_it_is_a_schema() -> None:
    """The schema itself is valid by draft 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)

    assert "https://json-schema.org/draft/2020-12/schema" == SCHEMA["$schema"]


def test_it_has_the_keys_of_the_values() -> None:
    """Each kind of value has the same keys in the schema as in the program."""
    kinds = (
        *(models.Outline, models.Strategy, models.Section, models.KeyPoint, models.Quotation),
        *(models.Fact, models.Elements, models.Lint),
    )
    expected = {frozenset(kind.model_fields) for kind in kinds}

    assert expected == {frozenset(item["properties"]) for item in _objects(SCHEMA)}


def test_every_key_is_described() -> None:
    """An editor can say of each key what it is, and of all but references show an example."""
    for item in _objects(SCHEMA):
        for name, value in item["properties"].items():
            assert "description" in value, name
            assert value.get("examples") or value["type"] in ("object", ["array", "null"]), name


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_outlines_are_valid(path: Path) -> None:
    """What the program reads, an editor does not complain of."""
    read_outline(path)
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

    assert [] == [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)]


@pytest.mark.parametrize(
    "text",
    [
        "title: T\n",
        "sections: [{title: A, words: 9}]\n",
        "title: T\nsections: []\n",
        "title: T\nsections: [{title: A}]\n",
        "title: T\nsections: [{title: A, words: many}]\n",
        "title: T\nsections: [{title: A, words: 0}]\n",
        "title: T\nsections: [{title: A, words: 9, key_point: [x]}]\n",
        "title: T\nsections: [{title: A, words: 9, role: Body}]\n",
        "title: T\nsections: [{title: A, words: 9, id: A B}]\n",
        "title: T\nsections: [{title: A, words: 9, evidence: [{source: S}]}]\n",
        "title: T\nsections: [{title: A, words: 9, evidence: [{fact: F, speaker: S}]}]\n",
        "title: T\nsections: [{title: A, words: 9, key_points: [{}]}]\n",
        "title: T\nsections: [{title: A, words: 9}]\nwords_per_minute: [200]\n",
        "title: T\nsections: [{title: A, words: 9}]\nlint: {ignore: [all]}\n",
    ],
)
def test_mistakes_are_mistakes(text: str) -> None:
    """An editor underlines what the program refuses."""
    assert list(Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text)))
