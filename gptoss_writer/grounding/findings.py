"""A finding with its place in the text, and the counting of lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from gptoss_writer.draft import Finding

Severity = Literal["error", "warning", "note"]
"""An error breaks a promise (quotations, attribution, leaks, a missing section); a warning needs
the writer's eye; a note is worth knowing."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_EXCERPT = 80
_ON_WORDS = ("quotation-", "attribution-", "scare-quote", "leak-", "repeated-")


@dataclass(frozen=True, slots=True)
class TextFinding(Finding):
    """A finding on a stretch of text.

    `start` and `end` are offsets in characters into the text that was checked; `line` and
    `column` count from 1. `section` is the id of the outline's section, None where the text
    belongs to none. `evidence` is the id of the nearest evidence (see `sources`), with its words
    in `evidence_text`; both None where nothing is near. `excerpt` is the text itself, shortened.
    """

    severity: Severity = "warning"
    section: str | None = None
    start: int = 0
    end: int = 0
    line: int = 1
    column: int = 1
    excerpt: str = ""
    evidence: str | None = None
    evidence_text: str | None = None

    @property
    def order(self) -> tuple[int, int, str]:
        """What findings are sorted by: their place, then their code."""
        return self.start, self.end, self.code

    @property
    def is_on_words(self) -> bool:
        """Tell whether the excerpt is what the finding is about, and its message leaves it out."""
        return self.code.startswith(_ON_WORDS) and self.code != "quotation-missing"


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text begin."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        r"""Find the lines of a text; `\n`, `\r\n` and `\r` end one."""
        return cls(text, (0, *(end.end() for end in _LINE_END.finditer(text))))

    def place(self, offset: int) -> tuple[int, int]:
        """Give the line and column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def excerpt(self, start: int, end: int) -> str:
        """Give a stretch of the text on one line, shortened to 80 characters.

        Without the marks of strong emphasis, since one of a pair may stand outside.
        """
        return shortened(self.text[start:end].replace("**", ""))


def shortened(text: str, length: int = _EXCERPT) -> str:
    """Bring a text onto one line and cut it at a word's end, with an ellipsis."""
    line = " ".join(text[: 4 * length].split())
    if len(line) <= length:
        return line
    head, _, _ = line[:length].rpartition(" ")
    return f"{head or line[: length - 1]}…"
