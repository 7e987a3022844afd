"""From a section of the outline to the constraint its text is sampled under."""

from __future__ import annotations

from collections.abc import Mapping

from gptoss_writer.drafting.edges import strip_edges
from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.prompt.rendering import SUBHEADINGS_ABOVE_WORDS
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import GuardRules, SectionGuard
from gptoss_writer.sampling.prose import ProseRule
from gptoss_writer.sampling.quotations import Quotations

ARTICLE_SHARE = 0.05
"""Share of the whole budget by which an article may be longer or shorter."""


def make_guard(section: Section, outline: Outline, rule: BudgetRule) -> SectionGuard:
    """Make the constraint of one attempt; a guard is used up by one generation.

    What may be quoted is the section's evidence, its key points and the outline's expert
    quotations. What cleaning would take off the ends again is not written there at all, so that
    no counted word is lost.
    """
    texts = (
        *(item.text for item in section.evidence),
        *(point.text for point in section.key_points),
        *(quotation.quote for quotation in outline.elements.quotes),
    )

    def is_aside(line: str) -> bool:
        return strip_edges(line, section.title).strip() != line.strip()

    return SectionGuard(
        GuardRules(
            Quotations.of(texts),
            rule,
            ProseRule(subheadings=section.words > SUBHEADINGS_ABOVE_WORDS),
            is_aside,
        )
    )


def budget_rule(
    outline: Outline, section: Section, written: Mapping[str, int], band: WordBudget
) -> BudgetRule:
    """Say how many words a section should have, and between which numbers it must end.

    What the sections before it have too many or too few is made good here, as far as the
    section's own band allows. The band is narrowed only where the article could otherwise not
    come within 5 % of its budget any more: by ending in its own narrowed bands, every article
    does. `written` maps the ids of written sections to their words.
    """
    before = outline.sections[: outline.number(section.id) - 1]
    after = outline.sections[outline.number(section.id) :]
    surplus = sum(written[item.id] - item.words for item in before if item.id in written)
    wanted = section.words - surplus
    slack = int(outline.budget_words * ARTICLE_SHARE) + sum(
        _reach(item.budget_within(band.tolerance)) for item in after
    )
    reach = _reach(band)
    return BudgetRule(
        target=min(max(wanted, band.floor), band.ceiling),
        floor=max(band.floor, min(wanted - slack, section.words + reach)),
        ceiling=min(band.ceiling, max(wanted + slack, section.words - reach)),
    )


def _reach(band: WordBudget) -> int:
    """Give how many words a section can be relied on to make good.

    Half of what its band allows: were it all, the last sections could be left with a single
    number of words to end at, and no sentence ends there by itself.
    """
    return (band.words - band.floor) // 2
