"""The word budget as the text comes: where a section may end, should end, and must not go on."""

from __future__ import annotations

from dataclasses import dataclass

from gptoss_writer.sampling.interface import Ending

_USUAL_SENTENCE_WORDS = 16.0
_SHORT_SENTENCE_WORDS = 5


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """The band of a section, in words: `floor` and `ceiling` belong to it."""

    target: int
    floor: int
    ceiling: int

    def ending(self, words: int, sentences: int) -> Ending:
        """Say whether a text may end at a sentence end after so many words and sentences.

        It should, where one more sentence of the text's own usual length would lead further from
        the target than stopping here, or where not even a short one would fit.
        """
        if not self.floor <= words <= self.ceiling:
            return Ending.FORBIDDEN
        usual = words / sentences if sentences > 1 else _USUAL_SENTENCE_WORDS
        is_nearer = abs(words - self.target) <= abs(words + usual - self.target)
        if is_nearer or words + _SHORT_SENTENCE_WORDS > self.ceiling:
            return Ending.FORCED
        return Ending.ALLOWED
