"""Model files are found where other programs keep them, and judged by what they are."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.models import elsewhere
from gptoss_writer.models.catalog import known_models
from gptoss_writer.models.elsewhere import Surroundings, best_model, find_models
from tests.support.gguf_models import write_llama_arch_model, write_model

HEX = "ab" * 32


@pytest.fixture
def at(tmp_path: Path) -> Surroundings:
    """Start from an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    return Surroundings(home, {}, (), tmp_path / "no-ollama")


def put(model: Path, path: Path) -> Path:
    """Copy a model to a place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(model, path)
    return path


PLACES = [
    ("Hugging Face", ".cache/huggingface/hub/models--a--b/snapshots/c0/m.gguf", {}),
    ("Hugging Face", ".cache/huggingface/hub/models--a--b/snapshots/c0/q8/m.gguf", {}),
    ("Hugging Face", "hf/hub/models--a--b/snapshots/c0/m.gguf", {"HF_HOME": "hf"}),
    ("Hugging Face", "hub/models--a--b/snapshots/c0/m.gguf", {"HF_HUB_CACHE": "hub"}),
    ("Hugging Face", "hub/models--a--b/snapshots/c0/m.gguf", {"HUGGINGFACE_HUB_CACHE": "hub"}),
    (
        "Hugging Face",
        "xdg/huggingface/hub/models--a--b/snapshots/c0/m.gguf",
        {"XDG_CACHE_HOME": "xdg"},
    ),
    ("llama.cpp", ".cache/llama.cpp/ggml-org_m.gguf", {}),
    ("llama.cpp", "Library/Caches/llama.cpp/m.gguf", {}),
    ("llama.cpp", "own/m.gguf", {"LLAMA_CACHE": "own"}),
    ("llama.cpp", "own/models--a--b/snapshots/c0/m.gguf", {"LLAMA_CACHE": "own"}),
    ("LM Studio", ".lmstudio/models/pub/repo/m.gguf", {}),
    ("LM Studio", ".cache/lm-studio/models/pub/repo/m.gguf", {}),
    ("Jan", "jan/llamacpp/models/org/repo/m.gguf", {}),
    ("Jan", ".config/Jan/data/llamacpp/models/org/repo/m.gguf", {}),
    ("GPT4All", ".local/share/nomic.ai/GPT4All/m.gguf", {}),
]


@pytest.mark.parametrize(("program", "place", "variables"), PLACES)
def test_each_program_s_place_is_looked_into(
    at: Surroundings, tiny_model: Path, program: str, place: str, variables: dict[str, str]
) -> None:
    """With the variables that move it."""
    path = put(tiny_model, at.home / place)
    environment = {name: str(at.home / value) for name, value in variables.items()}
    found = find_models(replace(at, environment=environment))

    assert [(path, program, True)] == [(one.path, one.program, one.is_usable) for one in found]


def test_lm_studio_s_pointer_and_setting_are_followed(at: Surroundings, tiny_model: Path) -> None:
    """Its home may be elsewhere, and its downloads elsewhere again."""
    (at.home / ".lmstudio-home-pointer").write_text(f"{at.home}/studio\n")
    first = put(tiny_model, at.home / "studio/models/a/b/m.gguf")
    second = put(tiny_model, at.home / "big-disk/a/b/m.gguf")
    settings = {"downloadsFolder": str(at.home / "big-disk")}
    (at.home / "studio/settings.json").write_text(json.dumps(settings))

    assert {first, second} == {one.path for one in find_models(at)}


def manifest(models: Path, digest: str) -> None:
    """Write a manifest as Ollama does."""
    path = models / "manifests/registry.ollama.ai/library/gpt-oss/20b"
    path.parent.mkdir(parents=True)
    layers = [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:" + "0" * 64},
        {"mediaType": "application/vnd.ollama.image.model", "digest": digest},
    ]
    path.write_text(json.dumps({"layers": layers}))


def test_ollama_s_manifests_lead_to_blobs(at: Surroundings, tiny_model: Path) -> None:
    """The layer of the model; its digest is the blob's name."""
    models = at.home / ".ollama/models"
    manifest(models, f"sha256:{HEX}")
    blob = put(tiny_model, models / f"blobs/sha256-{HEX}")

    assert [(blob, "Ollama")] == [(one.path, one.program) for one in find_models(at)]


@pytest.mark.parametrize(
    "digest", ["sha256:../../../secret", f"sha256:{HEX}/../x", f"sha256:{HEX.upper()}", "", 7]
)
def test_a_digest_is_matched_in_full(at: Surroundings, tiny_model: Path, digest: str | int) -> None:
    """No path is made of anything else."""
    models = at.home / ".ollama/models"
    manifest(models, digest)  # type: ignore[arg-type]  # anybody may have written it
    put(tiny_model, at.home / "secret")

    assert [] == find_models(at)


def test_ollama_s_own_form_is_refused_with_the_reason(at: Surroundings, tmp_path: Path) -> None:
    """It is listed, since it looks like what is wanted."""
    models = at.home / ".ollama/models"
    manifest(models, f"sha256:{HEX}")
    write_model(tmp_path / "own.gguf", architecture="gptoss")
    put(tmp_path / "own.gguf", models / f"blobs/sha256-{HEX}")
    (found,) = find_models(at)

    assert (
        "it is gpt-oss in Ollama's own form (architecture gptoss), which llama.cpp cannot load."
        == (found.refusal)
    )


def test_other_models_are_left_out(at: Surroundings, tmp_path: Path, tiny_model: Path) -> None:
    """A llama is nobody's business; a broken file that is called gpt-oss is listed, last."""
    cache = at.home / ".cache/llama.cpp"
    put(write_llama_arch_model(tmp_path / "llama.gguf"), cache / "llama.gguf")
    broken = put(tmp_path / "llama.gguf", cache / "gpt-oss-broken.gguf")
    broken.write_bytes(b"<html>")
    good = put(tiny_model, cache / "zz.gguf")
    found = find_models(at)

    assert [good, broken] == [one.path for one in found]
    assert "it is a web page, not a model." == found[1].refusal


def test_a_file_that_two_programs_share_is_listed_once(at: Surroundings, tiny_model: Path) -> None:
    """Hugging Face's snapshots are links to blobs, and people link files themselves."""
    blob = put(tiny_model, at.home / ".cache/huggingface/hub/models--a--b/blobs/x")
    snapshot = at.home / ".cache/huggingface/hub/models--a--b/snapshots/c0/m.gguf"
    studio = at.home / ".lmstudio/models/a/b/m.gguf"
    for link in (snapshot, studio):
        link.parent.mkdir(parents=True)
        link.symlink_to(blob)

    assert [snapshot] == [one.path for one in find_models(at)]


def test_nothing_blocks_or_breaks_the_search(at: Surroundings, tiny_model: Path) -> None:
    """Pipes, loops, folders with a model's name, and settings that are nonsense."""
    cache = at.home / ".cache/llama.cpp"
    cache.mkdir(parents=True)
    os.mkfifo(cache / "gpt-oss-pipe.gguf")
    (cache / "gpt-oss-loop.gguf").symlink_to("gpt-oss-loop.gguf")
    (cache / "gpt-oss-folder.gguf").mkdir()
    os.mkfifo(at.home / ".lmstudio-home-pointer")
    (at.home / ".lmstudio").mkdir()
    (at.home / ".lmstudio/settings.json").write_text("[" * 100_000)
    good = put(tiny_model, cache / "gpt-oss-good.gguf")

    assert [good] == [one.path for one in find_models(at) if one.is_usable]


def test_a_run_takes_the_known_file_first(
    at: Surroundings, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the smaller; what is too small to be a real model is never taken unasked."""
    cache = at.home / ".cache/llama.cpp"
    small, large = put(tiny_model, cache / "a.gguf"), put(tiny_model, cache / "b.gguf")
    with large.open("ab") as file:
        file.write(bytes(4096))
    known = known_models()[1]
    assert best_model(find_models(at)) is None
    monkeypatch.setattr(elsewhere, "_LARGE_BYTES", 1)
    first = best_model(find_models(at))
    large_one = replace(known, bytes=large.stat().st_size)
    monkeypatch.setattr(elsewhere, "known_models", lambda: (large_one,))
    second = best_model(find_models(at))

    assert (small, large) == (first and first.path, second and second.path)
