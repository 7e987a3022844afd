"""From what a person typed to an engine, or to a sentence that helps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gptoss_writer.engine.choose import find_model, open_engine
from gptoss_writer.engine.llama.engine import LlamaEngine
from gptoss_writer.engine.scripted import ScriptedEngine
from gptoss_writer.errors import ModelError

HINT = (
    "Give --model the path of a gpt-oss GGUF file, such as gpt-oss-20b-mxfp4.gguf from "
    "https://huggingface.co/ggml-org/gpt-oss-20b-GGUF (12.1 GB)."
)


@pytest.fixture
def folders(tmp_path: Path, tiny_model: Path) -> tuple[Path, ...]:
    """Make two folders of models, and name one that is not there."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, names in ((first, ["small.gguf", "both.gguf"]), (second, ["both.gguf"])):
        folder.mkdir()
        for name in names:
            shutil.copy(tiny_model, folder / name)
    return (tmp_path / "not there", first, second)


def test_a_path_opens_its_model(tiny_model: Path) -> None:
    """The engine is llama.cpp, the identity that of the file."""
    engine = open_engine(str(tiny_model), threads=1)
    assert isinstance(engine, LlamaEngine)
    engine.close()

    assert str(tiny_model) == engine.identity.path


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
    assert HINT == caught.value.hint


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
    assert HINT == caught.value.hint


@pytest.mark.parametrize("typed", [None, ""])
def test_without_a_model_the_answer_says_where_one_is(typed: str | None) -> None:
    """The hint names the file and its size."""
    with pytest.raises(ModelError) as caught:
        open_engine(typed)

    assert ("No model was given.", HINT) == (caught.value.message, caught.value.hint)


def test_a_folder_is_no_model(folders: tuple[Path, ...]) -> None:
    """The hint names the files in it."""
    with pytest.raises(ModelError) as caught:
        open_engine(str(folders[1]))

    assert f"{folders[1]} is a folder, not a model file." == caught.value.message
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
