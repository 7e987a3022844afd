"""Rules about evidence: quoted once, whole, in a section, and by somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gptoss_writer.outline.explanations.explanation import Explanation
from gptoss_writer.outline.matching import best_section
from gptoss_writer.outline.rules.rule import EvidenceItem, Linted, Remark, rule
from gptoss_writer.outline.source import Loc


@dataclass(frozen=True, slots=True)
class _Twice:
    """Evidence that stands twice: the item to look at, the other one, and which one is longer."""

    item: EvidenceItem
    other: EvidenceItem
    is_equal: bool
    is_part: bool


def _in_two_sections(linted: Linted) -> list[_Twice]:
    """Give, for each later item, the first one of another section with the same words."""
    found: dict[int, _Twice] = {}
    items = linted.evidence
    for pair in linted.shared:
        early, late = sorted((pair.part, pair.whole))
        one, other = items[late], items[early]
        is_between = None not in (one.section, other.section) and one.section != other.section
        if is_between and late not in found:
            found[late] = _Twice(one, other, pair.is_equal, is_part=pair.part == late)
    return [found[index] for index in sorted(found)]


@rule(
    Explanation(
        "OL220",
        "quoted-twice",
        severity="warning",
        means="The same evidence stands in two sections; one may be a piece of the other.",
        why="Each section is written from its own evidence, so the article says the same thing "
        "twice, with the same words where they are quoted.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 80
    evidence: [{quote: The sea comes in and takes the road., speaker: A. Keeper}]
  - title: Bays
    words: 80
    evidence: [{quote: The sea comes in and takes the road., speaker: A. Keeper}]
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 80
    evidence: [{quote: The sea comes in and takes the road., speaker: A. Keeper}]
  - title: Bays
    words: 80
    evidence: [The bay has the widest range on this coast.]
""",
    )
)
def quoted_twice(linted: Linted) -> Iterator[Remark]:
    """Find evidence that stands in two sections."""
    items = linted.evidence
    longer = {
        pair.part: pair.whole
        for pair in linted.shared
        if not pair.is_equal and items[pair.whole].section is None
    }
    by_loc = {item.loc: index for index, item in enumerate(items)}
    for twice in _in_two_sections(linted):
        number = (twice.other.section or 0) + 1
        line = linted.line_of(twice.other.loc)
        what = "this stands"
        if not twice.is_equal:
            what = "these words stand" if twice.is_part else "a piece of this stands"
        hint = "Keep it in the section that needs it most."
        whole = longer.get(by_loc[twice.item.loc], longer.get(by_loc[twice.other.loc]))
        if whole is not None:
            hint += f" Line {linted.line_of(items[whole].loc)} has more of the quotation."
        yield Remark(twice.item.loc, f"{what} in section {number} too, on line {line}", hint)


@rule(
    Explanation(
        "OL221",
        "cut-quotation",
        severity="warning",
        means="A quotation is a piece of a longer one that the outline has too, in the same "
        "section or among the article-wide quotations.",
        why="The model may write both, one after the other. And a quotation without its end may "
        "say something else than its speaker did.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 80
    evidence:
      - {quote: The sea comes in and takes the road., speaker: A. Keeper}
      - {quote: "The sea comes in and takes the road, and gives it back.", speaker: A. Keeper}
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 80
    evidence:
      - {quote: "The sea comes in and takes the road, and gives it back.", speaker: A. Keeper}
""",
    )
)
def cut_quotation(linted: Linted) -> Iterator[Remark]:
    """Find quotations that are pieces of others; what stands in two sections is another rule's."""
    items = linted.evidence
    told = {item.loc for twice in _in_two_sections(linted) for item in (twice.item, twice.other)}
    quotations = {loc for loc, _ in linted.quotations}
    seen: set[Loc] = set()
    for pair in linted.shared:
        part, whole = items[pair.part], items[pair.whole]
        is_near = part.section == whole.section or None in (part.section, whole.section)
        # The same words for the section and for the article are no mistake: they are one quotation.
        is_same = pair.is_equal and part.section != whole.section
        if not is_near or is_same or not {part.loc, whole.loc} <= quotations - told:
            continue
        # A piece that the article-wide list repeats is that section's quotation, told short.
        if part.section is None and whole.section is not None:
            continue
        if part.loc in seen:
            continue
        seen.add(part.loc)
        line = linted.line_of(whole.loc)
        what = "this quotation stands" if pair.is_equal else "more of this quotation stands"
        yield Remark(part.loc, f"{what} on line {line}", "Keep one of them, best the whole one.")


@rule(
    Explanation(
        "OL222",
        "unassigned-quotation",
        severity="warning",
        is_fixable=True,
        means="An article-wide quotation, under `elements: quotes`, belongs to no section.",
        why="The program gives it to the section whose words are likest, which may not be the "
        "one you have in mind. Nobody but you knows where it belongs.",
        bad="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [A keeper of the road tells how the sea takes it.]
elements:
  quotes: [{quote: The sea comes in and takes the road., speaker: A. Keeper}]
""",
        good="""\
title: Tides
sections:
  - title: Shores
    words: 80
    key_points: [A keeper of the road tells how the sea takes it.]
    evidence: [{quote: The sea comes in and takes the road., speaker: A. Keeper}]
""",
    )
)
def unassigned_quotation(linted: Linted) -> Iterator[Remark]:
    """Find article-wide quotations whose words no section has."""
    for index in unassigned_quotations(linted):
        quotation = linted.outline.elements.quotes[index]
        best = best_section(linted.outline, quotation)
        hint = "Move it into the evidence of the section that it is for."
        if best is not None:
            number = linted.outline.number(best.id)
            hint = f"Move it into the evidence of a section; section {number} fits best."
        who = f"this quotation of {quotation.speaker}" if quotation.speaker else "this quotation"
        yield Remark(("elements", "quotes", index), f"{who} belongs to no section", hint)


def unassigned_quotations(linted: Linted) -> list[int]:
    """List the article-wide quotations whose words stand in no section's evidence."""
    items = linted.evidence
    assigned: set[Loc] = set()
    for pair in linted.shared:
        part, whole = items[pair.part], items[pair.whole]
        if part.section is not None or whole.section is not None:
            assigned |= {part.loc, whole.loc}
    in_sections = " | ".join(" ".join(item.words) for item in items if item.section is not None)
    return [
        int(item.loc[-1])
        for item in items
        if item.section is None
        and item.loc not in assigned
        and " ".join(item.words) not in in_sections
    ]


@rule(
    Explanation(
        "OL224",
        "no-speaker",
        severity="warning",
        means="A quotation says neither who said it nor where it stands. In Markdown outlines, "
        "where research is often quoted, only required and article-wide quotations must.",
        why="The model has to introduce the words somehow. Without a speaker it writes “experts "
        "say”, or makes one up, and that is reported in the article.",
        bad="title: Tides\nsections:\n  - title: Shores\n    words: 80\n"
        "    evidence:\n      - quote: The sea comes in and takes the road.\n",
        good="title: Tides\nsections:\n  - title: Shores\n    words: 80\n"
        "    evidence:\n      - quote: The sea comes in and takes the road.\n"
        "        speaker: A. Keeper\n",
    )
)
def no_speaker(linted: Linted) -> Iterator[Remark]:
    """Find quotations of nobody, one remark for each section."""
    first: dict[str | int, Loc] = {}
    count: dict[str | int, int] = {}
    is_yaml = linted.file.form == "yaml"
    for loc, quotation in linted.quotations:
        is_named = quotation.speaker or quotation.source or quotation.url
        if is_named or not (is_yaml or quotation.required or loc[0] == "elements"):
            continue
        first.setdefault(loc[1], loc)
        count[loc[1]] = count.get(loc[1], 0) + 1
    for place, loc in first.items():
        where = "here" if place == "quotes" else "of this section"
        message = "this quotation has neither a speaker nor a source"
        if count[place] > 1:
            message = f"{count[place]} quotations {where} have neither a speaker nor a source"
        yield Remark(loc, message, "Add `speaker:`, or `source:` where nobody is named.")
