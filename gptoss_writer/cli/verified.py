"""What `verify` found, as lines, as JSON, and as the end of the command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal

from gptoss_writer.cli.desk import Desk
from gptoss_writer.cli.painting import Line, Style
from gptoss_writer.cli.scorecard_text import plural
from gptoss_writer.cli.terminal import one_line
from gptoss_writer.errors import FindingsError, WorkspaceError
from gptoss_writer.receipt.rerunning import Compared
from gptoss_writer.workspace.auditing import Audit
from gptoss_writer.workspace.mending import Mended
from gptoss_writer.workspace.troubles import Trouble

SCHEMA_VERSION = 1
_LABELS = {"damage": "damaged", "change": "changed", "note": "note"}
_STYLES: dict[str, Style] = {
    "damaged": "red",
    "changed": "yellow",
    "note": "dim",
    "mended": "green",
}
INDENT = 9
"""Where the words begin that belong to an entry."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found. `rerun` is None where no section was to be written again."""

    troubles: tuple[Trouble, ...]
    audit: Audit
    has_receipt: bool
    mended: tuple[Mended, ...] = ()
    rerun: tuple[Compared, ...] | None = None

    def with_rerun(self, compared: tuple[Compared, ...]) -> Found:
        """Add what came of writing the sections again."""
        return replace(self, rerun=compared)

    @property
    def is_damaged(self) -> bool:
        """Tell whether bytes are lost or cannot be read."""
        return any(trouble.weight == "damage" for trouble in self.troubles)

    @property
    def changes(self) -> int:
        """How many things no longer match, damage and other bytes of a rerun among them."""
        rerun = self.rerun or ()
        return sum(trouble.weight != "note" for trouble in self.troubles) + sum(
            compared.verdict == "different" for compared in rerun
        )

    @property
    def verdict(self) -> Literal["well", "changed", "damaged"]:
        """The whole in one word."""
        return "damaged" if self.is_damaged else "changed" if self.changes else "well"


def found_lines(desk: Desk, found: Found) -> Iterator[Line]:
    """Give what is printed: what was mended, what does not match, what was written again."""
    seen = [
        plural(found.audit.sections, "section"),
        plural(found.audit.attempts, "attempt"),
        *(["the article"] if desk.draft.article_path.exists() else []),
        *(["its receipt"] if found.has_receipt else []),
    ]
    yield ((f"Looked at in {desk.draft.path}: {', '.join(seen)}.", ""),)
    for mended in found.mended:
        yield from _entry("mended", mended.where, mended.what)
    order = list(_LABELS)
    for trouble in sorted(found.troubles, key=lambda item: order.index(item.weight)):
        words = " ".join(filter(None, (trouble.what, trouble.advice)))
        yield from _entry(_LABELS[trouble.weight], trouble.where, words)
    if found.rerun is not None:
        yield from _rerun_lines(found.rerun)
    if found.verdict == "well":
        yield (("All is well.", "green"),)


def _entry(label: str, where: str, words: str) -> Iterator[Line]:
    yield (f"{label:<{INDENT}}", _STYLES[label]), (one_line(where), "bold")
    yield ((f"{'':{INDENT}}{one_line(words)}", ""),)


def _rerun_lines(rerun: tuple[Compared, ...]) -> Iterator[Line]:
    yield (("Written again, each section as its record says:", ""),)
    for compared in rerun:
        verdict = "the same bytes" if compared.verdict == "same" else compared.verdict
        line = f"{'':{INDENT}}{compared.section_id} @{compared.attempt}: {verdict}"
        reason = f". {one_line(compared.reason)}" if compared.reason else ""
        yield ((line + reason, ""),)


def found_json(desk: Desk, found: Found) -> dict[str, object]:
    """Give what `verify --json` prints.

    `verdict` is "well", "changed" or "damaged". Each of `problems` has `where` (a path in the
    draft, or what else it is about), `kind` ("damage", "change", "note"), `message`, `advice`, and
    `command`, null where none helps. `repaired` says what was mended now. `rerun` is null where it
    was not asked for; `result` in it is "same", "different" or "not comparable".
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "workspace": str(desk.draft.path),
        "verdict": found.verdict,
        "sections": found.audit.sections,
        "attempts": found.audit.attempts,
        "receipt": found.has_receipt,
        "repaired": [asdict(mended) for mended in found.mended],
        "problems": [
            {
                "where": trouble.where,
                "kind": trouble.weight,
                "message": trouble.what,
                "advice": trouble.advice or None,
                "command": _command(desk, trouble.cure),
            }
            for trouble in found.troubles
        ],
        "rerun": None
        if found.rerun is None
        else [
            {
                "section": compared.section_id,
                "attempt": compared.attempt,
                "result": compared.verdict,
                "reason": compared.reason or None,
            }
            for compared in found.rerun
        ],
    }


def _command(desk: Desk, cure: str) -> str | None:
    if not cure:
        return None
    return desk.command("verify", "--repair") if cure == "repair" else desk.command(cure)


def conclude(desk: Desk, found: Found) -> int:
    """Give 0 where all is well; else raise, with the commands that help."""
    if found.verdict == "well":
        return 0
    hint = "\n".join(_remedies(desk, found))
    count = found.changes
    if found.is_damaged:
        things = "1 thing is not as it" if count == 1 else f"{count} things are not as they"
        raise WorkspaceError(f"The draft is damaged: {things} should be.", hint)
    things = "1 thing does" if count == 1 else f"{count} things do"
    raise FindingsError(f"{things} not match any more.", hint)


_REMEDIES = {
    "repair": "Mend what can be mended with:",
    "assemble": "Keep your edits and assemble the article with:",
    "generate": "Write again what is stale with:",
}


def _remedies(desk: Desk, found: Found) -> Iterator[str]:
    cures = {trouble.cure for trouble in found.troubles if trouble.weight != "note"}
    if "repair" in cures:  # it keeps edits as well
        cures -= {"assemble"}
    for cure, words in _REMEDIES.items():
        if cure in cures:
            yield words
            yield _command(desk, cure) or ""
    if not cures & _REMEDIES.keys():
        yield "Do what is said there."
