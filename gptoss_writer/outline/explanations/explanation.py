"""The shape of an explanation; `explain` prints it, and the page of rules is made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gptoss_writer.errors import Severity

Language = Literal["yaml", "markdown", "text"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code: its name, what it means, why it matters, a bad and a good example.

    Examples are whole outlines in `language`, so that the tests can check that the bad one gets
    this code and the good one does not; those in "text" only show what happened. `is_fixable`
    tells that `check --fix` can mend it.
    """

    code: str
    name: str
    means: str
    why: str
    bad: str
    good: str
    severity: Severity = "error"
    language: Language = "yaml"
    is_fixable: bool = False

    @property
    def heading(self) -> str:
        """The code with its name and severity."""
        return f"{self.code} {self.name} ({self.severity})"


def as_text(explanation: Explanation) -> str:
    """Write an explanation for a terminal; paragraphs are single lines, examples are indented."""
    fix = ["", "`check --fix` can mend this."] if explanation.is_fixable else []
    return "\n".join(
        [
            explanation.heading,
            "",
            explanation.means,
            "",
            f"Why it matters: {explanation.why}",
            *fix,
            "",
            "Wrong:",
            "",
            _indented(explanation.bad),
            "",
            "Right:",
            "",
            _indented(explanation.good),
        ]
    )


def as_markdown(explanation: Explanation) -> str:
    """Write an explanation as a part of the page of rules."""
    fix = "\n`check --fix` can mend this.\n" if explanation.is_fixable else ""
    fence = explanation.language
    return (
        f"### {explanation.heading}\n\n{explanation.means}\n\n"
        f"**Why it matters:** {explanation.why}\n{fix}\n"
        f"Wrong:\n\n```{fence}\n{explanation.bad.rstrip()}\n```\n\n"
        f"Right:\n\n```{fence}\n{explanation.good.rstrip()}\n```\n"
    )


def _indented(example: str) -> str:
    return re.sub(r"(?m)^(?=.)", "    ", example.rstrip())
