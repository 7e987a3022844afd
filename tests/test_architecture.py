"""The package keeps to its table of rooms; and the check would see it if it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rooms import FLOORS, PACKAGE, complaints, module_name

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / PACKAGE).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: module_name(path, ROOT))
def test_every_module_keeps_to_its_room(path: Path) -> None:
    """Imports point down, nobody but the command line prints, and nothing grows too large."""
    source = path.read_text(encoding="utf-8")
    found = complaints(module_name(path, ROOT), source, is_package=path.name == "__init__.py")

    assert [] == list(found)


def test_the_rooms_that_are_built_are_in_the_table() -> None:
    """Every folder and module of the package is a room; the checker has seen all of them."""
    built = {path.relative_to(ROOT / PACKAGE).parts[0].removesuffix(".py") for path in SOURCES}

    assert built - {"__init__", "__main__"} <= set(FLOORS)
    assert {"cli", "drafting", "engine", "prompt", "workspace", "text"} <= built


ALLOWED = [
    ("cli.main", "from gptoss_writer.settings import resolve\nimport rich\nprint(1)"),
    ("__main__", "import sys\nfrom gptoss_writer.cli.main import main\nsys.exit(main())"),
    ("settings", "from gptoss_writer.harmony.messages import ReasoningEffort"),
    ("drafting.run", "from gptoss_writer.workspace.workspace import Workspace"),
    ("drafting.run", "from gptoss_writer.engine.interface import Engine"),
    ("drafting.run", "from . import plan\nfrom .plan import SectionJob"),
    ("drafting.section", "from gptoss_writer.grounding.scorecard import check_section"),
    ("drafting.guarding", "from gptoss_writer.sampling.guard import SectionGuard"),
    ("grounding.checks", "from gptoss_writer.draft import Finding"),
    ("prompt.rendering", "from gptoss_writer.outline.models import Outline"),
    ("workspace.records", "from gptoss_writer.draft import Attempt"),
    ("engine.llama.library", "import llama_cpp"),
    ("engine.llama.library", "from importlib import import_module\nimport_module('llama_cpp')"),
    ("engine.interface", "from gptoss_writer.sampling.params import SamplingParams"),
    ("assembly.document", "from gptoss_writer.outline.models import Outline"),
    ("cli.main", "from gptoss_writer import __version__"),
    ("text", "import re\n\ndef exit_words(print_out: str) -> str:\n    return print_out"),
]


@pytest.mark.parametrize(("name", "source"), ALLOWED)
def test_what_is_allowed_is_not_complained_of(name: str, source: str) -> None:
    """Imports that point down pass, and what only looks like printing does too."""
    assert [] == list(complaints(f"{PACKAGE}.{name}", source))


REFUSED = [
    ("text", "from gptoss_writer.errors import WriterError", "errors stands beside text"),
    ("events", "from gptoss_writer.draft import Attempt", "draft stands above events"),
    ("outline.models", "import gptoss_writer.harmony.messages", "harmony stands beside outline"),
    ("outline.models", "import gptoss_writer.harmony.messages", "outline must not know it"),
    ("outline.models", "from ..engine import interface", "engine stands above outline"),
    ("sampling.budget", "from gptoss_writer.outline.models import WordBudget", "must not know"),
    ("sampling.budget", "import llama_cpp", "only gptoss_writer.engine.llama may"),
    ("draft", "from gptoss_writer.sampling.params import SamplingParams", "stands beside draft"),
    ("engine.choose", "from gptoss_writer.outline.models import Outline", "must not know it"),
    ("engine.choose", "import llama_cpp", "only gptoss_writer.engine.llama may"),
    ("engine.choose", "def f():\n    from llama_cpp import llama_cpp", "engine.llama may"),
    ("engine.llamas", "import llama_cpp", "only gptoss_writer.engine.llama may"),
    ("drafting.run", "import importlib\nimportlib.import_module('llama_cpp')", "llama may"),
    ("drafting.run", "import importlib\nimportlib.import_module(name)", "name it"),
    ("drafting.run", "from gptoss_writer.engine.llama.engine import LlamaEngine", "must not know"),
    ("drafting.run", "from gptoss_writer.assembly.document import Document", "stands beside"),
    ("drafting.run", "from rich.console import Console", "only gptoss_writer.cli may"),
    ("workspace.workspace", "from gptoss_writer.outline.models import Outline", "must not know"),
    ("workspace.workspace", "from gptoss_writer.engine.interface import Engine", "must not know"),
    ("workspace.workspace", "from gptoss_writer.prompt import digest", "stands beside workspace"),
    ("prompt.digest", "from gptoss_writer.engine.interface import Engine", "stands beside prompt"),
    ("grounding.facts", "from pathlib import Path", "grounding must not know it"),
    ("grounding.facts", "from gptoss_writer.prompt import digest", "prompt stands beside"),
    ("grounding.facts", "from gptoss_writer.drafting import policy", "drafting stands above"),
    ("workspace.records", "from gptoss_writer.grounding import findings", "stands beside"),
    ("sampling.guard", "from gptoss_writer.grounding import sources", "stands above sampling"),
    ("assembly.document", "import os", "assembly must not know it"),
    ("assembly.document", "from gptoss_writer.workspace import layout", "must not know it"),
    ("settings", "from gptoss_writer.cli.main import main", "cli stands above settings"),
    ("settings", "from gptoss_writer.preview import page", "preview stands beside settings"),
    ("prompt.rendering", "if TYPE_CHECKING:\n    from gptoss_writer import cli", "stands above"),
    ("drafting.run", "from gptoss_writer import utils", "it belongs to no room"),
    ("cli.main", "import click", "only nobody may"),
    ("cli.main", "import socket", "only gptoss_writer.models.download may"),
    ("models.finding", "from urllib.request import urlopen", "only gptoss_writer.models.download"),
    ("models.finding", "from urllib import request", "only gptoss_writer.models.download"),
    ("models.finding", "import huggingface_hub", "only gptoss_writer.models.download"),
    ("models.finding", "def f():\n    import _socket", "only gptoss_writer.models.download"),
    ("engine.remote", "import http.client", "only gptoss_writer.models.download may"),
    ("drafting.run", "print('done')", ":1: print is for the command line alone"),
    ("drafting.run", "import sys\nsys.exit(3)", ":2: sys.exit is for the command line alone"),
    ("drafting.run", "from sys import stdout", ":1: sys.stdout is for the command line alone"),
    ("drafting.run", "def f():\n    raise SystemExit(1)", ":2: SystemExit is for the command"),
    ("helpers", "", "gptoss_writer.helpers: belongs to no room"),
    ("utils.text", "", "gptoss_writer.utils.text: belongs to no room"),
    ("text", "x = 1\n" * 501, "has 501 lines, more than 500"),
    ("text", "def f():\n" + "    pass\n" * 60, "text:1: f has 61 lines"),
    ("__init__", "from gptoss_writer.text import fold", "text stands beside errors"),
]


@pytest.mark.parametrize(("name", "source", "complaint"), REFUSED)
def test_what_breaks_the_table_is_seen(name: str, source: str, complaint: str) -> None:
    """Every kind of breach gives a complaint that says what is wrong and where."""
    module = PACKAGE if name == "__init__" else f"{PACKAGE}.{name}"
    found = list(complaints(module, source, is_package=name == "__init__"))

    assert complaint in "\n".join(found)
