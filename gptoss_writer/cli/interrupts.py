"""Ctrl-C and SIGTERM: the first asks the run to stop, the second ends it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from gptoss_writer.engine.interface import Cancellation

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(cancellation: Cancellation) -> Iterator[None]:
    """Turn the first Ctrl-C or SIGTERM into a request to stop, and a second into an end.

    The handler says nothing, for it may run in the middle of a line; the views look at
    `cancellation`. A signal that the caller of the program had ignored stays ignored.
    """
    has_asked = False

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal has_asked
        if has_asked:
            raise KeyboardInterrupt
        has_asked = True  # before `cancel`, which must not be entered twice
        cancellation.cancel()

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    heeded = [number for number in _SIGNALS if before[number] is not signal.SIG_IGN]
    unraisable = sys.unraisablehook
    try:
        # llama.cpp's callbacks cannot raise. What is lost in one is no news: the request to stop
        # stands, and they heed it.
        sys.unraisablehook = _quiet_about_interrupts
        for number in heeded:
            signal.signal(number, handle)
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])
        sys.unraisablehook = unraisable


def _quiet_about_interrupts(event: UnraisableHookArgs) -> None:
    if not isinstance(event.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(event)
