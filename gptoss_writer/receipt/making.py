"""From a draft and its outline to the receipt of the article that was just assembled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from gptoss_writer import __version__
from gptoss_writer.drafting.identity import outline_fingerprint
from gptoss_writer.errors import TemplateError
from gptoss_writer.models.catalog import known_models, recognise
from gptoss_writer.outline.models import Outline
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.receipt.receipt import ModelEntry, Receipt, SectionEntry
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.records import AttemptRecord, ModelUsed
from gptoss_writer.workspace.workspace import Workspace


def make_receipt(draft: Workspace, outline: Outline, article: str) -> Receipt:
    """Make the receipt of an article whose text this is."""
    accepted = (draft.accepted(section.id) for section in outline.sections)
    records = [item.record for item in accepted if item is not None]
    return Receipt(
        article=digest(article.encode("utf-8")),
        program=__version__,
        date=draft.settings.date,
        title=outline.title,
        outline=outline_fingerprint(outline),
        templates=template_hashes(draft),
        sampling=draft.settings.sampling,
        models=tuple(_models(draft, records)),
        sections=tuple(map(_section, records)),
    )


def template_hashes(draft: Workspace) -> Mapping[str, str]:
    """Hash each prompt template that the draft's next run would use; {} where one is unreadable."""
    folder = draft.settings.prompts
    try:
        sources = load_templates(Path(folder) if folder else None).sources
    except TemplateError:
        return {}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sources.items()}


def _section(record: AttemptRecord) -> SectionEntry:
    return SectionEntry(
        id=record.section_id,
        attempt=record.number,
        origin=record.origin,
        words=record.words,
        sha256=record.sha256,
        fingerprint=record.fingerprint,
        model=record.model,
        because=record.because,
        sampling=record.sampling,
        conditions=record.conditions,
    )


def _models(draft: Workspace, records: Iterable[AttemptRecord]) -> Iterable[ModelEntry]:
    """List the models that wrote, each once, in the order of the sections."""
    used = draft.settings.model
    found: dict[str, ModelEntry] = {}
    for record in records:
        if record.model and record.model not in found:
            size = record.conditions.model_bytes if record.conditions else 0
            is_the_drafts = used is not None and used.fingerprint == record.model
            found[record.model] = ModelEntry(
                fingerprint=record.model,
                name=record.model_name,
                file=_file_name(used) if used and is_the_drafts else "",
                bytes=size,
                sha256=_known_sha256(record.model, size),
            )
    return found.values()


def _file_name(used: ModelUsed) -> str:
    known = recognise(used.name, used.fingerprint)
    return known.file if known and known.bundled else Path(used.path).name


def _known_sha256(fingerprint: str, size: int) -> str:
    """Give the SHA-256 of a model's file where the catalog has it."""
    for known in known_models():
        is_it = known.fingerprint == fingerprint if known.fingerprint else known.bytes == size
        if known.sha256 and is_it:
            return known.sha256
    return ""
