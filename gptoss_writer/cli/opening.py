"""Which model a command works with, and the engine that runs it."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.cli.places import model_folders
from gptoss_writer.engine.choose import EngineOptions, is_tape, open_engine
from gptoss_writer.engine.interface import Engine
from gptoss_writer.errors import ModelError
from gptoss_writer.models.finding import THREE_WAYS, find_model
from gptoss_writer.settings import Settings, prefixes_folder


def open_model(settings: Settings, remembered: str, *, no_cache: bool = False) -> Engine:
    """Open the model that was set, else the one a draft remembers.

    Raises `ModelError` where there is none, or none that llama.cpp could load.
    """
    options = EngineOptions(
        threads=settings.threads or 0,
        weights=settings.weights or "auto",
        mlock=settings.mlock or False,
        gpu_layers=-1 if settings.gpu_layers is None else settings.gpu_layers,
        prefixes=None if no_cache else prefixes_folder(),
    )
    return open_engine(place_of_model(settings, remembered), options)


def place_of_model(settings: Settings, remembered: str) -> str | Path:
    """Give the file of the model, or the name of a tape."""
    model = settings.model or remembered
    if not model:
        raise ModelError("No model was given.", THREE_WAYS)
    return model if is_tape(model) else find_model(model, model_folders())
