"""The scenes of the storm: drafts as writers leave them, and a command on each.

Texts come from a small random gpt-oss file in the real llama.cpp, on one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.commands import LOW
from tests.support.gguf_models import write_model
from tests.support.killing import Child

DRAFT, OUTLINE, MODEL = "draft", "falls.yaml", "model.gguf"
TEXT = """\
title: What falls and gets up again
sections:
  - {id: one, role: introduction, title: First, words: 20}
  - {id: two, title: Second, words: 30, key_points: [A grain is smaller.]}
  - {id: three, title: Third, words: 25}
  - {id: four, role: conclusion, title: Fourth, words: 20}
"""
CHANGED = """\
title: What falls and gets up again
sections:
  - {id: one, role: introduction, title: First, words: 20}
  - {id: three, title: Third, words: 25}
  - {id: two, title: Second, words: 30, key_points: [A grain is the smallest.]}
  - {id: four, role: conclusion, title: Fourth, words: 20}
"""
EDIT = "My own words, \r\nwith a trailing space. \r\n\r\nAnd e\u0301\u202f\U0001f30a. \n"
IN_ARTICLE = "What a person wrote into the article itself."


@dataclass(frozen=True)
class Scene:
    """A command on a draft, and what comes after it was killed.

    `then` is the next command: the same one where it may be given twice, else `assemble`, behind
    which the draft is as if the killed command had never begun, or as if it had ended. `edits`
    are texts that a person wrote before the command; `code` is the exit code of what comes next.
    """

    name: str
    prepare: Callable[[Path], None]
    command: tuple[str, ...]
    is_repeatable: bool = True
    edits: tuple[str, ...] = ()
    code: int = 0

    @property
    def then(self) -> tuple[str, ...]:
        """The command that is given next."""
        return self.command if self.is_repeatable else on_draft("assemble")


def on_draft(name: str, *words: str) -> tuple[str, ...]:
    """Give a command on the draft of a scene."""
    return (name, OUTLINE, *words, "-w", DRAFT)


def write_scene_model(folder: Path) -> None:
    """Put the model beside the folders of the scenes."""
    write_model(folder / MODEL, layers=1, width=32, end_bias=2.0)


GENERATE = on_draft("generate", *LOW, "--seed", "3")


def require(folder: Path, words: tuple[str, ...], code: int = 0) -> None:
    """Run a command to its end; `RuntimeError` where that was not `code`."""
    child = Child(folder, words, folder / "said.txt")
    found = child.wait()
    if found != code:
        raise RuntimeError(f"{' '.join(words)} ended with {found}:\n{child.said}")


def _begun(folder: Path) -> None:
    (folder / OUTLINE).write_text(TEXT, encoding="utf-8")


def _written(folder: Path) -> None:
    _begun(folder)
    require(folder, (*GENERATE, "-m", str(folder.parent / MODEL)))


def _twice_written(folder: Path) -> None:
    _written(folder)
    require(folder, on_draft("regenerate", "two", "--because", "too dry"))


def _edited(folder: Path) -> None:
    """Edit a section, then turn sections around and change a key point."""
    _twice_written(folder)
    (folder / DRAFT / "sections/03-three.md").write_bytes(EDIT.encode())
    (folder / OUTLINE).write_text(CHANGED, encoding="utf-8")


def _article_edited(folder: Path) -> None:
    """Edit one section in its file and another in the article."""
    _twice_written(folder)
    (folder / DRAFT / "sections/03-three.md").write_bytes(EDIT.encode())
    last = (folder / DRAFT / "sections/04-four.md").read_text(encoding="utf-8").strip()
    _edit_article(folder, last, IN_ARTICLE)


def _headings_edited(folder: Path) -> None:
    """Edit a section in its file, and add a heading to the article, which cannot flow back."""
    _twice_written(folder)
    (folder / DRAFT / "sections/03-three.md").write_bytes(EDIT.encode())
    _edit_article(folder, "## Second", f"## Other\n\n{IN_ARTICLE}")


def _edit_article(folder: Path, old: str, new: str) -> None:
    article = folder / DRAFT / "article.md"
    text = article.read_text(encoding="utf-8")
    article.write_text(text.replace(old, new), encoding="utf-8")


def _locked(folder: Path) -> None:
    _twice_written(folder)
    require(folder, on_draft("lock", "two"))


SCENES = (
    Scene("generate, new", _begun, (*GENERATE, "-m", f"../{MODEL}")),
    Scene("generate, edited", _edited, GENERATE, edits=(EDIT,)),
    Scene("regenerate", _twice_written, on_draft("regenerate", "three"), is_repeatable=False),
    Scene(
        "regenerate, takes",
        _edited,
        on_draft("regenerate", "two", "--takes", "2", "--pick", "best"),
        is_repeatable=False,
        edits=(EDIT,),
    ),
    Scene("assemble, edited", _article_edited, on_draft("assemble"), edits=(EDIT, IN_ARTICLE)),
    Scene(
        "assemble, beside",
        _headings_edited,
        on_draft("assemble"),
        edits=(EDIT, IN_ARTICLE),
        code=1,
    ),
    Scene("restore", _article_edited, on_draft("restore", "two@1"), edits=(EDIT, IN_ARTICLE)),
    Scene("undo", _twice_written, on_draft("undo"), is_repeatable=False),
    Scene(
        "undo, edited",
        _article_edited,
        on_draft("undo"),
        is_repeatable=False,
        edits=(EDIT, IN_ARTICLE),
    ),
    Scene("lock", _edited, on_draft("lock", "three"), edits=(EDIT,)),
    Scene("unlock", _locked, on_draft("unlock", "two")),
)
