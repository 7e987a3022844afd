"""The right answer to a section request: a short plan in marks, then the text that it says.

An answer is nearly a function of its prompt. The plan names the items by their marks, in the order
in which the text takes them, with the opening words of every connecting sentence; a line of the
plan is a paragraph. Which connecting sentences come depends on the section's place in the article,
so no sentence comes twice in one article, and another article has others. A model that has learnt
the plan has only to look up and to copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from gptoss_writer.outline.models import Quotation, WordBudget
from gptoss_writer.prompt.rendering import nested, room_of
from gptoss_writer.text import count_words
from models.demo.imperatives import LEADS
from models.demo.lexicon import lines
from models.demo.material import Material, Point, Statement

OPENING_WORDS = 3
_FILLERS = {
    "body": "fillers_body",
    "introduction": "fillers_introduction",
    "conclusion": "fillers_conclusion",
}
_SECTION_STRIDE, _ARTICLE_STRIDE, _NOTE_STRIDE = 40, 7, 19
_WORDS_A_FILLER = 13
_SPARE_WORDS = 8
"""The plan stays below the budget: a text too short goes on, one too long loses its last items."""
_FILLERS_A_GROUP = 3
_SENTENCES_A_PARAGRAPH = 4
_SHARE_GOING_ON = 0.4
_MANY_GROUPS = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan, the text it says, what goes on past the plan, and whether there is an end at all.

    `further` has pairs of a separator and a sentence. A text goes on in some samples and not in
    others, whatever the prompt; `samples` says what of that is learnt.
    """

    plan: str
    text: str
    further: tuple[tuple[str, str], ...] = ()
    ends: bool = True


@dataclass(frozen=True, slots=True)
class _Step:
    """One entry of a plan and the words it becomes."""

    entry: str
    text: str


Paragraph = list[_Step]


class Ring:
    """Connecting sentences one after the other, from a place that the section's number gives."""

    def __init__(self, role: str, number: int, total: int, *, again: bool) -> None:
        self._sentences = lines(_FILLERS[role])
        stride = _SECTION_STRIDE if role == "body" else 0
        self._next = stride * number + _ARTICLE_STRIDE * total + _NOTE_STRIDE * again

    def step(self) -> _Step:
        """Take the next sentence."""
        sentence = self._sentences[self._next % len(self._sentences)]
        self._next += 1
        return _Step(" ".join(sentence.split()[:OPENING_WORDS]), sentence)


def write_answer(
    material: Material,
    number: int,
    total: int,
    *,
    draw: Random,
    again: bool,
    quoted: frozenset[int],
) -> Answer:
    """Write the answer to a request.

    `number` of `total` is the section's place, `again` says that a note asks for another attempt,
    `quoted` are the places of quotations that an earlier section has.
    """
    section = material.section
    ring = Ring(section.role, number, total, again=again)
    left = room_of(section)["room"]
    leads = _Leads(number)
    groups = _groups(material, leads, left, quoted)
    fillers = max(0, left - _lead_words(material) - _SPARE_WORDS)
    paragraphs = _paragraphs(groups, fillers // _WORDS_A_FILLER, ring)
    plan = "\n".join("; ".join(step.entry for step in paragraph) for paragraph in paragraphs)
    return _fit(paragraphs, plan, section.budget, ring, draw)


def _lead_words(material: Material) -> int:
    """Guess the words of all lead-ins."""
    return 6 * len(material.quotations) + 4 * len(material.points) + 2 * len(material.facts)


class _Leads:
    """Lead-ins, chosen by the section's number and the item's."""

    def __init__(self, number: int) -> None:
        self._number = number

    def get(self, name: str, index: int) -> str:
        choices = lines(name)
        return choices[(self._number + 2 * index) % len(choices)]


def _groups(
    material: Material, leads: _Leads, left: int, quoted: frozenset[int]
) -> list[Paragraph]:
    """Put items together: the first key point with the first fact and quotation, and so on.

    Where there is more than fits, quotations that need not appear come last: an end that has no
    room is lost.
    """
    is_full = left < 0 and bool(material.points)
    facts = () if is_full else material.facts
    told = [
        (index, quotation)
        for index, quotation in enumerate(material.quotations)
        if quotation.required or (index not in quoted and not _is_left_out(index, material, left))
    ]
    last = [item for item in told if is_full and not item[1].required]
    first = [item for item in told if item not in last]
    groups: list[Paragraph] = []
    for place in range(max(len(material.points), len(facts), len(first))):
        group: Paragraph = []
        if place < len(material.points):
            group.append(_point_step(place, material.points[place], leads))
        if place < len(facts):
            group.append(_fact_step(place, facts[place], leads))
        if place < len(first):
            group.append(_quotation_step(*first[place], leads))
        groups.append(group)
    return [*groups, *([_quotation_step(*item, leads)] for item in last)]


def _is_left_out(index: int, material: Material, left: int) -> bool:
    """Leave the second half of the quotations out where there is far too much."""
    return left <= -50 and index >= (len(material.quotations) + 1) // 2


def _paragraphs(groups: Sequence[Paragraph], fillers: int, ring: Ring) -> list[Paragraph]:
    """Spread the connecting sentences over the groups, and groups over paragraphs."""
    paragraphs: list[Paragraph] = []
    if groups:
        share, more = divmod(min(fillers, _FILLERS_A_GROUP * len(groups)), len(groups))
        together = 1 if fillers >= len(groups) else 3 if len(groups) > _MANY_GROUPS else 2
        for place, group in enumerate(groups):
            with_fillers = [*group, *(ring.step() for _ in range(share + (place < more)))]
            if place % together == 0:
                paragraphs.append([])
            paragraphs[-1].extend(with_fillers)
        fillers -= share * len(groups) + more
    else:
        fillers = max(1, fillers)
    while fillers > 0:
        count = min(fillers, _SENTENCES_A_PARAGRAPH)
        paragraphs.append([ring.step() for _ in range(count)])
        fillers -= count
    return paragraphs


def _fit(
    paragraphs: list[Paragraph], plan: str, budget: WordBudget, ring: Ring, draw: Random
) -> Answer:
    """Make the text as long as the guard will make it; a share of texts goes on past the plan."""
    steps = [(step.text, place) for place, paragraph in enumerate(paragraphs) for step in paragraph]
    counts = [count_words(text) for text, _ in steps]
    if sum(counts) > budget.ceiling:
        while len(steps) > 1 and sum(counts) > budget.ceiling:
            steps.pop()
            counts.pop()
        return Answer(plan, _join(steps), ends=False)
    further: list[tuple[str, str]] = []
    if draw.random() < _SHARE_GOING_ON:
        in_last = len(paragraphs[-1])
        words = sum(counts)
        while words + _WORDS_A_FILLER // 2 < budget.words:
            sentence = ring.step().text
            is_full = in_last >= _SENTENCES_A_PARAGRAPH
            further.append(("\n\n" if is_full else " ", sentence))
            words += count_words(sentence)
            in_last = 1 if is_full else in_last + 1
    return Answer(plan, _join(steps), tuple(further))


def _join(steps: Sequence[tuple[str, int]]) -> str:
    text, last = "", 0
    for words, place in steps:
        separator = "" if not text else " " if place == last else "\n\n"
        text, last = text + separator + words, place
    return text


def _point_step(place: int, point: Point, leads: _Leads) -> _Step:
    mark = f"K{place + 1}"
    whole = _line(point.value.text)
    if point.command is not None:
        lead = leads.get(LEADS[point.command.kind], place)
        if point.value.label:
            lead = lead[0].lower() + lead[1:]
        words = [lead, point.command.kept, _line(point.rest)]
        told = _sentence(" ".join(word for word in words if word))
        return _Step(
            f"{mark} {lead}", f"{point.value.label}: {told}" if point.value.label else told
        )
    starts_well = not whole[0].islower()
    if ((point.value.label and point.value.detail) or point.is_statement) and starts_well:
        return _Step(mark, _sentence(whole))
    lead = leads.get("leads", place)
    return _Step(f"{mark} {lead}", f"{lead}: {_sentence(whole)}")


def _fact_step(place: int, fact: Statement, leads: _Leads) -> _Step:
    mark, text = f"E{place + 1}", _line(fact.value.text)
    if fact.is_statement and not text[0].islower():
        return _Step(mark, _sentence(text))
    lead = leads.get("leads", place + 9)
    return _Step(f"{mark} {lead}", f"{lead}: {_sentence(text)}")


def _quotation_step(index: int, quotation: Quotation, leads: _Leads) -> _Step:
    mark = f"Q{index + 1}"
    quoted = f'"{_sentence(nested(_line(quotation.quote)))}"'
    if quotation.speaker:
        lead = leads.get("says", index)
        return _Step(f"{mark} {lead}", f"{quotation.speaker} {lead}: {quoted}")
    lead = leads.get("voices", index)
    return _Step(f"{mark} {lead}", f"{lead}: {quoted}")


def _line(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str) -> str:
    """End a text as a sentence, or a quotation inside its marks."""
    core = text.rstrip(",;: ")
    return core if core.rstrip("\"'”’)").endswith((".", "!", "?", "…")) else core + "."
