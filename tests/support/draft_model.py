"""What a draft must be, worked out without a disk: the writer's own memory of what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Text:
    """An attempt: its number, its bytes, who wrote it, and the version of the key point."""

    number: int
    content: bytes
    origin: Literal["model", "hand"]
    key: int


@dataclass(frozen=True)
class Place:
    """How a section stands: its accepted text, None where there is none, and its lock."""

    text: Text | None = None
    is_locked: bool = False


@dataclass
class DraftModel:
    """Sections in order, all attempts, edits that no command has seen, and the last change.

    `behind` are the files of sections that an undo changed while the outline did not have them:
    they get their text once it has them again. `gone` are those whose files were deleted.
    """

    order: list[str]
    keys: dict[str, int]
    places: dict[str, Place] = field(default_factory=dict)
    attempts: dict[str, list[Text]] = field(default_factory=dict)
    edits: dict[str, bytes] = field(default_factory=dict)
    behind: dict[str, bytes] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    last: dict[str, tuple[Place, Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin without any text."""
        self.places = {name: Place() for name in self.order}
        self.attempts = {name: [] for name in self.order}

    def text(self, name: str) -> Text | None:
        """Give the accepted text of a section."""
        return self.places[name].text

    @property
    def missing(self) -> list[str]:
        """Name the sections without a text."""
        return [name for name in self.order if self.text(name) is None]

    def due(self) -> list[str]:
        """Name what `generate` has to write: what is missing, and what is stale and nobody's."""
        return [name for name in self.order if self._is_due(name)]

    def _is_due(self, name: str) -> bool:
        place = self.places[name]
        if place.text is None:
            return True
        is_stale = place.text.origin == "model" and place.text.key != self.keys[name]
        return is_stale and not place.is_locked

    def adopt(self) -> None:
        """Be the beginning of a command: edits become attempts, in one change."""
        changed = {}
        for name in self.order:
            content = self.edits.get(name)
            before = self.places[name]
            if content is None or content == self.behind.get(name):
                continue
            if before.text and content == before.text.content:
                continue
            found = [text for text in self.attempts[name] if text.content == content]
            text = found[0] if found else self.added(name, content, "hand")
            changed[name] = Place(text, before.is_locked)
        for name in self.order:
            self.edits.pop(name, None)
            self.behind.pop(name, None)
            self.gone.discard(name)
        self.change(changed)

    def added(self, name: str, content: bytes, origin: Literal["model", "hand"]) -> Text:
        """Add an attempt to the history; a person's rests on what the text before it did."""
        before = self.text(name)
        key = self.keys[name] if origin == "model" else before.key if before else -1
        text = Text(len(self.attempts[name]) + 1, content, origin, key)
        self.attempts[name].append(text)
        return text

    def change(self, changed: dict[str, Place]) -> None:
        """Make what one command did count; what changes nothing is no change."""
        effects = {
            name: (self.places[name], place)
            for name, place in changed.items()
            if self.places[name] != place
        }
        self.places |= changed
        if effects:
            self.last = effects

    def may_undo(self) -> bool:
        """Tell whether there is a change, and none of a text that was locked in it."""
        return bool(self.last) and not any(
            before.text != after.text and before.is_locked for before, after in self.last.values()
        )

    def undo(self) -> None:
        """Take the last change back, which is one too."""
        for name, (before, after) in self.last.items():
            is_seen = name in self.order or name in self.behind or name in self.edits
            if is_seen or before.text == after.text:
                continue
            if after.text is None:
                self.gone.add(name)
            else:
                self.behind[name] = after.text.content
        self.change({name: before for name, (before, _) in self.last.items()})
