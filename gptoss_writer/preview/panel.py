"""What the article rests on, as the panel beside it shows it: evidence and key points."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from gptoss_writer.grounding.findings import Lines
from gptoss_writer.grounding.ledger import Entry, Status
from gptoss_writer.grounding.provenance import TracedSentence
from gptoss_writer.grounding.scorecard import Scorecard, SectionScore

_STATUS: dict[Status, str] = {
    "used": "used",
    "unused": "not used",
    "twice": "used more than once",
    "elsewhere": "used in another section",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A link into the article: the anchor, its line, and how the text there rests on an item."""

    anchor: str
    line: int
    how: str


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """An evidence item or key point as the panel shows it."""

    anchor: str
    id: str
    text: str
    speaker: str | None
    status: str
    status_words: str
    is_required: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """The evidence of one section, or of the whole article."""

    title: str
    items: tuple[EvidenceItem, ...]
    points: tuple[EvidenceItem, ...]

    @property
    def used(self) -> int:
        """How many of the items are used at all."""
        return sum(item.status != "unused" for item in self.items)


class Panel:
    """Gives every item an anchor, and the places in the article that rest on it."""

    def __init__(self, card: Scorecard, sentences: Sequence[TracedSentence]) -> None:
        self._card = card
        self._sentences = sentences
        ids = [entry.source.id for entry in card.entries]
        ids += [
            _point_id(score.number, p.number) for score in card.sections for p in score.coverage
        ]
        self.anchors = {name: "e-" + name.replace(".", "-") for name in ids}

    def groups(self, drawn: Container[str]) -> Iterator[EvidenceGroup]:
        """Give the evidence by sections, then that of the whole article.

        `drawn` are the ids of the marks that stand on the page: places link to no others.
        """
        places = self._places(drawn)
        entries: dict[str | None, list[EvidenceItem]] = {}
        for entry in self._card.entries:
            entries.setdefault(entry.source.section, []).append(self._item(entry, places))
        for score in self._card.sections:
            points = tuple(self._points_of(score, places))
            yield EvidenceGroup(
                f"{score.number}. {score.section.title}",
                tuple(entries.get(score.section.id, ())),
                points,
            )
        if None in entries:
            yield EvidenceGroup("For the whole article", tuple(entries[None]), ())

    def _places(self, drawn: Container[str]) -> dict[str, list[Place]]:
        """Find where the article rests on each source by more than a name, once for each line."""
        lines = Lines.of(self._card.article.text)
        found: dict[str, dict[int, Place]] = {}
        for number, sentence in enumerate(self._sentences, start=1):
            line, _ = lines.place(sentence.start)
            for ground in sentence.grounds:
                if ground.how != ("names",) and f"s{number}" in drawn:
                    place = Place(f"m-s{number}", line, ", ".join(ground.how))
                    found.setdefault(ground.source.id, {}).setdefault(line, place)
        return {source: list(places.values()) for source, places in found.items()}

    def _item(self, entry: Entry, places: dict[str, list[Place]]) -> EvidenceItem:
        source = entry.source
        return EvidenceItem(
            anchor=self.anchors[source.id],
            id=source.id,
            text=source.text,
            speaker=source.speaker,
            status=entry.status,
            status_words=_STATUS[entry.status],
            is_required=source.is_required,
            places=tuple(places.get(source.id, ())),
        )

    def _points_of(
        self, score: SectionScore, places: dict[str, list[Place]]
    ) -> Iterator[EvidenceItem]:
        for point in score.coverage:
            name = _point_id(score.number, point.number)
            yield EvidenceItem(
                anchor=self.anchors[name],
                id=name,
                text=point.point.text,
                speaker=None,
                status="used" if point.is_covered else "unused",
                status_words="covered" if point.is_covered else "hardly there",
                is_required=False,
                places=tuple(places.get(name, ())),
            )


def _point_id(section: int, number: int) -> str:
    return f"{section}.key-point.{number}"
