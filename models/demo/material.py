"""Synthetic outlines: what a person might ask for, in endless variety, and none of it true."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from gptoss_writer.outline.models import (
    Fact,
    KeyPoint,
    Outline,
    Quotation,
    Role,
    Section,
    Strategy,
)
from gptoss_writer.text import count_words
from models.demo.imperatives import Command, draw_command
from models.demo.lexicon import lines, verbs
from models.demo.phrases import SELDOM
from models.demo.speech import Speech, quotable
from models.demo.world import World, balanced, capitalise, stopped

_MOST_WORDS = 800
_MOST_WORDS_OF_LITTLE = 500
_ENDING_IN_MARKS = 0.1
_FEWEST_WORDS = 30


@dataclass(frozen=True, slots=True)
class Point:
    """A key point, and what it is: a full statement or not, behind a label or a command."""

    value: KeyPoint
    is_statement: bool
    command: Command | None = None
    rest: str = ""
    """What stands behind the command."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact, and whether it is a full sentence."""

    value: Fact
    is_statement: bool


@dataclass(frozen=True, slots=True)
class Material:
    """A section with what is known of its parts."""

    section: Section
    points: tuple[Point, ...]
    facts: tuple[Statement, ...]
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A whole outline, and the material of those sections that are to be written."""

    outline: Outline
    written: tuple[Material, ...]


def draw_subject(
    draw: Random,
    *,
    strangeness: float,
    written: int,
    is_dense: bool = False,
    seldom: float = SELDOM,
) -> Subject:
    """Draw an outline; `written` of its sections get material, the others a title only.

    A dense one is what people hand in who have done much research: many sections, many points that
    share words, long quotations, a strategy of several sentences.
    """
    world = Speech(draw, strangeness, seldom)
    total = draw.choices(range(2, 13), (3, 5, 6, 7, 7, 8, 5, 4, 2, 1, 1))[0]
    if is_dense:
        total = draw.randint(5, 10)
    chosen = set(draw.sample(range(total), min(written, total)))
    style = _Style(world)
    if is_dense:
        style.thicken()
    materials = {
        index: style.material(index + 1, _role(draw, index, total)) for index in sorted(chosen)
    }
    sections = tuple(
        materials[index].section if index in materials else style.bare(index + 1)
        for index in range(total)
    )
    outline = Outline(
        title=world.title(),
        strategy=_strategy(world, is_wordy=is_dense or world.chance(0.3)),
        sections=sections,
    )
    return Subject(outline, tuple(materials.values()))


def _role(draw: Random, index: int, total: int) -> Role:
    if index == 0 and draw.random() < 0.85:
        return "introduction"
    if index == total - 1 and draw.random() < 0.85:
        return "conclusion"
    return "body"


def _strategy(world: World, *, is_wordy: bool) -> Strategy:
    def maybe(share: float) -> str | None:
        if not is_wordy and not world.chance(share):
            return None
        count = world.draw.randint(2, 3) if is_wordy else 1
        return " ".join(stopped(world.sentence()) for _ in range(count))

    return Strategy(
        angle=maybe(0.6),
        audience=capitalise(f"{world.draw.choice(lines('roles'))}s who know {world.noun_phrase()}"),
        value=maybe(0.5),
        approach=maybe(0.4),
    )


class _Style:
    """How one person writes outlines: labels or none, commands or none, many quotations or few."""

    def __init__(self, world: Speech) -> None:
        draw = self.draw = world.draw
        self.world = world
        self.labels = draw.choice((0, 0, 0.3, 0.7, 1))
        self.commands = draw.choice((0, 0, 0.2, 0.5, 0.9))
        self.statements = draw.choice((0.2, 0.5, 0.8, 1))
        self.stops = draw.choice((0, 0.5, 1, 1))
        self.quoting = draw.choice((0.3, 1, 1.5, 2.5))
        self.stating = draw.choice((0, 0.5, 1, 2))
        self.speakers = draw.choice((0, 0.5, 0.9, 1))
        self.echoes = 0.35
        self.points: tuple[int, ...] = (2, 3, 8, 12, 12, 9, 7, 4, 2, 1)
        self.said: list[str] = []

    def thicken(self) -> None:
        """Write as people do who have collected much."""
        draw = self.draw
        self.echoes = 0.6
        self.points = (0, 0, 0, 2, 4, 7, 8, 6, 4, 2, 1, 1, 1)
        self.quoting = draw.choice((2, 4, 6))
        self.stating = draw.choice((0.5, 2, 4))

    def bare(self, number: int) -> Section:
        """Give a section that has a title and a budget."""
        words = self.draw.randrange(50, 400, 10)
        return Section(id=f"s{number}", title=self.world.title(), words=words)

    def material(self, number: int, role: Role) -> Material:
        """Draw a section with its points, facts and quotations."""
        draw, world = self.draw, self.world
        count = draw.choices(range(len(self.points)), self.points)[0]
        points = tuple(self._point() for _ in range(count))
        facts = tuple(self._fact() for _ in range(self._count(self.stating, 9)))
        quotations = tuple(self._quotation() for _ in range(self._count(self.quoting, 9)))
        texts = [
            *(point.value.text for point in points),
            *(fact.value.text for fact in facts),
            *(quotation.text for quotation in quotations),
        ]
        section = Section(
            id=f"s{number}",
            role=role,
            title=world.title(),
            words=self._words(sum(count_words(text) for text in texts)),
            key_points=tuple(point.value for point in points),
            evidence=(*(fact.value for fact in facts), *quotations),
            notes=stopped(world.sentence()) if world.chance(0.15) else None,
        )
        return Material(section, points, facts, quotations)

    def _count(self, mean: float, most: int) -> int:
        return min(most, int(self.draw.expovariate(1 / mean) + 0.5)) if mean else 0

    def _words(self, material: int) -> int:
        draw = self.draw
        if material and draw.random() < 0.8:
            wanted = material * draw.uniform(0.9, 2.4) + draw.randint(0, 40)
        else:
            wanted = draw.uniform(_FEWEST_WORDS, _MOST_WORDS_OF_LITTLE)
        step = draw.choice((1, 5, 10, 10, 50, 50))
        return min(_MOST_WORDS, max(_FEWEST_WORDS, round(wanted / step) * step))

    def _echoed(self, text: str) -> str:
        """Say a run of words again that was said before, now and then.

        At a text's end, or at its beginning: there two texts begin alike and go on differently, and
        only what stands behind the mark tells how.
        """
        world = self.world
        if self.said and world.chance(self.echoes):
            words = world.draw.choice(self.said[-12:]).split()
            if world.chance(0.5):
                start = world.draw.randrange(max(1, len(words) - 4))
                run = " ".join(words[start : start + world.draw.randint(3, 9)])
                text = f"{text} {world.draw.choice(('and', 'with', 'because', 'as'))} {run}"
                text = text.rstrip(",;:-–(")
            else:
                count = world.draw.randint(2, 7)
                head, tail = words[:count], text.split()
                text = " ".join((*head, *tail[world.draw.randint(0, min(3, len(tail) - 1)) :]))
        elif world.chance(0.15):
            text = f"{world.draw.choice(world.people)} {world.predicate()}"
        self.said.append(text)
        return text

    def _marked(self, text: str) -> str:
        """Put words of a text between marks, or let it end in words between marks, now and then."""
        world = self.world
        if world.chance(0.08):
            return world.with_marks(text)
        return world.ending_in_marks(text) if world.chance(_ENDING_IN_MARKS) else text

    def _quoted(self, text: str) -> str:
        """Put a whole text between double quotation marks, where it has none."""
        text = quotable(self._stopped(text))
        return text if set(text) & set('"“”') else f'"{text}"'

    def _stopped(self, text: str) -> str:
        """End a text with a stop, or leave it, as this person does; what is open is closed."""
        text = balanced(text)
        return stopped(text) if self.world.chance(self.stops) else text

    def _point(self) -> Point:
        world = self.world
        label = world.label() if world.chance(self.labels) else None
        if world.chance(self.commands):
            return self._commanded(label)
        is_statement = world.chance(self.statements)
        if label is not None:
            if world.chance(0.04):
                return Point(KeyPoint(label=label), is_statement=False)
            detail = self._stopped(self._marked(self._echoed(world.detail())))
            return Point(KeyPoint(label=label, detail=detail), is_statement=True)
        text = self._echoed(world.sentence() if is_statement else world.topic_phrase())
        if is_statement and world.chance(0.05):
            text = text[0].lower() + text[1:]
        return Point(KeyPoint(detail=self._stopped(self._marked(text))), is_statement)

    def _commanded(self, label: str | None) -> Point:
        world = self.world
        command = draw_command(world.draw)
        if command.kind in ("that", "how"):
            rest = world.clause()
        elif command.kind == "call":
            rest = (
                f"{world.noun_phrase()} to {world.draw.choice(verbs()).base} {world.noun_phrase()}"
            )
        else:
            rest = world.topic_phrase()
            rest = rest[0].lower() + rest[1:]
            if world.chance(0.2):
                rest = f"{world.noun_phrase()} as {rest}"
        rest = self._stopped(self._echoed(rest))
        value = KeyPoint(label=label, detail=f"{command.words} {rest}")
        return Point(value, is_statement=False, command=command, rest=rest)

    def _fact(self) -> Statement:
        world = self.world
        is_statement = world.chance(max(0.5, self.statements))
        text = self._echoed(world.sentence() if is_statement else world.topic_phrase())
        if world.chance(0.1):
            quoted = self._quoted(world.saying() if world.chance(0.5) else text)
            text = world.labelled(quoted if world.chance(0.5) else text)
        text = self._stopped(self._marked(text))
        source = world.source() if world.chance(0.35) else None
        return Statement(Fact(fact=text, source=source), is_statement)

    def _quotation(self) -> Quotation:
        world = self.world
        quote = quotable(self._stopped(self._echoed(world.saying())))
        if world.chance(0.06):
            quote = quote.rstrip(".") + ","
        return Quotation(
            quote=quote,
            speaker=world.speaker() if world.chance(self.speakers) else None,
            source=world.source() if world.chance(0.3) else None,
            note=world.clause() if world.chance(0.12) else None,
            required=world.chance(0.15),
        )
