"""How a run ends: what came of it, what needs the writer's eye, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.cli.article import Assembled, require_current, say_who_wrote
from gptoss_writer.cli.beside import say_scorecard
from gptoss_writer.cli.places import command_line
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.draft import Steering
from gptoss_writer.drafting.reports import RunReport, SectionReport
from gptoss_writer.errors import Interrupted, SectionsFailedError
from gptoss_writer.outline.models import Outline
from gptoss_writer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """A draft behind a run. `asked` names the section of a regeneration; else it is empty."""

    draft: Workspace
    outline: Outline
    outline_path: Path
    flags: Mapping[str, object]
    asked: tuple[str, ...]

    @property
    def written(self) -> int:
        """How many of the outline's sections have an accepted text."""
        return sum(self.draft.accepted(section.id) is not None for section in self.outline.sections)

    @property
    def begun(self) -> int:
        """How many words there are of the section at which the run stopped.

        Without one asked for it is one that is not written: others may have been begun earlier.
        """
        names = self.asked or [
            section.id
            for section in self.outline.sections
            if self.draft.accepted(section.id) is None
        ]
        return sum(found.words for name in names if (found := self.draft.progress(name)))

    @property
    def command(self) -> str:
        """The command that does the same again."""
        name = "regenerate" if self.asked else "generate"
        return command_line(name, self.outline_path, *self.asked, flags=self.flags)


def conclude(outcome: Outcome, report: RunReport, article: Assembled, terminal: Terminal) -> int:
    """Say what came of a run; raise where something is missing or needs the writer's eye."""
    if report.was_interrupted:
        raise stopped(outcome)
    words = sum(section.words for section in report.sections)
    wanted = outcome.outline.budget_words
    terminal.say(f"Article: {article.path} ({words:,} words, {wanted:,} wanted)")
    _mention(report, terminal)
    for line in steering_lines(report.steering, report.usage.final):
        terminal.say(line)
    say_scorecard(article.card, article.path, outcome.outline_path, terminal)
    say_who_wrote(article, outcome.outline, terminal)
    for section in report.sections:
        for line in _next_lines(outcome, section) if section.section_id in outcome.asked else ():
            terminal.say(line)
    if report.failed:
        raise _failed(outcome, report)
    require_current(article)
    return 0


def stopped(outcome: Outcome) -> Interrupted:
    """Make the error of a run that was asked to stop."""
    return Interrupted(f"Stopped. {kept_line(outcome)}", f"Go on with:\n{outcome.command}")


def kept_line(outcome: Outcome) -> str:
    """Say what is safe on disk, whatever ended the run."""
    begun = f"{outcome.begun} word{'s' if outcome.begun > 1 else ''}" if outcome.begun else ""
    if outcome.asked:
        of_new = f"; {begun} of the new text are kept" if begun else ""
        return f'Section "{outcome.asked[0]}" is as it was{of_new}.'
    of_next = f", and {begun} of the next" if begun else ""
    written, sections = outcome.written, len(outcome.outline.sections)
    return f"{written} of {sections} sections are written and kept{of_next}."


def _mention(report: RunReport, terminal: Terminal) -> None:
    missed = [
        f"{section.section_id} ({section.words}, {section.budget_words} wanted)"
        for section in report.sections
        if section.status == "accepted" and not section.in_band
    ]
    if missed:
        terminal.say(f"Outside their word budget: {', '.join(missed)}.")
    pending = [section.section_id for section in report.sections if section.status == "pending"]
    if pending:
        terminal.say(f"Not written yet: {', '.join(pending)}.")


def _next_lines(outcome: Outcome, section: SectionReport) -> Iterator[str]:
    """Say what can be done now with a section that was written again."""
    path, name = outcome.outline_path, section.section_id
    flags = {"workspace": outcome.flags.get("workspace")}
    if section.is_repeat:
        warmer = "give a higher" if outcome.flags.get("temperature") else "add"
        degrees = "" if outcome.flags.get("temperature") else " 0.7"
        yield (
            f'The new text of section "{name}" is the old one, word for word. Say what to do '
            f"better with --because, or {warmer} --temperature{degrees}."
        )
    elif section.takes and section.picked is None:
        yield "No take was chosen. Choose one with:"
        for take in section.takes:
            yield command_line("restore", path, f"{name}@{take.number}", flags=flags)
    elif section.status == "accepted":
        accepted = outcome.draft.accepted(name)
        number = accepted.number if accepted else 0
        yield f'Section "{name}" is attempt @{number} now.'
        if accepted and accepted.record.parent:
            yield f"Compare with: {command_line('diff', path, name, flags=flags)}"
        yield f"Take it back with: {command_line('undo', path, flags=flags)}"


def steering_lines(steering: Steering, tokens: int) -> Iterator[str]:
    """Say in a line how often the guard stepped in while so many tokens were drawn, if it did."""
    if steering == Steering():
        return
    done = [
        f"{steering.rejected:,} of {tokens:,} tokens drawn again",
        *_times(steering.refused_ends, "early end", "refused"),
        *_times(steering.resampled, "sentence", "written again"),
        *_times(steering.forced_ends, "last sentence", "closed"),
    ]
    yield f"Steering: {', '.join(done)}."


def _times(times: int, what: str, done: str) -> list[str]:
    return [f"{times:,} {what}{'' if times == 1 else 's'} {done}"] if times else []


def _failed(outcome: Outcome, report: RunReport) -> SectionsFailedError:
    ids = [section.section_id for section in report.failed]
    commands = [
        command_line("regenerate", outcome.outline_path, section_id, flags=outcome.flags)
        for section_id in ids
    ]
    return SectionsFailedError(
        f"No acceptable text came for: {', '.join(ids)}.",
        "\n".join(("Draw again with:", *commands)),
    )
