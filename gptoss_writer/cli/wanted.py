"""With which model and sampling a run writes: what was set, else the draft's, else defaults."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.draft import Sampling
from gptoss_writer.engine.interface import ModelIdentity
from gptoss_writer.harmony.messages import ReasoningEffort
from gptoss_writer.outline.models import DEFAULT_TOLERANCE
from gptoss_writer.sampling.params import SamplingParams
from gptoss_writer.settings import Settings
from gptoss_writer.workspace.records import ModelUsed, WorkspaceSettings

DEFAULT_EFFORT = ReasoningEffort.MEDIUM


def wanted_sampling(settings: Settings, pinned: Sampling | None) -> Sampling:
    """Fill what the user did not set from the draft, and what it does not say from defaults."""
    defaults = SamplingParams()
    old = pinned or Sampling(
        effort=DEFAULT_EFFORT.value,
        seed=defaults.seed,
        temperature=defaults.temperature,
        top_p=defaults.top_p,
        top_k=defaults.top_k,
        min_p=defaults.min_p,
    )
    return Sampling(
        effort=old.effort if settings.effort is None else settings.effort.value,
        seed=old.seed if settings.seed is None else settings.seed,
        temperature=old.temperature if settings.temperature is None else settings.temperature,
        top_p=old.top_p if settings.top_p is None else settings.top_p,
        top_k=old.top_k if settings.top_k is None else settings.top_k,
        min_p=old.min_p if settings.min_p is None else settings.min_p,
    )


def wanted_tolerance(settings: Settings) -> float:
    """Give the share of a word budget by which a section may miss it."""
    return DEFAULT_TOLERANCE if settings.tolerance is None else settings.tolerance / 100


def model_used(identity: ModelIdentity) -> ModelUsed:
    """Give what a draft remembers of a model: a path that means the same from any folder."""
    path = Path(identity.path)
    lasting = str(path.absolute()) if path.exists() else identity.path
    return ModelUsed(identity.name, lasting, identity.fingerprint)


def wanted_prompts(settings: Settings, pinned: WorkspaceSettings) -> Path | None:
    """Give the folder of templates that was set, else the draft's; None for the packaged ones."""
    return settings.prompts or (Path(pinned.prompts) if pinned.prompts else None)


def lasting_folder(folder: Path | None) -> str:
    """Give what a draft remembers of a folder: a path that means the same from anywhere."""
    return str(folder.absolute()) if folder else ""


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
