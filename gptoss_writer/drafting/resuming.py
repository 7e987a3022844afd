"""A section whose writing was cut off: whether it can be gone on with, and where it stands."""

from __future__ import annotations

from collections.abc import Callable

from gptoss_writer.draft import SectionProgress
from gptoss_writer.drafting.conditions import basis
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
    sampled = basis(task, request.parts, request.sampling)
    return fingerprint("request", sampled | {"model": task.model})


def label_of(progress: SectionProgress) -> str:
    """Tell who watches where a section is gone on with."""
    if progress.words:
        return f"going on after {progress.words} word{'s' if progress.words > 1 else ''}"
    return "going on after its reasoning" if progress.checkpoint else "going on"
