"""With which model and sampling a run writes: what was set, else the draft's, else defaults."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from gptoss_writer.draft import Sampling
from gptoss_writer.engine.interface import ModelIdentity
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.models.catalog import packaged_file, recognise
from gptoss_writer.outline.models import DEFAULT_TOLERANCE
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.settings import Settings
from gptoss_writer.workspace.records import ModelUsed, WorkspaceSettings

DEFAULT_EFFORT = ReasoningEffort.MEDIUM
_DRAWN_WITH = ("seed", "temperature", "top_p", "top_k", "min_p")


def wanted_sampling(settings: Settings, pinned: WorkspaceSettings, model: ModelUsed) -> Sampling:
    """Fill what the user did not set from the draft, and what it does not say from defaults.

    Defaults are those of the model. Where a draft goes on with another model than before, what was
    only a default of the old one makes room for the new one's.
    """
    defaults = _defaults(model)
    old = pinned.sampling or defaults
    if pinned.model is not None:
        before = _defaults(pinned.model)
        renewed = [name for name in _DRAWN_WITH if getattr(old, name) == getattr(before, name)]
        old = replace(old, **{name: getattr(defaults, name) for name in renewed})
    chosen = {name: getattr(settings, name) for name in _DRAWN_WITH}
    return replace(
        old,
        effort=wanted_effort(settings, pinned.sampling).value,
        **{name: value for name, value in chosen.items() if value is not None},
    )


def wanted_effort(settings: Settings, pinned: Sampling | None) -> ReasoningEffort:
    """Give the reasoning effort that was set, else the draft's, else the default."""
    return settings.effort or (ReasoningEffort(pinned.effort) if pinned else DEFAULT_EFFORT)


def _defaults(model: ModelUsed) -> Sampling:
    known = recognise(model.name, model.fingerprint)
    params = known.sampling if known else SamplingParams()
    values = {name: getattr(params, name) for name in _DRAWN_WITH}
    return Sampling(effort=DEFAULT_EFFORT.value, **values)


def wanted_tolerance(settings: Settings) -> float:
    """Give the share of a word budget by which a section may miss it."""
    return DEFAULT_TOLERANCE if settings.tolerance is None else settings.tolerance / 100


def model_used(identity: ModelIdentity) -> ModelUsed:
    """Give what a draft remembers of a model: a path that means the same from any folder.

    Of a bundled one that is its name: the package may stand elsewhere tomorrow.
    """
    path = Path(identity.path)
    known = recognise(identity.name, identity.fingerprint)
    if known and known.bundled and path == packaged_file(known.file):
        return ModelUsed(identity.name, known.name, identity.fingerprint)
    lasting = str(path.absolute()) if path.exists() else identity.path
    return ModelUsed(identity.name, lasting, identity.fingerprint)


def wanted_prompts(settings: Settings, pinned: WorkspaceSettings) -> Path | None:
    """Give the folder of templates that was set, else the draft's; None for the packaged ones."""
    return settings.prompts or (Path(pinned.prompts) if pinned.prompts else None)


def lasting_folder(folder: Path | None) -> str:
    """Give what a draft remembers of a folder: a path that means the same from anywhere."""
    return os.path.abspath(folder) if folder else ""  # noqa: PTH100 - without the ".." in it


def changes(old: WorkspaceSettings, new: WorkspaceSettings) -> list[str]:
    """Say what a run does otherwise than the one before it; that makes every section stale."""
    found = []
    model, sampling = new.model, new.sampling
    if old.model is not None and old.prompts != new.prompts:
        found.append(f"prompts {old.prompts or 'packaged'} -> {new.prompts or 'packaged'}")
    if old.model is not None and model is not None and old.model.fingerprint != model.fingerprint:
        found.append(f"model {_file_name(old.model.path)} -> {_file_name(model.path)}")
    if old.sampling is not None:
        for name in ("effort", "seed", "temperature", "top_p", "top_k", "min_p"):
            before, after = getattr(old.sampling, name), getattr(sampling, name)
            if before != after:
                found.append(f"{name} {before} -> {after}")
    return found


def _file_name(path: str) -> str:
    return Path(path).name
