"""From what a person typed to the file of a model, or to a sentence that helps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gptoss_writer.errors import ModelError
from gptoss_writer.models import catalog
from gptoss_writer.models.catalog import known_model
from gptoss_writer.models.finding import THREE_WAYS, find_model


@pytest.fixture
def folders(tmp_path: Path, tiny_model: Path) -> tuple[Path, ...]:
    """Make two folders of models, and name one that is not there."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, names in ((first, ["small.gguf", "both.gguf"]), (second, ["both.gguf"])):
        folder.mkdir()
        for name in names:
            shutil.copy(tiny_model, folder / name)
    return (tmp_path / "not there", first, second)


@pytest.mark.parametrize("name", ["small", "small.gguf"])
def test_a_name_is_looked_for_in_the_folders(folders: tuple[Path, ...], name: str) -> None:
    """With or without its ending."""
    assert folders[1] / "small.gguf" == find_model(name, folders)


def test_the_first_folder_with_the_name_wins(folders: tuple[Path, ...]) -> None:
    """Folders are searched in order."""
    assert folders[1] / "both.gguf" == find_model("both", folders)
    assert folders[2] / "both.gguf" == find_model("both", folders[::-1])


def test_a_path_wins_over_a_name(
    folders: tuple[Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the working folder is meant before what lies among the models."""
    monkeypatch.chdir(tmp_path)
    Path("small.gguf").write_bytes(b"")

    assert Path("small.gguf") == find_model("small.gguf", folders)
    assert folders[1] / "small.gguf" == find_model("small", folders)


def test_the_home_folder_is_understood(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tilde that no shell has replaced stands for it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    shutil.copy(tiny_model, tmp_path / "mine.gguf")

    assert tmp_path / "mine.gguf" == find_model("~/mine.gguf", ())


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("smal", "Did you mean small.gguf?"),
        ("small.ggfu", "Did you mean small.gguf?"),
        ("bothh.gguf", "Did you mean both.gguf?"),
    ],
)
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(
    folders: tuple[Path, ...], typed: str, close: str
) -> None:
    """The message offers the closest file."""
    with pytest.raises(ModelError) as caught:
        find_model(typed, folders)

    assert f"There is no model {typed}. {close}" == caught.value.message
    assert THREE_WAYS == caught.value.hint


def test_a_path_that_is_nearly_right_is_compared_with_its_folder(
    folders: tuple[Path, ...],
) -> None:
    """Models elsewhere are not offered for it."""
    typed = folders[2] / "smallest-one.gguf"
    with pytest.raises(ModelError) as elsewhere:
        find_model(str(typed), folders)
    with pytest.raises(ModelError) as beside:
        find_model(str(folders[1] / "smoll.gguf"), folders)

    assert f"There is no model {typed}." == elsewhere.value.message
    assert beside.value.message.endswith("Did you mean small.gguf?")


@pytest.mark.parametrize(
    "typed",
    ["nothing-like-it", "~nobody-here/model.gguf", "x" * 5000, "a\0b", "https://a.b/c.gguf"],
)
def test_what_is_not_there_is_one_clear_error(folders: tuple[Path, ...], typed: str) -> None:
    """Odd names are models that are not there, not tracebacks."""
    with pytest.raises(ModelError) as caught:
        find_model(typed, folders)

    assert caught.value.message.startswith("There is no model ")
    assert THREE_WAYS == caught.value.hint


def test_a_known_name_means_its_file(folders: tuple[Path, ...]) -> None:
    """`gpt-oss-20b` is the file that the catalog says, wherever models are looked for."""
    path = folders[2] / "gpt-oss-20b-mxfp4.gguf"
    shutil.copy(folders[1] / "small.gguf", path)

    assert path == find_model("gpt-oss-20b", folders)


def test_a_known_model_that_is_nowhere_is_said_to_be_so(folders: tuple[Path, ...]) -> None:
    """The message has its size, the hint where it can be had."""
    with pytest.raises(ModelError) as caught:
        find_model("gpt-oss-20b", folders)

    assert "gpt-oss-20b (12.1 GB) is not on this machine." == caught.value.message
    assert ("Download it with:\ngptoss-writer models download gpt-oss-20b") == caught.value.hint


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the program believe that it is installed elsewhere; give the place of its package."""
    catalog.known_models()  # of the true catalog, which the other package does not have
    package = tmp_path / "installed/gptoss_writer"
    (package / "_models").mkdir(parents=True)
    (package.parent / "models").mkdir()
    monkeypatch.setattr(catalog, "_PACKAGE", package)
    return package


def test_the_demo_model_is_the_one_in_the_package(
    package: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packaged copy comes before the checkout's; a folder called demo is not meant."""
    monkeypatch.chdir(tmp_path)
    Path("demo").mkdir()
    for place in (package / "_models", package.parent / "models"):
        shutil.copy(tiny_model, place / "gpt-oss-demo.gguf")
    first = find_model("demo", ())
    shutil.rmtree(package / "_models")

    assert package / "_models/gpt-oss-demo.gguf" == first
    assert package.parent / "models/gpt-oss-demo.gguf" == find_model("demo", ())


def test_a_copy_without_the_demo_model_says_so(package: Path) -> None:
    """With the place where it should be."""
    with pytest.raises(ModelError) as caught:
        find_model("demo", ())

    assert (
        "The demo model did not come with this copy of the program: "
        f"{package}/_models/gpt-oss-demo.gguf does not exist."
    ) == caught.value.message
    assert (
        "Install a release of gptoss-writer, which has it, or give --model the path of a gpt-oss "
        "GGUF file."
    ) == caught.value.hint


def test_a_known_name_is_offered_where_one_comes_close(folders: tuple[Path, ...]) -> None:
    """Names of the catalog are names of models."""
    with pytest.raises(ModelError) as caught:
        find_model("gpt-oss-20", folders)

    assert "There is no model gpt-oss-20. Did you mean gpt-oss-20b?" == caught.value.message


def test_every_model_of_the_catalog_is_known_by_its_name() -> None:
    """Whoever can be downloaded has a file, its size, its hash and a revision."""
    assert (
        ["demo", "gpt-oss-20b", "gpt-oss-120b"],
        ["gpt-oss-20b"],
    ) == (
        [known.name for known in catalog.known_models()],
        [known.name for known in catalog.known_models() if known.can_be_downloaded],
    )
    known = known_model("gpt-oss-20b")
    assert known is not None
    assert (12_109_566_560, 64, 40) == (known.bytes, len(known.sha256), len(known.revision))
