"""Brings a text that is too long into its band by leaving whole sentences out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gptoss_writer.drafting.sentences import paragraphs, sentence_ends
from gptoss_writer.grounding.comparison import comparable
from gptoss_writer.grounding.facts import known_facts
from gptoss_writer.grounding.passages import Passage, read_passage
from gptoss_writer.grounding.provenance import trace
from gptoss_writer.grounding.sources import sources_of
from gptoss_writer.grounding.vocabulary import content_words, key_words
from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.text import count_words

_CARRIED_SHARE = 0.34
"""Share of a key point's words of content that a sentence has to have to carry it."""

_FEWEST_SHARED = 2
_LABEL = re.compile(r"(?:\*\*|__)[^*_\n]{1,40}(?:\*\*|__)[.:]?\Z")
_BLOCK_START = re.compile(r"#{1,6}\s|[-+*]\s|\d{1,9}[.)]\s|[>|]|`{3}|~{3}|=+\s*$")
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_BLANK_LINES = re.compile(r"\n{3,}")
_FEWEST_ITEMS = 2
_NEARBY = 16


@dataclass(slots=True)
class _Unit:
    """Sentences that stand or go together: a piece of a paragraph with nothing left open in it.

    `rank` is 0 where it carries nothing and may go first, 1 where it may go then, and 2 where it
    has to stay.
    """

    start: int
    end: int
    words: int
    region: _Region
    rank: int = 0
    is_out: bool = False


@dataclass(slots=True)
class _Region:
    """A paragraph or a list item: its line, its units, and what it stands among.

    `is_headed`: its first unit is a label, or has the marker of its item before it, so it cannot
    go before the others. `keeps_one`: something above it (a heading) would be left with nothing.
    `follower` is the next item of its list, which has to go before it does.
    """

    line: int
    start: int
    stop: int
    is_headed: bool = False
    keeps_one: bool = False
    follower: _Region | None = None
    units: list[_Unit] = field(default_factory=list)

    @property
    def left(self) -> list[_Unit]:
        """The units that have not been left out."""
        return [unit for unit in self.units if not unit.is_out]


def shorten(
    text: str, section: Section, material: Section, outline: Outline, band: WordBudget
) -> str:
    """Leave whole sentences out until a text is not over its band; it never falls below it.

    First those that carry no evidence and no key point, then the others, from the end; never one
    with a required quotation. Paragraphs, lists and quotations stay whole: an item goes only as
    the last of its list, and nothing is taken from between a heading or a colon and what it
    promises. A text that cannot be brought into the band is left as near as it gets. `material`
    is the section with all that was given to it.
    """
    words = count_words(text)
    if words <= band.ceiling:
        return text
    regions = _regions(text)
    units = [unit for region in regions for unit in region.units]
    _rank(units, text, section, material, outline)
    for rank in (0, 1):
        words = _leave_out(units, rank, words, band)
    shorter = _joined(text, regions)
    return shorter if count_words(shorter) >= band.floor else text


def _leave_out(units: list[_Unit], rank: int, words: int, band: WordBudget) -> int:
    """Leave out units of up to a rank until the text fits, and give the words that are left."""
    kept = sum(not unit.is_out for unit in units)
    for unit in reversed(units):
        if words <= band.ceiling or kept == 1:
            break
        may_go = unit.rank <= rank and not unit.is_out and words - unit.words >= band.floor
        if may_go and _stands_free(unit):
            unit.is_out = True
            words -= unit.words
            kept -= 1
    return words


def _stands_free(unit: _Unit) -> bool:
    """Tell whether a unit can go without breaking what stands around it."""
    region = unit.region
    left = region.left
    if len(left) > 1:
        return not (region.is_headed and unit is left[0])
    follower = region.follower
    return not region.keeps_one and (follower is None or not follower.left)


def _regions(text: str) -> list[_Region]:
    """Cut a text into paragraphs and items, and those into units."""
    regions: list[_Region] = []
    items = 0
    position = 0
    for start, stop in paragraphs(text):
        line = text.rfind("\n", 0, start) + 1
        between = [item for item in text[position:line].split("\n") if item.strip()]
        is_item = bool(text[line:start].strip())
        region = _Region(line, start, stop, is_headed=is_item)
        region.units = list(_units(text, region))
        # What is indented under an item belongs to it.
        is_below = bool(items) and not is_item and text[line : line + 2].isspace()
        if between:
            items = 0
            region.keeps_one = _HEADING.match(between[-1]) is not None
        elif regions and _promises(text[: regions[-1].stop]):
            region.keeps_one = True
        if is_item or (is_below and not between):
            if items and regions:
                regions[-1].follower = region
            items += 1
            region.keeps_one = region.keeps_one or items <= _FEWEST_ITEMS
        else:
            # Without what stands between them, two lists would become one.
            region.keeps_one = region.keeps_one or bool(items)
            items = 0
        regions.append(region)
        position = stop
    return regions


def _promises(text: str) -> bool:
    """Tell whether a text ends with a colon, so that something has to follow."""
    return text[-_NEARBY:].rstrip(" \n*_").endswith(":")


def _units(text: str, region: _Region) -> Iterator[_Unit]:
    """Cut a paragraph where sentences end; a label and what it labels stay together."""
    ends = list(sentence_ends(text, region.start, region.stop))
    if text[: region.stop].rstrip() != text[: ends[-1] if ends else region.start].rstrip():
        ends.append(region.stop)
    start = region.start
    for number, end in enumerate(ends):
        piece = text[start:end]
        following = text[end : region.stop].lstrip()
        is_label = start == region.start and _LABEL.match(piece.strip()) is not None
        if number + 1 < len(ends) and (is_label or _BLOCK_START.match(following)):
            region.is_headed = region.is_headed or is_label
            continue
        low = start + len(piece) - len(piece.lstrip())
        yield _Unit(low, end, count_words(piece), region)
        start = end


def _rank(
    units: list[_Unit], text: str, section: Section, material: Section, outline: Outline
) -> None:
    """Say what each unit carries."""
    sources, known = sources_of(outline), known_facts(outline)
    passage = read_passage(text, (0, len(text)), section, sources, known)
    grounded = [item.start for item in trace([passage], outline) if item.grounds]
    required = list(_required(passage, section))
    wanted = [key_words(point.text) for point in material.key_points]
    wanted += [frozenset(content_words(comparable(item.text))) for item in material.evidence]
    for number, unit in enumerate(units):
        piece = text[unit.start : unit.end]
        stems = frozenset(content_words(comparable(piece)))
        carries = any(unit.start <= start < unit.end for start in grounded) or any(
            len(stems & words) >= _fewest(words) for words in wanted
        )
        # The first sentence opens the section, whatever it carries.
        unit.rank = 1 if carries or number == 0 else 0
        is_block_quote = text[unit.region.line : unit.start].lstrip().startswith(">")
        has_required = any(unit.start <= start < unit.end for start in required)
        if _promises(piece) or is_block_quote or has_required:
            unit.rank = 2


def _fewest(words: frozenset[str]) -> int:
    return max(min(_FEWEST_SHARED, len(words)), math.ceil(_CARRIED_SHARE * len(words)), 1)


def _required(passage: Passage, section: Section) -> Iterator[int]:
    """Give where the quotations stand that the section must have."""
    for quotation in passage.quotations:
        if any(item.is_required and item.section == section.id for item in quotation.sources):
            yield quotation.quoted.start


def _joined(text: str, regions: list[_Region]) -> str:
    """Put together what is left, with the spaces that stood before each piece."""
    pieces: list[str] = []
    position = 0
    for region in regions:
        left = region.left
        if len(left) == len(region.units):
            continue
        if not left:
            pieces.append(text[position : region.line])
            position = region.stop
            continue
        pieces.append(text[position : region.start])
        position = region.stop
        for unit in left:
            if unit is not left[0]:
                before = region.units[region.units.index(unit) - 1]
                pieces.append(text[before.end : unit.start])
            pieces.append(text[unit.start : unit.end])
    joined = "".join((*pieces, text[position:]))
    return _BLANK_LINES.sub("\n\n", joined).strip("\n")
