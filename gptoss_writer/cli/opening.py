"""Which model a command works with, and the engine that runs it."""

from __future__ import annotations

from pathlib import Path

from gptoss_writer.cli.places import model_folders, surroundings
from gptoss_writer.cli.terminal import Terminal, one_line
from gptoss_writer.engine.choose import EngineOptions, is_tape, open_engine
from gptoss_writer.engine.interface import Engine
from gptoss_writer.engine.preflight import gigabytes
from gptoss_writer.errors import ModelError
from gptoss_writer.models.elsewhere import best_model, find_models
from gptoss_writer.models.finding import THREE_WAYS, find_model
from gptoss_writer.settings import Settings, prefixes_folder

_SHOWN = 5


def open_model(
    settings: Settings, remembered: str, terminal: Terminal, *, no_cache: bool = False
) -> Engine:
    """Open the model that was set, else the one a draft remembers, else one that is found.

    Raises `ModelError` where there is none, or none that llama.cpp could load.
    """
    options = EngineOptions(
        threads=settings.threads or 0,
        weights=settings.weights or "auto",
        mlock=settings.mlock or False,
        gpu_layers=-1 if settings.gpu_layers is None else settings.gpu_layers,
        prefixes=None if no_cache else prefixes_folder(),
    )
    return open_engine(place_of_model(settings, remembered, terminal), options)


def place_of_model(settings: Settings, remembered: str, terminal: Terminal) -> str | Path:
    """Give the file of the model, or the name of a tape; say so where nobody named it."""
    model = settings.model or remembered
    if not model:
        return _found_model(terminal)
    if is_tape(model):
        return model
    return find_model(model, model_folders(), lambda: find_models(surroundings()))


def _found_model(terminal: Terminal) -> Path:
    files = find_models(surroundings())
    found = best_model(files)
    if found is None:
        for one in files[:_SHOWN]:
            small = f"{gigabytes(one.size_bytes)} are too little for gpt-oss-20b."
            terminal.say(f"Not taken: {one.path}: {one_line(one.refusal or small)}")
        raise ModelError("No model was given, and none was found on this machine.", THREE_WAYS)
    name = f"{found.known.name}, " if found.known else ""
    terminal.say(f"No model was given; using {found.path} ({name}found with {found.program}).")
    return found.path
