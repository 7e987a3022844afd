"""Opens an outline file, decides which form it has, and reads it into an `Outline`."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NoReturn

from gptoss_writer.errors import Diagnostic
from gptoss_writer.outline.models import Outline
from gptoss_writer.outline.source import (
    MAX_DIAGNOSTICS,
    Loc,
    RawOutline,
    Source,
    Span,
    nearest_span,
    refusal,
)
from gptoss_writer.outline.validation import validate
from gptoss_writer.outline.yaml_form import read_yaml
from gptoss_writer.text import is_control, strip_controls

Form = Literal["yaml", "markdown"]

MAX_BYTES = 1 << 20

_YAML_SUFFIXES = frozenset((".yaml", ".yml", ".json"))
_SECTIONS_KEY = re.compile(r"^(?:sections[ \t]*:|\{?.*\"sections\"[ \t]*:)", re.MULTILINE)
_FIRST_KEY = re.compile(r"[a-z_]+[ \t]*:(?:\s|$)|\{")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*\n\s*\S")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class OutlineFile:
    r"""An outline with the file it came from.

    `text` is the file's text with `\n` as its only line end. `warnings` point at what was read
    past. `spans` says where each value stands, by keys and indices: `("sections", 0, "title")`;
    `keys` where the keys before them stand.
    """

    path: Path
    form: Form
    outline: Outline
    text: str
    warnings: tuple[Diagnostic, ...] = ()
    spans: Mapping[Loc, Span] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    keys: Mapping[Loc, Span] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def span(self, *loc: str | int) -> Span:
        """Give the place of a value, or of the nearest thing around it that the file names."""
        return nearest_span(self.spans, loc)

    def key(self, *loc: str | int) -> Span:
        """Give the place of the key before a value, or of the nearest key around it."""
        return nearest_span(self.keys, loc)


def load_outline(path: Path) -> Outline:
    """Read an outline from a YAML or Markdown file; raises as `read_outline` does."""
    return read_outline(path).outline


def read_outline(path: Path) -> OutlineFile:
    """Read an outline from a YAML or Markdown file.

    A name that ends in .yaml, .yml or .json is read as YAML, as is any text that plainly is a
    YAML mapping with `sections`; everything else is read as a Markdown outline.

    Raises `OutlineError`, with a diagnostic for every mistake in the order of lines, where the
    file cannot be read, is not UTF-8 text of at most 1 MiB, or is not a valid outline.
    """
    file = str(path)
    return parse_outline(path, _text(file, _bytes(file)))


def parse_outline(path: Path, text: str) -> OutlineFile:
    r"""Read an outline from the text of its file, in which `\n` is the only line end.

    Raises as `read_outline` does, but for what only a file can have.
    """
    file = str(path)
    source = Source.of(file, text)
    _refuse_controls(source)
    if not source.text.strip():
        _refuse(file, "OL005", "the file is empty", "Write at least a title and one section.")
    form = form_of(path, source.text)
    raw = read_yaml(source) if form == "yaml" else _read_markdown(source)
    outline = _finish(raw)
    warnings = tuple(sorted(set(raw.diagnostics)))[:MAX_DIAGNOSTICS]
    spans, keys = MappingProxyType(raw.spans), MappingProxyType(raw.keys)
    return OutlineFile(path, form, outline, source.text, warnings, spans, keys)


def _read_markdown(source: Source) -> RawOutline:
    # The many expressions of this form take a while to compile; a YAML outline needs none.
    from gptoss_writer.outline.markdown_form import read_markdown  # noqa: PLC0415

    return read_markdown(source)


def encoded_as(path: Path, text: str) -> bytes:
    """Give a text in the bytes that a file has now: its line ends, and its mark if it has one."""
    content = _bytes(str(path))
    ends = Counter(_LINE_END.findall(content))
    end = ends.most_common(1)[0][0] if ends else b"\n"
    mark = _UTF8_MARK if content.startswith(_UTF8_MARK) else b""
    return mark + text.encode("utf-8").replace(b"\n", end)


def form_of(path: Path, text: str) -> Form:
    """Decide by suffix and content which form an outline has."""
    if path.suffix.lower() in _YAML_SUFFIXES:
        return "yaml"
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
    first = next((line for line in lines if line.rstrip() != "---"), "")
    is_mapping = _FIRST_KEY.match(first) and _SECTIONS_KEY.search(text)
    return "yaml" if is_mapping and not _FRONT_MATTER.match(text) else "markdown"


def _finish(raw: RawOutline) -> Outline:
    outline = validate(raw) if raw.is_complete else None
    if outline is None:
        raise refusal(raw.source.file, raw.diagnostics)
    return outline


def _bytes(file: str) -> bytes:
    """Read at most one byte more than is allowed; never waits on a pipe or reads a device."""
    try:
        mode = Path(file).stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
            _refuse(file, "OL002", f"the path is {kind}", "Name an outline file.")
        # The file may have been replaced by a pipe since: do not wait on it.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(file, "OL001", "there is no such file", "Check the name and the folder.")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        hint = "Check the permissions of the file and its folder."
        _refuse(file, "OL003", f"the file cannot be read: {reason}", hint)
    if content is not None and len(content) > MAX_BYTES:
        hint = "Check that this is the outline; a long one has about 20 KiB."
        _refuse(file, "OL004", "the file is larger than 1 MiB", hint)
    return content


def _text(file: str, content: bytes) -> str:
    # Windows programs put this mark before UTF-8; it is no character of the text.
    content = content.removeprefix(_UTF8_MARK)
    if content.startswith(_UTF16_MARKS) or _is_utf16(content):
        hint = "Save it as UTF-8; in Notepad: Save as, Encoding: UTF-8."
        _refuse(file, "OL007", "the file is UTF-16, which Windows calls Unicode", hint)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_bytes(file, content, error.start)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_utf16(content: bytes) -> bool:
    """Tell whether a file without a mark has a zero in every other byte of its beginning."""
    head = content[:64]
    return len(head) > 3 and (not any(head[::2]) or not any(head[1::2]))  # noqa: PLR2004 - two characters


def _refuse_bytes(file: str, content: bytes, offset: int) -> NoReturn:
    ends = [end.end() for end in _LINE_END.finditer(content, 0, offset)]
    begin = ends[-1] if ends else 0
    stop = _LINE_END.search(content, offset)
    line = content[begin : stop.start() if stop else len(content)]
    column = len(content[begin:offset].decode("utf-8", "replace")) + 1
    source = Source(file, "", ("",) * len(ends) + (line.decode("utf-8", "replace"),))
    message = f"byte {content[offset]:#04x} at offset {offset:,} is not UTF-8"
    hint = "Save the file as UTF-8, then mend this character."
    raise refusal(file, [source.diagnostic("OL006", message, hint, Span(len(ends) + 1, column))])


def _refuse_controls(source: Source) -> None:
    if strip_controls(source.text) == source.text:
        return
    found: list[Diagnostic] = []
    for number, line in enumerate(source.lines, start=1):
        if len(found) > MAX_DIAGNOSTICS or strip_controls(line) == line:
            continue
        at = next(at for at, character in enumerate(line) if is_control(character))
        message = f"the line holds the control character U+{ord(line[at]):04X}"
        hint = "Remove it; it may have come in with copied text."
        found.append(source.diagnostic("OL008", message, hint, Span(number, at + 1)))
    raise refusal(source.file, found)


def _refuse(file: str, code: str, message: str, hint: str) -> NoReturn:
    raise refusal(file, [Diagnostic(file, 0, 0, code, message, hint)])
