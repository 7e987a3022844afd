"""The receipt of an article: all that it was made from, as frozen values and as JSON.

It is the same for the same draft on every machine: no times, and no places of one machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import get_args

from gptoss_writer.draft import Conditions, Origin, Sampling
from gptoss_writer.workspace.fields import Fields
from gptoss_writer.workspace.records import conditions_of, sampling_of

SCHEMA = 1
"""The format of `article.receipt.json`."""

_ORIGINS: tuple[Origin, ...] = get_args(Origin)


class NewerReceiptError(ValueError):
    """The receipt is of a later format than this program knows."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that wrote sections of the article.

    `fingerprint` is that of its header, its size and samples of its weights, `file` the name of its
    file where the draft remembers it, and `sha256` what the catalog says such a file has. What is
    not known is "" or 0.
    """

    fingerprint: str
    name: str = ""
    file: str = ""
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """One section of the article: which attempt its text is, and how that came about.

    `sha256` is that of the text in the history; the other fields are those of its record.
    """

    id: str
    attempt: int
    origin: Origin
    words: int
    sha256: str
    fingerprint: str
    model: str
    because: str
    sampling: Sampling | None
    conditions: Conditions | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an article was made from.

    `article` is the SHA-256 of its bytes, `program` the version that assembled it, `date` the one
    pinned in every prompt. `outline` is a fingerprint of all that the outline says. `templates` has
    the SHA-256 of each prompt template of the draft, nothing where they could not be read.
    `sampling` has the settings of the last run, None where there was none.
    """

    article: str
    program: str
    date: str
    title: str
    outline: str
    templates: Mapping[str, str]
    sampling: Sampling | None
    models: tuple[ModelEntry, ...]
    sections: tuple[SectionEntry, ...]


def to_json(receipt: Receipt) -> bytes:
    """Write a receipt as `article.receipt.json`."""
    value = {"schema": SCHEMA, **asdict(receipt)}
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode("utf-8", "replace") + b"\n"


def from_json(data: bytes) -> Receipt:
    """Read a receipt; `ValueError` where it is damaged, `NewerReceiptError` where it is newer."""
    fields = Fields.parse(data)
    schema = fields.whole("schema")
    if schema > SCHEMA:
        raise NewerReceiptError(f"it has format {schema}, and this program knows {SCHEMA}")
    receipt = Receipt(
        article=fields.text("article"),
        program=fields.text("program"),
        date=fields.text("date"),
        title=fields.text("title"),
        outline=fields.text("outline"),
        templates=fields.pairs("templates"),
        sampling=sampling_of(fields.optional("sampling")),
        models=tuple(map(_model, fields.items("models"))),
        sections=tuple(map(_section, fields.items("sections"))),
    )
    fields.finish()
    return receipt


def _model(fields: Fields) -> ModelEntry:
    entry = ModelEntry(
        fingerprint=fields.text("fingerprint"),
        name=fields.text("name"),
        file=fields.text("file"),
        bytes=fields.whole("bytes"),
        sha256=fields.text("sha256"),
    )
    fields.finish()
    return entry


def _section(fields: Fields) -> SectionEntry:
    entry = SectionEntry(
        id=fields.text("id"),
        attempt=fields.whole("attempt"),
        origin=fields.choice("origin", _ORIGINS),
        words=fields.whole("words"),
        sha256=fields.text("sha256"),
        fingerprint=fields.text("fingerprint"),
        model=fields.text("model"),
        because=fields.text("because"),
        sampling=sampling_of(fields.optional("sampling")),
        conditions=conditions_of(fields.optional("conditions")),
    )
    fields.finish()
    return entry
