"""The program: routes to one file per command, and is the one place that catches errors."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from gptoss_writer import __version__
from gptoss_writer.cli import (
    assemble,
    check,
    generate,
    import_outline,
    regenerate,
    show,
    status,
)
from gptoss_writer.cli.terminal import Terminal, forgive_encoding
from gptoss_writer.errors import OutlineError, WriterError

_BUG = 70  # EX_SOFTWARE of sysexits.h
_BROKEN_PIPE = 141  # 128 + SIGPIPE, what a shell reports for a program that writes to a closed pipe
_INTERRUPTED = 130

app = typer.Typer(
    name="gptoss-writer",
    help="Outline in, article out: gpt-oss-20b on your own machine, section by section.",
    epilog=(
        "Exit codes: 0 done, 1 findings, 2 usage or invalid outline, 3 some sections failed, "
        "10 no such workspace, 11 workspace locked, 12 model missing or wrong, "
        "13 not enough memory or disk, 14 engine failure, 130 interrupted."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if value:
        Terminal().data(f"gptoss-writer {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


app.command("generate")(generate.generate)
app.command("regenerate")(regenerate.regenerate)
app.command("check")(check.check)
app.command("import")(import_outline.import_outline)
app.command("show")(show.show)
app.command("status")(status.status)
app.command("assemble")(assemble.assemble)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; expected errors end here, as words on stderr."""
    forgive_encoding()
    terminal = Terminal()
    try:
        return int(app(args=argv, prog_name="gptoss-writer", standalone_mode=False) or 0)
    except OutlineError as error:
        from gptoss_writer.cli.diagnostics import print_outline_error

        print_outline_error(terminal, error)
        return error.exit_code
    except WriterError as error:
        terminal.error(error.message, error.hint)
        return error.exit_code
    except TyperException as error:
        return _usage_error(terminal, error)
    except (KeyboardInterrupt, typer.Abort):
        terminal.error("Stopped.", "Run the same command to go on; accepted sections are kept.")
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has what it wanted. Python would complain while it flushes on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception:  # noqa: BLE001 - the last boundary: a bug becomes a file one can send
        return _report_bug(terminal)


def _usage_error(terminal: Terminal, error: TyperException) -> int:
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if message.startswith("Usage:"):  # no command at all: the help itself
        terminal.data(message)
        return 2
    terminal.error(message, "See `gptoss-writer --help`, or -h behind any command.")
    return 2


def _report_bug(terminal: Terminal) -> int:
    trace = traceback.format_exc()
    summary = trace.strip().splitlines()[-1]
    hint = "This is a bug in gptoss-writer. Accepted sections are kept."
    try:
        handle, name = tempfile.mkstemp(prefix="gptoss-writer-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            log.write(f"gptoss-writer {__version__}, Python {sys.version}\n\n{trace}")
        hint += f" Details to report: {Path(name)}"
    except OSError:
        hint += "\n" + trace
    terminal.error(f"Something unexpected happened: {summary}", hint)
    return _BUG


def run() -> None:
    """Be the console script."""
    sys.exit(main())
