"""Help is quick, whole, and worded as the README words it."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from gptoss_writer import __version__
from gptoss_writer.cli.app import program as build
from gptoss_writer.errors import WriterError
from tests.support.commands import ROOT, Program, environment

COMMANDS = [str(command.name) for command in build().registered_commands]
HEAVY = ("llama_cpp", "numpy", "pydantic", "rich", "jinja2", "yaml", "platformdirs")
OF_TYPER = ("pydantic",)
"""Typer checks a command's arguments with it; the first page of the help has none."""
OPTIONS = {
    "generate": (
        *("-m, --model PATH|NAME", "-e, --effort low|medium|high", "--seed N", "--temperature X"),
        *("--top-p X", "--top-k N", "--min-p X", "--context N", "--threads N"),
        *("--weights auto|mmap|repack", "--mlock", "--gpu-layers N"),
        *("--analysis-tokens N", "--tolerance PERCENT", "-w, --workspace FOLDER"),
        *("--prompts FOLDER", "--no-cache"),
        *("-o, --output FILE|-", "--dry-run", "--json", "-q, --quiet", "-v, --verbose"),
    ),
    "check": (
        *("-a, --against OUTLINE", "--html PAGE", "--fail-on MEASURES", "--tolerance PERCENT"),
        *("--format FORMAT", "--strict", "--ignore CODES", "--fix", "--diff", "--watch"),
        *("--json", "-q, --quiet", "-v, --verbose"),
    ),
    "explain": (),
    "init": ("-q, --quiet",),
    "schema": (),
    "import": ("-o, --output FILE|-", "--force", "-q, --quiet"),
    "show": ("--prompt ", "--reasoning", "-w, --workspace FOLDER", "--prompts FOLDER", "--json"),
    "history": ("-w, --workspace FOLDER", "--json", "-v, --verbose"),
    "diff": ("-w, --workspace FOLDER", "--json"),
    "restore": ("-w, --workspace FOLDER", "--json", "-q, --quiet"),
    "undo": ("-w, --workspace FOLDER", "--json", "-q, --quiet"),
    "lock": ("-w, --workspace FOLDER", "--json", "-q, --quiet"),
    "unlock": ("-w, --workspace FOLDER", "--json", "-q, --quiet"),
    "status": ("-w, --workspace FOLDER", "--prompts FOLDER", "--json"),
    "doctor": (
        *("-m, --model PATH|NAME", "-e, --effort low|medium|high", "--context N", "--threads N"),
        *("--weights auto|mmap|repack", "-w, --workspace FOLDER", "--prompts FOLDER", "--json"),
    ),
    "bench": ("-m, --model PATH|NAME", "--threads N", "--weights auto|mmap|repack", "--json"),
    "verify": (
        *("-w, --workspace FOLDER", "--repair", "--rerun", "-m, --model PATH|NAME", "--json"),
    ),
    "assemble": ("-w, --workspace FOLDER", "-o, --output FILE|-", "-q, --quiet"),
}
OPTIONS["regenerate"] = (
    *("--because TEXT", "--replace-edited", "--takes N", "--pick best|none"),
    *OPTIONS["generate"],
)
OPTIONS["generate"] = ("--stale rewrite|keep", *OPTIONS["generate"])


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [(["--help"], ()), (["-h"], ()), (["--version"], OF_TYPER), (["generate", "-h"], OF_TYPER)],
)
def test_help_imports_nothing_heavy(arguments: list[str], allowed: tuple[str, ...]) -> None:
    """Neither llama.cpp nor anything else that takes long is loaded to answer a question."""
    heavy = [name for name in HEAVY if name not in allowed]
    code = (
        "import sys\n"
        "from gptoss_writer.cli.main import main\n"
        f"code = main({arguments!r})\n"
        f"print(code, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=True, text=True
    )

    assert "0 []\n" == done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(program: Program, command: str) -> None:
    """-h and --help say the same, on stdout: the usage, what it does, every option."""
    short, long = program(command, "-h"), program(command, "--help")
    lines = {line.strip() for line in short.out.splitlines()}

    assert (0, "") == (short.code, short.err)
    assert short == long
    assert short.out.startswith(f"Usage: gptoss-writer {command} [OPTIONS]")
    for option in OPTIONS[command]:
        assert any(line.startswith(option) for line in lines), option
    assert all(len(line) <= 80 for line in short.out.splitlines())


@pytest.mark.parametrize("command", build().registered_commands, ids=COMMANDS)
def test_no_option_is_left_out(program: Program, command: object) -> None:
    """Every parameter of a command's function stands in its help, with words behind it."""
    name, callback = vars(command)["name"], vars(command)["callback"]
    text = program(name, "-h").out

    for parameter in inspect.signature(callback).parameters:
        shown = parameter.replace("_", "-")
        assert f"--{shown}" in text or f"  {parameter.upper()}" in text, parameter


def test_the_first_page_lists_the_commands(program: Program) -> None:
    """Each with what it does, uncut."""
    page = program("-h").out

    assert set(OPTIONS) == set(COMMANDS)
    assert "..." not in page.partition("Commands:")[2]
    for name in COMMANDS:
        assert f"\n  {name}" in page


def test_the_exit_codes_are_all_named(program: Program) -> None:
    """Every error class has its number on the first page of the help."""
    page = program("-h").out
    codes = {0} | {kind.exit_code for kind in all_kinds(WriterError)}

    assert codes <= {
        int(word) for word in page.partition("Exit codes:")[2].split() if word.isdigit()
    }


def all_kinds(kind: type[WriterError]) -> set[type[WriterError]]:
    """Give the classes below one, and itself."""
    return {kind}.union(*(all_kinds(below) for below in kind.__subclasses__()))


def test_without_arguments_the_help_is_shown(program: Program) -> None:
    """With the exit code of a usage error: nothing was done."""
    result = program()

    assert (2, program("-h").out, "") == (result.code, result.out, result.err)


def test_the_version_is_that_of_the_package(program: Program) -> None:
    """And nothing but that."""
    result = program("--version")

    assert (0, f"gptoss-writer {__version__}\n", "") == (result.code, result.out, result.err)


def test_the_readme_names_every_option_of_generate() -> None:
    """What the program has is written where people look first."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for option in OPTIONS["generate"]:
        names = option.replace(",", "").split()
        assert any(f"`{name}" in readme or f"{name} " in readme for name in names), option
    for name in COMMANDS:
        assert f"`{name} " in readme or f"`{name}`" in readme
