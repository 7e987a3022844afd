"""Where things stand in an outline file: lines, spans, and data with its places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gptoss_writer.errors import Diagnostic, OutlineError, Severity

Loc = tuple[str | int, ...]
"""The place of a value in an outline, as keys and indices: `("sections", 2, "words")`."""

MAX_DIAGNOSTICS = 100
"""How many problems of one file are listed; nobody mends more in one go."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line: `line` and `column` count from 1, `width` is in characters."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    r"""The text of an outline file, with `\n` as its only line end, under the name it was given."""

    file: str
    text: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        """Cut a text into its lines."""
        return cls(file, text, tuple(text.split("\n")))

    def line(self, number: int) -> str:
        """Give the text of a line, counted from 1; "" where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def diagnostic(
        self, code: str, message: str, hint: str, span: Span, severity: Severity = "error"
    ) -> Diagnostic:
        """Make a diagnostic that points at a span of this file."""
        above = self.line(span.line - 1)
        return Diagnostic(
            file=self.file,
            line=span.line,
            column=span.column,
            code=code,
            message=message,
            hint=hint,
            severity=severity,
            source=self.line(span.line),
            width=max(1, span.width),
            before=above if above.strip() else "",
        )


@dataclass(slots=True)
class RawOutline:
    """What a file form read, before validation: plain data, and where each value stands.

    `spans` point at values, `keys` at the keys before them. `reported` holds the places whose
    problem is already among the diagnostics, so that validation does not complain again.
    `is_complete` is false where reading had to stop before the end of the file.
    """

    source: Source
    data: dict[str, object] = field(default_factory=dict)
    spans: dict[Loc, Span] = field(default_factory=dict)
    keys: dict[Loc, Span] = field(default_factory=dict)
    reported: set[Loc] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    is_complete: bool = True

    def report(self, code: str, message: str, hint: str, span: Span) -> None:
        """Add an error to the diagnostics."""
        self.diagnostics.append(self.source.diagnostic(code, message, hint, span))

    def warn(self, code: str, message: str, hint: str, span: Span) -> None:
        """Add a warning to the diagnostics."""
        self.diagnostics.append(self.source.diagnostic(code, message, hint, span, "warning"))

    def note(self, code: str, message: str, hint: str, span: Span) -> None:
        """Add a note to the diagnostics."""
        self.diagnostics.append(self.source.diagnostic(code, message, hint, span, "note"))

    @property
    def has_errors(self) -> bool:
        """Tell whether anything was found that makes the outline unusable."""
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


def nearest_span(spans: Mapping[Loc, Span], loc: Loc) -> Span:
    """Give the span of a place, or of the nearest thing around it that has one."""
    for length in range(len(loc), -1, -1):
        if loc[:length] in spans:
            return spans[loc[:length]]
    return Span(1, 1)


def refusal(file: str, diagnostics: Iterable[Diagnostic]) -> OutlineError:
    """Make the error for a file from its diagnostics, in the order of their places.

    Errors stand before warnings where not all can be listed.
    """
    found = sorted(set(diagnostics))
    errors = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
    warnings = [diagnostic for diagnostic in found if diagnostic.severity == "warning"]
    listed = sorted((errors + warnings)[:MAX_DIAGNOSTICS])
    first = errors[0]
    if len(errors) == 1:
        message, hint = f"{first.where}: {first.message}", first.hint
    else:
        message = f"{file} has {len(errors):,} problems"
        hint = "Mend each place listed, then check again."
        if len(errors) > MAX_DIAGNOSTICS:
            message += f"; the first {MAX_DIAGNOSTICS} are listed"
    return OutlineError(message, hint, tuple(listed))
