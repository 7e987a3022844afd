"""The catalog knows a model by what stands in its file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gptoss_writer.models import catalog
from gptoss_writer.models.catalog import known_model, known_models, recognise
from gptoss_writer.sampling.params import SamplingParams


def test_a_model_is_recognised_by_the_name_in_its_header() -> None:
    """The catalog has the name that the demo's file gives itself."""
    assert known_model("demo") == recognise("gpt-oss demo", "gguf:of-another-build")


def test_a_model_is_recognised_by_its_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the fingerprint is remembered, it is enough."""
    models = [replace(model, fingerprint=f"gguf:{model.name}") for model in known_models()]
    monkeypatch.setattr(catalog, "known_models", lambda: models)

    assert models[1] == recognise("", "gguf:gpt-oss-20b")
    assert recognise("", "gguf:of-another-build") is None


@pytest.mark.parametrize("name", ["", "gpt-oss demo 2", "demo", "random weights"])
def test_what_the_catalog_does_not_have_is_not_recognised(name: str) -> None:
    """Nothing unknown is nothing, and a name that comes close is another one."""
    assert recognise(name, "") is None


def test_models_say_what_they_write_best_with() -> None:
    """The demo at temperature 0; the rest of its sampling, and all of the others', is default."""
    sampling = {model.name: model.sampling for model in known_models()}

    assert SamplingParams(temperature=0.0) == sampling.pop("demo")
    assert {SamplingParams()} == set(sampling.values())
