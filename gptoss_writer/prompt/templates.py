"""The prompt templates: found, read, hashed and filled.

Templates are text that a writer can edit. They may come from anywhere (`--prompts DIR`), so they
are rendered in Jinja's immutable sandbox, get plain values only (an object has methods, and some
methods read files), may not grow without bound, and a name that we do not provide is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gptoss_writer.errors import TemplateError

NAMES = ("house_rules", "article_brief", "section_request", "retry_note", "continuation_note")
_SUFFIX = ".txt"
_MAX_BYTES = 256 * 1024
_MAX_CHARACTERS = 1_000_000
_PACKAGE = Path(__file__).resolve().parents[1]


def packaged_folder() -> Path:
    """Find the templates that came with the program: in the wheel, else in the checkout."""
    installed = _PACKAGE / "_prompts"
    return installed if installed.is_dir() else _PACKAGE.parent / "prompts"


Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]
"""What a template may be given."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with arithmetic on numbers only: "x" * 10**9 would ask for gigabytes."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as in Jinja
        """Allow `*` and `%` between numbers only, and no powers."""
        are_numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not are_numbers:
            raise SecurityError(f"{operator} is not allowed here")
        return super().call_binop(context, operator, left, right)


@dataclass(frozen=True)
class Templates:
    """The text of every template by name, and the file each was read from."""

    sources: Mapping[str, str]
    files: Mapping[str, Path]

    @cached_property
    def _environment(self) -> _Sandbox:
        # Not HTML: these are prompts, and escaping would change the outline's words.
        return _Sandbox(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )

    @cached_property
    def _compiled(self) -> dict[str, Template]:
        return {}

    @property
    def fingerprint(self) -> str:
        """A hash over the text of all templates."""
        digest = hashlib.sha256()
        for name in NAMES:
            digest.update(f"{name}\x1f{self.sources[name]}\x1e".encode())
        return "templates:" + digest.hexdigest()

    def render(self, name: str, values: Mapping[str, Value]) -> str:
        """Fill a template; blank lines collapse to one and the ends are trimmed.

        Raises `TemplateError` with file and line where the template is not valid, names a value
        that does not exist, or does what the sandbox forbids.
        """
        try:
            text = self._fill(name, values)
        except TemplateSyntaxError as error:
            raise self._error(name, error.message or "syntax error", error.lineno) from error
        except RecursionError as error:
            raise self._error(name, "it calls itself without end", 0) from error
        except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise self._error(name, str(error), _line_of(error)) from error
        return _tidy(text)

    def _fill(self, name: str, values: Mapping[str, Value]) -> str:
        pieces: list[str] = []
        length = 0
        if name not in self._compiled:
            self._compiled[name] = self._environment.from_string(self.sources[name])
        for piece in self._compiled[name].generate(values):
            length += len(piece)
            if length > _MAX_CHARACTERS:
                raise SecurityError(f"it grows beyond {_MAX_CHARACTERS:,} characters")
            pieces.append(piece)
        return "".join(pieces)

    def _error(self, name: str, reason: str, line: int) -> TemplateError:
        place = f"{self.files[name]}:{line}" if line else str(self.files[name])
        return TemplateError(
            f"{place}: the prompt template cannot be used: {reason}",
            f"Compare it with the original in {packaged_folder()}.",
        )


def load_templates(override: Path | None = None) -> Templates:
    """Read the packaged templates, each replaced by the file of its name in `override`.

    Raises `TemplateError` where `override` is not a folder, holds none of the templates, or has a
    file that cannot be read.
    """
    folder = packaged_folder()
    files = {name: folder / f"{name}{_SUFFIX}" for name in NAMES}
    if override is not None:
        files |= _overrides(override)
    return Templates({name: _read(path) for name, path in files.items()}, files)


def _overrides(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise TemplateError(
            f"There is no folder {folder} with prompt templates.",
            "Give --prompts a folder, or leave it out to use the packaged templates.",
        )
    wanted = ", ".join(f"{name}{_SUFFIX}" for name in NAMES)
    found = {name: folder / f"{name}{_SUFFIX}" for name in NAMES}
    found = {name: path for name, path in found.items() if path.exists()}
    if not found:
        raise TemplateError(
            f"The folder {folder} holds no prompt template.",
            f"Put at least one of these files in it: {wanted}.",
        )
    return found


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TemplateError(
            f"The prompt template {path} cannot be read: {error.strerror}.",
            "Restore the file, or leave --prompts out to use the packaged templates.",
        ) from error
    if len(data) > _MAX_BYTES:
        raise TemplateError(f"The prompt template {path} is larger than 256 KiB.", "Shorten it.")
    try:
        # Editors on Windows put a mark before the text and two characters behind each line.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TemplateError(
            f"The prompt template {path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8."
        ) from error


def _line_of(error: BaseException) -> int:
    """Give the template's line in which rendering failed; 0 where it is not known."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _tidy(text: str) -> str:
    lines: list[str] = []
    for line in text.strip().splitlines():
        stripped = line.rstrip()
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines)
