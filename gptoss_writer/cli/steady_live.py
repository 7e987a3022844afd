"""Rich's live display, with one painter at a time.

Rich refreshes it from a thread of its own while others print above it. Where the two meet, each has
counted the lines of the view before the other drew, and one of them erases a line that was to stay.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text


class SteadyLive:
    """Shows what `render` gives, so often in a second, below what is printed."""

    def __init__(
        self, console: Console, render: Callable[[], RenderableType], refresh_per_second: float
    ) -> None:
        self._console = console
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            vertical_overflow="crop",
            get_renderable=render,
        )
        self._seconds = 1 / refresh_per_second
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._painter = threading.Thread(target=self._repaint, daemon=True)

    def start(self) -> None:
        """Show the view."""
        self._live.start()
        self._painter.start()

    def stop(self) -> None:
        """Take the view away; what was printed stays."""
        self._is_over.set()
        self._painter.join()
        self._live.stop()

    def print(self, text: Text) -> None:
        """Print a line above the view."""
        with self._lock:
            self._console.print(text)

    def _repaint(self) -> None:
        while not self._is_over.wait(self._seconds):
            with self._lock:
                self._live.refresh()
