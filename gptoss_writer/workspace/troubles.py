"""What is found of a draft that does not fit together, as values that every check gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Weight = Literal["damage", "change", "note"]
"""Damage: bytes are lost or cannot be read. Change: something no longer matches, as after an edit.
A note is worth knowing, and nothing is wrong."""

Cure = Literal["", "repair", "assemble", "generate"]
"""The command that helps, "" where none does; "repair" is `verify --repair`."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that does not match.

    `where` is a path in the draft, or what else it is about. `what` is a whole sentence, and
    `advice` says what a person can do where a command is not enough. `section` is named where the
    file of one is meant.
    """

    where: str
    weight: Weight
    what: str
    cure: Cure = ""
    advice: str = ""
    section: str = ""
