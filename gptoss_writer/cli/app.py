"""The commands by name, and the mistakes of a command line in our own words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from gptoss_writer import __version__
from gptoss_writer.cli import (
    assemble,
    bench,
    check,
    diff,
    doctor,
    explain,
    generate,
    history,
    import_outline,
    init,
    lock,
    models,
    regenerate,
    restore,
    schema,
    show,
    status,
    undo,
    unlock,
)
from gptoss_writer.cli.command_line import Command, usage_message
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError

_NAME = "gptoss-writer"

app = typer.Typer(
    name=_NAME,
    help="Outline in, article out: gpt-oss-20b on your own machine, section by section.",
    epilog=(
        "Exit codes: 0 done, 1 findings, 2 usage or invalid outline, 3 some sections failed, "
        "10 no such workspace, 11 workspace locked, 12 model missing, wrong or corrupt, "
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


app.command("generate", cls=Command)(generate.generate)
app.command("regenerate", cls=Command)(regenerate.regenerate)
app.command("check", cls=Command)(check.check)
app.command("explain", cls=Command)(explain.explain)
app.command("import", cls=Command)(import_outline.import_outline)
app.command("init", cls=Command)(init.init)
app.command("schema", cls=Command)(schema.schema)
app.command("show", cls=Command)(show.show)
app.command("history", cls=Command)(history.history)
app.command("diff", cls=Command)(diff.diff)
app.command("restore", cls=Command)(restore.restore)
app.command("undo", cls=Command)(undo.undo)
app.command("lock", cls=Command)(lock.lock)
app.command("unlock", cls=Command)(unlock.unlock)
app.command("status", cls=Command)(status.status)
app.command("assemble", cls=Command)(assemble.assemble)
app.command("doctor", cls=Command)(doctor.doctor)
app.command("bench", cls=Command)(bench.bench)
app.add_typer(models.app, name="models")


def run_command(argv: Sequence[str] | None) -> int:
    """Run one command and give its exit code.

    Typer's own `main` is left out: it makes an exit code of Ctrl-C and of a closed pipe before
    our boundary has seen them. Raises `UsageError` where the command line is wrong, and whatever
    the command raises.
    """
    program = get_command(app)
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        with program.make_context(_NAME, arguments) as context:
            return int(program.invoke(context) or 0)
    except typer.Exit as done:
        return done.exit_code
    except TyperException as error:
        message, hint = usage_message(error)
        if message.startswith("Usage:"):  # no command at all: the help itself
            Terminal().data(message)
            return UsageError.exit_code
        raise UsageError(message, hint) from error
