"""What the events of a journal add up to: what counts, what is locked, what changed last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gptoss_writer.workspace.journal_events import (
    Accepted,
    Assembled,
    Began,
    JournalEvent,
    Lock,
    Undone,
    Written,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change did to one section."""

    before: Accepted | None
    after: Accepted | None
    was_locked: bool
    is_locked: bool

    @property
    def is_other_text(self) -> bool:
        """Tell whether another attempt is accepted than before."""
        return _attempt(self.before) != _attempt(self.after)

    @property
    def is_one(self) -> bool:
        """Tell whether anything is otherwise than before."""
        return self.is_other_text or self.was_locked != self.is_locked


@dataclass(frozen=True, slots=True)
class Change:
    """What one command did to what is accepted, by section; `command` is "" where unknown."""

    command: str
    effects: Mapping[str, Effect]


@dataclass(frozen=True, slots=True)
class JournalState:
    """What the events add up to.

    `accepted` has the last acceptance per section, and `ever` the last of every attempt that was
    accepted once; `unwritten` the sections whose file was not
    yet written after it, and `withdrawn` the hash of a file that is to go because nothing is
    accepted any more; `highest` the highest attempt ever accepted per section; `assembled` the
    hashes of all articles that we wrote, and `bases` those that edits can be traced to, the last
    one last; `last_change` is the last one that changed something.
    """

    accepted: dict[str, Accepted] = field(default_factory=dict)
    ever: dict[tuple[str, int], Accepted] = field(default_factory=dict)
    unwritten: frozenset[str] = frozenset()
    withdrawn: dict[str, str] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    assembled: frozenset[str] = frozenset()
    bases: tuple[Assembled, ...] = ()
    locked: frozenset[str] = frozenset()
    last_change: Change | None = None


class JournalSum:
    """The events added up so far; `state` gives the sum."""

    def __init__(self) -> None:
        self._accepted: dict[str, Accepted] = {}
        self._ever: dict[tuple[str, int], Accepted] = {}
        self._unwritten: set[str] = set()
        self._withdrawn: dict[str, str] = {}
        self._highest: dict[str, int] = {}
        self._assembled: set[str] = set()
        self._bases: tuple[Assembled, ...] = ()
        self._locked: set[str] = set()
        self._change = Change("", {})
        self._last_change: Change | None = None
        self._is_grouped = False

    def state(self) -> JournalState:
        """Give the sum."""
        self._close_change()
        return JournalState(
            accepted=self._accepted,
            ever=self._ever,
            unwritten=frozenset(self._unwritten),
            withdrawn=self._withdrawn,
            highest=self._highest,
            assembled=frozenset(self._assembled),
            bases=self._bases,
            locked=frozenset(self._locked),
            last_change=self._last_change,
        )

    def add(self, event: JournalEvent) -> None:
        """Add the next event; `ValueError` where it names what was never accepted."""
        match event:
            case Began(command=command):
                self._begin(command)
                self._is_grouped = True
            case Accepted(section=section, attempt=attempt):
                if not self._is_grouped:  # journals of earlier versions: each is its own change
                    self._begin("")
                self._ever[section, attempt] = event
                self._highest[section] = max(attempt, self._highest.get(section, 0))
                self._set(section, event)
            case Written(section=section):
                self._unwritten.discard(section)
                self._withdrawn.pop(section, None)
            case Assembled(sha256=sha256):
                self._assembled.add(sha256)
                if event.parts:
                    self._bases = (*self._bases[-1:], event)
            case Lock(section=section, is_on=is_on):
                self._set_lock(section, is_on=is_on)
            case Undone():
                self._undo(event)

    def _undo(self, event: Undone) -> None:
        self._begin("undo")
        for name in event.sections:
            section, _, number = name.rpartition("@")
            current = self._accepted.get(section)
            replaces = current.sha256 if current else ""
            if number == "0":
                self._set(section, None)
                self._withdrawn[section] = replaces
            elif number.isdecimal() and (section, int(number)) in self._ever:
                earlier = self._ever[section, int(number)]
                self._set(section, replace(earlier, replaces=replaces))
            else:
                raise ValueError(f'"{name}" was not accepted before')
        for section in event.locked:
            self._set_lock(section, is_on=True)
        for section in event.unlocked:
            self._set_lock(section, is_on=False)
        self._begin("")
        self._is_grouped = True

    def _begin(self, command: str) -> None:
        self._close_change()
        self._change = Change(command, {})

    def _close_change(self) -> None:
        effects = {name: effect for name, effect in self._change.effects.items() if effect.is_one}
        if effects:
            self._last_change = Change(self._change.command, effects)
        self._change = Change("", {})

    def _set(self, section: str, accepted: Accepted | None) -> None:
        before = self._effect(section)
        self._note(section, replace(before, after=accepted))
        if accepted is None:
            self._accepted.pop(section, None)
        else:
            self._accepted[section] = accepted
            self._withdrawn.pop(section, None)
        self._unwritten.add(section)

    def _set_lock(self, section: str, *, is_on: bool) -> None:
        self._note(section, replace(self._effect(section), is_locked=is_on))
        (self._locked.add if is_on else self._locked.discard)(section)

    def _effect(self, section: str) -> Effect:
        accepted, is_locked = self._accepted.get(section), section in self._locked
        return self._change.effects.get(section) or Effect(accepted, accepted, is_locked, is_locked)

    def _note(self, section: str, effect: Effect) -> None:
        effects = {**self._change.effects, section: effect}
        self._change = Change(self._change.command, effects)


def _attempt(accepted: Accepted | None) -> int:
    return accepted.attempt if accepted else 0
