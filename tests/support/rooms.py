"""The table of rooms, and a check of any source against it.

Imports only point down; rooms on one floor never import each other. Beyond that each room has
things it must not know of, whatever their floor.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "gptoss_writer"

FLOORS = {
    "cli": 7,
    "preview": 6,
    "receipt": 6,
    "settings": 6,
    "drafting": 5,
    "assembly": 5,
    "models": 5,
    "engine": 4,
    "prompt": 4,
    "workspace": 4,
    "grounding": 4,
    "draft": 3,
    "sampling": 3,
    "outline": 2,
    "harmony": 2,
    "events": 1,
    "machine": 1,
    "errors": 0,
    "text": 0,
}

_DISK = ("os", "pathlib", "io", "shutil", "tempfile", "gptoss_writer.workspace")

MUST_NOT_KNOW: dict[str, tuple[str, ...]] = {
    "models": ("gptoss_writer.outline", "gptoss_writer.prompt", "gptoss_writer.workspace"),
    "engine": ("gptoss_writer.outline",),
    "workspace": ("gptoss_writer.outline", "gptoss_writer.engine", "gptoss_writer.prompt"),
    "prompt": ("gptoss_writer.engine",),
    "sampling": ("gptoss_writer.outline", "gptoss_writer.engine"),
    "outline": ("gptoss_writer.engine", "gptoss_writer.harmony", "gptoss_writer.sampling"),
    "grounding": ("gptoss_writer.engine", *_DISK),
    "assembly": _DISK,
    "receipt": ("gptoss_writer.engine.llama", "gptoss_writer.engine.choose"),
    "drafting": ("gptoss_writer.engine.llama", "gptoss_writer.engine.choose"),
}
"""Modules that a room may not import though they may stand below it, or outside the package."""

ONLY_IN = {
    "llama_cpp": ("gptoss_writer.engine.llama",),
    "rich": ("gptoss_writer.cli",),
    "typer": ("gptoss_writer.cli",),
    "jinja2": ("gptoss_writer.prompt", "gptoss_writer.preview"),
    "yaml": ("gptoss_writer.outline", "gptoss_writer.engine.scripted"),
    "filelock": ("gptoss_writer.workspace",),
    "platformdirs": ("gptoss_writer.settings",),
    "psutil": ("gptoss_writer.machine",),
    **dict.fromkeys(
        (
            *("socket", "socketserver", "ssl", "http", "urllib.request", "urllib.error", "ftplib"),
            *("smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "asyncio", "requests"),
            *("httpx", "httpx2", "aiohttp", "websockets", "multiprocessing.connection"),
            *("_socket", "_ssl", "urllib3", "huggingface_hub", "webbrowser"),
        ),
        ("gptoss_writer.models.download",),  # whatever opens a connection
    ),
    "click": (),
}
"""Libraries that only one place may import."""

_PAINTS = ("sys.exit", "sys.stdout", "sys.stderr", "sys.stdin", "os._exit")
_CALLS = ("print", "input", "exit", "quit")

MODULE_LINES = 500
FUNCTION_LINES = 60


def module_name(path: Path, root: Path) -> str:
    """Give the dotted name of a file below `root`, the folder that holds the package."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    """Give the room of a module of the package; None for one that belongs to no room."""
    parts = module.split(".")
    if parts == [PACKAGE]:
        return "errors"  # the version number: it may import nothing
    if parts == [PACKAGE, "__main__"]:
        return "cli"
    return parts[1] if parts[1] in FLOORS else None


def complaints(module: str, source: str, *, is_package: bool = False) -> Iterator[str]:
    """Say what is wrong with the source of a module of the package, with the line."""
    room = room_of(module)
    if room is None:
        yield f"{module}: belongs to no room; add it to the table or put it into one"
        return
    tree = ast.parse(source)
    package = module if is_package else module.rpartition(".")[0]
    for line, target in _imports(tree, package):
        for reason in _refusals(module, room, target):
            yield f"{module}:{line}: imports {target}: {reason}"
    if room != "cli":
        for line, name in _paintings(tree):
            yield f"{module}:{line}: {name} is for the command line alone"
    yield from _oversizes(module, source, tree)


def _imports(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Give every import, wherever it stands: in functions and for type checkers as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join((*above, *([base] if base else [])))
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _dotted(node.func).endswith(
            ("import_module", "__import__")
        ):
            first = node.args[0] if node.args else None
            is_plain = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield node.lineno, str(first.value) if is_plain else "something unknown"  # type: ignore[union-attr]  # `is_plain` says that it is a constant


def _refusals(module: str, room: str, target: str) -> Iterator[str]:
    if target == "something unknown":
        yield "name it, so that it can be checked"
    if _is_in(target, PACKAGE):
        other = room_of(target) if target.count(".") else None
        if target in (PACKAGE, f"{PACKAGE}.__version__"):
            other = "errors"
        if other is None:
            yield "it belongs to no room"
        elif other != room and FLOORS[other] >= FLOORS[room]:
            where = "beside" if FLOORS[other] == FLOORS[room] else "above"
            yield f"{other} stands {where} {room}"
    if any(_is_in(target, name) for name in MUST_NOT_KNOW.get(room, ())):
        yield f"{room} must not know it"
    for library, places in ONLY_IN.items():
        if _is_in(target, library) and not any(_is_in(module, place) for place in places):
            yield f"only {' and '.join(places) or 'nobody'} may"


def _is_in(name: str, outer: str) -> bool:
    return name == outer or name.startswith(f"{outer}.")


def _paintings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _CALLS:
                yield node.lineno, node.func.id
        elif isinstance(node, ast.Attribute) and _dotted(node) in _PAINTS:
            yield node.lineno, _dotted(node)
        elif isinstance(node, ast.ImportFrom):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from ((node.lineno, name) for name in names if name in _PAINTS)
        elif isinstance(node, ast.Name) and node.id == "SystemExit":
            yield node.lineno, node.id


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _oversizes(module: str, source: str, tree: ast.AST) -> Iterator[str]:
    lines = len(source.splitlines())
    if lines > MODULE_LINES:
        yield f"{module}: has {lines} lines, more than {MODULE_LINES}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{module}:{node.lineno}: {node.name} has {length} lines"
