"""`models`: which are known, which are here, what a file is, and downloading one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gptoss_writer.cli import options
from gptoss_writer.cli.command_line import Command
from gptoss_writer.cli.terminal import Terminal

app = typer.Typer(
    help="List, find, check and download models.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FileArgument = Annotated[
    str, typer.Argument(metavar="PATH|NAME", help="A model's file, or a name from `models list`.")
]


@app.command("list", cls=Command)
def list_models(json: options.JsonOption = False) -> int:  # noqa: FBT002 - a flag
    """List the known models.

    With their places on this machine, or how to get them.
    """
    from gptoss_writer.cli.model_files import list_known

    return list_known(Terminal(), as_json=json)


@app.command("find", cls=Command)
def find(json: options.JsonOption = False) -> int:  # noqa: FBT002 - a flag
    """Look for gpt-oss files on this machine.

    Looks where this program keeps its models, and in the places of Hugging Face, llama.cpp,
    LM Studio, Ollama, Jan and GPT4All. Each file is judged by its header; one that cannot be used
    is listed with the reason. `generate` without --model takes the first that is large enough to
    be a real one.
    """
    from gptoss_writer.cli.model_files import list_found

    return list_found(Terminal(), as_json=json)


@app.command("inspect", cls=Command)
def inspect(
    file: FileArgument,
    json: options.JsonOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Show what a GGUF file says of itself.

    Whatever model it is; nothing is loaded.
    """
    from gptoss_writer.cli.model_files import inspect_file

    return inspect_file(file, Terminal(), as_json=json)


@app.command("verify", cls=Command)
def verify(
    file: FileArgument,
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", metavar="HASH", help="What it must be. [default: if known]"),
    ] = None,
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Check a model file.

    Its header at once, then the SHA-256 of all of it. The hash is compared with the catalog's
    where the file is known, or with the name that a cache gave the file. Exit code 12 where it
    differs.
    """
    from gptoss_writer.cli.model_files import verify_file

    return verify_file(file, sha256, Terminal(quiet=quiet))


@app.command("download", cls=Command)
def download(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from `models list`.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Where to. [default: a folder of your own]"),
    ] = None,
    quiet: options.QuietOption = False,  # noqa: FBT002 - a flag
) -> int:
    """Download a model.

    Its SHA-256 is checked as it comes. Stop at any time; the same command goes on where it
    stopped. Heeds HF_ENDPOINT, HF_TOKEN and the proxy variables. This is the only command that
    opens a connection.
    """
    from gptoss_writer.cli.model_files import download_model

    return download_model(name, to, Terminal(quiet=quiet))
