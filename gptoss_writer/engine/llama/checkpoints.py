"""Whether a generation can go on from a checkpoint, seen before anything is evaluated."""

from __future__ import annotations

from collections.abc import Iterable

from gptoss_writer.draft import Checkpoint
from gptoss_writer.engine.interface import GenerationRequest
from gptoss_writer.engine.llama.vocabulary import Vocabulary
from gptoss_writer.sampling.interface import Constraint


def usable_checkpoint(request: GenerationRequest, vocabulary: Vocabulary) -> Checkpoint | None:
    """Give the request's checkpoint; None where there is none that this generation can have."""
    checkpoint, constraint, limits = request.checkpoint, request.constraint, request.limits
    if checkpoint is None:
        return None
    following = () if checkpoint.following is None else (checkpoint.following,)
    text = (*checkpoint.final, *following)
    is_text = all(
        0 <= token < vocabulary.size and token not in vocabulary.special_ids
        for token in (*checkpoint.analysis, *text)
    )
    fits = len(checkpoint.analysis) <= limits.analysis and len(text) <= limits.final
    starts = checkpoint.sentences
    is_ordered = starts[:1] == (0,) and tuple(sorted(set(starts))) == starts
    is_whole = bool(following) == bool(checkpoint.final) and is_ordered
    if not (is_text and fits and is_whole and starts[-1] == len(checkpoint.final)):
        return None
    if not text:
        return checkpoint
    return checkpoint if constraint and _is_accepted(constraint, vocabulary, text) else None


def _is_accepted(constraint: Constraint, vocabulary: Vocabulary, text: Iterable[int]) -> bool:
    """Tell whether a constraint that has seen nothing yet would let these tokens come."""
    start = constraint.mark()
    try:
        for token in text:
            constraint.advance(vocabulary.piece(token))
    except ValueError:
        return False
    finally:
        constraint.rollback(start)
    return True
