"""Every expected failure of the program, in one tree.

    WriterError
    ├── UsageError                2   the command line or a setting is wrong
    │   └── TemplateError         2   a prompt template cannot be used
    ├── OutlineError              2   the outline is not valid; carries its diagnostics
    ├── FindingsError             1   the work is done, but something needs the writer's eye
    ├── SectionsFailedError       3   some sections could not be written
    ├── WorkspaceError           10   there is no such workspace, or it cannot be read
    │   ├── NewerFormatError     10   a newer version of the program wrote it
    │   └── WorkspaceLockedError 11   another process is writing in it
    ├── ModelError               12   the model file is missing, wrong or corrupt
    ├── ResourceError            13   not enough memory or disk
    ├── EngineError              14   llama.cpp could not do what was asked
    └── Interrupted             130   the user pressed Ctrl-C

Each carries a message that says what could not be done, a hint that begins with a verb, and the
exit code of the process. Nothing below `cli` prints or exits; `cli.main` catches `WriterError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

Severity = Literal["error", "warning", "note"]
"""An error makes an outline unusable, a warning should be looked at, a note may be."""


class WriterError(Exception):
    """An expected failure: `message` says what and where, `hint` what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class FindingsError(WriterError):
    """The work is done, but something in the result needs the writer's eye."""

    exit_code = 1


class UsageError(WriterError):
    """The command line, a setting or an argument is wrong."""

    exit_code = 2


class TemplateError(UsageError):
    """A prompt template is missing, is not valid, or names a value that does not exist."""


class OutlineError(WriterError):
    """The outline cannot be used; `diagnostics` point at every place that is wrong."""

    exit_code = 2

    def __init__(
        self, message: str, hint: str = "", diagnostics: tuple[Diagnostic, ...] = ()
    ) -> None:
        super().__init__(message, hint)
        self.diagnostics = diagnostics


class SectionsFailedError(WriterError):
    """Some sections have no acceptable text after all retries; the others are safe on disk."""

    exit_code = 3


class WorkspaceError(WriterError):
    """The workspace does not exist, is damaged, or was written by a newer version."""

    exit_code = 10


class NewerFormatError(WorkspaceError):
    """A newer version of the program wrote this; nothing of it may be changed."""


class WorkspaceLockedError(WorkspaceError):
    """Another process is writing in this workspace."""

    exit_code = 11


class ModelError(WriterError):
    """The model file is missing, is not a gpt-oss GGUF, or is damaged."""

    exit_code = 12


class ResourceError(WriterError):
    """There is not enough memory or disk, or the disk refused a write."""

    exit_code = 13


class EngineError(WriterError):
    """llama.cpp failed while loading or decoding."""

    exit_code = 14


class Interrupted(WriterError):  # noqa: N818 - not an error of the program
    """The user asked to stop; everything accepted so far is on disk."""

    exit_code = 130


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem of an outline file, with the place it was found.

    `line` and `column` count from 1; 0 means that the file as a whole is meant. `source` is the
    text of that line, without its newline, so that a caret can be drawn under `column`; `before`
    is the line above it, and `width` the number of characters to underline. `is_fixable` tells
    that `check --fix` can mend it. Diagnostics sort by line, on a line by severity.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    source: str = ""
    width: int = 1
    before: str = ""
    is_fixable: bool = False

    @property
    def where(self) -> str:
        """`file:line:column`, or `file` alone where the whole file is meant."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __lt__(self, other: Diagnostic) -> bool:
        return self._place < other._place

    @property
    def _place(self) -> tuple[str, int, int, int, str, str]:
        rank = _SEVERITIES.index(self.severity)
        return (self.file, self.line, rank, self.column, self.code, self.message)


_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
