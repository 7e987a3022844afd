"""The program: the one place that catches errors, turns them into words and into exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from gptoss_writer import __version__
from gptoss_writer.cli.terminal import Terminal, abandon, prepare_streams
from gptoss_writer.errors import Interrupted, OutlineError, ResourceError, WriterError

_BUG = 70  # EX_SOFTWARE of sysexits.h
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BROKEN_PIPE = 141  # 128 + SIGPIPE, what a shell reports for a program that writes to a closed pipe


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; every error ends here, as words on stderr."""
    prepare_streams()
    # No plugin of the environment changes how an outline is read; looking for them takes time too.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    terminal = Terminal()
    try:
        return _run(argv, terminal)
    except BrokenPipeError:
        # The reader has what it wanted. Python would complain while it flushes on the way out.
        abandon(sys.stdout)
        abandon(sys.stderr)
        return _BROKEN_PIPE


def _run(argv: Sequence[str] | None, terminal: Terminal) -> int:
    try:
        # Imported here, so that a Ctrl-C while the program starts ends in this function too.
        from gptoss_writer.cli.app import run_command

        return run_command(argv)
    except BrokenPipeError:
        raise
    except WriterError as error:
        return _report(error, terminal)
    except KeyboardInterrupt:
        return _report_stop(terminal)
    except MemoryError:
        hint = "Close other programs and run the same command again; accepted sections are kept."
        return _report(ResourceError("There is not enough memory.", hint), terminal)
    except OSError as error:
        if error.errno not in _DISK_FULL:
            return _report_bug(terminal)
        abandon(sys.stdout)  # the help is the one text that does not go through `Terminal`
        hint = "Free some space and run the same command again; accepted sections are kept."
        return _report(ResourceError(f"Cannot write: {error.strerror}.", hint), terminal)
    except Exception as error:  # noqa: BLE001 - the last boundary: a bug becomes a file one can send
        # Python 3.11 wraps what is raised while a class is being made, and so at every import.
        if isinstance(error.__cause__, KeyboardInterrupt):
            return _report_stop(terminal)
        return _report_bug(terminal)


def _report(error: WriterError, terminal: Terminal) -> int:
    if isinstance(error, OutlineError):
        from gptoss_writer.cli.diagnostics import print_outline_error

        print_outline_error(terminal, error)
    elif isinstance(error, Interrupted):
        terminal.stopped(error.message, error.hint)
    else:
        terminal.error(error.message, error.hint)
    return error.exit_code


def _report_stop(terminal: Terminal) -> int:
    hint = "Run the same command to go on; accepted sections are kept."
    return _report(Interrupted("Stopped.", hint), terminal)


def _report_bug(terminal: Terminal) -> int:
    import tempfile  # both are wanted here alone, and take time at every start
    import traceback

    trace = traceback.format_exc()
    summary = trace.strip().splitlines()[-1]
    hint = "This is a bug in gptoss-writer. Accepted sections are kept."
    try:
        handle, name = tempfile.mkstemp(prefix="gptoss-writer-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as log:
            log.write(f"gptoss-writer {__version__}, Python {sys.version}\n\n{trace}")
        hint += f"\nDetails to report: {name}"
    except OSError:
        hint += "\n" + trace
    terminal.error(f"Something unexpected happened: {summary}", hint)
    return _BUG


def run() -> NoReturn:
    """Be the process: run the command that the command line names, and end with its exit code."""
    code = main()
    if code == Interrupted.exit_code:
        # Python remembers some Ctrl-Cs that we caught, and would end itself with the signal.
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code)
    sys.exit(code)
