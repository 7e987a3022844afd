"""How long a run will still take, guessed from what it took so far."""

from __future__ import annotations

import time
from collections.abc import Callable

_ENOUGH_WORDS = 8


class Pace:
    """Time left, in seconds.

    Once a section is done, the rest is taken to cost as much per word of budget. Inside the first
    one, the time before the first word is taken as what every section costs, and the words so far
    give the time per word.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._total = self._jobs = self._budget = self._done = self._recalled = 0
        self._began = self._section_began = self._writing_began = 0.0

    def begin(self, budget_words: int, jobs: int) -> None:
        """Start a run of so many sections."""
        self._total, self._jobs, self._done = budget_words, jobs, 0
        self._began = 0.0

    def enter(self, budget_words: int, *, is_new: bool) -> None:
        """Start an attempt at a section; the time for loading the model does not count."""
        now = self._clock()
        self._began = self._began or now
        self._writing_began = 0.0
        if is_new:
            self._budget, self._section_began = budget_words, now

    def write(self, recalled: int = 0) -> None:
        """Note that the text is being written; so many words of it are an earlier run's."""
        self._writing_began, self._recalled = self._clock(), recalled

    def accept(self) -> None:
        """Close a section."""
        self._done += self._budget
        self._budget = 0

    def left(self, words: int) -> float | None:
        """Give the seconds left, with so many words of this section; None while nobody can tell."""
        now = self._clock()
        rest = self._total - self._done - min(words, self._budget)
        if self._done:
            spent = self._section_began - self._began if self._budget else now - self._began
            return rest * spent / self._done
        written = words - self._recalled
        if not self._writing_began or written < _ENOUGH_WORDS:
            return None
        before = self._writing_began - self._section_began
        return rest * (now - self._writing_began) / written + before * (self._jobs - 1)
