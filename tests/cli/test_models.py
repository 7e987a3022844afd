"""The `models` commands, from the command line."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gptoss_writer.cli import model_files
from gptoss_writer.cli.model_files import Meter
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.models import catalog, elsewhere
from gptoss_writer.models.catalog import KnownModel, known_models
from tests.support.commands import Program, through_shell
from tests.support.model_server import ModelServer, serving


@pytest.fixture
def cached(program: Program, quick_model: Path) -> Path:
    """Let llama.cpp have a model in its cache."""
    path = program.folder.parent / "home/.cache/llama.cpp/gpt-oss-20b.gguf"
    path.parent.mkdir(parents=True)
    shutil.copy(quick_model, path)
    return path


def test_list_names_every_model_of_the_catalog(program: Program) -> None:
    """With what can be done about it."""
    result = program("models", "list")

    assert (0, "") == (result.code, result.err)
    for known in known_models():
        assert known.name in result.out
    assert "gptoss-writer models download gpt-oss-20b" in result.out
    assert [known.name for known in known_models()] == [one["name"] for one in _list(program)]


def _list(program: Program) -> list[dict[str, object]]:
    found = json.loads(program("models", "list", "--json").out)
    assert isinstance(found, list)
    return found


def test_find_shows_what_can_be_used(program: Program, cached: Path) -> None:
    """And what cannot, with the reason."""
    broken = cached.with_name("gpt-oss-half.gguf")
    broken.write_bytes(cached.read_bytes()[:1000])
    result = program("models", "find")

    assert (
        f"ok  {cached}\n    llama.cpp, 0.2 MB\n"
        f"no  {broken}\n    llama.cpp, 1,000 bytes\n"
        "    it is cut off: it ends after 1,000 bytes, inside its header.\n"
    ) == result.out
    assert (0, "") == (result.code, result.err)


def test_find_without_a_model_says_how_to_get_one(program: Program) -> None:
    """Exit code 12."""
    result = program("models", "find")

    assert (12, "") == (result.code, result.out)
    assert "gptoss-writer models download gpt-oss-20b" in result.err


def test_generate_takes_what_is_found(
    program: Program, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says which."""
    monkeypatch.setattr(elsewhere, "_LARGE_BYTES", 1)
    result = program("generate", "three.yaml", "--dry-run")

    assert 0 == result.code
    assert f"No model was given; using {cached} (found with llama.cpp)." in result.err


def test_generate_without_any_model_shows_three_ways(program: Program) -> None:
    """Download, a path, the demo."""
    result = program("generate", "three.yaml")

    assert (
        "error: No model was given, and none was found on this machine.\n"
        "  Download gpt-oss-20b (12.1 GB) with:\n"
        "  gptoss-writer models download gpt-oss-20b\n"
        "  or give the path of a gpt-oss GGUF file with --model PATH, or try the small one that "
        "came with the program with --model demo.\n"
    ) == result.err
    assert (12, "") == (result.code, result.out)


def test_files_that_are_not_taken_are_named_with_the_reason(program: Program, cached: Path) -> None:
    """So that nobody downloads in vain, or wonders what became of the model they have."""
    broken = cached.with_name("gpt-oss-half.gguf")
    broken.write_bytes(cached.read_bytes()[:1000])
    result = program("generate", "three.yaml")

    assert 12 == result.code
    assert result.err.startswith(
        f"Not taken: {cached}: 0.2 MB are too little for gpt-oss-20b.\n"
        f"Not taken: {broken}: it is cut off: it ends after 1,000 bytes, inside its header.\n"
        "error: No model was given, and none was found"
    )


@pytest.mark.parametrize("command", ["inspect", "verify"])
def test_a_file_that_is_not_there_is_asked_for(program: Program, command: str) -> None:
    """The cure is one for this command, and not for a run."""
    result = program("models", command, "nope.gguf")

    assert 12 == result.code
    assert "There is no model nope.gguf." in result.err
    assert "gptoss-writer models find" in " ".join(result.err.split())
    assert "--model" not in result.err


def test_inspect_shows_what_matters(program: Program, quick_model: Path) -> None:
    """As text and as JSON."""
    text = program("models", "inspect", quick_model).out
    facts = program("models", "inspect", quick_model, "--json").json

    assert "layers:         1\n" in text
    assert text.endswith("\nIt can be used.\n")
    assert ("gpt-oss", 1, True) == (facts["architecture"], facts["layers"], facts["usable"])


def test_verify_prints_the_hash_and_compares_it(program: Program, quick_model: Path) -> None:
    """With what it was told, or with the name that a cache gave the file."""
    digest = hashlib.sha256(quick_model.read_bytes()).hexdigest()
    blob = program.folder / digest
    shutil.copy(quick_model, blob)
    (program.folder / "wrong").mkdir()
    wrong = program.folder / "wrong" / ("0" * 64)
    shutil.copy(quick_model, wrong)
    plain = program("models", "verify", quick_model)
    told = program("models", "verify", quick_model, "--sha256", digest.upper())
    named, misnamed = program("models", "verify", blob), program("models", "verify", wrong)

    assert (0, f"{digest}  {quick_model}\n") == (plain.code, plain.out)
    assert plain.err.endswith("compare it with the one on its page.\n")
    assert told.err.endswith("The SHA-256 is right (as asked for).\n")
    assert named.err.endswith("The SHA-256 is right (by its name in the cache).\n")
    assert (12, True) == (misnamed.code, "is damaged or another file" in misnamed.err)


def test_verify_wants_a_whole_hash(program: Program, quick_model: Path) -> None:
    """Half of one is a usage error."""
    result = program("models", "verify", quick_model, "--sha256", "abc")

    assert (2, "error: --sha256: 'abc' is not a SHA-256.\n  Give its 64 digits.\n") == (
        result.code,
        result.err,
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("demo", "error: demo came with the program.\n  Use it with --model demo.\n"),
        ("gpt-oss", "error: There is no model gpt-oss in the catalog.\n  Use gpt-oss-20b.\n"),
        (
            "gpt-oss-120b",
            (
                "error: gpt-oss-120b cannot be downloaded from here.\n  Get its file from "
                "https://huggingface.co/ggml-org/gpt-oss-120b-GGUF and give --model its path.\n"
            ),
        ),
    ],
)
def test_only_what_the_catalog_knows_in_full_is_downloaded(
    program: Program, name: str, message: str
) -> None:
    """The others are usage errors that say what to do."""
    result = program("models", "download", name)

    assert (2, "", message) == (result.code, result.out, result.err)


def test_download_puts_the_file_where_it_is_found_by_name(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its path on stdout, its course on stderr."""
    content = random.Random(1).randbytes(100_000)
    known = replace(
        known_models()[1], bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    models: tuple[KnownModel, ...] = (known,)
    monkeypatch.setattr(catalog, "known_models", lambda: models)
    monkeypatch.setattr(model_files, "known_models", lambda: models)
    with serving(ModelServer(content)) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        result = program("models", "download", "gpt-oss-20b")
    path = program.folder.parent / "home/.local/share/gptoss-writer/models" / known.file

    assert (0, f"{path}\n") == (result.code, result.out)
    assert content == path.read_bytes()
    assert result.err.startswith(f"Downloading {known.file} (0.1 MB) to {path.parent}.\n")
    assert result.err.endswith("Use it with --model gpt-oss-20b.\n")
    assert f"here: {path}" in program("models", "list").out


def test_a_meter_in_a_log_has_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """With speed and time left, once there is something to tell."""
    seconds = iter(range(100))
    meter = Meter(Terminal(), "Downloading", lambda: float(next(seconds)))
    for done in range(0, 1001, 25):
        meter(done * 1_000_000, 1_000_000_000)
    lines = capsys.readouterr().err.splitlines()

    assert 11 == len(lines)
    assert "Downloading: 0 % of 1.0 GB" == lines[0]
    assert "Downloading: 50 % of 1.0 GB, 25.0 MB/s, 20 s left" == lines[5]
    assert "Downloading: 100 % of 1.0 GB" == lines[-1]


def test_the_help_of_models_lists_its_commands_uncut(program: Program) -> None:
    """One line each."""
    page = program("models", "-h").out

    assert "..." not in page.partition("Commands:")[2]
    assert (2, page) == ((nothing := program("models")).code, nothing.out)


def test_a_closed_pipe_is_no_error(program: Program) -> None:
    """As for every command."""
    result = through_shell("writer models list | head -1", program.folder)
    whole = program("models", "list").out

    assert (0, whole.partition("\n")[0] + "\n", "") == (result.code, result.out, result.err)
    assert result.out.startswith("demo (")
