"""Every attempt at every section: saved once, never rewritten, never removed."""

from __future__ import annotations

from datetime import UTC, datetime

from gptoss_writer.draft import Attempt
from gptoss_writer.errors import ResourceError, WorkspaceError
from gptoss_writer.workspace.layout import Layout, attempt_of, digest
from gptoss_writer.workspace.records import AttemptRecord, record_from_json, record_to_json
from gptoss_writer.workspace.storage import Storage

# The record comes last: an attempt exists once its record does.
_TEXT, _ANALYSIS, _RAW, _RECORD = "md", "analysis.md", "raw.md", "json"


class History:
    """Reads and extends `history/`."""

    def __init__(self, storage: Storage, layout: Layout) -> None:
        self._storage = storage
        self._layout = layout

    def numbers(self, section_id: str) -> tuple[int, ...]:
        """List the numbers of a section's attempts, ascending."""
        names = self._storage.names(self._layout.attempts_folder(section_id))
        return tuple(sorted(number for name in names if (number := attempt_of(name))))

    def records(self, section_id: str) -> tuple[AttemptRecord, ...]:
        """Read the records of a section's attempts, oldest first."""
        return tuple(self.record(section_id, number) for number in self.numbers(section_id))

    def record(self, section_id: str, number: int) -> AttemptRecord:
        """Read one record; `WorkspaceError` where it is missing, damaged or another attempt's."""
        path = self._layout.attempt_file(section_id, number, _RECORD)
        data = self._storage.read(path)
        if data is None:
            raise WorkspaceError(
                f'There is no attempt {number} at the section "{section_id}": {path} is missing.',
                "Choose an attempt that history/ has, or mend the draft with "
                "`gptoss-writer verify OUTLINE --repair`.",
            )
        record = record_from_json(data, path)
        if (record.section_id, record.number) != (section_id, number):
            raise WorkspaceError(
                f'{path} is the record of attempt {record.number} at "{record.section_id}".',
                "Move it back to where it belongs and run the same command again.",
            )
        return record

    def content(self, record: AttemptRecord) -> bytes:
        """Read the bytes of an attempt's text; `WorkspaceError` where they were changed."""
        path = self._layout.attempt_file(record.section_id, record.number, _TEXT)
        data = self._storage.read(path)
        if data is None or digest(data) != record.sha256:
            what = "is missing" if data is None else "was changed after it was saved"
            raise WorkspaceError(
                f"{path} {what}; attempts in history/ never change.",
                "Mend it with `gptoss-writer verify OUTLINE --repair`, or put the file back from a "
                "copy. Text of your own belongs into sections/.",
            )
        return data

    def folders(self) -> tuple[str, ...]:
        """List the names of the folders in `history/`."""
        return self._storage.names(self._layout.history)

    def number_of(self, section_id: str, sha256: str) -> int | None:
        """Give the latest attempt whose text has this hash."""
        same = (item.number for item in self.records(section_id) if item.sha256 == sha256)
        return max(same, default=None)

    def load(self, section_id: str, number: int) -> Attempt:
        """Read an attempt back, with its reasoning and its raw text."""
        record = self.record(section_id, number)
        texts = {}
        for ending in (_ANALYSIS, _RAW):
            path = self._layout.attempt_file(section_id, number, ending)
            texts[ending] = (self._storage.read(path) or b"").decode("utf-8", errors="replace")
        text = self.content(record).decode("utf-8")
        return record.attempt(text, analysis=texts[_ANALYSIS], raw=texts[_RAW])

    def save(self, attempt: Attempt, number: int, parent: int = 0) -> AttemptRecord:
        """Save an attempt under a number that has no record yet; `parent` is what stood before it.

        Where the disk refuses, what was written of it is taken away again. What a crash left of
        an unfinished attempt of that number is replaced.
        """
        content = content_of(attempt)
        record = AttemptRecord.of(attempt, number, digest(content), parent=parent, made=_now())
        texts = {_TEXT: content}
        texts[_ANALYSIS] = attempt.analysis.encode("utf-8")
        texts[_RAW] = attempt.raw.encode("utf-8")
        paths = {
            ending: self._layout.attempt_file(attempt.section_id, number, ending)
            for ending in (_RECORD, *texts)
        }
        self._storage.create_folder(self._layout.attempts_folder(attempt.section_id))
        try:
            for ending, data in texts.items():
                if data or ending == _TEXT:
                    self._storage.replace_file(paths[ending], data)
                else:
                    self._storage.remove(paths[ending])
            self._storage.replace_file(paths[_RECORD], record_to_json(record))
        except ResourceError:
            for path in paths.values():
                self._storage.discard(path)
            raise
        return record


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def content_of(attempt: Attempt) -> bytes:
    """Give the bytes an attempt has on disk.

    A model's text ends with exactly one newline; a person's is kept byte for byte.
    """
    text = attempt.text if attempt.origin == "hand" else attempt.text.rstrip("\n") + "\n"
    return text.encode("utf-8")
