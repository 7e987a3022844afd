"""A section whose writing was cut off: whether it can be gone on with, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from gptoss_writer.draft import SectionProgress
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.engine.interface import GenerationRequest
from gptoss_writer.workspace.fingerprints import fingerprint

Keep = Callable[[SectionProgress], None]
"""Receives how far a section has come, whenever that is worth keeping."""


def keep_nothing(progress: SectionProgress) -> None:
    """Receive how far a section has come, and forget it."""


def request_fingerprint(task: SectionTask, request: GenerationRequest) -> str:
    """Give what stands for everything that one attempt is made from.

    That is the prompt with its notes, the limits, the sampling with the attempt's seed, the model,
    and the rules of the guard. Only a text of the same request may be gone on with: then it comes
    out as if nothing had happened.
    """
    return fingerprint(
        "request",
        {
            "parts": [[asdict(message) for message in part] for part in request.parts],
            "limits": asdict(request.limits),
            "sampling": asdict(request.sampling),
            "model": task.model,
            "rule": asdict(task.rule),
            "section": task.material.model_dump(mode="json"),
            "quotations": [quotation.quote for quotation in task.outline.elements.quotes],
        },
    )


def label_of(progress: SectionProgress) -> str:
    """Tell who watches where a section is gone on with."""
    if progress.words:
        return f"going on after {progress.words} word{'s' if progress.words > 1 else ''}"
    return "going on after its reasoning" if progress.checkpoint else "going on"
