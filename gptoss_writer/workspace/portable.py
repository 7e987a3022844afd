"""Settings as they stand on disk: the same on every machine that a draft is copied to.

A draft may be kept under version control. So `workspace.json` has a model's file name and not
where that is on this machine, which stands in the cache, and a folder of templates as seen from
the draft.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from gptoss_writer.workspace.records import WorkspaceSettings


def stored(settings: WorkspaceSettings, root: Path) -> WorkspaceSettings:
    """Give the form of the settings of the draft in `root` that is written to `workspace.json`."""
    model, prompts = settings.model, settings.prompts
    if model is not None and Path(model.path).is_absolute():
        model = replace(model, path=Path(model.path).name)
    if prompts and Path(prompts).is_absolute():
        prompts = Path(os.path.relpath(prompts, root.absolute())).as_posix()
    return replace(settings, model=model, prompts=prompts)


def restored(settings: WorkspaceSettings, root: Path, model_place: str) -> WorkspaceSettings:
    """Give the settings with the paths of this machine; `model_place` is what the cache has.

    Where that is of another model, or empty, the model keeps the name of its file.
    """
    model, prompts = settings.model, settings.prompts
    if model is not None and model_place and Path(model_place).name == model.path:
        model = replace(model, path=model_place)
    if prompts:
        prompts = os.path.normpath(root.absolute() / prompts)
    return replace(settings, model=model, prompts=prompts)
