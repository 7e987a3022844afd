"""The workspace: what survives of an article between commands, and the only writer of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gptoss_writer.draft import Attempt, SectionProgress
from gptoss_writer.errors import WorkspaceError
from gptoss_writer.workspace.accepted import AcceptedSection
from gptoss_writer.workspace.article import (
    ArticleWritten,
    EditedArticle,
    ReportKind,
    edited_article,
    write_article,
    write_reports,
)
from gptoss_writer.workspace.auditing import Audit, Parts, audit
from gptoss_writer.workspace.fields import SCHEMA_VERSION, version_of
from gptoss_writer.workspace.founding import found, refuse_foreign
from gptoss_writer.workspace.history import History
from gptoss_writer.workspace.journal import Journal
from gptoss_writer.workspace.journal_events import Assembled, Lock
from gptoss_writer.workspace.journal_state import Change
from gptoss_writer.workspace.layout import Layout, digest
from gptoss_writer.workspace.lock import WorkspaceLock
from gptoss_writer.workspace.mending import Mended, mend
from gptoss_writer.workspace.portable import restored, stored
from gptoss_writer.workspace.progress import drop_progress, load_progress, save_progress
from gptoss_writer.workspace.reconcile import Reconciled, reconcile
from gptoss_writer.workspace.records import (
    AttemptRecord,
    WorkspaceSettings,
    settings_from_json,
    settings_to_json,
)
from gptoss_writer.workspace.sections import SectionFiles
from gptoss_writer.workspace.storage import Storage
from gptoss_writer.workspace.system import SystemCalls
from gptoss_writer.workspace.undoing import undo


class Workspace:
    """One folder, one article.

    Reading needs no lock and never shows half of a change. Every writing method needs the lock
    (`with workspace.lock():`), raises `RuntimeError` without it, and `ResourceError` where the
    disk refuses. A command that writes calls `reconcile` first. All methods raise
    `WorkspaceError` where something on disk is damaged, and change nothing then.
    """

    def __init__(self, path: Path, calls: SystemCalls | None = None) -> None:
        self._storage = Storage(path, calls)
        self._layout = Layout(path)
        self._journal = Journal(self._storage, self._layout.journal)
        self._history = History(self._storage, self._layout)
        self._sections = SectionFiles(self._storage, self._layout, self._journal, self._history)
        self._lock = WorkspaceLock(self._storage, self._layout)
        self._settings = self._read_settings()

    @classmethod
    def exists(cls, path: Path) -> bool:
        """Tell whether a folder is a workspace."""
        return Layout(path).settings.exists()

    @classmethod
    def open(cls, path: Path, calls: SystemCalls | None = None) -> Workspace:
        """Open a workspace; `WorkspaceError` where there is none, or a newer version's."""
        return cls(path, calls)

    @classmethod
    def create(
        cls, path: Path, settings: WorkspaceSettings, calls: SystemCalls | None = None
    ) -> Workspace:
        """Create a workspace, or open the one that is there: its settings stand.

        A folder that holds anything else is refused with `WorkspaceError`. Raises
        `WorkspaceLockedError` where another process is creating it at this moment.
        """
        if cls.exists(path):
            return cls(path, calls)
        refuse_foreign(path)
        storage, layout = Storage(path, calls), Layout(path)
        storage.create_folder(path)
        with WorkspaceLock(storage, layout):
            if not cls.exists(path):
                found(storage, layout, settings)
        return cls(path, calls)

    @property
    def path(self) -> Path:
        """The folder."""
        return self._layout.root

    @property
    def settings(self) -> WorkspaceSettings:
        """The settings, as read when the workspace was opened or last reconciled."""
        return self._settings

    @property
    def article_path(self) -> Path:
        """Where the assembled article stands, or will."""
        return self._layout.article

    @property
    def cache_path(self) -> Path:
        """The folder for saved prefix states; an engine may write there."""
        return self._layout.cache

    def lock(self) -> WorkspaceLock:
        """Give the lock, to be entered by a command that writes."""
        return self._lock

    def update_settings(self, settings: WorkspaceSettings) -> None:
        """Save new settings. The date is pinned: `ValueError` where it differs."""
        self._require_lock()
        if settings.date != self._settings.date:
            raise ValueError("the date of a workspace is pinned")
        if settings == self._settings:
            return
        if settings.model is not None and Path(settings.model.path).is_absolute():
            self._remember_place(settings.model.path)
        data = settings_to_json(stored(settings, self.path))
        if self._storage.read(self._layout.settings) != data:
            self._storage.replace_file(self._layout.settings, data)
        self._settings = settings

    def _remember_place(self, path: str) -> None:
        data = f"{path}\n".encode("utf-8", "surrogateescape")
        if self._storage.read(self._layout.model_place) != data:
            self._storage.create_folder(self._layout.cache)
            self._storage.replace_file(self._layout.model_place, data)

    def reconcile(self, order: Sequence[str]) -> Reconciled:
        """Adopt a person's edits, finish what a crash cut short, follow the outline's order.

        `order` lists the ids of the outline's sections. Every command that writes calls this
        first. Nothing is ever removed but temporary files that a crash left. A draft of an
        earlier format is brought to this one.
        """
        self._require_lock()
        self._settings = self._read_settings()
        return reconcile(self._storage, self._layout, self._sections, order)

    def save_attempt(self, attempt: Attempt) -> int:
        """Add an attempt to the history of its section and give its number, from 1."""
        self._require_lock()
        return self._sections.save(attempt)

    def accept(self, section_id: str, place: int, number: int) -> int:
        """Make attempt `number` the text of a section that stands at `place`, from 1.

        Once this returns the text is on the disk. Where a person edited the section's file since
        the last `reconcile`, that text is accepted instead, and attempt `number` stays in the
        history. Gives the number of the attempt that was accepted.
        """
        self._require_lock()
        self._layout.section_file(place, section_id)  # raises on an id that is not safe
        look = self._sections.look(section_id, self._sections.paths().get(section_id))
        if look.standing.is_by_hand:
            number = look.match or self._sections.save_edit(section_id, look.text)
            command = self._journal.command
            self.begin("edit")  # a change of its own, which undo takes back by itself
            self._sections.accept(look, place, number)
            self.begin(command)
        else:
            self._sections.accept(look, place, number)
        return number

    def accepted(self, section_id: str) -> AcceptedSection | None:
        """Give the accepted text of a section, None where nothing was accepted yet."""
        accepted = self._journal.state().accepted.get(section_id)
        if accepted is None:
            return None
        record = self._history.record(section_id, accepted.attempt)
        return AcceptedSection(self._history.content(record).decode("utf-8"), record)

    def was_accepted(self, section_id: str) -> bool:
        """Tell whether a section ever had an accepted text, also one that was taken back."""
        return section_id in self._journal.state().highest

    def progress(self, section_id: str) -> SectionProgress | None:
        """Tell how far a section has come whose writing was cut off; None where it is not so.

        It is not where another text was accepted since.
        """
        progress = load_progress(self._storage, self._layout, section_id)
        return progress if progress and progress.parent == self._current(section_id) else None

    def save_progress(self, progress: SectionProgress) -> None:
        """Keep how far a section has come; it only saves time, so a full disk is no error."""
        self._require_lock()
        parent = self._current(progress.section_id)
        save_progress(self._storage, self._layout, replace(progress, parent=parent))

    def drop_progress(self, section_id: str) -> None:
        """Forget how far a section had come."""
        self._require_lock()
        drop_progress(self._storage, self._layout, section_id)

    def _current(self, section_id: str) -> int:
        accepted = self._journal.state().accepted.get(section_id)
        return accepted.attempt if accepted else 0

    def attempts(self, section_id: str) -> tuple[AttemptRecord, ...]:
        """Read the records of all attempts at a section, oldest first."""
        return self._history.records(section_id)

    def attempt(self, section_id: str, number: int) -> Attempt:
        """Read one attempt with its text, its reasoning and what the model wrote at first."""
        return self._history.load(section_id, number)

    def edited_text(self, section_id: str) -> str | None:
        """Give what a person wrote into a section's file since; None where nobody did.

        For readers: a command that writes has adopted it by `reconcile`.
        """
        look = self._sections.look(section_id, self._sections.paths().get(section_id))
        if not look.standing.is_by_hand or look.content is None:
            return None
        return look.content.decode("utf-8")

    def begin(self, command: str) -> None:
        """Let what is accepted or locked from now on be one change, made by `command`.

        It is what `undo` takes back. To be called after `reconcile`, whose edits are their own.
        """
        self._journal.begin(command)

    def adopt(self, section_id: str, place: int, text: str) -> int:
        """Save a person's text as an attempt and make it the section's; give its number."""
        self._require_lock()
        return self.accept(section_id, place, self._sections.save_edit(section_id, text))

    def is_locked(self, section_id: str) -> bool:
        """Tell whether a section is kept from any change."""
        return section_id in self._journal.state().locked

    def set_lock(self, section_id: str, *, is_on: bool) -> bool:
        """Keep a section from any change, or no longer; tell whether that was otherwise."""
        self._require_lock()
        self._layout.attempts_folder(section_id)  # raises on an id that is not safe
        if self.is_locked(section_id) == is_on:
            return False
        self._journal.append(Lock(section_id, is_on=is_on))
        return True

    @property
    def last_change(self) -> Change | None:
        """The last change of what is accepted or locked; None where there was none."""
        return self._journal.state().last_change

    def undo(self, order: Sequence[str]) -> Change | None:
        """Take the last change back and give it, None where there is none.

        That is a change too: to do it again brings back what was taken away.
        """
        self.reconcile(order)
        return undo(self._journal, self._sections, order)

    def edited_article(self) -> EditedArticle | None:
        """Give the article where a person changed it since it was assembled."""
        return edited_article(self._storage, self._layout, self._journal)

    def take_over_article(self, content: bytes) -> None:
        """Say that the sections have what stands in an edited article: it may be replaced."""
        self._require_lock()
        self._journal.append(Assembled(digest(content)))

    def write_article(
        self, text: str, *, head: str = "", parts: tuple[str, ...] = ()
    ) -> ArticleWritten:
        """Write the assembled article; beside `article.md` where a person edited that.

        `head` and `parts` say what it was made of; see `assembly.splitting`.
        """
        self._require_lock()
        data = text.encode("utf-8")
        return write_article(
            self._storage, self._layout, self._journal, data, head=head, parts=parts
        )

    def write_reports(self, article: Path, reports: Mapping[ReportKind, bytes]) -> None:
        """Write reports about the article that was just assembled beside it."""
        self._require_lock()
        write_reports(self._storage, self._layout, article, reports)

    def has_assembled(self, data: bytes) -> bool:
        """Tell whether these bytes are an article that was assembled here once."""
        return digest(data) in self._journal.state().assembled

    def audit(self) -> Audit:
        """Look at all of the draft, and say what does not fit together. For readers."""
        return audit(self._parts)

    def mend(self) -> tuple[Mended, ...]:
        """Mend what can be from what the draft has; to be called before `reconcile`."""
        self._require_lock()
        return mend(self._parts)

    def accepted_when_written(self, section_id: str, number: int) -> dict[str, int] | None:
        """Tell which attempt of each section was accepted before one was, None if it never was."""
        state = self._journal.state_before(section_id, number)
        if state is None:
            return None
        return {name: item.attempt for name, item in state.accepted.items()}

    def report(self, kind: ReportKind) -> bytes | None:
        """Read the report of that kind about `article.md`; None where there is none."""
        return self._storage.read(self._layout.report(self._layout.article, kind))

    @property
    def is_of_earlier_format(self) -> bool:
        """Tell whether no command of this version has written in the draft yet."""
        data = self._storage.read(self._layout.settings)
        return data is not None and version_of(data) < SCHEMA_VERSION

    @property
    def article(self) -> bytes | None:
        """The bytes of `article.md`; None where there is none."""
        return self._storage.read(self._layout.article)

    @property
    def _parts(self) -> Parts:
        return Parts(self._storage, self._layout, self._journal, self._history, self._sections)

    def _read_settings(self) -> WorkspaceSettings:
        data = self._storage.read(self._layout.settings)
        if data is None:
            raise WorkspaceError(
                f"There is no workspace at {self._layout.root}.",
                "Run `gptoss-writer generate OUTLINE` to begin one.",
            )
        place = (self._storage.read(self._layout.model_place) or b"").decode(
            "utf-8", "surrogateescape"
        )
        settings = settings_from_json(data, self._layout.settings)
        return restored(settings, self.path, place.removesuffix("\n"))

    def _require_lock(self) -> None:
        if not self._lock.is_held:
            raise RuntimeError("writing in a workspace needs its lock")
