"""What one section is to be written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gptoss_writer.draft import Attempt, Conditions, SectionProgress
from gptoss_writer.drafting.plan import SectionJob
from gptoss_writer.engine.interface import TokenLimits
from gptoss_writer.outline.models import Outline, Section, WordBudget
from gptoss_writer.prompt.rendering import SectionPrompt
from gptoss_writer.sampling.budget import BudgetRule
from gptoss_writer.sampling.params import SamplingParams


@dataclass(frozen=True, slots=True)
class Begun:
    """A section as it was left: how far it had come, and the attempts before that one."""

    progress: SectionProgress
    earlier: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionTask:
    """All that one section's attempts are made from.

    `sampling` has the seed of the section's draw, the `take`; each attempt derives its own from
    it. `begun` is not None where the draw was cut off and is gone on with. `fingerprint` and
    `made_from`, which says what it covers, go into the records. `label` tells who watches why this
    is written. `because` is a person's reason
    for asking for another text. `material` is the section with the article-wide elements that were
    given to it; `budget` is its band and `rule` where in it the text should end. The notes of a
    retry have `notes_tokens` of room. `conditions` go into the records, None for none.
    """

    job: SectionJob
    of: int
    prompt: SectionPrompt
    limits: TokenLimits
    notes_tokens: int
    outline: Outline
    material: Section
    budget: WordBudget
    rule: BudgetRule
    sampling: SamplingParams
    effort: str
    model: str
    fingerprint: str
    because: str = ""
    label: str = ""
    model_name: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)
    take: int = 0
    conditions: Conditions | None = None
    begun: Begun | None = None

    @property
    def reason(self) -> str:
        """Why it is written, for who watches."""
        return self.label or self.job.reason

    @property
    def section(self) -> Section:
        """The section as the outline has it."""
        return self.job.section
