"""From a section of the outline to the constraint its text is sampled under."""

from __future__ import annotations

from collections.abc import Mapping

from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.prompt.rendering import SUBHEADINGS_ABOVE_WORDS
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.guard import GuardRules, SectionGuard
from gptoss_writer.sampling.prose import ProseRule
from gptoss_writer.sampling.quotations import Quotations


def make_guard(
    section: Section, outline: Outline, budget: WordBudget, target_words: int
) -> SectionGuard:
    """Make the constraint of one attempt; a guard is used up by one generation.

    What may be quoted is the section's evidence, its key points and the outline's expert
    quotations. `target_words` is where in the budget's band the text should end.
    """
    texts = (
        *(item.text for item in section.evidence),
        *(point.text for point in section.key_points),
        *(quotation.quote for quotation in outline.elements.quotes),
    )
    return SectionGuard(
        GuardRules(
            Quotations.of(texts),
            BudgetRule(target_words, budget.floor, budget.ceiling),
            ProseRule(subheadings=section.words > SUBHEADINGS_ABOVE_WORDS),
        )
    )


def target_words(
    outline: Outline, section: Section, written: Mapping[str, int], band: WordBudget
) -> int:
    """Give the words a section should come to, so that the article as a whole keeps its length.

    What the sections before it have too many or too few is made good here, as far as the
    section's own band allows. `written` maps the ids of written sections to their words.
    """
    before = outline.sections[: outline.number(section.id) - 1]
    surplus = sum(written[item.id] - item.words for item in before if item.id in written)
    return min(max(section.words - surplus, band.floor), band.ceiling)
