"""The commands by name, and the mistakes of a command line in our own words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
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
    verify,
)
from gptoss_writer.cli.command_line import Command, usage_message
from gptoss_writer.cli.terminal import Terminal
from gptoss_writer.errors import UsageError

_NAME = "gptoss-writer"

_COMMANDS: dict[str, Callable[..., int]] = {
    "generate": generate.generate,
    "regenerate": regenerate.regenerate,
    "check": check.check,
    "explain": explain.explain,
    "import": import_outline.import_outline,
    "init": init.init,
    "schema": schema.schema,
    "show": show.show,
    "history": history.history,
    "diff": diff.diff,
    "restore": restore.restore,
    "undo": undo.undo,
    "lock": lock.lock,
    "unlock": unlock.unlock,
    "status": status.status,
    "assemble": assemble.assemble,
    "verify": verify.verify,
    "doctor": doctor.doctor,
    "bench": bench.bench,
}
_MODELS = "models"


def _print_version(value: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if value:
        Terminal().data(f"gptoss-writer {__version__}")
        raise typer.Exit


def _program(
    version: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


def program(called: str = "") -> typer.Typer:
    """Make the program with the command that is called, or with all where that is none of them.

    Typer looks at every option of a command while it makes it; one is made in an eighth of the
    time that all of them take.
    """
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
    app.callback()(_program)
    is_known = called in _COMMANDS or called == _MODELS
    for name, command in _COMMANDS.items():
        if name == called or not is_known:
            app.command(name, cls=Command)(command)
    if called == _MODELS or not is_known:
        app.add_typer(models.app, name=_MODELS)
    return app


def run_command(argv: Sequence[str] | None) -> int:
    """Run one command and give its exit code.

    Typer's own `main` is left out: it makes an exit code of Ctrl-C and of a closed pipe before
    our boundary has seen them. Raises `UsageError` where the command line is wrong, and whatever
    the command raises.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    root = get_command(program(arguments[0] if arguments else ""))
    try:
        with root.make_context(_NAME, arguments) as context:
            return int(root.invoke(context) or 0)
    except typer.Exit as done:
        return done.exit_code
    except TyperException as error:
        message, hint = usage_message(error)
        if message.startswith("Usage:"):  # no command at all: the help itself
            Terminal().data(message)
            return UsageError.exit_code
        raise UsageError(message, hint) from error
