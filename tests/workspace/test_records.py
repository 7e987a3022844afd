"""Settings and attempt records as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gptoss_writer.draft import Attempt, Conditions, Finding, Sampling, Steering, TokenUsage
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.records import (
    AttemptRecord,
    ModelUsed,
    WorkspaceSettings,
    record_from_json,
    record_to_json,
    settings_from_json,
    settings_to_json,
)
from tests.support.workspaces import SETTINGS, an_attempt

PATH = Path("drafts/x/workspace.json")
_texts = st.text(st.characters(exclude_categories=["Cs"]))
_counts = st.integers(0, 2**63)
_numbers = st.floats(allow_nan=False, allow_infinity=False)
_samplings = st.none() | st.builds(Sampling, _texts, _counts, _numbers, _numbers, _counts, _numbers)
_conditions = st.none() | st.builds(
    Conditions,
    *(_texts, _texts, _counts, _texts, _texts, _counts, _counts, _numbers, _counts, _counts),
    *(_counts, _texts, _texts),
)
_records = st.builds(
    AttemptRecord,
    section_id=_texts,
    number=_counts,
    sha256=_texts,
    words=_counts,
    origin=st.sampled_from(["model", "hand"]),
    verdict=st.sampled_from(["good", "flawed", "interrupted"]),
    findings=st.lists(st.builds(Finding, _texts, _texts)).map(tuple),
    usage=st.builds(TokenUsage, _counts, _counts, _counts, _counts, _counts, _numbers),
    steering=st.none() | st.builds(Steering, _counts, _counts, _counts, _counts),
    sampling=_samplings,
    model=_texts,
    fingerprint=_texts,
    because=_texts,
    model_name=_texts,
    made_from=st.dictionaries(_texts, _texts),
    parent=_counts,
    made=_texts,
    conditions=_conditions,
)
_settings = st.builds(
    WorkspaceSettings,
    date=st.dates().map(str),
    outline=_texts,
    model=st.none() | st.builds(ModelUsed, _texts, _texts, _texts),
    sampling=_samplings,
)


@settings(deadline=None)
@given(_records)
def test_records_survive_the_disk(record: AttemptRecord) -> None:
    """A record read back equals the one written."""
    assert record == record_from_json(record_to_json(record), PATH)


@settings(deadline=None)
@given(_settings)
def test_settings_survive_the_disk(value: WorkspaceSettings) -> None:
    """Settings read back equal those written."""
    assert value == settings_from_json(settings_to_json(value), PATH)


def test_a_record_gives_its_attempt_back() -> None:
    """A record and the texts beside it are the whole attempt."""
    attempt = an_attempt()
    record = AttemptRecord.of(attempt, 3, "00")

    assert attempt == record.attempt(attempt.text, attempt.analysis, attempt.raw)


def test_a_record_has_every_field_but_the_texts() -> None:
    """No field of an attempt is forgotten when one is added."""
    written = json.loads(record_to_json(AttemptRecord.of(an_attempt(), 3, "00")))
    expected = {*Attempt.__dataclass_fields__, "schema_version", "number", "sha256"}
    expected |= {"parent", "made"}

    assert expected - {"text", "analysis", "raw"} == written.keys()


def test_a_record_without_steering_is_read() -> None:
    """Drafts begun before such counts were kept go on."""
    record = AttemptRecord.of(Attempt("intro", "x", 4, origin="hand"), 1, "00")
    data = record_to_json(record).replace(b'  "steering": null,\n', b"")

    assert b"steering" not in data
    assert record == record_from_json(data, PATH)


def test_a_record_of_an_earlier_version_is_read() -> None:
    """What was not recorded then is empty now."""
    record = AttemptRecord.of(an_attempt(), 1, "00", parent=3, made="2026-01-02T03:04:05+00:00")
    value = json.loads(record_to_json(record)) | {"schema_version": 1}
    for key in ("model_name", "made_from", "parent", "made", "conditions"):
        del value[key]

    expected = replace(record, model_name="", made_from={}, parent=0, made="", conditions=None)

    assert expected == record_from_json(json.dumps(value).encode(), PATH)


def test_settings_read_well() -> None:
    """The file is indented, in a fixed order, in UTF-8, with a final newline."""
    value = WorkspaceSettings("2025-08-05", "Küste.yaml", ModelUsed("tiny", "m.gguf", "gguf:1"))

    assert (
        settings_to_json(value).decode()
        == """\
{
  "schema_version": 2,
  "date": "2025-08-05",
  "outline": "Küste.yaml",
  "model": {
    "name": "tiny",
    "path": "m.gguf",
    "fingerprint": "gguf:1"
  },
  "sampling": null,
  "prompts": ""
}
"""
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b'"schema_version": 2', b'"schema_version": 0', '"schema_version" is 0'),
        (b'"schema_version": 2', b'"schema_version": "1"', "is not a whole number"),
        (b'"schema_version": 2', b'"schema_version": true', "is not a whole number"),
        (b'"outline"', b'"outlines"', '"outline" is missing'),
        (b'"model": null', b'"model": null, "mood": 1', '"mood" is not known'),
        (b'"model": null', b'"model": []', "an object in braces is missing"),
        (b'"2025-08-05"', b'"5 August"', "Invalid isoformat string"),
        (b'"2025-08-05"', b"20250805", '"date" is not a string'),
        (b"tide", b"\xff", "can't decode byte 0xff"),
        (b"}", b"", "Expecting ',' delimiter"),
        (b"{", b"[" * 100_000 + b"{", "nested too deeply"),
    ],
)
def test_damaged_settings_are_reported(old: bytes, new: bytes, complaint: str) -> None:
    """Nothing unexpected in the file is passed over in silence."""
    data = settings_to_json(SETTINGS)
    with pytest.raises(WorkspaceError) as caught:
        settings_from_json(data.replace(old, new), PATH)

    assert caught.value.message.startswith(f"{PATH} is damaged: ")
    assert complaint in caught.value.message
    assert caught.value.hint.startswith("Mend that place")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b'"hand"', b'"cat"', '"origin" is "cat" and not one of model, hand'),
        (b'"words": 4', b'"words": -4', '"words" is not a whole number'),
        (b'"findings": []', b'"findings": {}', '"findings" is not a list'),
        (b'"seconds": 0.0', b'"seconds": NaN', '"seconds" is not a finite number'),
        (b'"seconds": 0.0', b'"seconds": "0"', '"seconds" is not a number'),
        (b'"made_from": {}', b'"made_from": {"a": 1}', '"made_from" is not an object of strings'),
        (b'"parent": 0', b'"parent": -1', '"parent" is not a whole number'),
    ],
)
def test_damaged_records_are_reported(old: bytes, new: bytes, complaint: str) -> None:
    """Nothing unexpected in a record is passed over in silence."""
    record = AttemptRecord.of(Attempt("intro", "x", 4, origin="hand"), 1, "00")
    data = record_to_json(record)
    with pytest.raises(WorkspaceError) as caught:
        record_from_json(data.replace(old, new), PATH)

    assert f"{PATH} is damaged: {complaint}." == caught.value.message


def test_refuses_what_a_newer_version_wrote() -> None:
    """A higher format version is refused before anything else in the file is read."""
    with pytest.raises(WorkspaceError) as caught:
        settings_from_json(b'{"schema_version": 3, "moon": "full"}', PATH)

    assert (
        f"{PATH} was written by a newer version of gptoss-writer "
        "(format 3; this one knows format 2)." == caught.value.message
    )
