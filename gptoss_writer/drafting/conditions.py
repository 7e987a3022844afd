"""Under which conditions a section is drawn, for its records and for drawing it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from gptoss_writer.draft import Conditions
from gptoss_writer.drafting.task import SectionTask
from gptoss_writer.harmony.messages import Conversation
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.workspace.fingerprints import Json, fingerprint


def drawn_under(task: SectionTask) -> Conditions | None:
    """Give the conditions of a task's attempts; None where none are to be recorded."""
    if task.conditions is None:
        return None
    return replace(
        task.conditions,
        take=task.take,
        analysis_tokens=task.limits.analysis,
        final_tokens=task.limits.final,
        request=draw_fingerprint(task),
    )


def draw_fingerprint(task: SectionTask) -> str:
    """Hash everything that the attempts of one draw are made from, but for the model.

    That is the prompt as it was rendered, with what it tells of the sections before; the limits,
    the sampling with the draw's seed, the rules of the guard, and what notes of a retry may say.
    The same draw of the same model gives the same attempts.
    """
    parts = (task.prompt.shared_prefix, task.prompt.section_suffix)
    notes: dict[str, Json] = {"because": task.because, "notes_tokens": task.notes_tokens}
    return fingerprint("draw", basis(task, parts, task.sampling) | notes)


def basis(
    task: SectionTask, parts: Sequence[Conversation], sampling: SamplingParams
) -> dict[str, Json]:
    """Give what a text comes from: its prompt, limits and sampling, and the rules of its guard."""
    return {
        "parts": [[asdict(message) for message in part] for part in parts],
        "limits": asdict(task.limits),
        "sampling": asdict(sampling),
        "rule": asdict(task.rule),
        "section": task.material.model_dump(mode="json"),
        "quotations": [quotation.quote for quotation in task.outline.elements.quotes],
    }
