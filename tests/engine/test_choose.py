"""From the place of a model to an engine, or to a sentence that helps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gptoss_writer.engine.choose import EngineOptions, open_engine
from gptoss_writer.engine.llama.engine import LlamaEngine, LlamaOptions
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.errors import ModelError


def test_a_path_opens_its_model(tiny_model: Path) -> None:
    """The engine is llama.cpp, the identity that of the file."""
    engine = open_engine(str(tiny_model), EngineOptions(threads=1))
    assert isinstance(engine, LlamaEngine)
    engine.close()

    assert str(tiny_model) == engine.identity.path


def test_every_option_reaches_llama_cpp(tiny_model: Path, tmp_path: Path) -> None:
    """Weights, lock, GPU layers and the folder of prefixes are the engine's, none a default."""
    options = EngineOptions(
        threads=1, weights="repack", mlock=True, gpu_layers=0, prefixes=tmp_path
    )
    engine = open_engine(tiny_model, options)
    assert isinstance(engine, LlamaEngine)
    engine.close()

    assert engine._options == LlamaOptions(
        threads=1, weights="repack", lock=True, gpu_layers=0, prefixes=tmp_path
    )


def test_a_folder_is_no_model(tmp_path: Path, tiny_model: Path) -> None:
    """The hint names the files in it."""
    for name in ("small.gguf", "both.gguf"):
        shutil.copy(tiny_model, tmp_path / name)
    with pytest.raises(ModelError) as caught:
        open_engine(str(tmp_path))

    assert f"{tmp_path} is a folder, not a model file." == caught.value.message
    assert "both.gguf and small.gguf" in caught.value.hint


def test_a_link_to_nowhere_is_told_apart_from_nothing(tmp_path: Path) -> None:
    """The header check says where the link leads."""
    link = tmp_path / "link.gguf"
    link.symlink_to("gone.gguf")
    with pytest.raises(ModelError, match=r"is a symbolic link to gone\.gguf, which does not exist"):
        open_engine(str(link))


def test_a_tape_is_opened_by_its_prefix(tmp_path: Path) -> None:
    """`scripted:` names a file of turns."""
    tape = tmp_path / "tape.yaml"
    tape.write_text("- One.\n")
    engine = open_engine(f"scripted:{tape}")

    assert isinstance(engine, ScriptedEngine)
    assert "tape.yaml" == engine.identity.name
