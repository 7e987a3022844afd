"""Where a last sentence that found no end is best closed for the model."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from gptoss_writer.engine.llama.steered_text import Place, SteeredText
from gptoss_writer.sampling.interface import Constraint


def likeliest_closing(
    text: SteeredText,
    constraint: Constraint,
    preferences: Mapping[int, float],
    *,
    is_word_whole: bool,
) -> tuple[Place, str] | None:
    """Give the place of the sentence, in the band, at which the model finds an end least odd.

    With it goes what has to be written there; "" where the sentence went on with a small letter
    behind what could be an end. None where it can be closed nowhere. `preferences` are how readily
    it would have ended, by the number of tokens before. The constraint is left anywhere.
    """
    closings = []
    for place in text.places():
        constraint.rollback(place.mark)
        closing = constraint.closing()
        if closing is not None:
            is_cut = text.is_in_word(place.tokens, is_word_whole=is_word_whole)
            preference = preferences.get(place.tokens, -inf)
            oddness = (is_cut, bool(closing), -preference, constraint.distance())
            closings.append((oddness, place, closing))
    if not closings:
        return None
    _, place, closing = min(closings, key=lambda item: item[0])
    return place, closing
