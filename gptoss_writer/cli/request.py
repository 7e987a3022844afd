"""A call of `generate` or `regenerate`, and what it names: settings, templates, an outline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gptoss_writer.cli.outlines import find_section
from gptoss_writer.cli.places import read_settings
from gptoss_writer.outline.reading import OutlineFile, read_outline
from gptoss_writer.prompt.templates import load_templates
from gptoss_writer.settings import Settings


@dataclass(frozen=True, slots=True)
class WritingCommand:
    """One call of `generate` or `regenerate`. `section` is None for the whole article.

    `takes` are to be written of a section, and `pick` tells which of them is accepted. `stale` is
    "rewrite" or "keep".
    """

    outline: Path
    flags: Mapping[str, object]
    section: str | None = None
    because: str = ""
    replace_edited: bool = False
    takes: int = 1
    pick: str | None = None
    stale: str = "rewrite"
    output: str | None = None
    no_cache: bool = False
    dry_run: bool = False
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A command and what it names: settings, templates, the outline, a section of it."""

    command: WritingCommand
    settings: Settings
    file: OutlineFile
    asked: tuple[str, ...]

    @classmethod
    def read(cls, command: WritingCommand) -> Request:
        """Read all of it; raises what each of the readers raises."""
        settings = read_settings(command.flags)
        load_templates(settings.prompts)  # refused here, before a model is opened
        file = read_outline(command.outline)
        section = command.section
        asked = () if section is None else (find_section(file.outline, section),)
        return cls(command, settings, file, asked)
