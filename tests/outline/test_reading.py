"""Opening outline files: what is not one is refused with its reason, and nothing hangs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gptoss_writer.errors import OutlineError
from gptoss_writer.outline.diagnostics import format_diagnostic
from gptoss_writer.outline.reading import form_of, load_outline, read_outline

MINIMAL = "title: Tides\nsections:\n  - {title: Shores, words: 50}\n"


def _refusal(path: Path) -> OutlineError:
    with pytest.raises(OutlineError) as caught:
        read_outline(path)
    return caught.value


def _codes(path: Path) -> list[str]:
    return [diagnostic.code for diagnostic in _refusal(path).diagnostics]


def test_a_missing_file(tmp_path: Path) -> None:
    """The message names the file, and the hint says what to look at."""
    error = _refusal(tmp_path / "none.yaml")

    assert f"{tmp_path}/none.yaml: there is no such file" == error.message
    assert "Check the name and the folder." == error.hint
    assert 2 == error.exit_code


def test_a_directory(tmp_path: Path) -> None:
    """A directory is not read."""
    assert ["OL002"] == _codes(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A FIFO without a writer is refused at once."""
    os.mkfifo(tmp_path / "outline.yaml")

    assert ["OL002"] == _codes(tmp_path / "outline.yaml")


def test_a_device_is_not_read() -> None:
    """An endless device is refused before it is opened."""
    assert ["OL002"] == _codes(Path("/dev/zero"))


def test_a_loop_of_links(tmp_path: Path) -> None:
    """The system's own reason is part of the message."""
    (tmp_path / "a.yaml").symlink_to(tmp_path / "a.yaml")

    assert ["OL003"] == _codes(tmp_path / "a.yaml")
    assert "symbolic links" in _refusal(tmp_path / "a.yaml").message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file(tmp_path: Path) -> None:
    """A file without permission to read is refused with the system's reason."""
    path = tmp_path / "outline.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    path.chmod(0)

    assert ["OL003"] == _codes(path)


def test_a_name_that_cannot_be() -> None:
    """A name with a zero byte is refused like any other file that cannot be read."""
    assert ["OL003"] == _codes(Path("out\0line.yaml"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "OL005"),
        (b" \n\t\n", "OL005"),
        (b"# only a comment\n", "OL005"),
        (MINIMAL.encode("utf-16"), "OL007"),
        (MINIMAL.encode("utf-32"), "OL007"),
        (MINIMAL.encode("utf-16-be"), "OL007"),
        (MINIMAL.encode("utf-16-le"), "OL007"),
        (b"title: a\0b\n", "OL008"),
        (b"title: \xed\xa0\x80\n", "OL006"),
        (b"title: \xc2\x85\n", "OL008"),
        (MINIMAL.encode() + b"#" * (1 << 20), "OL004"),
        (b"x" * (10 << 20), "OL004"),
    ],
)
def test_content_that_is_not_text(tmp_path: Path, content: bytes, code: str) -> None:
    """Empty, encoded otherwise, with control characters or too large: each has its own code."""
    path = tmp_path / "outline.yaml"
    path.write_bytes(content)

    assert code in _codes(path)


def test_the_mark_of_windows_does_no_harm(tmp_path: Path) -> None:
    """UTF-8 with a byte order mark reads as without, and columns are not shifted."""
    path = tmp_path / "outline.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    file = read_outline(path)

    assert "Tides" == file.outline.title
    assert 8 == file.span("title").column


def test_bad_utf8_names_byte_and_line(tmp_path: Path) -> None:
    """The message gives offset and value of the byte, and the line is shown."""
    path = tmp_path / "outline.yaml"
    path.write_bytes(b"title: Tides\r\nstrategy:\r\n  angle: caf" + b"\xe9 au lait\r\n")
    error = _refusal(path)
    expected = f"""\
OL006 byte 0xe9 at offset 37 is not UTF-8
 --> {path}:3:13
  |
3 |   angle: caf\ufffd au lait
  |             ^
  |
help: Save the file as UTF-8, then mend this character."""

    assert expected == format_diagnostic(error.diagnostics[0])


def test_every_line_with_a_control_character_is_listed(tmp_path: Path) -> None:
    """All of them are told at once, in the order of the lines."""
    path = tmp_path / "outline.yaml"
    path.write_text("title: a\x1b[31m\nx: y\nz: \u202eb\n", encoding="utf-8")

    assert [(1, 9), (3, 4)] == [(d.line, d.column) for d in _refusal(path).diagnostics]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(tmp_path: Path, ends: str) -> None:
    """Files of Windows and of old Macs read the same."""
    path = tmp_path / "outline.yaml"
    path.write_bytes(MINIMAL.replace("\n", ends).encode())

    assert "Shores" == load_outline(path).sections[0].title


def test_json_is_yaml(tmp_path: Path) -> None:
    """An outline in JSON is read, emoji in two escapes and all."""
    path = tmp_path / "outline.json"
    data = {"title": "Tides 🌊", "sections": [{"title": "Shores", "words": 50, "notes": None}]}
    path.write_text(json.dumps(data), encoding="utf-8")

    assert "Tides 🌊" == load_outline(path).title


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.yaml", "# Tides\n", "yaml"),
        ("a.YML", "# Tides\n", "yaml"),
        ("a.json", "", "yaml"),
        ("a.md", "# Tides\n", "markdown"),
        ("a.txt", MINIMAL, "yaml"),
        ("a.txt", "# my outline\n---\n" + MINIMAL, "yaml"),
        ("a.txt", '{"title": "x", "sections": []}', "yaml"),
        ("a", "Title: Tides\nsections: two\n", "markdown"),
        ("a.md", "---\ntitle: Tides\nsections: 2\n---\n\n# Tides\n", "markdown"),
    ],
)
def test_the_form_follows_name_and_content(name: str, text: str, form: str) -> None:
    """The suffix decides, unless the text plainly is a YAML mapping with sections."""
    assert form == form_of(Path(name), text)
