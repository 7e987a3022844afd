"""Where everything in a workspace stands, and the only place that makes a path from an id."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.errors import WorkspaceError

_ID = r"[a-z0-9][a-z0-9-]{0,63}"
_SECTION_ID = re.compile(_ID)
_SECTION_FILE = re.compile(rf"[0-9]{{2,}}-({_ID})\.md")
_RECORD_FILE = re.compile(r"([0-9]{4,})\.json")

README = """\
This folder is a workspace of gptoss-writer: an article while it is being written.

Yours to edit, in any editor:

  sections/     the accepted text of each section, one file each
  article.md    the assembled article

What you write there is never overwritten unasked. The next command that writes first keeps an
edited section as an attempt of its own. An edit of article.md goes to the section it is in, as
long as title, front matter and headings are as they were; otherwise the newly assembled article
goes to article.new.md beside it.

The program's own, please leave as they are:

  article.scorecard.json, article.provenance.json
                   how the article keeps to the outline, and which evidence each sentence rests on
  article.receipt.json
                   what the article was made from: outline, templates, model, each section's attempt
  workspace.json   the settings of this article
  history/         every attempt at every section, with the record of how it came about;
                   `gptoss-writer history`, `diff`, `restore` and `undo` work with them
  journal.jsonl    which attempt of a section counts, one event per line
  cache/           where the model is on this machine, and how far a section has come that is
                   being written; safe to delete
  .lock            keeps a second writer out
  .gitignore       keeps cache/ and what belongs to this machine out of version control; it is
                   yours to change

`gptoss-writer verify` tells whether all of it fits together still, and mends what it can.

A section that is no longer in the outline keeps its file and its history; delete them when you
no longer want them.
"""

IGNORED = """\
# What belongs to this machine and changes while the program writes. Change this file as you like.
/cache/
/.lock*
.*.gptoss-writer-tmp
"""
"""The `.gitignore` of a draft."""


def digest(content: bytes) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_section_id(name: str) -> bool:
    """Tell whether a name is safe to make paths from: small letters, digits, hyphens, up to 64."""
    return _SECTION_ID.fullmatch(name) is not None


def section_of(file_name: str) -> str | None:
    """Give the section a file in `sections/` belongs to, None where it is not one of ours."""
    match = _SECTION_FILE.fullmatch(file_name)
    return match[1] if match else None


def attempt_of(file_name: str) -> int | None:
    """Give the attempt whose record a file in `history/<id>/` is, None where it is not one."""
    match = _RECORD_FILE.fullmatch(file_name)
    return int(match[1]) if match else None


def text_of(file_name: str) -> int | None:
    """Give the attempt whose text a file in `history/<id>/` is, None where it is not one."""
    return attempt_of(file_name.removesuffix(".md") + ".json") if file_name[-3:] == ".md" else None


def _checked(section_id: str) -> str:
    if not is_section_id(section_id):
        raise WorkspaceError(
            f"{section_id!r} cannot be the id of a section.",
            "Use up to 64 small letters, digits and hyphens, beginning with a letter or a digit.",
        )
    return section_id


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one workspace. Making one from an unsafe id raises `WorkspaceError`."""

    root: Path

    @property
    def readme(self) -> Path:
        """What this folder is, for a person."""
        return self.root / "README.txt"

    @property
    def ignored(self) -> Path:
        """What version control leaves out."""
        return self.root / ".gitignore"

    @property
    def settings(self) -> Path:
        """The settings; a folder is a workspace if it has this file."""
        return self.root / "workspace.json"

    @property
    def sections(self) -> Path:
        """The folder of the readable section files."""
        return self.root / "sections"

    @property
    def history(self) -> Path:
        """The folder of all attempts."""
        return self.root / "history"

    @property
    def cache(self) -> Path:
        """The folder of saved prefix states; safe to delete."""
        return self.root / "cache"

    @property
    def model_place(self) -> Path:
        """Where the model is on this machine; part of the cache, so no other machine sees it."""
        return self.cache / "model.txt"

    def progress(self, section_id: str) -> Path:
        """Give the file that says how far a section has come that is being written."""
        return self.cache / f"{_checked(section_id)}.progress.json"

    @property
    def journal(self) -> Path:
        """The append-only list of what counts."""
        return self.root / "journal.jsonl"

    @property
    def article(self) -> Path:
        """The assembled article."""
        return self.root / "article.md"

    @property
    def article_beside(self) -> Path:
        """Where the assembled article goes while `article.md` is a person's."""
        return self.root / "article.new.md"

    def report(self, article: Path, kind: str) -> Path:
        """Give the file of a report about an assembled article, which stands beside it."""
        return article.with_suffix(f".{kind}.json")

    @property
    def lock(self) -> Path:
        """The file whose lock makes a process the writer."""
        return self.root / ".lock"

    @property
    def lock_holder(self) -> Path:
        """Who holds the lock, for the message to the others."""
        return self.root / ".lock-holder.json"

    def section_file(self, place: int, section_id: str) -> Path:
        """Give the readable file of the section that stands at `place` in the article, from 1."""
        return self.sections / f"{place:02d}-{_checked(section_id)}.md"

    def attempts_folder(self, section_id: str) -> Path:
        """Give the folder of a section's attempts."""
        return self.history / _checked(section_id)

    def attempt_file(self, section_id: str, number: int, ending: str) -> Path:
        """Give a file of attempt `number`; endings: md, json, analysis.md, raw.md."""
        return self.attempts_folder(section_id) / f"{number:04d}.{ending}"
