"""What a run is asked for, and a run that may begin: planned, sized, nothing loaded yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gptoss_writer.draft import Conditions, Sampling
from gptoss_writer.drafting.identity import all_ingredients, section_fingerprints
from gptoss_writer.drafting.plan import SectionJob, SectionState, plan
from gptoss_writer.drafting.sizing import RunSize, size_run
from gptoss_writer.engine.interface import Engine
from gptoss_writer.outline.models import DEFAULT_TOLERANCE
from gptoss_writer.prompt.rendering import PromptWriter


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run writes.

    `pinned` are the model, templates and sampling of the workspace, from which fingerprints are
    made;
    `sampling` draws the text and differs from it only where sections are asked for with settings
    of their own. With more than one of `takes`, each section asked for is written so often, and
    none is accepted unless `picks_best`. `seed_is_explicit`: the user named the seed, so the same
    command gives the same text; otherwise each regeneration draws a new one. `conditions` say with
    which versions it writes and how the model is loaded; they go into the records.
    """

    sampling: Sampling
    pinned: Sampling
    pinned_model: str
    pinned_templates: str = ""
    asked: tuple[str, ...] = ()
    because: str = ""
    keeps_stale: bool = False
    takes: int = 1
    picks_best: bool = False
    seed_is_explicit: bool = False
    tolerance: float = DEFAULT_TOLERANCE
    analysis_tokens: int | None = None
    context_tokens: int | None = None
    conditions: Conditions | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that may begin: what is to be written, and that it fits.

    `ingredients` are what the fingerprints cover, each part by itself.
    """

    jobs: tuple[SectionJob, ...]
    fingerprints: dict[str, str]
    size: RunSize
    ingredients: dict[str, dict[str, str]]


def prepare(
    prompts: PromptWriter, states: Mapping[str, SectionState], engine: Engine, options: RunOptions
) -> Prepared:
    """Plan a run and count its tokens; nothing is loaded and nothing written.

    Raises `UsageError` where a section does not fit the context.
    """
    model, sampling, templates = options.pinned_model, options.pinned, options.pinned_templates
    fingerprints = section_fingerprints(
        prompts, model=model, sampling=sampling, templates=templates
    )
    ingredients = all_ingredients(prompts, model=model, sampling=sampling, templates=templates)
    jobs = plan(
        prompts.outline,
        states,
        fingerprints,
        options.asked,
        ingredients=ingredients,
        keeps_stale=options.keeps_stale,
    )
    size = size_run(
        jobs,
        prompts,
        engine,
        effort=prompts.effort,
        analysis_tokens=options.analysis_tokens,
        context_tokens=options.context_tokens,
        because=options.because,
        tolerance=options.tolerance,
    )
    return Prepared(jobs, fingerprints, size, ingredients)
