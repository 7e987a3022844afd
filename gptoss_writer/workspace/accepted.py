"""The accepted text of a section, with the record of how it came about."""

from __future__ import annotations

from dataclasses import dataclass

from gptoss_writer.draft import Origin, SectionDraft
from gptoss_writer.workspace.records import AttemptRecord


@dataclass(frozen=True, slots=True)
class AcceptedSection:
    """The accepted text of a section, and the record of the attempt it came from."""

    text: str
    record: AttemptRecord

    @property
    def section_id(self) -> str:
        """The section."""
        return self.record.section_id

    @property
    def number(self) -> int:
        """The number of the attempt, from 1."""
        return self.record.number

    @property
    def words(self) -> int:
        """The words of the text."""
        return self.record.words

    @property
    def origin(self) -> Origin:
        """Who wrote it."""
        return self.record.origin

    @property
    def draft(self) -> SectionDraft:
        """The section as the document is made from it."""
        return SectionDraft(self.section_id, self.text, self.words, self.origin)
