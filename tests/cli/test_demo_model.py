"""The bundled demo model is found by name, writes as it does best, and is called what it is.

A file with random weights and the demo's name in its header stands in for it: what matters here is
how it is known, not what it writes.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gptoss_writer.engine.llama.header import read_header
from gptoss_writer.models import catalog
from tests.support.commands import LOW, TEXTS, Program
from tests.support.gguf_models import write_model

LINE = "Drafted by the bundled demo model, which only rearranges your outline.\n"
WARM = ("--temperature", "1", "--analysis-tokens", "10")
"""At temperature 0 random weights write one word for ever."""


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small model that says that it is the demo."""
    path = tmp_path_factory.mktemp("models") / "stand-in.gguf"
    return write_model(path, layers=1, width=32, end_bias=3.0, name="gpt-oss demo")


@pytest.fixture
def bundled(stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the stand-in as the model that came with the program."""
    catalog.known_models()  # of the true catalog, before the package seems to be elsewhere
    path = tmp_path / "installed/gptoss_writer/_models/gpt-oss-demo.gguf"
    path.parent.mkdir(parents=True)
    shutil.copy(stand_in, path)
    monkeypatch.setattr(catalog, "_PACKAGE", path.parents[1])
    return path


def front_matter(program: Program) -> str:
    """Give the lines between the first two rules of the article."""
    return (program.folder / "drafts/three/article.md").read_text().split("---\n")[1]


def used(program: Program) -> dict[str, Any]:
    """Read the settings of the draft."""
    settings = yaml.safe_load((program.folder / "drafts/three/workspace.json").read_text())
    assert isinstance(settings, dict)
    return settings


def knowing(stand_in: Path) -> tuple[catalog.KnownModel, ...]:
    """Give the catalog with the stand-in's fingerprint in place of the demo's."""
    mark = read_header(stand_in).fingerprint
    return tuple(
        replace(model, fingerprint=mark) if model.bundled else model
        for model in catalog.known_models()
    )


def test_the_demo_is_found_by_its_name(program: Program, bundled: Path) -> None:
    """`--model demo` writes with the bundled file, and the draft remembers the name, not a path."""
    result = program("generate", "three.yaml", "--model", "demo", *LOW, *WARM)

    assert (0, "") == (result.code, result.out)
    assert f"Model: {bundled} (gpt-oss, gpt-oss demo), effort low, seed 1\n" in result.err
    assert "demo" == used(program)["model"]["path"]
    again = program("regenerate", "three.yaml", "two", "--analysis-tokens", "10")
    assert f"Model: {bundled} (" in again.err


def test_what_the_demo_wrote_is_called_so(program: Program, bundled: Path) -> None:
    """At the end of a run, in the article's front matter, and in its status."""
    assert bundled.exists()
    written = program("generate", "three.yaml", "--model", "demo", *LOW, *WARM)
    again = program("regenerate", "three.yaml", "two", "--analysis-tokens", "10")
    assembled = program("assemble", "three.yaml")
    status = program("status", "three.yaml")

    assert written.err.endswith(LINE)
    assert LINE in again.err
    assert assembled.err.endswith(LINE)
    assert status.out.endswith(LINE)
    assert front_matter(program).endswith(f"published: false\n# {LINE}")


def test_reports_name_the_sections_of_the_demo(program: Program, bundled: Path) -> None:
    """The JSON of a run and of the status list them; a plan names the model."""
    model = ("--model", "demo")
    plan = program("generate", "three.yaml", *model, *LOW, "--dry-run", "--json").json
    run = program("generate", "three.yaml", *model, *LOW, *WARM, "--json").json
    status = program("status", "three.yaml", "--json").json
    named = {"name": "gpt-oss demo", "path": str(bundled), "architecture": "gpt-oss"}

    assert named == plan["model"] == run["model"]
    assert ["one", "two", "three"] == run["demo_sections"] == status["demo_sections"]


def test_a_copy_under_another_name_is_known(program: Program, stand_in: Path) -> None:
    """The file's header says what it is; a path to it and a new name hide nothing."""
    shutil.copy(stand_in, program.folder / "my-own-large-model.gguf")
    result = program("generate", "three.yaml", "-m", "my-own-large-model.gguf", *LOW, *WARM)

    assert result.err.endswith(LINE)
    assert LINE in front_matter(program)
    assert used(program)["model"]["path"] == "my-own-large-model.gguf"


def test_other_models_are_not_called_so(program: Program, quick_model: Path) -> None:
    """An article of another model has no such line, and no such comment."""
    result = program("generate", "three.yaml", "-m", quick_model, *LOW, "--analysis-tokens", "10")

    assert "demo" not in result.err
    assert "#" not in front_matter(program)
    assert "demo" not in program("status", "three.yaml").out
    assert [] == program("status", "three.yaml", "--json").json["demo_sections"]


def test_sections_of_other_hands_are_not_called_so(program: Program, bundled: Path) -> None:
    """A section that a person or another model wrote is left out of the sentence."""
    assert bundled.exists()
    program("generate", "three.yaml", "--model", "demo", *LOW, *WARM)
    (program.folder / "drafts/three/sections/01-one.md").write_text("My own words stand here.\n")
    status = program("status", "three.yaml").out
    taped = program("regenerate", "three.yaml", "two", "--model", program.tape(TEXTS[1])).err
    line = "Section three: drafted by the bundled demo model, which only rearranges your outline.\n"

    assert status.endswith(line.replace("Section three", "Sections two, three"))
    assert line in taped
    assert front_matter(program).endswith(f"published: false\n# {line}")


def test_a_section_that_the_demo_wrote_anew_is_called_so(
    program: Program, bundled: Path, stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another model's draft the catalog knows the demo by the fingerprint in the records."""
    program("generate", "three.yaml", "--model", program.tape(*TEXTS))
    program("regenerate", "three.yaml", "two", "--model", "demo", *WARM)
    before = program("status", "three.yaml", "--json").json["demo_sections"]
    known = knowing(stand_in)
    monkeypatch.setattr(catalog, "known_models", lambda: known)
    after = program("status", "three.yaml", "--json").json["demo_sections"]

    assert bundled.exists()
    assert ([], ["two"]) == (before, after)


def test_the_demo_writes_at_temperature_zero_unless_told_otherwise(
    program: Program, bundled: Path
) -> None:
    """What the catalog says a model writes best with stands between defaults and settings."""
    assert bundled.exists()
    model = ("generate", "three.yaml", "--model", "demo", *LOW, "--analysis-tokens", "10")
    program(*model)
    first = used(program)["sampling"]["temperature"]
    program(*model, "--temperature", "0.7")
    set_by_flag = used(program)["sampling"]["temperature"]
    program.write("gptoss-writer.toml", "temperature = 0.5\n")
    program(*model)

    assert (0.0, 0.7, 0.5) == (first, set_by_flag, used(program)["sampling"]["temperature"])


def test_a_default_does_not_outlive_its_model(
    program: Program, bundled: Path, quick_model: Path
) -> None:
    """Going on with another model takes that one's defaults; what a person set stays."""
    assert bundled.exists()
    program("generate", "three.yaml", "-m", quick_model, *LOW, "--top-p", "0.9", *WARM[2:])
    changed = program("generate", "three.yaml", "--model", "demo", *WARM[2:]).err
    back = program("generate", "three.yaml", "-m", quick_model, *WARM[2:]).err

    assert "-> gpt-oss-demo.gguf" not in changed
    assert (
        "Changed since the last run: model quick.gguf -> demo, temperature 1.0 -> 0.0.\n" in changed
    )
    assert "Changed since the last run: model demo -> quick.gguf, temperature 0.0 -> 1.0.\n" in back
    assert 0.9 == used(program)["sampling"]["top_p"]
