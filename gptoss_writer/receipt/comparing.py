"""Holds the receipt of an article against the article, the draft, the outline and the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gptoss_writer import __version__
from gptoss_writer.drafting.identity import outline_fingerprint
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.outline.models import Outline
from gptoss_writer.receipt.receipt import ModelEntry, NewerReceiptError, Receipt, from_json
from gptoss_writer.workspace.layout import digest
from gptoss_writer.workspace.troubles import Trouble
from gptoss_writer.workspace.workspace import Workspace

ARTICLE, RECEIPT = "article.md", "article.receipt.json"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is here now: the outline, the hash of each prompt template, llama-cpp-python's version.

    `unsettled` are sections whose file and journal disagree: that was said already.
    `models` has the fingerprint of the file of the draft's model, by the fingerprint that it should
    have, and "" where it was not found; a model that it does not have was not looked for.
    """

    outline: Outline
    templates: Mapping[str, str]
    bindings: str
    models: Mapping[str, str]
    unsettled: frozenset[str] = frozenset()


def read_receipt(draft: Workspace) -> tuple[Receipt | None, tuple[Trouble, ...]]:
    """Read the receipt of a draft's article, None where it cannot be; and what is wrong then."""
    try:
        data = draft.report("receipt")
    except WorkspaceError as error:
        return None, (Trouble(RECEIPT, "change", error.message, advice=error.hint),)
    if data is None:
        if not draft.article_path.exists():
            return None, ()
        if draft.is_of_earlier_format:
            what = "The article was assembled before there were receipts; the next one has one."
            return None, (Trouble(RECEIPT, "note", what),)
        return None, (Trouble(RECEIPT, "change", "The article has no receipt.", cure="repair"),)
    try:
        return from_json(data), ()
    except NewerReceiptError as error:
        advice = "Update gptoss-writer, or make the receipt again."
        what = f"A newer version of gptoss-writer wrote it: {error}."
        return None, (Trouble(RECEIPT, "change", what, "assemble", advice),)
    except ValueError as error:
        return None, (Trouble(RECEIPT, "change", f"It is damaged: {error}.", cure="repair"),)


def compare(draft: Workspace, receipt: Receipt, here: Surroundings) -> Iterator[Trouble]:
    """Say what of a receipt does not hold any more. The draft's history is whole."""
    yield from _article(draft, receipt)
    yield from _sections(draft, receipt, here)
    if receipt.outline != outline_fingerprint(here.outline):
        yield Trouble(
            "outline",
            "change",
            "The outline was changed since the article was assembled.",
            cure="generate",
        )
    yield from _templates(receipt, here)
    for model in receipt.models:
        yield from _model(model, here.models.get(model.fingerprint))
    yield from _versions(receipt, here)


def _article(draft: Workspace, receipt: Receipt) -> Iterator[Trouble]:
    content = draft.article
    if content is None or digest(content) == receipt.article:
        return
    if draft.has_assembled(content):
        what = "It is not the article that the receipt is about."
        yield Trouble(ARTICLE, "change", what, cure="repair")


def _sections(draft: Workspace, receipt: Receipt, here: Surroundings) -> Iterator[Trouble]:
    """Compare the attempts in the article with those that count now."""
    listed = {entry.id: entry for entry in receipt.sections}
    for section in here.outline.sections:
        accepted, entry = draft.accepted(section.id), listed.pop(section.id, None)
        if section.id in here.unsettled:
            continue
        where = f"section {section.id}"
        if accepted is None and entry is not None:
            what = f"The article has attempt @{entry.attempt}, and the draft has no text now."
            yield Trouble(where, "change", what, cure="generate")
        elif accepted is not None and entry is None:
            what = f"Attempt @{accepted.number} is not in the article."
            yield Trouble(where, "change", what, cure="repair")
        elif accepted and entry and accepted.record.sha256 != entry.sha256:
            what = f"The article has attempt @{entry.attempt}, and @{accepted.number} counts now."
            yield Trouble(where, "change", what, cure="repair")
        elif accepted and entry and accepted.number != entry.attempt:
            what = f"The receipt names attempt @{entry.attempt}; @{accepted.number} is the same."
            yield Trouble(where, "change", what, cure="repair")
    for name in listed:
        what = "The article has it, and the outline does not any more."
        yield Trouble(f"section {name}", "change", what, cure="assemble")


def _templates(receipt: Receipt, here: Surroundings) -> Iterator[Trouble]:
    if not receipt.templates or not here.templates:
        return
    changed = [
        name
        for name in {**receipt.templates, **here.templates}
        if receipt.templates.get(name) != here.templates.get(name)
    ]
    if changed:
        names = ", ".join(f"{name}.txt" for name in changed)
        what = f"Changed since the article was assembled: {names}."
        yield Trouble("prompt templates", "change", what, cure="generate")


def _model(model: ModelEntry, found: str | None) -> Iterator[Trouble]:
    if not model.fingerprint.startswith("gguf:"):
        return
    name = model.file or model.name
    if found is None:
        what = "The draft goes on with another model since, so this one was not looked for."
        yield Trouble(f"model {name}", "note", what)
    elif not found:
        what = "Its file is not on this machine, so it was not looked at."
        yield Trouble(f"model {name}", "note", what)
    elif found != model.fingerprint:
        what = "The file of that name is another model than the one that wrote the sections."
        yield Trouble(f"model {name}", "change", what, cure="generate")


def _versions(receipt: Receipt, here: Surroundings) -> Iterator[Trouble]:
    if receipt.program != __version__:
        what = f"gptoss-writer {receipt.program} assembled the article; this is {__version__}."
        yield Trouble("program", "note", what)
    written = {item.conditions.bindings for item in receipt.sections if item.conditions}
    others = sorted(written - {"", here.bindings})
    if others:
        what = f"Sections were written with llama-cpp-python {', '.join(others)}; this is "
        yield Trouble("llama.cpp", "note", f"{what}{here.bindings or 'without it'}.")
