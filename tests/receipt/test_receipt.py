"""The receipt of an article as a value and as JSON, and what is compared with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.draft import Conditions, Sampling
from gptoss_writer.drafting.identity import outline_fingerprint
from gptoss_writer.outline.reading import parse_outline
from gptoss_writer.receipt.comparing import Surroundings, compare
from gptoss_writer.receipt.making import make_receipt
from gptoss_writer.receipt.receipt import (
    ModelEntry,
    NewerReceiptError,
    Receipt,
    SectionEntry,
    from_json,
    to_json,
)
from gptoss_writer.workspace.troubles import Trouble
from gptoss_writer.workspace.workspace import Workspace
from tests.support.commands import THREE
from tests.support.workspaces import a_workspace

OUTLINE = parse_outline(Path("three.yaml"), THREE).outline
SAMPLING = Sampling("low", 7, 1.0, 1.0, 0, 0.01)
RECEIPT = Receipt(
    article="00",
    program="0.1.0",
    date="2025-08-05",
    title="Küste",
    outline="outline:1",
    templates={"house_rules": "11"},
    sampling=SAMPLING,
    models=(ModelEntry("gguf:1", "tiny", "tiny.gguf", 9, "22"),),
    sections=(
        SectionEntry(
            "one",
            2,
            "model",
            20,
            "33",
            "section:1",
            "gguf:1",
            "too dry",
            SAMPLING,
            Conditions("0.1.0", "0.3.36", 9, request="draw:1"),
        ),
        SectionEntry("two", 1, "hand", 3, "44", "", "", "", None, None),
    ),
)


def test_a_receipt_survives_the_disk() -> None:
    """What is read equals what was written."""
    assert from_json(to_json(RECEIPT)) == RECEIPT


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b'"schema": 1', b'"schema": "1"', "is not a whole number"),
        (b'"title"', b'"titles"', '"title" is missing'),
        (b'"origin": "hand"', b'"origin": "cat"', "not one of model, hand"),
        (b'"program": "0.1.0"', b'"program": "0.1.0", "x": 1', '"x" is not known'),
    ],
)
def test_a_damaged_receipt_is_refused(old: bytes, new: bytes, complaint: str) -> None:
    """Nothing unexpected in it is passed over in silence."""
    with pytest.raises(ValueError, match=complaint):
        from_json(to_json(RECEIPT).replace(old, new))


def test_a_newer_receipt_is_told_from_a_damaged_one() -> None:
    """By its format, before anything else of it is read."""
    with pytest.raises(NewerReceiptError):
        from_json(b'{"schema": 2, "moon": "full"}')


@pytest.fixture
def draft(tmp_path: Path) -> Workspace:
    """Give a draft in which two of three sections are written."""
    return a_workspace(tmp_path / "d", {"one": "A stone.\n", "two": "A grain.\n"})


def found(draft: Workspace, receipt: Receipt, here: Surroundings) -> set[tuple[str, str]]:
    """Name what does not match, with its weight."""
    return {(item.where, item.weight) for item in compare(draft, receipt, here)}


def made(draft: Workspace) -> tuple[Receipt, Surroundings]:
    """Make the receipt of a draft, and the surroundings in which all of it holds."""
    receipt = make_receipt(draft, OUTLINE, "The article.\n")
    return receipt, Surroundings(OUTLINE, receipt.templates, "0.3", {"gguf:0a1b": "gguf:0a1b"})


def test_a_fresh_receipt_matches(draft: Workspace) -> None:
    """Its outline, its sections, its templates and its model are those that are here."""
    receipt, here = made(draft)

    assert outline_fingerprint(OUTLINE) == receipt.outline
    assert ["one", "two"] == [entry.id for entry in receipt.sections]
    assert [ModelEntry("gguf:0a1b", "tiny", "", 9, "")] == list(receipt.models)
    assert 5 == len(receipt.templates)
    assert found(draft, receipt, here) <= {("program", "note"), ("llama.cpp", "note")}


def test_each_thing_that_changed_is_named(draft: Workspace) -> None:
    """Outline, templates, a section; another version is a note."""
    receipt, here = made(draft)
    one, two = receipt.sections
    entries = (replace(one, sha256="00"), replace(two, id="gone"))
    receipt = replace(
        receipt,
        outline="outline:0",
        templates={**receipt.templates, "house_rules": "00"},
        program="9.9",
        sections=entries,
        models=(ModelEntry("gguf:7", "other", "other.gguf"),),
    )

    assert {
        ("outline", "change"),
        ("prompt templates", "change"),
        ("section one", "change"),
        ("section two", "change"),
        ("section gone", "change"),
        ("model other.gguf", "note"),
        ("program", "note"),
    } == found(draft, receipt, here)


def test_what_was_said_of_a_section_file_is_not_said_twice(draft: Workspace) -> None:
    """A section whose file disagrees with the journal is left out of the comparison."""
    receipt, here = made(draft)
    receipt = replace(receipt, sections=receipt.sections[:1])

    assert ("section two", "change") in found(draft, receipt, here)
    here = replace(here, unsettled=frozenset({"two"}))
    assert ("section two", "change") not in found(draft, receipt, here)


def test_a_receipt_is_compact_json(draft: Workspace) -> None:
    """It is read by other programs: one object, its format first, and a final newline."""
    receipt, _ = made(draft)
    data = to_json(receipt)

    assert data.endswith(b"}\n")
    assert next(iter(json.loads(data).items())) == ("schema", 1)


def test_troubles_are_plain_values() -> None:
    """A trouble without a cure has none."""
    assert not Trouble("x", "note", "It is so.").cure
