"""How commands and their mistakes are worded: the usage line, and what to do about an error.

Typer carries its own copy of Click and exports only the root of its exceptions, so what an error
is about is read from the attributes it has.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from typer.core import TyperCommand
from typer.exceptions import TyperException


class _Context(Protocol):
    command: Any
    command_path: str

    def get_usage(self) -> str: ...


class Command(TyperCommand):
    """A command whose usage line names arguments as the manuals do: OUTLINE, not {OUTLINE}."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a private class
        """Give the pieces of the usage line behind the command's name."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]


def usage_message(error: TyperException) -> tuple[str, str]:
    """Say what is wrong with a command line, and what to do next."""
    message = error.format_message()
    context = cast("_Context | None", getattr(error, "ctx", None))
    if context is None:
        return message, "See `gptoss-writer --help`."
    name = getattr(error, "option_name", None)
    if name is not None and message.startswith("No such option"):
        message = f"There is no option {name}.{_did_you_mean(error)}"
    commands = getattr(context.command, "commands", None)
    if commands and "command" in message:
        return message, f"The commands are: {', '.join(commands)}."
    hint = context.get_usage()
    if message.startswith("Got unexpected extra"):
        hint += "\nPut a name that has spaces in it between quotation marks."
    return message, f"{hint}\nSee `{_path(context)} -h`."


def _path(context: _Context) -> str:
    return " ".join(piece for piece in context.command_path.split() if piece != "[OPTIONS]")


def _did_you_mean(error: TyperException) -> str:
    close = getattr(error, "possibilities", None)
    return f" Did you mean {' or '.join(sorted(close))}?" if close else ""
